"""Messages of ``application/vnd.amazon.eventstream``: headers, payload and two checksums.

Source: the Smithy specification of the Amazon event stream format.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ruststack.protocol.timestamps import epoch_seconds

CONTENT_TYPE = "application/vnd.amazon.eventstream"


class Int(int):
    """A header value of 32 bits; other ints take 64."""


def message(headers: Mapping[str, Any], payload: bytes = b"") -> bytes:
    """One message. Header values are text, bytes, bool, int, Int or datetime. Raises TypeError for others."""
    encoded = b"".join([_header(name, value) for name, value in headers.items()])
    prelude = struct.pack(">II", len(encoded) + len(payload) + 16, len(encoded))
    head = prelude + struct.pack(">I", zlib.crc32(prelude)) + encoded
    return b"".join((head, payload, struct.pack(">I", zlib.crc32(payload, zlib.crc32(head)))))


def _header(name: str, value: Any) -> bytes:
    encoded = name.encode()
    return bytes((len(encoded),)) + encoded + _value(value)


def _value(value: Any) -> bytes:
    if isinstance(value, str):
        encoded = value.encode()
        return struct.pack(">BH", 7, len(encoded)) + encoded
    if isinstance(value, bool):
        return b"\x00" if value else b"\x01"
    if isinstance(value, Int):
        return struct.pack(">Bi", 4, value)
    if isinstance(value, int):
        return struct.pack(">Bq", 5, value)
    if isinstance(value, bytes):
        return struct.pack(">BH", 6, len(value)) + value
    if isinstance(value, datetime):
        return struct.pack(">Bq", 8, round(epoch_seconds(value) * 1000))
    raise TypeError(f"no event stream header: {type(value).__name__}")
