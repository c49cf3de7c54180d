"""Sequences of operations by chance leave tables and indexes as they leave the reference's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import given

from ruststack.services.dynamodb import ordered
from tests.services.dynamodb.conftest import DynamoDB, fresh
from tests.services.dynamodb.random_expressions import path, value
from tests.services.dynamodb.random_operations import (
    INDEXES,
    KINDS,
    OPERATIONS,
    TYPES,
    WALKS,
    asking,
    by_engine,
    by_reference,
    creation,
    of_reference,
    pages,
)
from tests.services.dynamodb.reference import Table, plain, plain_item
from tests.services.dynamodb.test_against_reference import outcome, quickly


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
        in_order = [plain(item[last]) for item in (wanted if is_forward else reversed(wanted))]
        assert [plain(item[last]) for item in found] == in_order, read


def first(table: Table, index: str | None) -> str:
    return (table.indexes[index][0] if index else table.keys)[0]


def partitions(table: Table, index: str | None) -> list[Any]:
    """A condition on the hash key for each partition."""
    key = first(table, index)
    found = {plain(item[key]): item[key] for item in table.items.values() if key in item}
    return [("=", path((key,)), value(each)) for each in found.values()]


@pytest.fixture(autouse=True, scope="module")
def small_chunks() -> Iterator[None]:
    """Few items already stand in several chunks, so that all walks cross them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ordered, "_CHUNK", 2)
        yield


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
            check_read(db, tables, (name, index, None, ("exists", path(("a",))), True, 2, 1))
            for condition in partitions(table, index):
                for is_forward in (True, False):
                    check_read(db, tables, (name, index, condition, None, is_forward, 1, 1))
        described = db.DescribeTable(TableName=name)["Table"]
        assert described["ItemCount"] == len(table.items)
        for each in described.get("GlobalSecondaryIndexes", []) + described.get("LocalSecondaryIndexes", []):
            assert each["ItemCount"] == len(table.read(each["IndexName"]))


@quickly
@given(WALKS)
def test_pages_go_on_where_they_stopped_whatever_goes_meanwhile(walk: Any) -> None:
    """Items go between pages, those too that a page ended with: the next page goes on after where they were."""
    items, read, limit, gone = walk
    (name, _, condition, *_), db, going = read, fresh(), iter(gone)
    table = of_reference(name)
    db.CreateTable(**creation(name))
    for item in items:
        write = ("Put", name, item, None, None)
        assert same(outcome(by_engine, db, "write", write), outcome(by_reference, {name: table}, "write", write))
    check_read(db, {name: table}, read)
    left = [table.key(item) for item in pages(db, read)[0]]
    operation, more = db.Scan if condition is None else db.Query, asking(read) | {"Limit": limit}
    while True:
        page = operation(**more)
        seen = [table.key(item) for item in page["Items"]]
        assert seen == left[:limit], (read, more)
        del left[:limit]
        if "LastEvaluatedKey" not in page:
            assert len(seen) < limit
            return
        more["ExclusiveStartKey"] = page["LastEvaluatedKey"]
        place = next(going, -1)
        if 0 <= place < len(items) or place == -1:
            key = {name: (items[place] if place >= 0 else page["Items"][-1])[name] for name in table.keys}
            db.DeleteItem(TableName=name, Key=key)
            left = [each for each in left if each != table.key(key)]


def every_range(name: str, index: str | None) -> list[Any]:
    """Every condition on the range key with every value that is used, in each partition."""
    types, keys = KINDS[name][0], (INDEXES[index][0] if index else ("pk", "sk"))
    scalars = sorted(TYPES[types[keys[1]]], key=plain)
    sort, content = path((keys[1],)), [value(each) for each in scalars]
    found: list[Any] = [(kind, sort, each) for kind in ("=", "<", "<=", ">", ">=") for each in content]
    found += [("between", sort, low, high) for place, low in enumerate(content) for high in content[place:]]
    if types[keys[1]] != "N":
        found += [("begins_with", sort, each) for each in content]
    return [("and", ("=", path((keys[0],)), value(part)), each) for part in TYPES[types[keys[0]]][:2] for each in found]


@pytest.mark.parametrize("name", [name for name in KINDS if "sk" in KINDS[name][0]])
def test_range_conditions_find_what_they_find_in_the_reference(name: str) -> None:
    db, table = fresh(), of_reference(name)
    db.CreateTable(**creation(name))
    types = KINDS[name][0]
    for number, (part, sort) in enumerate(product(TYPES[types["pk"]][:2], TYPES[types["sk"]])):
        others = {key: TYPES[kind][number % (2 if key == "g" else 6)] for key, kind in types.items() if key in "ghl"}
        item = {"pk": part, "sk": sort, **others, **({"a": {"NULL": True}} if number % 3 else {})}
        db.PutItem(TableName=name, Item=item)
        table.put(item)
    for index in (None, *(index for index in table.indexes if len(INDEXES[index][0]) == 2)):
        for number, condition in enumerate(every_range(name, index)):
            check_read(db, {name: table}, (name, index, condition, None, bool(number % 2), number % 3 or None, 1))
    check_read(db, {name: table}, (name, None, None, ("exists", path(("a",))), True, 3, 1))
