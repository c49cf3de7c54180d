"""Event streams (application/vnd.amazon.eventstream), frame by frame.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html (the frame and its CRCs), and
Smithy's specification of Amazon Event Stream (the types of header values).
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_PRELUDE, _CRC = 12, 4
_TRUE, _FALSE, _BYTES, _TEXT = 0, 1, 6, 7
_FIXED = {2: ("@byte", 1), 3: ("@short", 2), 4: ("@integer", 4), 5: ("@long", 8), 8: ("@timestamp", 8)}
_UUID = 9


@dataclass(frozen=True, slots=True)
class Frame:
    """One message; a header's value that is not text is ``{"@short": 1}``. ``is_whole``: both its CRCs are right."""

    headers: dict[str, Any]
    payload: bytes
    is_whole: bool


def frames(body: bytes) -> Iterator[Frame]:
    """The messages of a stream. Raises ValueError where it is not one."""
    while body:
        if len(body) < _PRELUDE + _CRC:
            raise ValueError("it ends too early")
        total, headers, prelude_crc = struct.unpack(">III", body[:_PRELUDE])
        start, end = _PRELUDE + headers, total - _CRC
        if total > len(body) or start > end:
            raise ValueError("a frame is longer than the stream")
        is_whole = prelude_crc == zlib.crc32(body[:8]) and body[end:total] == zlib.crc32(body[:end]).to_bytes(_CRC)
        yield Frame(dict(_headers(body[_PRELUDE:start])), body[start:end], is_whole)
        body = body[total:]


def decode(body: bytes) -> list[Any]:
    """``[{headers: {...}, payload: text or JSON}]``. Raises ValueError."""
    return [{"headers": each.headers, "payload": _payload(each.payload)} for each in frames(body)]


def is_whole(body: bytes) -> bool:
    """It is an event stream, and the CRCs of every frame are right."""
    try:
        return all(each.is_whole for each in frames(body))
    except ValueError:
        return False


def _headers(block: bytes) -> Iterator[tuple[str, Any]]:
    while block:
        size = block[0]
        name, kind, rest = block[1 : 1 + size].decode(), block[1 + size : 2 + size], block[2 + size :]
        if not kind:
            raise ValueError("a header without a value")
        value, used = _value(kind[0], rest)
        yield name, value
        block = rest[used:]


def _value(kind: int, rest: bytes) -> tuple[Any, int]:
    if kind in (_TRUE, _FALSE):
        return kind == _TRUE, 0
    if kind in _FIXED:
        name, size = _FIXED[kind]
        return {name: int.from_bytes(_exactly(rest, size), signed=True)}, size
    if kind == _UUID:
        return {"@uuid": _exactly(rest, 16).hex()}, 16
    if kind not in (_BYTES, _TEXT):
        raise ValueError("a header of an unknown type")
    size = int.from_bytes(_exactly(rest, 2))
    value = _exactly(rest[2:], size)
    return value.decode() if kind == _TEXT else {"@bytes": value.hex()}, 2 + size


def _exactly(block: bytes, size: int) -> bytes:
    if len(block) < size:
        raise ValueError("it ends too early")
    return block[:size]


def _payload(payload: bytes) -> Any:
    if payload[:1] in (b"{", b"["):
        try:
            return json.loads(payload)
        except ValueError:
            pass
    return payload.decode("utf-8", "backslashreplace")
