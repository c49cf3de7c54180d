"""Streams: each change of an item, in order, as the view type shows it; TTL's deletions are the service's."""

from __future__ import annotations

from typing import Any

import botocore.exceptions
import pytest

from ruststack import RustStack


@pytest.fixture
def db(stack: RustStack) -> Any:
    stack.reset()
    return stack.client("dynamodb")


def table(db: Any, view: str | None = None) -> str:
    """A table with such a stream, if any; the stream's ARN."""
    stream = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": view}} if view else {}
    made = db.create_table(
        TableName="tbl",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        **stream,
    )
    return str(made["TableDescription"].get("LatestStreamArn", ""))


def change(db: Any) -> None:
    """INSERT, MODIFY, a write that changes nothing, REMOVE, a removal of nothing."""
    for number in ("1", "2", "2"):
        db.put_item(TableName="tbl", Item={"pk": {"S": "a"}, "n": {"N": number}})
    for _ in range(2):
        db.delete_item(TableName="tbl", Key={"pk": {"S": "a"}})


def iterator(stack: RustStack, arn: str, kind: str = "TRIM_HORIZON", **more: str) -> str:
    streams = stack.client("dynamodbstreams")
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    given = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": kind, **more}
    return str(streams.get_shard_iterator(**given)["ShardIterator"])


def records(stack: RustStack, arn: str, kind: str = "TRIM_HORIZON", **more: str) -> list[dict[str, Any]]:
    found = stack.client("dynamodbstreams").get_records(ShardIterator=iterator(stack, arn, kind, **more))["Records"]
    return list(found)


@pytest.mark.parametrize(
    ("view", "images", "sizes"),
    [
        ("KEYS_ONLY", [set(), set(), set()], [3, 3, 3]),
        ("NEW_IMAGE", [{"NewImage"}, {"NewImage"}, set()], [9, 9, 3]),
        ("OLD_IMAGE", [set(), {"OldImage"}, {"OldImage"}], [3, 9, 9]),
        ("NEW_AND_OLD_IMAGES", [{"NewImage"}, {"NewImage", "OldImage"}, {"OldImage"}], [9, 15, 9]),
    ],
)
def test_each_view_shows_its_images(
    stack: RustStack, db: Any, view: str, images: list[set[str]], sizes: list[int]
) -> None:
    arn = table(db, view)
    change(db)
    found = records(stack, arn)
    assert [each["eventName"] for each in found] == ["INSERT", "MODIFY", "REMOVE"]
    assert [each["dynamodb"].keys() & {"NewImage", "OldImage"} for each in found] == images
    assert [each["dynamodb"]["SizeBytes"] for each in found] == sizes
    assert {each["awsRegion"] for each in found} == {"us-east-1"}
    numbers = [each["dynamodb"]["SequenceNumber"] for each in found]
    assert numbers == sorted(numbers) and len(set(numbers)) == 3 and all(len(each) >= 21 for each in numbers)


def test_an_iterator_begins_where_it_says(stack: RustStack, db: Any) -> None:
    arn = table(db, "KEYS_ONLY")
    change(db)
    second = records(stack, arn)[1]["dynamodb"]["SequenceNumber"]
    assert len(records(stack, arn, "AT_SEQUENCE_NUMBER", SequenceNumber=second)) == 2
    assert len(records(stack, arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=second)) == 1
    assert records(stack, arn, "LATEST") == []


def test_pages_go_on_and_end_with_a_closed_shard(stack: RustStack, db: Any) -> None:
    arn = table(db, "KEYS_ONLY")
    change(db)
    streams, place, names = stack.client("dynamodbstreams"), iterator(stack, arn), []
    db.update_table(TableName="tbl", StreamSpecification={"StreamEnabled": False})
    while place:
        page = streams.get_records(ShardIterator=place, Limit=2)
        names += [each["eventName"] for each in page["Records"]]
        place = page.get("NextShardIterator", "")
    assert names == ["INSERT", "MODIFY", "REMOVE"]
    assert streams.describe_stream(StreamArn=arn)["StreamDescription"]["StreamStatus"] == "DISABLED"


