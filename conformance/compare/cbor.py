"""CBOR (RFC 8949) as RPC v2 CBOR uses it, read into the same kind of tree as JSON.

A byte string is ``{"@bytes": hex}`` and a tag ``{"@tag1": value}``, so that neither is taken for text or a number.
Whether a length was given or left open is a matter of encoding, and is not in the tree.
"""

from __future__ import annotations

import math
import struct
from typing import Any

_MAX_DEPTH = 100
_OPEN = 31
_SIMPLE = {20: False, 21: True, 22: None, 23: "@undefined"}
_FLOATS = {25: (">e", 2), 26: (">f", 4), 27: (">d", 8)}
_BREAK = object()


def decode(body: bytes) -> Any:
    """The one item that the body is. Raises ValueError when it is not exactly one, or a map repeats a key."""
    reader = _Reader(body)
    value = reader.item()
    if value is _BREAK or reader.at != len(body):
        raise ValueError("not one CBOR item")
    return value


class _Reader:
    def __init__(self, body: bytes) -> None:
        self._body = body
        self.at = 0

    def item(self, depth: int = 0) -> Any:
        if depth > _MAX_DEPTH:
            raise ValueError("nested too deep")
        first = self._take(1)[0]
        major, more = first >> 5, first & 31
        if major == 7:
            return self._simple(more)
        size = None if more == _OPEN else self._argument(more)
        match major:
            case 0 | 1 if size is not None:
                return size if major == 0 else -1 - size
            case 2:
                return {"@bytes": self._string(size, major, depth).hex()}
            case 3:
                return self._string(size, major, depth).decode()
            case 4:
                return list(self._items(size, depth))
            case 5:
                return self._map(size, depth)
            case 6 if size is not None:
                return {f"@tag{size}": self._value(depth)}
        raise ValueError("a length that is left open where none may be")

    def _take(self, size: int) -> bytes:
        taken = self._body[self.at : self.at + size]
        if len(taken) < size:
            raise ValueError("it ends too early")
        self.at += size
        return taken

    def _argument(self, more: int) -> int:
        if more < 24:
            return more
        if more > 27:
            raise ValueError("a reserved length")
        return int.from_bytes(self._take(1 << (more - 24)))

    def _simple(self, more: int) -> Any:
        if more == _OPEN:
            return _BREAK
        if more in _FLOATS:
            layout, size = _FLOATS[more]
            (number,) = struct.unpack(layout, self._take(size))
            return number if math.isfinite(number) else f"@{number}"
        if more not in _SIMPLE:
            raise ValueError("an unknown simple value")
        return _SIMPLE[more]

    def _string(self, size: int | None, major: int, depth: int) -> bytes:
        if size is not None:
            return self._take(size)
        pieces = []
        while (first := self._take(1)[0]) != 0xFF:
            if first >> 5 != major or first & 31 == _OPEN:
                raise ValueError("a string of strings of another kind")
            pieces.append(self._take(self._argument(first & 31)))
        return b"".join(pieces)

    def _items(self, size: int | None, depth: int) -> Any:
        left = size
        while left is None or left > 0:
            value = self.item(depth + 1)
            if value is _BREAK:
                if size is not None:
                    raise ValueError("a break in a counted list")
                return
            yield value
            left = None if left is None else left - 1

    def _map(self, size: int | None, depth: int) -> dict[str, Any]:
        flat = list(self._items(None if size is None else 2 * size, depth))
        keys = flat[::2]
        if len(flat) % 2 or not all(isinstance(key, str) for key in keys) or len(set(keys)) < len(keys):
            raise ValueError("not a map of names, each once")
        return dict(zip(keys, flat[1::2], strict=True))

    def _value(self, depth: int) -> Any:
        value = self.item(depth + 1)
        if value is _BREAK:
            raise ValueError("a break without a list")
        return value
