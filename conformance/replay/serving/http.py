"""HTTP/1.1 as a client of AWS wants it: raw path, header case and order kept, `Expect` answered, connections kept.

One connection is one asyncio protocol over httptools. Bodies are digested as they come; large answers are written as
fast as the client reads.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httptools

from conformance.exchange import Headers, Request, Response, header
from conformance.replay.serving.payload import Payload

Answer = Callable[[Request, Payload], Response]

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_PIECE_BYTES = 256 * 1024
_BACKLOG = 512


class Connection(asyncio.Protocol):
    """One client. ``answer`` knows what to say; ``open_ones`` holds the transports to close at the end."""

    def __init__(self, answer: Answer, open_ones: set[asyncio.Transport]) -> None:
        self._answer = answer
        self._open = open_ones
        self._parser: Any = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport
        self._target = b""
        self._headers: list[tuple[str, str]] = []
        self._request: Request | None = None
        self._payload = Payload(())
        self._waiting: list[tuple[Request, Payload, bool]] = []
        self._task: asyncio.Task[None] | None = None
        self._room = asyncio.Event()
        self._room.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._open.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._open.discard(self._transport)
        if self._task is not None:
            self._task.cancel()

    def pause_writing(self) -> None:
        self._room.clear()

    def resume_writing(self) -> None:
        self._room.set()

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._transport.close()  # answered; nobody here speaks what the client offers besides
        except httptools.HttpParserError:
            self._transport.write(_head(Response(400, "Bad Request", (("Content-Length", "0"),)), is_kept=False))
            self._transport.close()

    # httptools' side

    def on_message_begin(self) -> None:
        self._target, self._headers = b"", []

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        headers: Headers = tuple(self._headers)
        target = self._target.decode("latin-1")
        if "://" in target.partition("?")[0] and not target.startswith("/"):
            target = "/" + target.partition("://")[2].partition("/")[2]
        self._request = Request(self._parser.get_method().decode("latin-1"), target, headers)
        self._payload = Payload(headers)
        if "100-continue" in (header(headers, "expect") or "").lower() and not self._waiting:
            self._transport.write(_CONTINUE)

    def on_body(self, data: bytes) -> None:
        self._payload.feed(data)

    def on_message_complete(self) -> None:
        assert self._request is not None
        self._waiting.append((self._request, self._payload.finish(), self._parser.should_keep_alive()))
        if self._task is None:
            self._go_on()

    # answers, in the order of the requests

    def _go_on(self) -> None:
        while self._waiting and not self._transport.is_closing():
            request, payload, is_kept = self._waiting.pop(0)
            response = self._answer(request, payload)
            body = b"" if request.method == "HEAD" or response.status in (204, 304) else response.body
            head = _head(response, is_kept)
            if len(body) > _PIECE_BYTES:
                self._transport.pause_reading()
                self._task = asyncio.get_running_loop().create_task(self._write(head, body, is_kept))
                return
            self._transport.write(head + body)
            if not is_kept:
                self._transport.close()

    async def _write(self, head: bytes, body: bytes, is_kept: bool) -> None:
        self._transport.write(head)
        for start in range(0, len(body), _PIECE_BYTES):
            await self._room.wait()
            self._transport.write(body[start : start + _PIECE_BYTES])
        self._task = None
        if not is_kept:
            self._transport.close()
        elif not self._transport.is_closing():
            self._transport.resume_reading()
            self._go_on()


def _head(response: Response, is_kept: bool) -> bytes:
    lines = [f"HTTP/1.1 {response.status} {response.reason}".rstrip()]
    lines += [f"{name}: {value}" for name, value in response.headers]
    if not is_kept:
        lines.append("Connection: close")
    return "\r\n".join((*lines, "", "")).encode("latin-1", "replace")


class Server:
    """Listens on one address."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._open: set[asyncio.Transport] = set()
        self._listener: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; port 0 takes a free one. Returns the bound port. Raises OSError when it is taken."""
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(
            lambda: Connection(self._answer, self._open), host, port, backlog=_BACKLOG
        )
        bound: int = self._listener.sockets[0].getsockname()[1]
        return bound

    async def stop(self) -> None:
        """Take no more connections, and close those that are open."""
        if self._listener is not None:
            self._listener.close()
            for transport in tuple(self._open):
                transport.abort()  # a client that does not read would keep it open
            await self._listener.wait_closed()


@contextlib.contextmanager
def running(answer: Answer, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """A server in a thread of its own, at the URL that is given back. Raises OSError when the port is taken."""
    started = threading.Event()
    found: dict[str, Any] = {}

    async def serve() -> None:
        server, over = Server(answer), asyncio.Event()
        try:
            found["port"] = await server.start(host, port)
            found["loop"], found["over"] = asyncio.get_running_loop(), over
        except OSError as error:
            found["error"] = error
            return
        finally:
            started.set()
        await over.wait()
        await server.stop()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), name="replay", daemon=True)
    thread.start()
    started.wait()
    if "error" in found:
        raise found["error"]
    try:
        yield f"http://{host}:{found['port']}"
    finally:
        found["loop"].call_soon_threadsafe(found["over"].set)
        thread.join()
