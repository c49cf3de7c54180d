"""Where an HTTP response ends: just enough of the framing rules for a client that throws bodies away."""

from __future__ import annotations

import re
from typing import NamedTuple

CHUNKED = -1
UNTIL_CLOSE = -2

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_IS_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_IS_LAST = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


class Head(NamedTuple):
    """Where a response's body starts, how long it is (or CHUNKED, UNTIL_CLOSE), and whether the connection ends."""

    status: bytes
    body_start: int
    body_length: int
    closes: bool


def read_head(data: bytes, has_body: bool) -> Head | None:
    """The head at the start of ``data``, or None if it is not all there yet."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    status = data[9:12]
    closes = _IS_LAST.search(data, 0, end + 2) is not None or data[:8] == b"HTTP/1.0"
    if not has_body or status in (b"204", b"304"):
        return Head(status, end + 4, 0, closes)
    length = _LENGTH.search(data, 0, end + 2)
    if length:
        return Head(status, end + 4, int(length[1]), closes)
    if _IS_CHUNKED.search(data, 0, end + 2):
        return Head(status, end + 4, CHUNKED, closes)
    return Head(status, end + 4, UNTIL_CLOSE, True)


def ends_chunks(tail: bytes) -> bool:
    """Whether these are the last bytes of a chunked body (a body that imitates them would fool it; ours don't)."""
    return tail.endswith(b"0\r\n\r\n")
