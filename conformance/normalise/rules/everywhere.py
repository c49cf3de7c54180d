"""Values of every service: request ids, dates."""

from __future__ import annotations

from conformance.normalise.rules.rule import Rule
from conformance.normalise.rules.shapes import BASE64, HTTP_DATE, UUID

RULES: tuple[Rule, ...] = (
    Rule(
        "request-id",
        ("header x-amzn-requestid", "header x-amzn-request-id", "body ResponseMetadata/RequestId", "body RequestId"),
        rf"{UUID}|[0-9A-Z]{{52}}",
        "every request has its own id",
        loose=r"[0-9A-Za-z\-]{8,64}",
    ),
    Rule(
        "host-id",
        ("header x-amz-id-2", "body Error/HostId"),
        BASE64,
        "names the machine that answered",
        is_per_exchange=True,
        loose=r"[A-Za-z0-9+/=\-]{20,}",
    ),
    Rule("date", ("header date",), HTTP_DATE, "the time of the answer", is_paired=False),
    Rule(
        "modified",
        ("header last-modified",),
        HTTP_DATE,
        "the time at which the object was written",
        is_paired=False,
    ),
)
