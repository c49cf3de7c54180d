"""CBOR (RFC 8949), as far as Smithy's RPC v2 uses it; strict about input from strangers."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ruststack.protocol.timestamps import epoch_seconds

MAX_DEPTH = 64
_BREAK = object()
_FLOATS = {25: (">e", 2), 26: (">f", 4), 27: (">d", 8)}
_SIMPLE = {20: False, 21: True, 22: None, 23: None}


class NotCbor(ValueError):
    """The bytes are no single, whole CBOR item, or nest too deeply."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tagged item; tag 1 is seconds since the epoch."""

    tag: int
    value: Any


@dataclass(frozen=True, slots=True)
class Embedded:
    """An item that is encoded already."""

    encoded: bytes


def encode(value: Any) -> bytes:
    """Raises TypeError for what CBOR has no form of."""
    parts: list[bytes] = []
    _encode(value, parts)
    return b"".join(parts)


def _head(major: int, number: int) -> bytes:
    first = major << 5
    if number < 24:
        return bytes((first | number,))
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << (8 * size):
            return bytes((first | info,)) + number.to_bytes(size, "big")
    raise TypeError(f"CBOR has no form of {number}")


def _encode(value: Any, parts: list[bytes]) -> None:
    if isinstance(value, str):
        encoded = value.encode()
        parts += (_head(3, len(encoded)), encoded)
    elif isinstance(value, bool) or value is None:
        parts.append(b"\xf6" if value is None else b"\xf5" if value else b"\xf4")
    elif isinstance(value, int):
        parts.append(_head(0, value) if value >= 0 else _head(1, -1 - value))
    elif isinstance(value, float):
        parts.append(b"\xfb" + struct.pack(">d", value))
    elif isinstance(value, bytes | bytearray | memoryview):
        parts += (_head(2, len(value)), bytes(value))
    elif isinstance(value, dict):
        parts.append(_head(5, len(value)))
        for key, entry in value.items():
            _encode(key, parts)
            _encode(entry, parts)
    elif isinstance(value, list | tuple):
        parts.append(_head(4, len(value)))
        for entry in value:
            _encode(entry, parts)
    elif isinstance(value, datetime):
        parts.append(_head(6, 1))
        _encode(epoch_seconds(value), parts)
    elif isinstance(value, Embedded):
        parts.append(value.encoded)
    else:
        raise TypeError(f"CBOR has no form of {type(value).__name__}")


def decode(data: bytes) -> Any:
    """The one item that the bytes hold. Raises NotCbor."""
    decoder = _Decoder(data)
    try:
        item = decoder.item(0)
    except (IndexError, struct.error, UnicodeDecodeError) as error:
        raise NotCbor(str(error)) from error
    if item is _BREAK or decoder.at != len(data):
        raise NotCbor("not one whole item")
    return item


class _Decoder:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        piece = self.data[self.at : self.at + size]
        if len(piece) < size:
            raise NotCbor("the data ends too early")
        self.at += size
        return piece

    def number(self, info: int) -> int:
        if info < 24:
            return info
        if info > 27:
            raise NotCbor(f"no length: {info}")
        return int.from_bytes(self.take(1 << (info - 24)), "big")

    def item(self, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise NotCbor("too deep")
        first = self.data[self.at]
        self.at += 1
        major, info = first >> 5, first & 31
        if major == 0:
            return self.number(info)
        if major == 1:
            return -1 - self.number(info)
        if major == 2:
            return self.string(major, info)
        if major == 3:
            return self.string(major, info).decode()
        if major == 4:
            return self.array(info, depth)
        if major == 5:
            return self.map(info, depth)
        if major == 6:
            return Tagged(self.number(info), self.item(depth + 1))
        return self.simple(info)

    def string(self, major: int, info: int) -> bytes:
        if info != 31:
            return self.take(self.number(info))
        pieces = []
        while (first := self.take(1)[0]) != 0xFF:
            if first >> 5 != major or first & 31 == 31:
                raise NotCbor("a piece of another type")
            pieces.append(self.take(self.number(first & 31)))
        return b"".join(pieces)

    def array(self, info: int, depth: int) -> list[Any]:
        result: list[Any] = []
        count = None if info == 31 else self.number(info)
        if count is not None and count > len(self.data):
            raise NotCbor("more items than bytes")
        while count is None or len(result) < count:
            item = self.item(depth + 1)
            if item is _BREAK:
                if count is not None:
                    raise NotCbor("a break out of place")
                break
            result.append(item)
        return result

    def map(self, info: int, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        left = -1 if info == 31 else self.number(info)
        while left:
            key = self.item(depth + 1)
            if key is _BREAK and left < 0:
                break
            value = self.item(depth + 1)
            if not isinstance(key, str) or value is _BREAK:
                raise NotCbor("a key that is no text, or a break out of place")
            result[key] = value
            left -= 1
        return result

    def simple(self, info: int) -> Any:
        if info in _SIMPLE:
            return _SIMPLE[info]
        if info in _FLOATS:
            form, size = _FLOATS[info]
            return struct.unpack(form, self.take(size))[0]
        if info == 31:
            return _BREAK
        raise NotCbor(f"no simple value: {info}")
