"""The composition root: builds stores, services, gateway and admin, and wires them; nothing else wires."""

from __future__ import annotations

from typing import Any


class App:
    """One emulator: its state, its services and its server.

    ``settings`` is the frozen Config. Services, and the admin app, are imported when they are first asked for.
    """

    def __init__(self, settings: Any) -> None:
        self.settings = settings

    async def start(self, host: str, port: int) -> int:
        """Listen on ``host``; port 0 takes a free one. Returns the bound port. Raises OSError if it is taken."""
        raise NotImplementedError

    async def stop(self, drain_timeout_s: float) -> None:
        """Stop listening, let requests under way finish for at most ``drain_timeout_s``, then close what is left."""
        raise NotImplementedError

    def reset(self) -> None:
        """Forget all state; clock and seed go back to their start."""
        raise NotImplementedError

    def snapshot(self) -> Any:
        """The whole state as a value that ``restore`` takes back; later changes do not reach it."""
        raise NotImplementedError

    def restore(self, snapshot: Any) -> None:
        """Put the state of ``snapshot`` back; it can be restored again later."""
        raise NotImplementedError
