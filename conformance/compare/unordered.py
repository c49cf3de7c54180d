"""Lists whose order AWS does not promise, each with where AWS says so; every other list is compared in its order."""

from __future__ import annotations

import fnmatch
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Unordered:
    """``operation`` is a glob; ``place`` the last names of the path to the list, as in a rule."""

    operation: str
    place: str
    source: str


_SETS = "Amazon DynamoDB Developer Guide, Data types, Sets: the order of the values within a set is not preserved"

UNORDERED: tuple[Unordered, ...] = (
    *(Unordered("dynamodb.*", name, _SETS) for name in ("SS", "NS", "BS")),
    Unordered(
        "dynamodb.BatchGetItem",
        "Responses/*",
        "API_BatchGetItem: DynamoDB does not return items in any particular order",
    ),
    Unordered("dynamodb.BatchGetItem", "Keys", "API_BatchGetItem: UnprocessedKeys has no order of its own"),
    Unordered(
        "dynamodb.Scan",
        "Items",
        "Amazon DynamoDB Developer Guide, Partitions and data distribution: items are placed by a hash of their key",
    ),
)


@lru_cache(maxsize=4096)
def is_unordered(operation: str, place: str) -> bool:
    """``place`` is ``A/B/C``, without list positions."""
    return any(
        fnmatch.fnmatchcase(operation, each.operation) and fnmatch.fnmatchcase(f"/{place}", f"*/{each.place}")
        for each in UNORDERED
    )


def arranged(left: list[Any], right: list[Any]) -> list[Any]:
    """``right`` in the order of ``left``: equal entries opposite each other, the others in between as they came."""
    waiting: dict[str, list[Any]] = {}
    for each in right:
        waiting.setdefault(_spelled(each), []).append(each)
    found = [found.pop(0) if (found := waiting.get(_spelled(each))) else _GAP for each in left]
    rest = iter([each for each in right if any(each is one for one in waiting.get(_spelled(each), ()))])
    filled = [next(rest, _GAP) if each is _GAP else each for each in found]
    return [each for each in (*filled, *rest) if each is not _GAP]


_GAP: Any = object()


def _spelled(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
