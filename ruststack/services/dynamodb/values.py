"""Attribute values as they travel: ``{"S": "text"}``, ``{"N": "1"}``, ``{"B": "base64"}``, ``{"M": {...}}`` and so on.

Numbers are in their normal form (`numbers.normal`), binary is canonical base64.
"""

from __future__ import annotations

import base64
from typing import Any, Final

from ruststack.services.dynamodb import numbers

AttributeValue = dict[str, Any]
Item = dict[str, AttributeValue]

SCALARS: Final = ("S", "N", "B")
SETS: Final = {"SS": "S", "NS": "N", "BS": "B"}


def type_of(value: AttributeValue) -> str:
    """``S``, ``N``, ``B``, ``BOOL``, ``NULL``, ``SS``, ``NS``, ``BS``, ``L`` or ``M``."""
    return next(iter(value))


def sort_key(kind: str, content: Any) -> Any:
    """What scalars of one type are ordered by: numbers by value, text by its UTF-8 bytes, binary by unsigned bytes."""
    if kind == "S":
        return content.encode()
    if kind == "N":
        return numbers.value_of(content)
    return base64.b64decode(content)


def compare(left: AttributeValue, right: AttributeValue) -> int:
    """Below, at or above zero, for scalars of one type; zero for all others."""
    ((kind, first),) = left.items()
    ((other, second),) = right.items()
    if kind != other or kind not in SCALARS or first == second:
        return 0
    is_below: bool = sort_key(kind, first) < sort_key(kind, second)
    return -1 if is_below else 1


def equal(left: AttributeValue, right: AttributeValue) -> bool:
    """Whether two values are the same; sets without regard to order, at any depth."""
    if left == right:
        return True
    ((kind, first),) = left.items()
    ((other, second),) = right.items()
    if kind != other:
        return False
    if kind in SETS:
        return len(first) == len(second) and set(first) == set(second)
    if kind == "L":
        return len(first) == len(second) and all(map(equal, first, second))
    if kind == "M":
        return first.keys() == second.keys() and all(equal(value, second[name]) for name, value in first.items())
    return False


def size_of(value: AttributeValue) -> int:
    """The value's share of an item's size, in bytes.

    Source: developer guide, CapacityUnitCalculations.
    """
    ((kind, content),) = value.items()
    if kind == "S":
        return text_size(content)
    if kind == "N":
        return numbers.size_bytes(content)
    if kind == "B":
        return int(len(content) * 3 // 4 - content[-2:].count("="))
    if kind in ("BOOL", "NULL"):
        return 1
    if kind in SETS:
        return sum(size_of({SETS[kind]: member}) for member in content)
    if kind == "L":
        return 3 + sum(1 + size_of(member) for member in content)
    return 3 + sum(1 + text_size(name) + size_of(member) for name, member in content.items())


def item_size(item: Item) -> int:
    """An item's size in bytes: its names and its values."""
    return sum(text_size(name) + size_of(value) for name, value in item.items())


def text_size(text: str) -> int:
    """How many bytes a text or a name takes."""
    return len(text) if text.isascii() else len(text.encode())


def nesting(value: AttributeValue) -> int:
    """How deep lists and maps stand in each other; a scalar is 0 deep."""
    if "L" in value:
        return 1 + max(map(nesting, value["L"]), default=0)
    if "M" in value:
        return 1 + max(map(nesting, value["M"].values()), default=0)
    return 0
