"""Lambda."""

from __future__ import annotations

from conformance.normalise.rules.rule import Rule
from conformance.normalise.rules.shapes import EPOCH_SECONDS, UUID

_TIME = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}(?:\+0000|Z)"
_LOOSE_TIME = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:\+0000|Z)"

RULES: tuple[Rule, ...] = (
    Rule("revision-id", ("body RevisionId",), UUID, "minted for every change", service="lambda"),
    Rule(
        "time",
        ("body LastModified", "body LastModifiedTime", "body CreationTime", "body CreatedDate"),
        rf"{_TIME}|{EPOCH_SECONDS}",
        "the time at which it was made or changed",
        loose=rf"{_LOOSE_TIME}|{EPOCH_SECONDS}",
        service="lambda",
        is_paired=False,
    ),
    Rule(
        "code-location",
        ("body Code/Location", "body Content/Location"),
        r"https://.+",
        "an address that is good for ten minutes, of a bucket of AWS's own",
        loose=r"https?://.+",
        service="lambda",
        is_paired=False,
    ),
    Rule(
        "runtime-version",
        ("body RuntimeVersionArn",),
        r"arn:aws:lambda:[a-z0-9\-]+::runtime:([0-9a-f]{64})",
        "the runtime's version of the day",
        service="lambda",
    ),
    Rule("mapping-id", ("body UUID",), UUID, "minted for every event source mapping", service="lambda"),
    Rule(
        "mapping-id",
        ("body EventSourceMappingArn",),
        rf"arn:aws:lambda:[a-z0-9\-]+:\d{{12}}:event-source-mapping:({UUID})",
        "ends in the mapping's id",
        service="lambda",
    ),
    Rule(
        "url",
        ("body FunctionUrl",),
        r"https://([a-z0-9]{32})\.lambda-url\.[a-z0-9\-]+\.on\.aws/",
        "minted for every URL",
        loose=r"(https?://[a-z0-9]{32}\.lambda-url\.[a-z0-9\-]+\.[a-z0-9.:]+/)",
        service="lambda",
    ),
    Rule(
        "signing-id",
        ("body CodeSigningConfigId",),
        r"csc-[0-9a-f]{17}",
        "minted for every code signing configuration",
        service="lambda",
    ),
    Rule(
        "signing-id",
        ("body CodeSigningConfigArn",),
        r"arn:aws:lambda:[a-z0-9\-]+:\d{12}:code-signing-config:(csc-[0-9a-f]{17})",
        "ends in the configuration's id",
        service="lambda",
    ),
    Rule(
        "marker",
        ("body NextMarker",),
        r"\S+",
        "opaque, and its own in every implementation",
        service="lambda",
    ),
)
