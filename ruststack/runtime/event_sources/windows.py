"""Tumbling windows: what a function makes of all records of one stretch of time, handed on from batch to batch.

Source: Lambda developer guide, "Implementing stateful DynamoDB stream processing in Lambda" (services-ddb-windows).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, NamedTuple

import orjson

# Source: as above: "Your state can be a maximum of 1 MB per shard. If it exceeds that size, Lambda terminates the
# window early."
_STATE_BYTES: Final = 1024 * 1024
_FRESH: Final = "{}"


class Window(NamedTuple):
    """A window that is open: from ``start`` to ``end`` (seconds), with the function's state as JSON text."""

    start: float
    end: float
    state: str = _FRESH

    def holds(self, came: float) -> bool:
        """Whether a record of that time belongs to it."""
        return self.start <= came < self.end

    @property
    def is_too_large(self) -> bool:
        return len(self.state.encode()) > _STATE_BYTES

    def afresh(self) -> Window:
        """The same window with an empty state."""
        return self._replace(state=_FRESH)

    def after(self, payload: bytes) -> Window:
        """With the state that a function has answered. Raises ValueError when it has answered none."""
        told = orjson.loads(payload or b"null")
        if not isinstance(told, dict) or told.get("state") is None:
            raise ValueError("no state")
        return self._replace(state=orjson.dumps(told["state"]).decode())

    def members(self, shard: str, source: str, *, is_final: bool = False, is_early: bool = False) -> bytes:
        """What an event says of the window beside its records, as JSON without the outer braces."""
        told = {
            "window": {"start": _time(self.start), "end": _time(self.end)},
            "state": orjson.Fragment(self.state),
            "shardId": shard,
            "eventSourceARN": source,
            "isFinalInvokeForWindow": is_final,
            "isWindowTerminatedEarly": is_early,
        }
        return orjson.dumps(told)[1:-1]


def window_of(came: float, size_s: int) -> Window:
    """The window to which a record of that time belongs. They begin at multiples of their size."""
    start = came // size_s * size_s
    return Window(start, start + size_s)


def _time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"
