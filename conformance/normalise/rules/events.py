"""EventBridge."""

from __future__ import annotations

from conformance.normalise.rules.rule import Rule
from conformance.normalise.rules.shapes import EPOCH_SECONDS, UUID

RULES: tuple[Rule, ...] = (
    Rule("event-id", ("body EventId",), UUID, "minted for every event", service="events"),
    Rule(
        "time",
        ("body CreationTime", "body LastModifiedTime", "body LastAuthorizedTime"),
        EPOCH_SECONDS,
        "the time at which the resource was made or changed",
        service="events",
        is_paired=False,
    ),
    Rule(
        "resource-id",
        ("body ConnectionArn", "body ApiDestinationArn"),
        rf"arn:aws:events:[a-z0-9\-]+:\d{{12}}:(?:connection|api-destination)/[\w.\-]+/({UUID})",
        "minted for every connection and destination",
        service="events",
    ),
    Rule(
        "secret-id",
        ("body SecretArn",),
        rf"arn:aws:secretsmanager:[a-z0-9\-]+:\d{{12}}:secret:events!connection/[\w.\-]+/({UUID}-[A-Za-z0-9]{{6}})",
        "a connection's keys are kept in a secret of their own",
        service="events",
    ),
    Rule(
        "token",
        ("body NextToken",),
        r"[A-Za-z0-9+/=_\-.]+",
        "opaque, and its own in every implementation",
        service="events",
    ),
)
