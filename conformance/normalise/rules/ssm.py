"""Systems Manager's Parameter Store."""

from __future__ import annotations

from conformance.normalise.rules.rule import Rule
from conformance.normalise.rules.shapes import EPOCH_SECONDS

RULES: tuple[Rule, ...] = (
    Rule(
        "time",
        ("body LastModifiedDate",),
        EPOCH_SECONDS,
        "the time at which the parameter was written",
        service="ssm",
        is_paired=False,
    ),
    Rule(
        "token",
        ("body NextToken",),
        r"[A-Za-z0-9+/=_\-.]+",
        "opaque, and its own in every implementation",
        service="ssm",
    ),
)
