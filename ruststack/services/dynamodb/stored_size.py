"""How large an item is in DynamoDB's own storage, which is what a page of 1 MB is counted in.

It is the item's documented size, but that a name is one byte, a value says how long it is, and every 3 KB have a header
of 18 bytes and the range key once more.

Source: pages that architect/dynalite's tests recorded from DynamoDB (query, scan: *just under limit*, *just over
limit*), which this rule, dynalite's own, gives to the byte. Unknown: how lists and maps are stored, and binary of more
than 127 bytes; pages of such items, a byte more each time, would tell.
"""

from __future__ import annotations

from typing import Final

from ruststack.services.dynamodb.state import Table
from ruststack.services.dynamodb.values import SETS, AttributeValue, Item, size_of, text_size

_CHUNK: Final = 3072
_HEADER: Final = 18
_ITEM: Final = 2
_SHORT, _MIDDLE = 1 << 7, 1 << 14


def range_name(table: Table) -> str | None:
    """The attribute that is stored in every header."""
    ranges = table.key.range
    return ranges[0].name if ranges else None


def overhead(item: Item, size: int, range_key: str | None) -> int:
    """By how much the item is larger in storage than its documented ``size``; that may be less than nothing."""
    again, more = 0, _ITEM
    for name, value in item.items():
        if name == range_key:
            again = size_of(value)
            more -= text_size(name) + again
        elif "S" in value:
            # As below, for what most of an item is: every write comes by here.
            length = text_size(value["S"])
            more += (2 if length < _SHORT else 3 if length < _MIDDLE else 4) - text_size(name)
        else:
            more += 1 - text_size(name) + _told_length(value)
    chunks = (size + more - _ITEM + 1) // _CHUNK + 1
    return more + chunks * (_HEADER + again)


def _told_length(value: AttributeValue) -> int:
    """The bytes that say how long a value is."""
    ((kind, content),) = value.items()
    if kind in ("S", "B"):
        length = size_of(value)
        return 1 if length < _SHORT else 2 if length < _MIDDLE else 3
    if kind in SETS:
        return len(content) + 1
    if kind == "N":
        return 1
    return -1 if kind == "NULL" else 0
