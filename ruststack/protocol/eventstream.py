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


Message = tuple[dict[str, Any], bytes]


def split(data: bytes) -> tuple[list[Message], bytes]:
    """The whole messages at the start of ``data``, as headers and payload, and what is left over.

    Header values of text, bytes, numbers and truth are read; a time is its milliseconds. Raises ValueError for what is
    no message.
    """
    found: list[Message] = []
    while len(data) >= 12:
        total, size, check = struct.unpack_from(">III", data)
        if check != zlib.crc32(data[:8]) or total < size + 16:
            raise ValueError("this is no event stream")
        if len(data) < total:
            break
        if zlib.crc32(data[: total - 4]) != int.from_bytes(data[total - 4 : total], "big"):
            raise ValueError("a message of the event stream is damaged")
        found.append((_headers(data[12 : 12 + size]), data[12 + size : total - 4]))
        data = data[total:]
    return found, data


_WIDTHS = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}


def _headers(data: bytes) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    while data:
        end = 1 + data[0]
        name, kind = data[1:end].decode(), data[end]
        start = end + 1
        if kind in (6, 7):
            width = int.from_bytes(data[start : start + 2], "big")
            start += 2
        elif kind in _WIDTHS:
            width = _WIDTHS[kind]
        else:
            raise ValueError(f"the event stream has a header of type {kind}")
        value = data[start : start + width]
        headers[name] = _read(kind, value)
        data = data[start + width :]
    return headers


def _read(kind: int, value: bytes) -> Any:
    if kind in (0, 1):
        return kind == 0
    if kind == 7:
        return value.decode()
    return value if kind in (6, 9) else int.from_bytes(value, "big", signed=True)
