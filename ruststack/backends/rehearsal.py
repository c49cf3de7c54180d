"""A request about items, done by the embedded engine up to where it would look at the first item.

So requests are refused in DynamoDB's words and order, whatever the engine that holds the items says of them.
"""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Iterator
from typing import Any, Final, NoReturn

from ruststack.backends.shadow import apart
from ruststack.core.context import Context, Input, Output
from ruststack.kit import Handler
from ruststack.services.dynamodb.state import DynamoDBState, Partitions, Table

ITEMS: Final = frozenset(
    (
        *("PutItem", "GetItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem"),
        *("TransactGetItems", "TransactWriteItems", "ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"),
    )
)


class Touched(Exception):
    """An item would have been looked at."""


class Rehearsal:
    """One request. ``asked`` are the names of tables that it looked for."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self.asked: set[str] = set()

    def run(self, handler: Handler, req: Input) -> Output | None:
        """The answer, if no item has a part in it. Raises ServiceError."""
        state = DynamoDBState(tables=_Veiled(self._ctx.state.tables, self.asked))
        try:
            output: Any = handler.function(apart(self._ctx, state), req)
        except Touched:
            return None
        assert not isinstance(output, Awaitable)
        return output or {}


class _Veiled(dict[str, Table]):
    """Tables whose items may not be looked at; and a note of which were asked for."""

    def __init__(self, tables: dict[str, Table], asked: set[str]) -> None:
        super().__init__()
        self._tables = tables
        self._asked = asked

    def get(self, name: str, default: Any = None) -> Any:
        self._asked.add(name)
        table = self._tables.get(name)
        return default if table is None else _veiled(table)

    def __getitem__(self, name: str) -> Table:
        table: Table | None = self.get(name)
        if table is None:
            raise KeyError(name)
        return table

    def __contains__(self, name: object) -> bool:
        return self.get(str(name)) is not None


def _veiled(table: Table) -> Table:
    veiled = copy.copy(table)
    veiled.rows = _UNTOUCHED
    veiled.indexes = {name: copy.copy(index) for name, index in table.indexes.items()}
    for index in veiled.indexes.values():
        index.rows = _UNTOUCHED
    return veiled


class _Untouched(Partitions):
    def get(self, key: Any) -> NoReturn:
        raise Touched

    def set(self, key: Any, value: Any) -> NoReturn:
        raise Touched

    def add(self, key: Any, value: Any) -> NoReturn:
        raise Touched

    def pop(self, key: Any) -> NoReturn:
        raise Touched

    def after(self, key: Any = None, *, is_included: bool = False) -> Iterator[tuple[Any, Any]]:
        raise Touched

    def before(self, key: Any = None, *, is_included: bool = False) -> Iterator[tuple[Any, Any]]:
        raise Touched


_UNTOUCHED = _Untouched()
