"""One connection of a worker to the Runtime API: a small HTTP/1.1 server, which costs nothing while a worker waits."""

from __future__ import annotations

import asyncio
from typing import Any, Final, Protocol

import httptools
import orjson

# What a runtime may send at most in one body; the function's answer is limited further (see `worker`).
_BODY_BYTES: Final = 64 * 1024 * 1024
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_REASONS: Final = {
    200: b"OK",
    202: b"Accepted",
    400: b"Bad Request",
    403: b"Forbidden",
    404: b"Not Found",
    405: b"Method Not Allowed",
    413: b"Request Entity Too Large",
    500: b"Internal Server Error",
}
_JSON: Final = b"Content-Type: application/json\r\n"
ACCEPTED: Final = b'{"status":"OK"}\n'


class Body(Protocol):
    """Takes a body as it comes."""

    def feed(self, data: bytes) -> None:
        """The next piece."""
        ...

    def end(self, trailers: dict[str, str]) -> None:
        """It has come to its end."""
        ...

    def cut(self) -> None:
        """The connection ended before it did."""
        ...


class Message:
    """One request, with its whole body. ``headers`` and ``trailers`` have lower-case names."""

    __slots__ = ("body", "connection", "headers", "method", "path", "trailers")

    def __init__(self, connection: Connection, method: str, path: str, headers: dict[str, str]) -> None:
        self.connection = connection
        self.method = method
        self.path = path
        self.headers = headers
        self.body = b""
        self.trailers: dict[str, str] = {}

    def accept(self) -> None:
        """Say that it was taken."""
        self.connection.answer(202, ACCEPTED)

    def refuse(self, status: int, kind: str, text: str) -> None:
        """Say why it was not."""
        self.connection.answer(status, orjson.dumps({"errorMessage": text, "errorType": kind}))


class Api(Protocol):
    """What answers requests; each is answered once, at any later time, by way of its connection."""

    @property
    def is_over(self) -> bool:
        """Whether it answers no more: the other end has gone."""
        ...

    def receive(self, message: Message) -> None:
        """Answer it."""
        ...

    def open(self, message: Message) -> Body | None:
        """What takes the body of this request as it comes; None to `receive` it whole."""
        ...

    def lost(self, connection: Connection) -> None:
        """Nobody reads an answer on it any more."""
        ...


class Connection(asyncio.Protocol):
    """See the module. httptools calls the methods whose names begin with ``on_``."""

    def __init__(self, api: Api, registry: set[Connection]) -> None:
        self._api = api
        self._registry = registry
        self._transport: asyncio.Transport
        self._parser: Any = httptools.HttpRequestParser(self)
        self._message: Message | None = None
        self._taker: Body | None = None
        self._headers: dict[str, str] = {}
        self._target = b""
        self._pieces: list[bytes] = []
        self._size = 0
        self._has_body_begun = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        self._registry.add(self)
        if self._api.is_over:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._registry.discard(self)
        if self._taker is not None:
            taker, self._taker = self._taker, None
            taker.cut()
        self._api.lost(self)

    def pause(self) -> None:
        """Read no more until `resume`."""
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def resume(self) -> None:
        """Read on."""
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def close(self) -> None:
        """End it."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._transport.close()
        except httptools.HttpParserCallbackError:
            # A failure of ours is no fault of the worker's request: the loop's handler tells of it.
            self._transport.abort()
            raise
        except httptools.HttpParserError:
            self.answer(400, b'{"errorMessage":"Malformed request","errorType":"BadRequest"}')
            self._transport.close()

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        headers, self._headers = self._headers, {}
        path = self._target.decode("latin-1").partition("?")[0]
        self._target = b""
        self._message = Message(self, self._parser.get_method().decode("latin-1"), path, headers)
        self._taker = self._api.open(self._message)
        if headers.get("expect", "").lower() == "100-continue":
            self._transport.write(_CONTINUE)

    def on_body(self, data: bytes) -> None:
        if self._taker is not None:
            self._taker.feed(data)
            return
        self._size += len(data)
        if self._size <= _BODY_BYTES:
            self._pieces.append(data)

    def on_message_complete(self) -> None:
        message, self._message = self._message, None
        assert message is not None
        if self._taker is not None:
            taker, self._taker = self._taker, None
            trailers, self._headers = self._headers, {}
            taker.end(trailers)
            return
        message.trailers, self._headers = self._headers, {}
        message.body = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces, self._size = [], 0
        self._api.receive(message)

    def answer(self, status: int, body: bytes, head: bytes = _JSON) -> None:
        """Answer the request; ``head`` are header lines, each with its end."""
        if self._transport.is_closing():
            return
        start = b"HTTP/1.1 %d %b\r\nContent-Length: %d\r\n%b\r\n" % (status, _REASONS[status], len(body), head)
        self._transport.write(start + body)


async def listen(api: Api, host: str, registry: set[Connection]) -> tuple[asyncio.Server, int]:
    """Serve ``api`` on a free port of this address. Raises OSError."""
    server = await asyncio.get_running_loop().create_server(lambda: Connection(api, registry), host, 0)
    port: int = server.sockets[0].getsockname()[1]
    return server, port
