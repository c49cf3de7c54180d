"""The bench client against a server that answers in every way that the peers do."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Iterator

import pytest

from tools.bench.client import drive
from tools.bench.exchange import Exchange

ANSWERS = {
    b"/length": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
    b"/chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    b"/last": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
    b"/until-close": b"HTTP/1.0 200 OK\r\n\r\nabc",
    b"/wrong": b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
    b"/cut": b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\nabc",
}
CLOSING = {b"/last", b"/until-close", b"/cut"}


def _serve(connection: socket.socket) -> None:
    with connection, connection.makefile("rb") as stream:
        while line := stream.readline():
            path, length = line.split()[1], 0
            while (header := stream.readline()) != b"\r\n":
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            stream.read(length)
            connection.sendall(ANSWERS[path])
            if path in CLOSING:
                return


@pytest.fixture
def port() -> Iterator[int]:
    """A server that ends with the test: a last connection, of the test itself, ends its loop."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []
    is_over = threading.Event()

    def accept() -> None:
        while True:
            connection, _ = listener.accept()
            if is_over.is_set():
                connection.close()
                return
            threads.append(threading.Thread(target=_serve, args=(connection,)))
            threads[-1].start()

    loop = threading.Thread(target=accept)
    loop.start()
    yield listener.getsockname()[1]
    is_over.set()
    socket.create_connection(listener.getsockname()).close()
    loop.join()
    listener.close()
    for thread in threads:
        thread.join()


def _request(path: str, body: bytes = b"") -> Exchange:
    head = f"PUT {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return Exchange(head, body, b"200", True)


@pytest.mark.parametrize("path", ["/length", "/chunked", "/last", "/until-close"])
def test_every_framing_is_counted_once_a_request(path: str, port: int) -> None:
    load = drive(port, iter([_request(path)] * 20), 4)
    assert (load.count, load.errors.total()) == (20, 0)


def test_a_large_body_goes_out_whole(port: int) -> None:
    load = drive(port, iter([_request("/length", bytes(8 << 20))] * 2), 1)
    assert (load.count, load.errors.total()) == (2, 0)


def test_a_wrong_status_is_an_error_and_the_run_goes_on(port: int) -> None:
    load = drive(port, iter([_request("/wrong"), _request("/length")]), 1)
    assert (load.count, dict(load.errors)) == (1, {"status 500": 1})


def test_a_cut_answer_is_an_error(port: int) -> None:
    load = drive(port, iter([_request("/cut")]), 1)
    assert (load.count, dict(load.errors)) == (0, {"closed within the answer": 1})


def test_a_run_ends_with_its_time(port: int) -> None:
    load = drive(port, itertools.cycle([_request("/length")]), 2, seconds=0.5)
    assert load.count > 0
    assert load.elapsed_s >= 0.5
