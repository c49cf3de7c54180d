"""Query and Scan: order, pages, segments, indexes."""

from __future__ import annotations

import pytest

from tests.services.dynamodb.conftest import item

PK = {":p": {"S": "a"}}


@pytest.fixture
def table(db):
    name = db.make(
        range_key="sk",
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in ("pk", "sk", "g")],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-g",
                "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )
    for number in range(10):
        db.put(pk="a", sk=f"{number}", g=f"g{number % 2}", n=number)
    return name


def sort_keys(answer):
    return [each["sk"]["S"] for each in answer["Items"]]


def query(db, table, condition="pk = :p", values=(), **params):
    values = {**PK, **{name: {"S": each} for name, each in dict(values).items()}}
    return db.Query(TableName=table, KeyConditionExpression=condition, ExpressionAttributeValues=values, **params)


def test_items_come_in_the_order_of_the_range_key_and_backwards(db, table):
    assert sort_keys(query(db, table)) == list("0123456789")
    assert sort_keys(query(db, table, ScanIndexForward=False)) == list("9876543210")


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ("sk < :a", "012"),
        ("sk <= :a", "0123"),
        ("sk > :a", "456789"),
        ("sk >= :a", "3456789"),
        ("sk = :a", "3"),
        ("begins_with(sk, :a)", "3"),
        ("sk BETWEEN :a AND :a", "3"),
    ],
)
@pytest.mark.parametrize("is_forward", [True, False])
def test_a_range_is_cut_at_both_ends(db, table, condition, wanted, is_forward):
    answer = query(db, table, f"pk = :p AND {condition}", {":a": "3"}, ScanIndexForward=is_forward)
    assert sort_keys(answer) == list(wanted if is_forward else wanted[::-1])


@pytest.mark.parametrize("limit", [1, 3, 10, 11])
@pytest.mark.parametrize("params", [{}, {"ScanIndexForward": False}])
def test_pages_are_the_whole(db, table, limit, params):
    found, key = [], None
    while True:
        start = {"ExclusiveStartKey": key} if key else {}
        answer = query(db, table, Limit=limit, **params, **start)
        found += sort_keys(answer)
        key = answer.get("LastEvaluatedKey")
        if not key:
            break
    assert found == sort_keys(query(db, table, **params))


def test_a_page_that_is_just_full_has_a_last_key(db, table):
    assert "LastEvaluatedKey" in query(db, table, Limit=10)
    assert "LastEvaluatedKey" not in query(db, table, Limit=11)


def test_a_start_key_need_not_exist(db, table):
    assert sort_keys(query(db, table, ExclusiveStartKey=item(pk="a", sk="35"))) == list("456789")


def test_a_start_key_of_another_partition_is_refused(db, table, refused):
    error = refused(lambda: query(db, table, ExclusiveStartKey=item(pk="b", sk="3")))
    assert error.message == "The provided starting key is outside query boundaries based on provided conditions"


def test_the_limit_counts_before_the_filter(db, table):
    answer = query(db, table, Limit=4, FilterExpression="g = :g", values={":g": "g1"})
    assert (answer["Count"], answer["ScannedCount"], answer["LastEvaluatedKey"]) == (2, 4, item(pk="a", sk="3"))


def test_an_index_shows_what_it_holds(db, table, refused):
    found = db.Query(
        TableName=table,
        IndexName="by-g",
        KeyConditionExpression="g = :g",
        ExpressionAttributeValues={":g": {"S": "g0"}},
        Limit=2,
    )
    assert [sorted(each) for each in found["Items"]] == [["g", "pk", "sk"]] * 2
    assert found["LastEvaluatedKey"] == found["Items"][1]


def test_an_index_follows_the_items(db, table):
    db.UpdateItem(
        TableName=table,
        Key=item(pk="a", sk="0"),
        UpdateExpression="SET g = :g",
        ExpressionAttributeValues={":g": {"S": "other"}},
    )
    db.DeleteItem(TableName=table, Key=item(pk="a", sk="2"))
    found = db.Scan(TableName=table, IndexName="by-g")
    assert sorted(each["sk"]["S"] for each in found["Items"] if each["g"] == {"S": "g0"}) == ["4", "6", "8"]
    assert found["Count"] == 9


def test_an_index_that_is_added_later_holds_what_was_there(db, table):
    db.UpdateTable(
        TableName=table,
        AttributeDefinitions=[{"AttributeName": "n", "AttributeType": "N"}],
        GlobalSecondaryIndexUpdates=[
            {
                "Create": {
                    "IndexName": "by-n",
                    "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            }
        ],
    )
    assert db.Scan(TableName=table, IndexName="by-n")["Count"] == 10


@pytest.mark.parametrize("total", [1, 2, 7])
def test_segments_are_the_whole_and_share_nothing(db, total):
    db.make("split")
    for number in range(100):
        db.put("split", pk=f"{number}")
    found = [
        each["pk"]["S"]
        for number in range(total)
        for each in db.Scan(TableName="split", Segment=number, TotalSegments=total)["Items"]
    ]
    assert sorted(found) == sorted(str(number) for number in range(100))


def test_a_scan_in_pages_is_the_whole(db, table):
    found, key = [], None
    while True:
        answer = db.Scan(TableName=table, Limit=3, **({"ExclusiveStartKey": key} if key else {}))
        found += sort_keys(answer)
        key = answer.get("LastEvaluatedKey")
        if not key:
            break
    assert sorted(found) == list("0123456789")


def test_a_page_ends_with_the_item_that_passes_a_megabyte(db):
    db.make("big", range_key="sk")
    for number in range(5):
        db.put("big", pk="a", sk=str(number), x="x" * 300_000)
    answer = query(db, "big", Select="COUNT")
    assert (answer["Count"], answer["LastEvaluatedKey"]) == (4, item(pk="a", sk="3"))
