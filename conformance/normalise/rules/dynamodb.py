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
        "stream-label",
        ("body LatestStreamLabel", "body LatestStreamArn"),
        r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3})",
        "the time at which the stream was switched on",
        service="dynamodb",
    ),
)
