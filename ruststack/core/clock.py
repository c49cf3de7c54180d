"""The only source of time: real by default, and freezable, movable and steppable for tests."""

from __future__ import annotations

import time


class Clock:
    """Seconds since the epoch as a float. ``freeze`` stops it, ``advance`` moves it, ``resume`` lets it run on."""

    __slots__ = ("_frozen_at", "_offset_s")

    def __init__(self) -> None:
        self._offset_s = 0.0
        self._frozen_at: float | None = None

    def now(self) -> float:
        """The current virtual time in seconds since the epoch."""
        if self._frozen_at is not None:
            return self._frozen_at
        return time.time() + self._offset_s

    @property
    def is_frozen(self) -> bool:
        return self._frozen_at is not None

    def freeze(self, at: float | None = None) -> None:
        """Stop time at ``at`` (seconds since the epoch), or at the current instant."""
        self._frozen_at = self.now() if at is None else at

    def advance(self, seconds: float) -> None:
        """Move time forward by ``seconds``; a frozen clock stays frozen at the new instant."""
        if self._frozen_at is not None:
            self._frozen_at += seconds
        else:
            self._offset_s += seconds

    def resume(self) -> None:
        """Let time run on from where it stands."""
        if self._frozen_at is not None:
            self._offset_s = self._frozen_at - time.time()
            self._frozen_at = None
