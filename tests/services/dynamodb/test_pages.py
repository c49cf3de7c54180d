"""Where a page of 1 MB ends, to the byte: what architect/dynalite's tests recorded from DynamoDB."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.dynamodb.conftest import DynamoDB

LONG = 255
"""Names are one byte in storage, however long."""


def fill(db: DynamoDB, kind: str, names: tuple[str, int], sizes: list[int], **more: Any) -> None:
    """Items in one partition; the values under ``names`` are of these sizes."""
    letter, length = names
    keys = [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}]
    types = [{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": kind}]
    db.make(KeySchema=keys, AttributeDefinitions=types)
    width = more.pop("width", 2)
    for number, size in enumerate(sizes):
        key = {"S": f"{number:0{width}}"} if kind == "S" else {"N": str(number)}
        item = {"a": {"S": "A" * 10}, "b": key, letter * length: {"S": letter * size}, **more}
        db.PutItem(TableName="tab", Item=item)


def page(db: DynamoDB) -> tuple[int, bool]:
    """How many items the first page has, and whether it says where it ended."""
    by_query = db.Query(
        TableName="tab",
        KeyConditionExpression="a = :a",
        ExpressionAttributeValues={":a": {"S": "A" * 10}},
        Select="COUNT",
    )
    by_scan = db.Scan(TableName="tab", Select="COUNT")
    told = [(each["ScannedCount"], "LastEvaluatedKey" in each) for each in (by_query, by_scan)]
    assert told[0] == told[1]
    return told[0]


ALIKE = [41645] * 24
LATER = [43372] * 23
C = {"c": {"S": "abcde"}}


@pytest.mark.parametrize(
    ("kind", "names", "sizes", "more", "told"),
    [
        ("S", ("e", LONG), [*ALIKE, 41645], {}, (25, False)),
        ("S", ("e", 1), [*ALIKE, 41646], {}, (25, True)),
        ("S", ("e", LONG), [*LATER, 43387, 44999], {}, (25, True)),
        ("S", ("e", 1), [*LATER, 43388, 44999], {}, (24, True)),
        ("S", ("e", LONG), [41582] * 25, {"width": 6, **C}, (25, False)),
        ("S", ("e", 1), [*[41596] * 24, 41597], {"width": 5, **C}, (25, True)),
        ("N", ("e", LONG), [*[41638] * 24, 41652], C, (25, False)),
        ("N", ("e", 1), [*[41638] * 24, 41653], C, (25, True)),
    ],
)
def test_a_page_ends_by_the_size_in_storage(
    db: DynamoDB, kind: str, names: tuple[str, int], sizes: list[int], more: dict[str, Any], told: tuple[int, bool]
) -> None:
    fill(db, kind, names, sizes, **more)
    assert page(db) == told


@pytest.mark.parametrize(("cut", "told"), [(22, 25), (21, 24)])
def test_sets_numbers_and_binary_say_their_lengths(db: DynamoDB, cut: int, told: int) -> None:
    fill(db, "S", ("z", 1 if told == 24 else LONG), [43380] * 23)
    others = {
        "y": {"N": "12.3456"},
        "x": {"B": "AQI="},
        "w": {"SS": ["a", "bc"]},
        "v": {"NS": ["1.23", "12.3"]},
        "u": {"BS": ["AQI=", "Ag==", "AQ=="]},
    }
    # In the recording, partition keys had two letters instead of ten: 24 items of eight bytes more.
    last = {"S": "z" * (43381 - cut - 24 * 8)}
    db.PutItem(TableName="tab", Item={"a": {"S": "A" * 10}, "b": {"S": "23"}, "z": last, **others})
    db.PutItem(TableName="tab", Item={"a": {"S": "A" * 10}, "b": {"S": "24"}, "z": {"S": "b"}})
    assert page(db)[0] == told


def test_an_index_is_counted_by_what_it_holds(db: DynamoDB) -> None:
    index = {
        "IndexName": "idx",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "i", "KeyType": "RANGE"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    types = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "i")]
    db.make(range_key="sk", AttributeDefinitions=types, LocalSecondaryIndexes=[index])
    for number in range(4):
        db.put(pk="p", sk=str(number), i="i", v="x" * 300_000)
    asked = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "p"}}, "TableName": "tab"}
    assert db.Query(**asked, IndexName="idx")["Count"] == 4
    assert "LastEvaluatedKey" in db.Query(**asked)
