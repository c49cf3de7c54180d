"""What a table held at a moment of the last days, while point-in-time recovery is on.

The table remembers what each change replaced; undoing the changes from the last to the first leads back.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any, NamedTuple

DAY_S = 24 * 3600.0


def seconds(moment: Any) -> float:
    """A time of a request, in seconds since the epoch."""
    return float(moment.timestamp() if hasattr(moment, "timestamp") else moment)


class Change(NamedTuple):
    """A change of one place: when, and the item that was there before (as it is encoded), if there was one."""

    at: float
    token: bytes
    sort: bytes
    before: bytes | None


@dataclass(slots=True)
class History:
    """Changes since ``since``, kept for ``days``."""

    since: float
    days: int = 35
    changes: deque[Change] = field(default_factory=deque)

    def note(self, change: Change) -> None:
        """Remember a change, and forget what is too old to be asked for."""
        self.changes.append(change)
        oldest = self.earliest(change.at)
        while self.changes[0].at < oldest:
            self.changes.popleft()

    def earliest(self, now: float) -> float:
        """The first moment that can be restored."""
        return max(self.since, now - self.days * DAY_S)
