"""API Gateway."""

from __future__ import annotations

from conformance.normalise.rules.rule import Rule
from conformance.normalise.rules.shapes import EPOCH_SECONDS

_ID = r"[a-z0-9]{6}|[a-z0-9]{10}"

RULES: tuple[Rule, ...] = (
    Rule(
        "id",
        (
            "body id",
            "body parentId",
            "body rootResourceId",
            "body deploymentId",
            "body cacheNamespace",
            "body apiId",
        ),
        _ID,
        "minted for every API, resource, deployment, model, validator, authorizer, key and plan",
        service="apigateway",
    ),
    Rule(
        "time",
        ("body createdDate", "body lastUpdatedDate"),
        r"1\d{9}",
        "the time at which it was made or changed",
        loose=EPOCH_SECONDS,
        service="apigateway",
        is_paired=False,
    ),
    Rule(
        "key-value",
        ("body value",),
        r"[A-Za-z0-9]{20,128}",
        "minted for every key, and crossed out in a recording",
        service="apigateway",
    ),
)
