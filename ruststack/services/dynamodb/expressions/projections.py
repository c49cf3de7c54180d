"""Projections: the part of an item that paths name. Lists keep the named elements alone, in their order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ruststack.services.dynamodb.expressions.operands import child
from ruststack.services.dynamodb.expressions.syntax import Part
from ruststack.services.dynamodb.values import AttributeValue, Item

Tree = dict[Part, Any]
"""What to keep: part > tree of what is kept below it; an empty tree keeps all."""


def tree(paths: Iterable[tuple[Part, ...]]) -> Tree:
    """The paths as a tree; none is another's beginning."""
    root: Tree = {}
    for path in paths:
        place = root
        for part in path:
            place = place.setdefault(part, {})
    return root


def project(item: Item, kept: Tree) -> Item:
    """The part of the item that the tree names; what does not exist is left out."""
    found = {}
    for name, below in kept.items():
        value = item.get(name)  # type: ignore[arg-type]
        if value is not None and (value := _within(value, below)) is not None:
            found[name] = value
    return found  # type: ignore[return-value]


def _within(value: AttributeValue, kept: Tree) -> AttributeValue | None:
    if not kept:
        return value
    is_map = isinstance(next(iter(kept)), str)
    parts = kept if is_map else sorted(kept)
    found = [
        (part, below)
        for part in parts
        if (held := child(value, part)) is not None and (below := _within(held, kept[part])) is not None
    ]
    if not found:
        return None
    return {"M": dict(found)} if is_map else {"L": [each for _, each in found]}
