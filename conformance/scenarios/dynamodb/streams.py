"""Streams: shards, iterators, and records by view."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.fixtures import item, make
from conformance.scenarios.dynamodb.write import INVALID


def streaming(t: Driver, view: str) -> tuple[Any, Any, str, str, str]:
    """A table with a stream of that view: two clients, the table, the stream's ARN and its first shard."""
    client, table = make(t, StreamSpecification={"StreamEnabled": True, "StreamViewType": view})
    arn = client.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    streams = t.client("dynamodbstreams")

    def has_shards(answer: Any) -> bool:
        return bool(answer["StreamDescription"]["Shards"])

    t.until("dynamodbstreams", "describe_stream", has_shards, StreamArn=arn)
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    return client, streams, table, arn, shard


def change(client: Any, table: str) -> None:
    """Insert, change, change nothing, and remove one item."""
    client.put_item(TableName=table, Item=item("a", x="1"))
    client.put_item(TableName=table, Item=item("a", x="2"))
    client.put_item(TableName=table, Item=item("a", x="2"))
    client.delete_item(TableName=table, Key=item("a"))
    client.delete_item(TableName=table, Key=item("a"))


@scenario("dynamodb/stream_records")
def stream_records(t: Driver) -> None:
    """INSERT, MODIFY and REMOVE with both images; what changes nothing leaves no record."""
    client, streams, table, arn, shard = streaming(t, "NEW_AND_OLD_IMAGES")
    change(client, table)
    first = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    t.step("all")
    records = streams.get_records(ShardIterator=first["ShardIterator"])
    t.step("a page")
    streams.get_records(ShardIterator=first["ShardIterator"], Limit=1)
    after = records["Records"][0]["dynamodb"]["SequenceNumber"]
    t.step("after the first")
    later = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard, ShardIteratorType="AFTER_SEQUENCE_NUMBER", SequenceNumber=after
    )
    streams.get_records(ShardIterator=later["ShardIterator"])


@scenario("dynamodb/stream_views")
def stream_views(t: Driver) -> None:
    """KEYS_ONLY gives no image."""
    client, streams, table, arn, shard = streaming(t, "KEYS_ONLY")
    change(client, table)
    first = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    streams.get_records(ShardIterator=first["ShardIterator"])


@scenario("dynamodb/stream_latest")
def stream_latest(t: Driver) -> None:
    """LATEST begins with what comes after it."""
    client, streams, table, arn, shard = streaming(t, "NEW_IMAGE")
    client.put_item(TableName=table, Item=item("before"))
    latest = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="LATEST")
    client.put_item(TableName=table, Item=item("after", x="1"))
    streams.get_records(ShardIterator=latest["ShardIterator"])
    t.step("listed")
    streams.list_streams(TableName=table)


@scenario("dynamodb/stream_refused")
def stream_refused(t: Driver) -> None:
    """A stream, a shard and an iterator must be there."""
    _, streams, _, arn, shard = streaming(t, "OLD_IMAGE")
    missing = "ResourceNotFoundException"
    t.fails(missing, streams.describe_stream, StreamArn=arn.replace("table/", "table/x"))
    unknown = shard[:-4] + "zzzz"
    t.tries(streams.get_shard_iterator, StreamArn=arn, ShardId=unknown, ShardIteratorType="LATEST")
    t.fails(INVALID, streams.get_shard_iterator, StreamArn=arn, ShardId=shard, ShardIteratorType="AT_SEQUENCE_NUMBER")
    t.fails(INVALID, streams.get_records, ShardIterator="nonsense")
