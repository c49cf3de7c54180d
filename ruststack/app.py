"""The composition root: builds stores, services, gateway and admin, and wires them; nothing else wires."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable
from typing import Any

from ruststack.config import Config
from ruststack.core.blobs import Blobs
from ruststack.core.clock import Clock
from ruststack.core.context import Event, Input, Output, World
from ruststack.core.ids import Ids
from ruststack.gateway.mount import Mount
from ruststack.gateway.pipeline import Pipeline
from ruststack.gateway.server import Server
from ruststack.log import RequestLog
from ruststack.services import SERVICES


class App:
    """One emulator: its state, its services and its server.

    ``settings`` is the frozen Config; ``log`` notes requests and failures. Services, and the admin app, are imported
    when they are first asked for.
    """

    def __init__(self, settings: Config, log: RequestLog | None = None) -> None:
        self.settings = settings
        log = log or RequestLog(settings.log)
        self.clock = Clock()
        self.ids = Ids()
        self.blobs = Blobs()
        self.world = World(self.clock, self.ids, self.blobs, self.call, self.emit, settings)
        self.mounts: dict[str, Mount] = {}
        self.pipeline = Pipeline(
            self.world, self.mount, log=None if settings.log == "off" else log.request, on_crash=log.crashed
        )
        self.server = Server(self.pipeline)
        self._states: dict[str, Any] = {}

    def mount(self, name: str) -> Mount | None:
        """The service of that name, imported at first use; None if there is none."""
        mount = self.mounts.get(name)
        if mount is None and name in SERVICES:
            service = importlib.import_module(SERVICES[name]).service
            mount = Mount(service, lambda account, region: self._states.setdefault(name, service.state()))
            self.mounts[name] = mount
        return mount

    def call(
        self, service: str, operation: str, params: Input, *, account: str, region: str
    ) -> Output | Awaitable[Output]:
        """One service calling another."""
        raise NotImplementedError

    def emit(self, event: Event) -> None:
        """Tell the listeners."""

    async def start(self, host: str, port: int) -> int:
        """Listen on ``host``; port 0 takes a free one. Returns the bound port. Raises OSError if it is taken."""
        return await self.server.start(host, port)

    async def stop(self, drain_timeout_s: float) -> None:
        """Stop listening, let requests under way finish for at most ``drain_timeout_s``, then close what is left."""
        await self.server.stop(drain_timeout_s)

    def reset(self) -> None:
        """Forget all state; clock and seed go back to their start."""
        self._states.clear()

    def snapshot(self) -> Any:
        """The whole state as a value that ``restore`` takes back; later changes do not reach it."""
        raise NotImplementedError

    def restore(self, snapshot: Any) -> None:
        """Put the state of ``snapshot`` back; it can be restored again later."""
        raise NotImplementedError
