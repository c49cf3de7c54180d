"""The only source of time: real by default, and freezable, movable and steppable for tests."""

from __future__ import annotations

import time


class Clock:
    """Seconds since the epoch as a float. ``freeze`` stops it, ``advance`` moves it, ``resume`` lets it run on."""

    __slots__ = ("_frozen_at", "_offset_s", "_pinned_at")

    def __init__(self) -> None:
        self._offset_s = 0.0
        self._frozen_at: float | None = None
        self._pinned_at: float | None = None

    def now(self) -> float:
        """The current virtual time in seconds since the epoch."""
        if self._pinned_at is not None:
            return self._pinned_at
        if self._frozen_at is not None:
            return self._frozen_at
        return time.time() + self._offset_s

    @property
    def is_frozen(self) -> bool:
        return self._frozen_at is not None

    @property
    def offset_s(self) -> float:
        """How far virtual time is ahead of the machine's."""
        return self.now() - time.time()

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

    def reset(self) -> None:
        """Back to the machine's own time."""
        self._offset_s, self._frozen_at, self._pinned_at = 0.0, None, None

    def pin(self, at: float | None) -> None:
        """Show one instant, whatever the clock does, while a journaled operation runs; None lets go."""
        self._pinned_at = at

    def setting(self) -> tuple[float, float | None]:
        """How the clock is set, for `restore`."""
        return self._offset_s, self._frozen_at

    def restore(self, setting: tuple[float, float | None]) -> None:
        """Set the clock as it was when ``setting`` was taken; an unfrozen clock has run on meanwhile."""
        self._offset_s, self._frozen_at = setting
