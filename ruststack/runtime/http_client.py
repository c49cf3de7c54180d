"""A small HTTP/1.1 client for children of ours and engines beside us: connections are kept and used again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Final

import httptools

from ruststack.core.http import Response

_READ_BYTES: Final = 64 * 1024
_KEPT: Final = 32
_OF_THE_CONNECTION: Final = frozenset((b"connection", b"transfer-encoding", b"keep-alive"))

Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Client:
    """Sends requests to one server. For each request under way there is a connection; 32 idle ones are kept.

    With TLS, the server's certificate is checked as the machine's own store asks.
    """

    def __init__(self, host: str, port: int, *, has_tls: bool = False) -> None:
        self._host = host
        self._port = port
        self._tls = True if has_tls else None
        self._idle: list[Pair] = []
        self._keeps = True

    async def send(
        self, method: str, target: str, headers: Iterable[tuple[bytes, bytes]], body: Iterable[bytes], length: int
    ) -> Response:
        """The answer; its body is whole, with no framing. ``length`` is the body's, in bytes.

        Raises OSError, EOFError when the connection ends too early, httptools.HttpParserError for what is no HTTP.
        """
        head = [f"{method} {target} HTTP/1.1".encode("latin-1"), *(name + b": " + value for name, value in headers)]
        head += [b"content-length: %d" % length, b"", b""]
        reader, writer = await self._connection()
        answer = _Answer(method)
        try:
            writer.write(b"\r\n".join(head))
            for piece in body:
                writer.write(piece)
                await writer.drain()
            response = await answer.read(reader)
        except BaseException:
            writer.close()
            raise
        if answer.is_kept and self._keeps and len(self._idle) < _KEPT:
            self._idle.append((reader, writer))
        else:
            writer.close()
        return response

    def close(self) -> None:
        """Close what is idle, and from now on keep nothing."""
        self._keeps = False
        while self._idle:
            self._idle.pop()[1].close()

    async def _connection(self) -> Pair:
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return await asyncio.open_connection(self._host, self._port, ssl=self._tls)


class _Answer:
    """Reads one response with httptools, which calls the methods whose names begin with ``on_``."""

    def __init__(self, method: str) -> None:
        self.is_kept = False
        self._is_head = method == "HEAD"
        self._parser: Any = httptools.HttpResponseParser(self)
        self._headers: list[tuple[str, str]] = []
        self._pieces: list[bytes] = []
        self._is_whole = False

    async def read(self, reader: asyncio.StreamReader) -> Response:
        while not self._is_whole:
            data = await reader.read(_READ_BYTES)
            if not data:
                raise EOFError("the connection ended before the answer did")
            self._parser.feed_data(data)
        return Response(self._parser.get_status_code(), self._headers, b"".join(self._pieces))

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() not in _OF_THE_CONNECTION:
            self._headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        self.is_kept = not self._is_head and self._parser.should_keep_alive()
        self._is_whole = self._is_head

    def on_body(self, body: bytes) -> None:
        self._pieces.append(body)

    def on_message_complete(self) -> None:
        self._is_whole = True
