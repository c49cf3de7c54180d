"""A proxy that only connects: clients that cannot be told another address for a host are led there by CONNECT."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from functools import partial
from typing import Any

from conformance.listener import Listener
from conformance.network import Routes

_HEAD_BYTES = 8192
_TIMEOUT_S = 30.0


class Tunnel(Listener):
    """TLS passes through it untouched, between the client and the host's own server."""

    def __init__(self, routes: Routes) -> None:
        super().__init__("tunnel", partial(_Handler, routes))


class _Handler(socketserver.BaseRequestHandler):
    request: socket.socket

    def __init__(self, routes: Routes, *client: Any) -> None:
        self._routes = routes
        super().__init__(*client)

    def handle(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            method, authority = self._head()
            if method != "CONNECT":
                self.request.sendall(b"HTTP/1.1 405 Only CONNECT\r\nContent-Length: 0\r\n\r\n")
                return
            host, _, port = authority.rpartition(":")
            try:
                peer = socket.create_connection(self._routes.address(host.strip("[]"), int(port)), _TIMEOUT_S)
            except OSError as error:
                reason = error.strerror or "not reached"
                self.request.sendall(f"HTTP/1.1 502 {reason}\r\nContent-Length: 0\r\n\r\n".encode())
                return
            with peer:
                peer.settimeout(None)
                self.request.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
                back = threading.Thread(target=_pour, args=(peer, self.request), daemon=True)
                back.start()
                _pour(self.request, peer)
                back.join()

    def _head(self) -> tuple[str, str]:
        """Method and authority; what follows the head is not read, because the client waits for the answer."""
        head = b""
        while b"\r\n\r\n" not in head and len(head) < _HEAD_BYTES:
            piece = self.request.recv(_HEAD_BYTES)
            if not piece:
                break
            head += piece
        method, authority, _ = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
        return method, authority


def _pour(source: socket.socket, target: socket.socket) -> None:
    """Pass on what comes, and the end of it."""
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
