"""RUSTSTACK_DYNAMODB_INDEX_DELAY: global indexes show a write later, on the server's clock."""

from __future__ import annotations

from typing import Any

import pytest

from ruststack.config import Config
from tests.services.dynamodb.conftest import DynamoDB, item, value

DELAY = 5.0


@pytest.fixture
def late(db: DynamoDB) -> DynamoDB:
    """A table whose items a global and a local index know by ``a``, five seconds late the first."""
    db.world.settings = Config(dynamodb_index_delay=DELAY)
    index = {"Projection": {"ProjectionType": "ALL"}}
    db.CreateTable(
        TableName="tab",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=schema("pk", "sk"),
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "a")],
        GlobalSecondaryIndexes=[{"IndexName": "global", "KeySchema": schema("a"), **index}],
        LocalSecondaryIndexes=[{"IndexName": "local", "KeySchema": schema("pk", "a"), **index}],
    )
    return db


def schema(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]


def seen(db: DynamoDB, index: str) -> list[Any]:
    return [(each["sk"]["S"], each["a"]["S"]) for each in db.Scan(TableName="tab", IndexName=index)["Items"]]


def by_query(db: DynamoDB, a: str) -> int:
    values = {":a": value(a)}
    found = db.Query(
        TableName="tab", IndexName="global", KeyConditionExpression="a = :a", ExpressionAttributeValues=values
    )
    return int(found["Count"])


def test_the_table_and_its_local_index_show_a_write_at_once(late: DynamoDB) -> None:
    late.put(pk="p", sk="1", a="x")
    assert seen(late, "local") == [("1", "x")]
    assert late.GetItem(TableName="tab", Key=item(pk="p", sk="1"))["Item"]["a"] == {"S": "x"}
    assert seen(late, "global") == []


def test_a_global_index_shows_a_write_when_the_delay_is_over(late: DynamoDB) -> None:
    late.put(pk="p", sk="1", a="x")
    late.clock.advance(DELAY - 0.001)
    assert by_query(late, "x") == 0
    late.clock.advance(0.001)
    assert by_query(late, "x") == 1


def test_what_was_before_is_seen_until_then(late: DynamoDB) -> None:
    late.put(pk="p", sk="1", a="x")
    late.clock.advance(DELAY)
    late.put(pk="p", sk="1", a="y")
    late.clock.advance(1)
    late.DeleteItem(TableName="tab", Key=item(pk="p", sk="1"))
    assert seen(late, "global") == [("1", "x")]
    late.clock.advance(DELAY - 1)
    assert seen(late, "global") == [("1", "y")]
    late.clock.advance(1)
    assert seen(late, "global") == []


def test_what_is_seen_does_not_depend_on_who_looked_meanwhile(late: DynamoDB) -> None:
    for number in range(4):
        late.put(pk="p", sk=str(number), a="x")
        late.clock.advance(2)
    assert sorted(seen(late, "global")) == [("0", "x"), ("1", "x")]
    late.clock.advance(2)
    late.put(pk="p", sk="9", a="x")
    assert sorted(seen(late, "global")) == [("0", "x"), ("1", "x"), ("2", "x")]


def test_a_description_counts_what_the_index_shows(late: DynamoDB) -> None:
    def counts() -> list[int]:
        described = late.DescribeTable(TableName="tab")["Table"]
        return [described["ItemCount"], described["GlobalSecondaryIndexes"][0]["ItemCount"]]

    late.put(pk="p", sk="1", a="x")
    assert counts() == [1, 0]
    late.clock.advance(DELAY)
    assert counts() == [1, 1]


def test_what_is_late_stays_in_order_when_the_setting_goes(late: DynamoDB) -> None:
    late.put(pk="p", sk="1", a="x")
    late.world.settings = Config()
    late.put(pk="p", sk="1", a="y")
    assert seen(late, "global") == []
    late.clock.advance(DELAY)
    assert seen(late, "global") == [("1", "y")]


def test_a_restored_table_has_its_indexes_whole(late: DynamoDB) -> None:
    late.put(pk="p", sk="1", a="x")
    backup = late.CreateBackup(TableName="tab", BackupName="backup")["BackupDetails"]["BackupArn"]
    late.RestoreTableFromBackup(TargetTableName="restored", BackupArn=backup)
    assert late.Scan(TableName="restored", IndexName="global")["Count"] == 1
    assert seen(late, "global") == []


def test_an_index_made_later_holds_what_was_there(late: DynamoDB) -> None:
    late.put(pk="p", sk="1", a="x")
    create = {"IndexName": "other", "KeySchema": schema("a", "sk"), "Projection": {"ProjectionType": "KEYS_ONLY"}}
    late.UpdateTable(TableName="tab", GlobalSecondaryIndexUpdates=[{"Create": create}])
    assert seen(late, "other") == [("1", "x")]
    late.put(pk="p", sk="2", a="x")
    assert seen(late, "other") == [("1", "x")]


def test_without_the_setting_nothing_is_late(db: DynamoDB) -> None:
    keys = {"KeySchema": schema("a"), "Projection": {"ProjectionType": "ALL"}}
    names = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "a")]
    db.make(AttributeDefinitions=names, GlobalSecondaryIndexes=[{"IndexName": "global", **keys}])
    db.put(pk="p", a="x")
    assert by_query(db, "x") == 1
