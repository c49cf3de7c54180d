"""Whatever becomes of the other engine, a client gets an error in DynamoDB's form, and soon."""

from __future__ import annotations

import asyncio
import json
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from ruststack import RustStack
from ruststack.backends import reach
from ruststack.backends.dynamodb import Unreachable
from ruststack.backends.reach import OfChild
from ruststack.runtime.dynamodb_local.child import Child
from tests.backends.standing_in import running

HEADERS = {
    "X-Amz-Target": "DynamoDB_20120810.ListTables",
    "Content-Type": "application/x-amz-json-1.0",
    "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, "
    f"SignedHeaders=host, Signature={'0' * 64}",
}
# Stands for DynamoDB Local: it tells its process id, and ends in the middle of the first request.
STAND_IN = """
import http.server, os, pathlib, sys
first = not os.path.exists(sys.argv[2])
pathlib.Path(sys.argv[2]).touch()
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.answer()
    def do_POST(self):
        if first:
            os._exit(9)
        self.answer()
    def answer(self):
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")
    def log_message(self, *words): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@contextmanager
def engine(behave: Callable[[Any], None]) -> Iterator[str]:
    """The URL of a server that does so to every connection, once a request has begun to come."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            if self.request.recv(65536):
                behave(self.request)

    with running(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as url:
        yield url


def asked(url: str) -> tuple[int, Any, str]:
    """What a server with that engine answers to ListTables: status, document and type."""
    with RustStack(dynamodb=url) as stack:
        place = urlsplit(stack.endpoint_url)
        connection = HTTPConnection(place.hostname or "", place.port)
        connection.request("POST", "/", "{}", HEADERS)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
    return answer.status, json.loads(content), answer.headers["Content-Type"]


def check_unreachable(answer: tuple[int, Any, str], words: str) -> None:
    status, told, kind = answer
    assert (status, kind) == (500, "application/x-amz-json-1.0")
    assert told["__type"] == "com.amazonaws.dynamodb.v20120810#InternalServerError"
    assert words in told["message"]


def test_a_port_where_nobody_is() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # and nobody listens
        port = held.getsockname()[1]
        check_unreachable(asked(f"http://127.0.0.1:{port}"), f"http://127.0.0.1:{port} does not answer: ")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 13\r\n\r\n<html></html>", "answered 502 without JSON"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "answered 200 without JSON"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "does not answer"),
        (b"220 mail here\r\n\r\n", "does not answer"),
        (b"", "does not answer"),
    ],
    ids=["a page", "no object", "half an answer", "no HTTP", "nothing"],
)
def test_what_is_no_answer(said: bytes, words: str) -> None:
    with engine(lambda connection: connection.sendall(said)) as url:
        check_unreachable(asked(url), words)


def test_an_engine_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "_ANSWER_S", 0.2)
    over = threading.Event()
    with engine(lambda connection: over.wait() and None) as url:
        check_unreachable(asked(url), "does not answer: TimeoutError")
        over.set()


def test_an_engine_that_dies_under_a_request_answers_the_next(tmp_path: Any) -> None:
    notes: list[str] = []

    async def life() -> bytes:
        child = Child(lambda port: (sys.executable, "-c", STAND_IN, str(port), str(tmp_path / "f")), notes.append, True)
        engine = OfChild(child)
        with pytest.raises(Unreachable, match="ended, or fell silent"):
            await engine.post("DynamoDB_20120810.ListTables", "000000000000", "us-east-1", b"{}")
        while True:
            try:
                answer = await engine.post("DynamoDB_20120810.ListTables", "000000000000", "us-east-1", b"{}")
                break
            except Unreachable:  # its end had not been noticed
                await asyncio.sleep(0.01)
        await child.close()
        assert isinstance(answer.body, bytes)
        return answer.body

    assert asyncio.run(life()) == b"{}"
    assert len(notes) == 1 and "it is started again" in notes[0]