def test_records_are_kept_for_a_day_and_iterators_for_a_quarter_of_an_hour(stack: RustStack, db: Any) -> None:
    arn = table(db, "KEYS_ONLY")
    change(db)
    place = iterator(stack, arn)
    stack.clock.advance(16 * 60)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        stack.client("dynamodbstreams").get_records(ShardIterator=place)
    assert caught.value.response["Error"]["Code"] == "ExpiredIteratorException"
    assert len(records(stack, arn)) == 3
    stack.clock.advance(24 * 3600)
    db.put_item(TableName="tbl", Item={"pk": {"S": "new"}})
    assert [each["dynamodb"]["Keys"] for each in records(stack, arn)] == [{"pk": {"S": "new"}}]


def test_batches_transactions_and_partiql_are_told_too(stack: RustStack, db: Any) -> None:
    arn = table(db, "KEYS_ONLY")
    item = {"pk": {"S": "a"}}
    db.batch_write_item(RequestItems={"tbl": [{"PutRequest": {"Item": item}}]})
    db.transact_write_items(TransactItems=[{"Delete": {"TableName": "tbl", "Key": item}}])
    db.execute_statement(Statement="INSERT INTO tbl VALUE {'pk': 'b'}")
    assert [each["eventName"] for each in records(stack, arn)] == ["INSERT", "REMOVE", "INSERT"]


def test_what_time_takes_away_the_service_removes(stack: RustStack, db: Any) -> None:
    arn = table(db, "OLD_IMAGE")
    db.update_time_to_live(TableName="tbl", TimeToLiveSpecification={"Enabled": True, "AttributeName": "end"})
    now = int(stack.clock.now())
    ends = {"soon": now + 60, "later": now + 6000, "long-ago": now - 6 * 365 * 24 * 3600}
    for name, end in ends.items():
        db.put_item(TableName="tbl", Item={"pk": {"S": name}, "end": {"N": str(end)}})
    db.put_item(TableName="tbl", Item={"pk": {"S": "text"}, "end": {"S": str(now)}})
    stack.clock.advance(120)
    assert {item["pk"]["S"] for item in db.scan(TableName="tbl")["Items"]} == {"later", "long-ago", "text"}
    last = records(stack, arn)[-1]
    assert last["eventName"] == "REMOVE" and last["dynamodb"]["Keys"] == {"pk": {"S": "soon"}}
    assert last["userIdentity"] == {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"ShardIteratorType": "AT_SEQUENCE_NUMBER"},
            "One or more parameter values were invalid: Invalid SequenceNumber",
        ),
        (
            {"ShardIteratorType": "LATEST", "SequenceNumber": "0" * 21},
            "One or more parameter values were invalid: SequenceNumber should not be passed for this iterator type",
        ),
        ({"ShardIteratorType": "LATEST", "ShardId": "shardId-" + "0" * 29}, "Shard does not exist"),
    ],
)
def test_an_iterator_is_refused(stack: RustStack, db: Any, given: dict[str, str], message: str) -> None:
    arn = table(db, "KEYS_ONLY")
    streams = stack.client("dynamodbstreams")
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        streams.get_shard_iterator(**{"StreamArn": arn, "ShardId": shard["ShardId"], **given})
    assert caught.value.response["Error"]["Message"] == message


def test_streams_are_listed_in_pages_and_described_by_their_table(stack: RustStack, db: Any) -> None:
    """ListStreams, DescribeStream, GetShardIterator and GetRecords are told by their target, not by the signature."""
    first = table(db, "KEYS_ONLY")
    db.update_table(TableName="tbl", StreamSpecification={"StreamEnabled": False})
    stack.clock.advance(1)
    specification = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    changed = db.update_table(TableName="tbl", StreamSpecification=specification)["TableDescription"]
    streams = stack.client("dynamodbstreams")
    page = streams.list_streams(TableName="tbl", Limit=1)
    rest = streams.list_streams(ExclusiveStartStreamArn=page["LastEvaluatedStreamArn"])
    assert [each["StreamArn"] for each in page["Streams"] + rest["Streams"]] == [first, changed["LatestStreamArn"]]
    assert streams.list_streams(TableName="other")["Streams"] == []
    described = streams.describe_stream(StreamArn=changed["LatestStreamArn"])["StreamDescription"]
    assert (described["TableName"], described["StreamViewType"]) == ("tbl", "NEW_IMAGE")
    assert described["KeySchema"] == [{"AttributeName": "pk", "KeyType": "HASH"}]
    stack.clock.advance(25 * 3600)
    assert [each["StreamArn"] for each in streams.list_streams()["Streams"]] == [changed["LatestStreamArn"]]
