"""IAM."""

from __future__ import annotations

from conformance.normalise.rules.rule import Rule
from conformance.normalise.rules.shapes import ISO_MILLIS, ISO_SECONDS

RULES: tuple[Rule, ...] = (
    Rule("role-id", ("body RoleId",), r"AROA[A-Z0-9]{17}", "minted for every role", service="iam"),
    Rule(
        "time",
        ("body CreateDate",),
        rf"{ISO_SECONDS}|{ISO_MILLIS}",
        "the time at which it was made",
        loose=r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?Z",
        service="iam",
        is_paired=False,
    ),
)
