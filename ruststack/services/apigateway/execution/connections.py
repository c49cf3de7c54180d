"""The WebSockets that are open, by connection id. They are no state: a reset or a restart leaves none.

Source: developer guide, "Use @connections commands in your backend service".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from ruststack.core.context import World
from ruststack.core.sockets import Socket


@dataclass(slots=True, eq=False)
class Open:
    """One connection. Times are the clock's seconds; ``authorizer`` is what an authorizer told of it."""

    id: str
    api_id: str
    stage: str
    source_ip: str
    user_agent: str
    connected_at: float
    active_at: float
    authorizer: dict[str, Any] | None = None
    socket: Socket | None = None

    def described(self) -> dict[str, Any]:
        """As GetConnection tells it."""
        return {
            "ConnectedAt": int(self.connected_at),
            "Identity": {"SourceIp": self.source_ip, "UserAgent": self.user_agent},
            "LastActiveAt": int(self.active_at),
        }


_open: WeakKeyDictionary[World, dict[str, Open]] = WeakKeyDictionary()


def connections(world: World) -> dict[str, Open]:
    """The open connections of a server, by id."""
    return _open.setdefault(world, {})
