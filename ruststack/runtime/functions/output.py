"""What a worker writes, cut into log events: lines, and the frames that AWS's runtime clients mark them off by.

A frame is a type (0xa55a00, then a byte of format and level), a length, a time in microseconds and as many bytes of
text, big-endian throughout; it may hold line ends.
Source: awslambdaric and aws-lambda-ric (the log descriptor of their telemetry).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_MARK: Final = b"\xa5\x5a\x00"
_HEAD_BYTES: Final = 16
_EVENT_BYTES: Final = 256 * 1024


class Output:
    """Takes bytes as they come; ``event`` gets each event's text, with its line end."""

    def __init__(self, event: Callable[[str], None]) -> None:
        self._event = event
        self._rest = b""

    def feed(self, data: bytes) -> None:
        rest = self._rest + data if self._rest else data
        if _MARK not in rest and len(rest) < _EVENT_BYTES:
            *lines, self._rest = rest.split(b"\n")
            for line in lines:
                self._say(line + b"\n")
            return
        self._rest = rest
        while self._take():
            pass

    def flush(self) -> None:
        """The invocation is over: what has no line end gets no more."""
        rest, self._rest = self._rest, b""
        if rest:
            self._say(rest)

    def _take(self) -> bool:
        """Take one event off the front; False if it has not come whole."""
        rest = self._rest
        mark, line = rest.find(_MARK), rest.find(b"\n")
        if mark == 0:
            end = _HEAD_BYTES + int.from_bytes(rest[4:8], "big")
            if len(rest) < _HEAD_BYTES or len(rest) < end:
                return False
            self._rest = rest[end:]
            text = rest[_HEAD_BYTES:end]
            self._say(text if text.endswith(b"\n") else text + b"\n")
            return True
        end = line + 1 if line >= 0 and (mark < 0 or line < mark) else mark
        if end <= 0:
            if len(rest) < _EVENT_BYTES:
                return False
            end = _EVENT_BYTES
        self._rest = rest[end:]
        self._say(rest[:end])
        return True

    def _say(self, data: bytes) -> None:
        self._event(data.decode("utf-8", "replace"))
