"""CloudWatch Logs."""

from __future__ import annotations

from conformance.normalise.rules.rule import Rule
from conformance.normalise.rules.shapes import UUID

RULES: tuple[Rule, ...] = (
    Rule(
        "time",
        (
            "body creationTime",
            "body ingestionTime",
            "body lastIngestionTime",
            "body lastUpdatedTime",
            "body createTime",
        ),
        r"1\d{12}",
        "the time at which something was made or taken in",
        loose=r"1\d{12}(?:\.\d+)?",
        service="logs",
        is_paired=False,
    ),
    Rule("event-id", ("body eventId",), r"\d+", "minted for every event", service="logs"),
    Rule("query-id", ("body queryId",), UUID, "minted for every query", service="logs"),
    Rule(
        "token",
        ("body nextForwardToken", "body nextBackwardToken"),
        r"[fb]/(\d{56})(?:/s)?",
        "opaque but for its direction",
        service="logs",
    ),
    Rule(
        "token",
        ("body nextToken", "body uploadSequenceToken", "body nextSequenceToken"),
        r"[A-Za-z0-9+/=_\-.]+",
        "opaque, and its own in every implementation",
        service="logs",
    ),
)
