"""SNS."""

from __future__ import annotations

from conformance.normalise.rules.rule import Rule
from conformance.normalise.rules.shapes import UUID

RULES: tuple[Rule, ...] = (
    Rule("message-id", ("body MessageId",), UUID, "minted for every message", service="sns"),
    Rule(
        "subscription-id",
        ("body SubscriptionArn",),
        rf"arn:aws:sns:[a-z0-9\-]+:\d{{12}}:[A-Za-z0-9_.\-]+:({UUID})",
        "minted for every subscription, after the topic's ARN",
        service="sns",
    ),
    Rule("sequence-number", ("body SequenceNumber",), r"\d{20}", "grows with every message", service="sns"),
)
