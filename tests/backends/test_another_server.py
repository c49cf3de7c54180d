"""A server whose DynamoDB is another server's: the tables are there, and may change there without our knowing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ruststack import RustStack
from ruststack.backends import reach
from ruststack.core.http import Response
from tests.backends.asked import TEXT, make, refused

ITEM = {"pk": {"S": "a"}, "n": {"N": "1"}}


@pytest.fixture(scope="module")
def stacks() -> Iterator[tuple[RustStack, RustStack]]:
    with RustStack() as behind, RustStack(dynamodb=behind.endpoint_url) as front:
        yield front, behind


@pytest.fixture
def db(stacks: tuple[RustStack, RustStack]) -> Any:
    for stack in stacks:
        stack.reset()
    return stacks[0].client("dynamodb")


@pytest.fixture
def behind(stacks: tuple[RustStack, RustStack], db: Any) -> Any:
    return stacks[1].client("dynamodb")


def test_tables_and_items_are_there(db: Any, behind: Any) -> None:
    make(db)
    db.put_item(TableName="tab", Item=ITEM)
    assert behind.get_item(TableName="tab", Key={"pk": {"S": "a"}})["Item"] == ITEM
    assert db.scan(TableName="tab")["Items"] == [ITEM]
    assert db.describe_table(TableName="tab")["Table"]["ItemCount"] == 1
    db.delete_table(TableName="tab")
    assert behind.list_tables()["TableNames"] == []


def test_a_table_that_was_made_there_is_known(db: Any, behind: Any) -> None:
    made = make(behind)
    db.put_item(TableName="tab", Item=ITEM)
    table = db.describe_table(TableName="tab")["Table"]
    assert (table["TableId"], table["TableStatus"]) == (made["TableId"], "ACTIVE")
    assert refused(db.put_item, TableName="tab", Item={"x": {"S": "a"}}) == (
        "ValidationException",
        "One or more parameter values were invalid: Missing the key pk in the item",
    )


def test_a_table_that_was_deleted_there_is_gone(db: Any, behind: Any) -> None:
    make(db)
    behind.delete_table(TableName="tab")
    assert refused(db.put_item, TableName="tab", Item=ITEM) == (
        "ResourceNotFoundException",
        "Requested resource not found",
    )
    assert refused(db.describe_table, TableName="tab") == (
        "ResourceNotFoundException",
        "Requested resource not found: Table: tab not found",
    )
    make(db)


def test_a_table_that_was_made_anew_there_has_its_new_key(db: Any, behind: Any) -> None:
    make(db)
    behind.delete_table(TableName="tab")
    numbers = [{"AttributeName": "pk", "AttributeType": "N"}]
    make(behind, AttributeDefinitions=numbers)
    db.put_item(TableName="tab", Item={"pk": {"N": "1"}})
    assert db.describe_table(TableName="tab")["Table"]["AttributeDefinitions"] == numbers


def test_an_index_that_was_added_there_can_be_read(db: Any, behind: Any) -> None:
    make(db)
    index = {"IndexName": "idx", "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}]}
    behind.update_table(
        TableName="tab",
        AttributeDefinitions=[*TEXT, {"AttributeName": "n", "AttributeType": "N"}],
        GlobalSecondaryIndexUpdates=[{"Create": {**index, "Projection": {"ProjectionType": "ALL"}}}],
    )
    db.put_item(TableName="tab", Item=ITEM)
    found = db.query(
        TableName="tab",
        IndexName="idx",
        KeyConditionExpression="n = :n",
        ExpressionAttributeValues={":n": {"N": "1"}},
    )
    assert found["Items"] == [ITEM]
    assert (
        refused(db.query, TableName="tab", IndexName="other", KeyConditionExpression="n = n")[0]
        == "ValidationException"
    )


def test_an_index_is_waited_for_through_failures(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    make(db)
    post, said = reach._post, []

    async def busy(client: Any, host: str, target: str, *rest: Any) -> Response:
        """DynamoDB Local, which fails at what is asked while it builds an index."""
        said.append(target.partition(".")[2])
        if said[-3:] in (["UpdateTable", "DescribeTable"], ["UpdateTable", "DescribeTable", "DescribeTable"]):
            failure = b'{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"unknown error"}'
            return Response(500, [(b"content-type", b"application/x-amz-json-1.0")], failure)
        return await post(client, host, target, *rest)

    monkeypatch.setattr(reach, "_post", busy)
    index = {"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}]}
    made = db.update_table(
        TableName="tab",
        AttributeDefinitions=[{"AttributeName": "g", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[{"Create": {**index, "Projection": {"ProjectionType": "ALL"}}}],
    )
    assert [each["IndexName"] for each in made["TableDescription"]["GlobalSecondaryIndexes"]] == ["by-g"]
    assert said[-4:] == ["UpdateTable", "DescribeTable", "DescribeTable", "DescribeTable"]


def test_settings_that_need_no_items_are_kept_here(db: Any, behind: Any) -> None:
    make(db, SSESpecification={"Enabled": True})
    assert db.describe_table(TableName="tab")["Table"]["SSEDescription"]["SSEType"] == "KMS"
    assert "SSEDescription" not in behind.describe_table(TableName="tab")["Table"]
    db.update_table(TableName="tab", SSESpecification={"Enabled": False})
    assert "SSEDescription" not in db.describe_table(TableName="tab")["Table"]


def test_a_replica_would_need_the_items(db: Any) -> None:
    make(db)
    replica = [{"Create": {"RegionName": "eu-west-1"}}]
    assert refused(db.update_table, TableName="tab", ReplicaUpdates=replica)[0] == "NotImplemented"


def test_time_to_live_is_the_other_servers(db: Any, behind: Any) -> None:
    make(behind)
    wanted = {"Enabled": True, "AttributeName": "ends"}
    behind.update_time_to_live(TableName="tab", TimeToLiveSpecification=wanted)
    assert refused(db.update_time_to_live, TableName="tab", TimeToLiveSpecification=wanted) == (
        "ValidationException",
        "TimeToLive is already enabled",
    )
    assert db.describe_time_to_live(TableName="tab")["TimeToLiveDescription"]["AttributeName"] == "ends"


def test_the_other_server_takes_its_time_and_we_none(stacks: tuple[RustStack, RustStack]) -> None:
    with RustStack(dynamodb=stacks[1].endpoint_url, dynamodb_table_delay=60.0) as slow:
        stacks[1].reset()
        db = slow.client("dynamodb")
        make(db)
        db.put_item(TableName="tab", Item=ITEM)
        assert db.describe_table(TableName="tab")["Table"]["TableStatus"] == "ACTIVE"
