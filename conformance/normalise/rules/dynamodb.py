"""DynamoDB and its streams: times, table and shard ids, iterators. Attribute values are never touched."""

from __future__ import annotations

from conformance.normalise.rules.rule import Rule
from conformance.normalise.rules.shapes import EPOCH_SECONDS

RULES: tuple[Rule, ...] = (
    Rule(
        "time",
        (
            "body TableDescription/CreationDateTime",
            "body Table/CreationDateTime",
            "body BillingModeSummary/LastUpdateToPayPerRequestDateTime",
            "body ProvisionedThroughput/LastIncreaseDateTime",
            "body ProvisionedThroughput/LastDecreaseDateTime",
        ),
        EPOCH_SECONDS,
        "when the table was made or changed",
        loose=r"0(?:\.0)?|1\d{9}(?:\.\d{1,9})?|1\.\d+E9",
        service="dynamodb",
        is_paired=False,
    ),
    Rule(
        "next-token",
        ("body NextToken",),
        r"[A-Za-z0-9+/=_-]{16,}",
        "where a statement goes on, as only the service reads it",
        service="dynamodb",
    ),
    Rule(
        "time",
        ("body CreationRequestDateTime", "body dynamodb/ApproximateCreationDateTime"),
        EPOCH_SECONDS,
        "when the stream was switched on, or a record made",
        service="dynamodbstreams",
        is_paired=False,
    ),
    Rule(
        "stream-label",
        ("body StreamLabel", "body StreamArn"),
        r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3})$",
        "the time at which the stream was switched on",
        service="dynamodbstreams",
    ),
    Rule(
        "shard-iterator",
        ("body NextShardIterator", "body ShardIterator"),
        r"arn:aws:dynamodb:[a-z0-9-]+:\d{12}:table/[^|]+\|\d+\|[A-Za-z0-9+/=_.-]+",
        "a place in a shard, as only the service reads it",
        service="dynamodbstreams",
        is_paired=False,
    ),
    Rule(
        "shard-id",
        ("body ShardId",),
        r"shardId-\d{20}-[0-9a-f]{8}",
        "minted by the service",
        service="dynamodbstreams",
    ),
    Rule(
        "event-id",
        ("body Records/eventID",),
        r"[0-9a-f]{32}",
        "minted for each record",
        loose=r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        service="dynamodbstreams",
    ),
    Rule(
        "sequence-number",
        ("body SequenceNumber", "body StartingSequenceNumber", "body EndingSequenceNumber"),
        r"\d{21,40}",
        "minted for each record, in a rising order",
        service="dynamodbstreams",
    ),
    Rule(
        "stream-label",
        ("body LatestStreamLabel", "body LatestStreamArn"),
        r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3})",
        "the time at which the stream was switched on",
        service="dynamodb",
    ),
)
