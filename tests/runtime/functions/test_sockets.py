"""Whose connection it is."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

from ruststack.runtime.functions.sockets import is_held

_CLIENT = "import socket, sys; s = socket.create_connection(('127.0.0.1', int(sys.argv[1]))); s.recv(1)"
_MARK = "RUSTSTACK_TEST_MARK=of-this-test"


def _port_of(connection: socket.socket) -> int:
    port: int = connection.getpeername()[1]
    return port


def _connected(address: tuple[str, int], port: int = 0) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    connection.bind(("127.0.0.1", port))
    connection.connect(address)
    return connection


def test_a_socket_is_its_process_s_and_nobody_s_when_it_is_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = {server.getsockname()[1]}
        command = (sys.executable, "-S", "-c", _CLIENT, str(server.getsockname()[1]))
        name, _, value = _MARK.partition("=")
        with subprocess.Popen(command, env={**os.environ, name: value}) as client:
            theirs, _ = server.accept()
            with theirs, _connected(server.getsockname()) as mine, server.accept()[0] as accepted:
                assert is_held(_port_of(theirs), ours, _MARK.encode())
                assert not is_held(_port_of(theirs), ours, b"RUSTSTACK_TEST_MARK=of-another")
                port = _port_of(accepted)
                assert not is_held(port, ours, _MARK.encode())
                mine.close()
                # The same port of its own may serve a process for a connection to somebody else.
                with socket.create_server(("127.0.0.1", 0)) as other, _connected(other.getsockname(), port):
                    assert is_held(port, ours, _MARK.encode())
                theirs.sendall(b"x")
            client.wait()
