"""Token buckets on the emulator's clock: how many requests a second pass, and how many at once."""

from __future__ import annotations


class Buckets:
    """One bucket for each key. They are no state: a new deployment begins with full ones."""

    def __init__(self) -> None:
        self._levels: dict[object, tuple[float, float]] = {}

    def take(self, key: object, now: float, rate: float, burst: float) -> bool:
        """Take one request out; False if there is none. ``rate`` is what flows in a second, ``burst`` what it holds."""
        level, since = self._levels.get(key, (burst, now))
        level = min(burst, level + max(0.0, now - since) * rate)
        if level < 1.0:
            self._levels[key] = (level, now)
            return False
        self._levels[key] = (level - 1.0, now)
        return True
