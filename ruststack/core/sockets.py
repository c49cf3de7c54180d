"""WebSockets, as those who serve them see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ruststack.core.http import Response


class Socket(Protocol):
    """One open WebSocket. Both methods may be called after it has closed, and then do nothing."""

    def send(self, message: str | bytes) -> None:
        """Send a whole message."""
        ...

    def close(self, code: int, reason: str = "") -> None:
        """Say goodbye; what the client sends from then on is not heard."""
        ...


class Receiver(Protocol):
    """Who serves a WebSocket."""

    def received(self, message: str | bytes) -> None:
        """The client has sent a whole message."""
        ...

    def closed(self, code: int, reason: str) -> None:
        """It is over; told once. 1006 if the client went away without a word, 1001 if it was silent for too long."""
        ...


class Upgraded(Response):
    """The answer that makes a connection a WebSocket. ``open`` is called as soon as it is one."""

    __slots__ = ("open",)

    def __init__(self, headers: list[tuple[str, str]], open: Callable[[Socket], Receiver]) -> None:
        super().__init__(101, headers)
        self.open = open


def is_offer(headers: dict[str, str]) -> bool:
    """Whether a request's headers offer to go on as a WebSocket."""
    return (
        headers.get("upgrade", "").lower() == "websocket"
        and "upgrade" in headers.get("connection", "").lower()
        and headers.get("sec-websocket-version") == "13"
        and bool(headers.get("sec-websocket-key"))
    )
