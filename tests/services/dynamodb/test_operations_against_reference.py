"""Sequences of operations by chance leave tables and indexes as they leave the reference's."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given

from tests.services.dynamodb.conftest import DynamoDB
from tests.services.dynamodb.random_expressions import path, value
from tests.services.dynamodb.random_operations import (
    KINDS,
    OPERATIONS,
    by_engine,
    by_reference,
    creation,
    of_reference,
    pages,
)
from tests.services.dynamodb.reference import Table, plain, plain_item
from tests.services.dynamodb.test_against_reference import fresh, outcome, quickly


def same(told: Any, wanted: Any) -> bool:
    if isinstance(told, dict) and isinstance(wanted, dict):
        return bool(plain_item(told) == plain_item(wanted))
    return bool(told == wanted)


def check_read(db: DynamoDB, tables: dict[str, Table], read: Any) -> None:
    """The same items, in the order of the range key; items of one range key stand in any order."""
    name, index, condition, test, is_forward, _, _ = read
    table = tables[name]
    found, count = pages(db, read)
    wanted = table.read(index, condition, test)
    assert Counter(map(plain_item, found)) == Counter(map(plain_item, wanted)), read
    assert count == len(table.read(index, condition)), read
    if condition is not None:
        last = (table.indexes[index][0] if index else table.keys)[-1]
        ordered = [plain(item[last]) for item in (wanted if is_forward else reversed(wanted))]
        assert [plain(item[last]) for item in found] == ordered, read


def first(table: Table, index: str | None) -> str:
    return (table.indexes[index][0] if index else table.keys)[0]


def partitions(table: Table, index: str | None) -> list[Any]:
    """A condition on the hash key for each partition."""
    key = first(table, index)
    found = {plain(item[key]): item[key] for item in table.items.values() if key in item}
    return [("=", path((key,)), value(each)) for each in found.values()]


@quickly
@given(OPERATIONS)
def test_operations_do_as_in_the_reference(operations: Any) -> None:
    db = fresh()
    tables = {name: of_reference(name) for name in KINDS}
    for name in KINDS:
        db.CreateTable(**creation(name))
    for kind, what in operations:
        if kind == "read":
            check_read(db, tables, what)
        else:
            told, wanted = outcome(by_engine, db, kind, what), outcome(by_reference, tables, kind, what)
            assert same(told, wanted), (kind, what, told, wanted)
    for name, table in tables.items():
        for index in (None, *table.indexes):
            check_read(db, tables, (name, index, None, None, True, 2, 1))
            for condition in partitions(table, index):
                for is_forward in (True, False):
                    check_read(db, tables, (name, index, condition, None, is_forward, 1, 1))
        described = db.DescribeTable(TableName=name)["Table"]
        assert described["ItemCount"] == len(table.items)
        for each in described.get("GlobalSecondaryIndexes", []) + described.get("LocalSecondaryIndexes", []):
            assert each["ItemCount"] == len(table.read(each["IndexName"]))
