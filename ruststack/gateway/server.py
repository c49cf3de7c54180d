"""Listens, keeps the set of open connections, sweeps silent ones, drains."""

from __future__ import annotations

import asyncio
import resource
from typing import Final

from ruststack.gateway.answers import Gateway
from ruststack.gateway.edge import Connection
from ruststack.gateway.limits import Limits

_BACKLOG: Final = 2048
_SWEEP_S: Final = 1.0


class Server:
    """The listening socket and its connections. One timer serves all of them."""

    def __init__(self, gateway: Gateway, limits: Limits | None = None) -> None:
        self.connections: set[Connection] = set()
        self._gateway = gateway
        self._limits = limits or Limits()
        self._listeners: list[asyncio.Server] = []
        self._timer: asyncio.TimerHandle | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen on one more address; the bound port. Raises OSError when the port is taken."""
        loop = asyncio.get_running_loop()
        _raise_file_limit()
        listener = await loop.create_server(
            lambda: Connection(self._gateway, self._limits, self.connections, loop), host, port, backlog=_BACKLOG
        )
        self._listeners.append(listener)
        if self._timer is None:
            self._timer = loop.call_later(_SWEEP_S, self._tick)
        bound: int = listener.sockets[0].getsockname()[1]
        return bound

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        self.sweep(loop.time())
        self._timer = loop.call_later(_SWEEP_S, self._tick)

    def sweep(self, now: float) -> None:
        """Close the connections whose clients have been silent for too long."""
        for connection in tuple(self.connections):
            connection.sweep(now)

    async def stop(self, drain_timeout_s: float) -> None:
        """Take no more connections, answer what has been asked for at most this long, then close what is left."""
        for listener in self._listeners:
            listener.close()
        if self._timer is not None:
            self._timer.cancel()
        for connection in tuple(self.connections):
            connection.drain()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + drain_timeout_s
        while self.connections and loop.time() < deadline:
            await asyncio.sleep(0.01)
        for connection in tuple(self.connections):
            connection.abort()


def _raise_file_limit() -> None:
    """Each connection is a file; the usual soft limit of 1,024 would refuse a busy test run."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard and soft < 65536:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else 65536, hard))
