"""An ordered map that stays quick and small: by key, from a key on, and backwards from a key.

Keys are bytes (or tuples of bytes) and stand in chunks, so that a map of one entry is small and an entry into a map of
a million moves a few hundred.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

Key = Any
_CHUNK: Final = 512


@dataclass(slots=True)
class Ordered:
    """``keys`` and ``values`` are chunks side by side; ``lasts`` is the last key of each chunk."""

    lasts: list[Any] = field(default_factory=list)
    keys: list[list[Any]] = field(default_factory=list)
    values: list[list[Any]] = field(default_factory=list)

    def __len__(self) -> int:
        return sum(map(len, self.keys))

    def __bool__(self) -> bool:
        return bool(self.lasts)

    def get(self, key: Key) -> Any:
        """The value, or None."""
        chunk = bisect_left(self.lasts, key)
        if chunk == len(self.lasts):
            return None
        keys = self.keys[chunk]
        place = bisect_left(keys, key)
        return self.values[chunk][place] if keys[place] == key else None

    def set(self, key: Key, value: Any) -> Any:
        """Put the value under the key, new or not; the value that was there, or None."""
        chunk = bisect_left(self.lasts, key)
        if chunk == len(self.lasts):
            self._append(key, value)
            return None
        keys, values = self.keys[chunk], self.values[chunk]
        place = bisect_left(keys, key)
        if keys[place] == key:
            old, values[place] = values[place], value
            return old
        self._insert(chunk, place, key, value)
        return None

    def add(self, key: Key, value: Any) -> Any:
        """Put the value under the key if that is new; otherwise the value that is there, and stays."""
        chunk = bisect_left(self.lasts, key)
        if chunk == len(self.lasts):
            self._append(key, value)
            return None
        keys = self.keys[chunk]
        place = bisect_left(keys, key)
        if keys[place] == key:
            return self.values[chunk][place]
        self._insert(chunk, place, key, value)
        return None

    def _append(self, key: Key, value: Any) -> None:
        """A key above all others."""
        if not self.lasts:
            # As small as lists get: many partitions hold few items.
            self.lasts, self.keys, self.values = [key], [[key]], [[value]]
            return
        keys, values = self.keys[-1], self.values[-1]
        keys.append(key)
        values.append(value)
        self.lasts[-1] = key
        if len(keys) > _CHUNK:
            self._split(len(self.lasts) - 1, is_at_end=True)

    def _insert(self, chunk: int, place: int, key: Key, value: Any) -> None:
        """A key before another one of the chunk."""
        keys = self.keys[chunk]
        keys.insert(place, key)
        self.values[chunk].insert(place, value)
        if len(keys) > _CHUNK:
            self._split(chunk, is_at_end=False)

    def _split(self, chunk: int, is_at_end: bool) -> None:
        """In the middle; but keys that come in their order leave full chunks behind."""
        keys, values = self.keys[chunk], self.values[chunk]
        middle = _CHUNK if is_at_end else _CHUNK // 2
        self.keys.insert(chunk + 1, keys[middle:])
        self.values.insert(chunk + 1, values[middle:])
        self.lasts.insert(chunk + 1, keys[-1])
        del keys[middle:], values[middle:]
        self.lasts[chunk] = keys[-1]

    def pop(self, key: Key) -> Any:
        """Take the value out, or None."""
        chunk = bisect_left(self.lasts, key)
        if chunk == len(self.lasts):
            return None
        keys = self.keys[chunk]
        place = bisect_left(keys, key)
        if keys[place] != key:
            return None
        del keys[place]
        value = self.values[chunk].pop(place)
        if not keys:
            del self.keys[chunk], self.values[chunk], self.lasts[chunk]
        elif place == len(keys):
            self.lasts[chunk] = keys[-1]
        return value

    def after(self, key: Key | None = None, *, is_included: bool = False) -> Iterator[tuple[Any, Any]]:
        """Keys and values in order; from the key on, which need not exist. The map may not change meanwhile."""
        chunk = place = 0
        if key is not None:
            find = bisect_left if is_included else bisect_right
            chunk = find(self.lasts, key)
            if chunk < len(self.lasts):
                place = find(self.keys[chunk], key)
        for number in range(chunk, len(self.lasts)):
            keys, values = self.keys[number], self.values[number]
            if place:
                keys, values, place = keys[place:], values[place:], 0
            yield from zip(keys, values, strict=True)

    def before(self, key: Key | None = None, *, is_included: bool = False) -> Iterator[tuple[Any, Any]]:
        """Keys and values backwards; from the key on, which need not exist. The map may not change meanwhile."""
        chunk = len(self.lasts) - 1
        cut: int | None = None
        if key is not None:
            find = bisect_right if is_included else bisect_left
            chunk = min(find(self.lasts, key), chunk)
            if chunk >= 0:
                cut = find(self.keys[chunk], key)
        for number in range(chunk, -1, -1):
            keys, values = self.keys[number], self.values[number]
            if cut is not None:
                keys, values, cut = keys[:cut], values[:cut], None
            yield from zip(reversed(keys), reversed(values), strict=True)
