"""One connection after it has become a WebSocket: frames by wsproto, messages to who serves it.

Source: RFC 6455; API Gateway's quotas (messages of 128 KB, frames of 32 KB, ten minutes of silence, two hours in all).
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, Final

from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Message, Ping, TextMessage
from wsproto.utilities import LocalProtocolError, RemoteProtocolError, generate_accept_token

from ruststack.core.http import Request
from ruststack.core.sockets import Receiver, Upgraded

_LARGEST_MESSAGE: Final = 128 * 1024
_IDLE_S: Final = 600.0
_LONGEST_S: Final = 7200.0
_UNREAD_BYTES: Final = 16 * 1024 * 1024
_GONE: Final = 1006
_GOING_AWAY: Final = 1001
_TOO_BIG: Final = 1009
_BAD: Final = 1002


class Channel:
    """A `core.sockets.Socket` on a transport."""

    def __init__(
        self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, request: Request, answer: Upgraded
    ) -> None:
        self._transport = transport
        self._loop = loop
        self._protocol = Connection(ConnectionType.SERVER)
        self._pieces: list[str | bytes] = []
        self._size = 0
        self._began_at = self._active_at = loop.time()
        self._is_over = False
        transport.write(_head(request, answer))
        self._receiver: Receiver = answer.open(self)

    def send(self, message: str | bytes) -> None:
        if self._is_over or self._protocol.state is not ConnectionState.OPEN:
            return
        if self._transport.get_write_buffer_size() > _UNREAD_BYTES:
            self._transport.abort()
            return
        self._active_at = self._loop.time()
        event: TextMessage | BytesMessage = (
            BytesMessage(message) if isinstance(message, bytes) else TextMessage(message)
        )
        self._transport.write(self._protocol.send(event))

    def close(self, code: int, reason: str = "") -> None:
        if self._is_over:
            return
        with contextlib.suppress(LocalProtocolError):  # the client was quicker
            self._transport.write(self._protocol.send(CloseConnection(code, reason)))
        self._end(code, reason)

    def feed(self, data: bytes) -> None:
        """Take what the client has sent."""
        if self._is_over:
            return
        self._active_at = self._loop.time()
        try:
            self._protocol.receive_data(data)
            for event in self._protocol.events():
                self._take(event)
                if self._is_over:
                    return
        except RemoteProtocolError:
            self.close(_BAD)

    def _take(self, event: object) -> None:
        if isinstance(event, Message):
            self._take_piece(event)
        elif isinstance(event, Ping):
            self._transport.write(self._protocol.send(event.response()))
        elif isinstance(event, CloseConnection):
            # A goodbye is answered with the same; what is no frame comes here with the code that says so.
            with contextlib.suppress(LocalProtocolError):
                self._transport.write(self._protocol.send(event.response()))
            self._end(event.code, event.reason or "")

    def _take_piece(self, event: Message[Any]) -> None:
        self._pieces.append(event.data)
        self._size += len(event.data)
        if self._size > _LARGEST_MESSAGE:
            self.close(_TOO_BIG, "Message too big")
        elif event.message_finished:
            pieces, self._pieces, self._size = self._pieces, [], 0
            is_text = isinstance(event, TextMessage)
            self._receiver.received("".join(map(str, pieces)) if is_text else b"".join(map(bytes, pieces)))  # type: ignore[arg-type]

    def lost(self) -> None:
        """The connection has ended without a word."""
        self._end(_GONE, "")

    def sweep(self, now: float) -> None:
        """Close what has been silent, or open, for too long."""
        if now - self._active_at > _IDLE_S or now - self._began_at > _LONGEST_S:
            self.close(_GOING_AWAY, "Going away")

    def drain(self) -> None:
        """The server ends."""
        self.close(_GOING_AWAY, "Going away")

    def _end(self, code: int, reason: str) -> None:
        if not self._is_over:
            self._is_over = True
            self._transport.close()
            self._receiver.closed(code, reason)


def _head(request: Request, answer: Upgraded) -> bytes:
    token = generate_accept_token(request.headers["sec-websocket-key"].encode("latin-1")).decode()
    headers = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", token), *answer.headers]
    lines = ["HTTP/1.1 101 Switching Protocols", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join([line.replace("\r", " ").replace("\n", " ") for line in lines]).encode("latin-1", "replace")
