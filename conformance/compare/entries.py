"""Which entries of two lists belong together, so that one that is missing is one difference and not a landslide."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

NOTHING: Any = object()

# What AWS names an entry of a list by, most telling first.
_NAMES = ("Key", "Prefix", "Name", "PartNumber", "ID", "Id", "Sid", "Code")


def matched(left: list[Any], right: list[Any]) -> Iterator[tuple[Any, Any]]:
    """The entries in pairs; NOTHING stands for the one that is missing. Lists of one length are paired as they are."""
    if len(left) == len(right):
        yield from zip(left, right, strict=True)
        return
    sequences = [_name(each) for each in left], [_name(each) for each in right]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, *sequences, autojunk=False).get_opcodes():
        if tag in ("equal", "replace"):
            yield from zip_longest(left[i1:i2], right[j1:j2], fillvalue=NOTHING)
        else:
            yield from ((each, NOTHING) for each in left[i1:i2])
            yield from ((NOTHING, each) for each in right[j1:j2])


def _name(entry: Any) -> str:
    if isinstance(entry, dict):
        return next((f"{name}={entry[name]}" for name in _NAMES if isinstance(entry.get(name), str)), repr(entry))
    return repr(entry)
