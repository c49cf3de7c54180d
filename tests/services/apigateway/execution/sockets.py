"""A WebSocket client on a blocking socket, with wsproto."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Ping,
    Pong,
    RejectConnection,
    RejectData,
    Request,
    TextMessage,
)


class Client:
    """Connects at once. ``status`` is 101, or what the server has refused with; ``body`` is its answer then."""

    def __init__(self, endpoint: str, host: str, target: str, **headers: str) -> None:
        place = urlsplit(endpoint)
        self.socket = socket.create_connection((place.hostname, place.port), timeout=60)
        self.protocol = WSConnection(ConnectionType.CLIENT)
        given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        self.socket.sendall(self.protocol.send(Request(host=host, target=target, extra_headers=given)))
        self._events: list[Any] = []
        self.status, self.body = 101, b""
        first = self.event()
        if isinstance(first, RejectConnection):
            self.status = first.status_code
            while isinstance(piece := self.event(), RejectData):
                self.body += piece.data
                if piece.body_finished:
                    break
        else:
            assert isinstance(first, AcceptConnection)

    def event(self) -> Any:
        """What comes next from the server."""
        while not self._events:
            data = self.socket.recv(65536)
            self.protocol.receive_data(data or None)
            self._events += self.protocol.events()
        return self._events.pop(0)

    def send(self, message: str | bytes) -> None:
        kind = TextMessage if isinstance(message, str) else BytesMessage
        self.socket.sendall(self.protocol.send(kind(message)))  # type: ignore[arg-type]

    def message(self) -> str | bytes:
        """The next whole message."""
        pieces: list[Any] = []
        while True:
            event = self.event()
            assert isinstance(event, TextMessage | BytesMessage), event
            pieces.append(event.data)
            if event.message_finished:
                return ("" if isinstance(event, TextMessage) else b"").join(pieces)

    def ping(self) -> bytes:
        self.socket.sendall(self.protocol.send(Ping(b"there?")))
        event = self.event()
        assert isinstance(event, Pong)
        return bytes(event.payload)

    def close(self) -> int:
        """Say goodbye; the code that the server says it with."""
        self.socket.sendall(self.protocol.send(CloseConnection(1000, "done")))
        return self.closed()

    def closed(self) -> int:
        """The code with which the server ends it."""
        event = self.event()
        assert isinstance(event, CloseConnection), event
        return int(event.code)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()
