"""Raw HTTP/1.1 as the judge speaks it: the request target, header case and order are exactly what is given.

An SDK or a common HTTP client tidies what it sends; a conformance request must arrive as it was written.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Sequence
from types import TracebackType
from typing import BinaryIO, Self, cast
from urllib.parse import urlsplit

from conformance.exchange import Headers, Request, Response

_BODILESS = (204, 304)
_JOIN_LIMIT = 64 * 1024


class BadAnswer(ConnectionError):
    """The peer answered, but not in HTTP/1.1, or less than it had announced."""


class Connection:
    """One kept-alive connection to an endpoint, straight or through a forward proxy. Reconnects when it was closed."""

    def __init__(
        self, endpoint: str, *, proxy: str | None = None, ca_file: str | None = None, timeout_s: float = 30.0
    ) -> None:
        where = urlsplit(endpoint)
        self.is_tls = where.scheme == "https"
        self.host = where.hostname or "localhost"
        self.port = where.port or (443 if self.is_tls else 80)
        self._proxy = urlsplit(proxy) if proxy else None
        self._ca_file = ca_file
        self._timeout_s = timeout_s
        self._prefix = f"http://{where.netloc}" if proxy and not self.is_tls else ""
        self._socket: socket.socket | None = None
        self._reader: BinaryIO | None = None

    def send(self, request: Request) -> Response:
        """Send, and read the whole answer. Raises OSError (BadAnswer for a broken one) when there is none."""
        is_reused = self._socket is not None
        try:
            return self._once(request)
        except TimeoutError:
            self.close()
            raise
        except (BadAnswer, OSError):
            self.close()
            if not is_reused:
                raise
            # The server may have closed an idle connection; a second failure is its answer.
            return self._once(request)

    def _once(self, request: Request) -> Response:
        if self._socket is None:
            self._open()
        assert self._socket is not None and self._reader is not None
        head, body = _head(request, self._prefix), _framed(request)
        try:
            if len(body) <= _JOIN_LIMIT:
                self._socket.sendall(head + body)
            else:
                self._socket.sendall(head)
                self._socket.sendall(body)
        except (BrokenPipeError, ConnectionResetError):
            # A server may refuse a body before it has read it all; its answer is what counts.
            response = self._answer(request.method)
            self.close()
            return response
        return self._answer(request.method)

    def _answer(self, method: str) -> Response:
        assert self._reader is not None
        response, closes = read_response(self._reader, method)
        if closes:
            self.close()
        return response

    def _open(self) -> None:
        peer = (self._proxy.hostname or "", self._proxy.port or 80) if self._proxy else (self.host, self.port)
        link = socket.create_connection(peer, timeout=self._timeout_s)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if self._proxy and self.is_tls:
                _tunnel(link, f"{self.host}:{self.port}")
            if self.is_tls:
                link = ssl.create_default_context(cafile=self._ca_file).wrap_socket(link, server_hostname=self.host)
        except BaseException:
            link.close()
            raise
        self._socket = link
        self._reader = link.makefile("rb")

    def close(self) -> None:
        """Close the connection, if there is one; the next request opens a new one."""
        for each in (self._reader, self._socket):
            if each:
                each.close()
        self._reader = self._socket = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _head(request: Request, prefix: str) -> bytes:
    lines = [f"{request.method} {prefix}{request.target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    return "\r\n".join((*lines, "", "")).encode("latin-1")


def _framed(request: Request) -> bytes:
    """The body as it travels: in one chunk, where the request says that it comes in chunks."""
    if "chunked" not in (request.header("transfer-encoding") or "").lower():
        return request.body
    chunk = f"{len(request.body):x}\r\n".encode() + request.body + b"\r\n" if request.body else b""
    return chunk + b"0\r\n\r\n"


def _tunnel(link: socket.socket, authority: str) -> None:
    link.sendall(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode())
    # Unbuffered, so that no byte of the TLS handshake that follows is taken.
    reader = cast(BinaryIO, link.makefile("rb", buffering=0))
    status, reason, _ = _read_head(reader)
    if status != 200:
        raise BadAnswer(f"the proxy refused to connect to {authority}: {status} {reason}")


def read_response(reader: BinaryIO, method: str) -> tuple[Response, bool]:
    """One response, past any 1xx; True when the connection cannot be used again."""
    status, reason, headers = _read_head(reader)
    while 100 <= status < 200 and status != 101:
        status, reason, headers = _read_head(reader)
    lower = {name.lower(): value for name, value in headers}
    closes = "close" in lower.get("connection", "").lower()
    if method == "HEAD" or status in _BODILESS:
        return Response(status, reason, headers), closes
    if "chunked" in lower.get("transfer-encoding", "").lower():
        body = _read_chunks(reader)
    elif "content-length" in lower:
        body = _read_exactly(reader, int(lower["content-length"]))
    else:
        body, closes = reader.read(), True
    return Response(status, reason, headers, body), closes


def _read_head(reader: BinaryIO) -> tuple[int, str, Headers]:
    line = reader.readline().decode("latin-1").rstrip("\r\n")
    version, _, rest = line.partition(" ")
    code, _, reason = rest.partition(" ")
    if not version.startswith("HTTP/1.") or not code.isdigit():
        raise BadAnswer(f"not an HTTP/1.1 status line: {line[:80]!r}" if line else "closed without an answer")
    headers = []
    while (line := reader.readline().decode("latin-1").rstrip("\r\n")) != "":
        name, _, value = line.partition(":")
        headers.append((name, value.strip(" \t")))
    return int(code), reason, tuple(headers)


def _read_exactly(reader: BinaryIO, size: int) -> bytes:
    body = reader.read(size)
    if len(body) < size:
        raise BadAnswer(f"{len(body)} of {size} bytes arrived")
    return body


def _read_chunks(reader: BinaryIO) -> bytes:
    pieces = []
    while size := _chunk_size(reader.readline()):
        pieces.append(_read_exactly(reader, size))
        reader.readline()
    while reader.readline().strip():
        pass
    return b"".join(pieces)


def _chunk_size(line: bytes) -> int:
    try:
        return int(line.partition(b";")[0], 16)
    except ValueError as error:
        raise BadAnswer(f"not a chunk: {line[:40]!r}") from error


def with_length(headers: Sequence[tuple[str, str]], body: bytes, method: str) -> Headers:
    """The headers, with Content-Length added where the sender must give one and did not."""
    names = {name.lower() for name, _ in headers}
    if {"content-length", "transfer-encoding"} & names or (not body and method not in ("PUT", "POST")):
        return tuple(headers)
    return (*headers, ("Content-Length", str(len(body))))
