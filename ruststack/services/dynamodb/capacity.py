"""Capacity units: what an operation consumed, in the forms in which a request may ask for it.

Source: developer guide, read-write-operations: reads count 4 KB, half if eventually consistent, writes 1 KB; twice
that in transactions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ruststack.kit import Input
from ruststack.services.dynamodb.state import Index, Table
from ruststack.services.dynamodb.values import Item

Capacity = dict[str, Any]


def read_units(size: int, is_consistent: bool, factor: int = 1) -> float:
    """For reading so many bytes; reading nothing costs as much as one unit."""
    units = float(max(1, -(-size // 4096)) * factor)
    return units if is_consistent else units / 2


def write_units(size: int, factor: int = 1) -> float:
    """For writing so many bytes."""
    return float(max(1, -(-size // 1024)) * factor)


def consumed(
    req: Input,
    table: Table,
    units: float,
    indexes: Mapping[str, float] | None = None,
    *,
    kind: str = "",
    of_table: float | None = None,
) -> Capacity | None:
    """ConsumedCapacity, as ReturnConsumedCapacity asks for it.

    ``kind`` names the members of transactions (``ReadCapacityUnits`` or ``WriteCapacityUnits``), which are said
    beside CapacityUnits. ``of_table`` is the table's own share when indexes have one.
    """
    asked = req.get("ReturnConsumedCapacity")
    if asked not in ("TOTAL", "INDEXES"):
        return None
    capacity: Capacity = {"TableName": table.name, "CapacityUnits": units}
    if kind:
        capacity[kind] = units
    if asked == "INDEXES":
        capacity["Table"] = _share(units if of_table is None else of_table, kind)
        for name, share in (indexes or {}).items():
            title = "LocalSecondaryIndexes" if table.indexes[name].is_local else "GlobalSecondaryIndexes"
            capacity.setdefault(title, {})[name] = _share(share, kind)
    return capacity


def _share(units: float, kind: str) -> dict[str, float]:
    return {"CapacityUnits": units, kind: units} if kind else {"CapacityUnits": units}


class Tally:
    """What several actions cost each table, and each of its indexes. ``kind`` is as in `consumed`."""

    def __init__(self, kind: str = "") -> None:
        self._kind = kind
        self._tables: dict[str, tuple[Table, float]] = {}
        self._indexes: dict[str, dict[str, float]] = {}

    def add(self, table: Table, units: float, shares: Mapping[str, float] | None = None) -> None:
        self._tables[table.name] = (table, self._tables.get(table.name, (table, 0.0))[1] + units)
        for name, share in (shares or {}).items():
            known = self._indexes.setdefault(table.name, {})
            known[name] = known.get(name, 0.0) + share

    def told(self, req: Input) -> list[Capacity | None]:
        """ConsumedCapacity, table by table."""
        told = []
        for name, (table, units) in self._tables.items():
            shares = self._indexes.get(name, {})
            total = units + sum(shares.values())
            told.append(consumed(req, table, total, shares, kind=self._kind, of_table=units))
        return told


def index_writes(table: Table, before: Item | None, after: Item | None, size: int, factor: int = 1) -> dict[str, float]:
    """What a write costs each index that it touches."""
    costs = {}
    for index in table.indexes.values():
        was, now = _held(index, before), _held(index, after)
        if was == now:
            continue
        moves = was is not None and now is not None and _keys(index, was) != _keys(index, now)
        costs[index.name] = write_units(size, factor) * (2 if moves else 1)
    return costs


def _held(index: Index, item: Item | None) -> Item | None:
    if item is None or not all(name in item for name in index.key.names):
        return None
    if index.projected is None:
        return item
    return {name: value for name, value in item.items() if name in index.projected or name in index.key.names}


def _keys(index: Index, item: Item) -> list[Any]:
    return [item[name] for name in index.key.names]
