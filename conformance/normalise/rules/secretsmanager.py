"""Secrets Manager."""

from __future__ import annotations

from conformance.normalise.rules.rule import Rule
from conformance.normalise.rules.shapes import EPOCH_SECONDS

RULES: tuple[Rule, ...] = (
    Rule(
        "secret-suffix",
        ("body ARN",),
        r"arn:aws:secretsmanager:[a-z0-9\-]+:\d{12}:secret:.+-([A-Za-z0-9]{6})$",
        "six characters, minted for every secret, end its ARN",
        service="secretsmanager",
    ),
    Rule(
        "time",
        (
            "body CreatedDate",
            "body LastChangedDate",
            "body LastAccessedDate",
            "body DeletedDate",
            "body DeletionDate",
        ),
        EPOCH_SECONDS,
        "the time at which something happened to the secret, or one that is counted from it",
        service="secretsmanager",
        is_paired=False,
    ),
    Rule(
        "password",
        ("body RandomPassword",),
        r"[!-~]{32}|\d{8}",
        "made up for every request, and crossed out in a recording; the scenario asks for two lengths",
        loose=r"[!-~]{32}|[\dx]{8}",
        service="secretsmanager",
        is_paired=False,
    ),
    Rule(
        "token",
        ("body NextToken",),
        r"[A-Za-z0-9+/=_\-.]+",
        "opaque, and its own in every implementation",
        service="secretsmanager",
    ),
)
