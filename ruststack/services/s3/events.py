"""Telling listeners what happened to an object, as S3 tells queues, topics and functions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

from ruststack.kit import Context
from ruststack.services.s3.bucket_names import bucket_arn
from ruststack.services.s3.notification import destinations
from ruststack.services.s3.owners import canonical_id
from ruststack.services.s3.state import Bucket, ObjectVersion


def notify(ctx: Context, bucket: Bucket, kind: str, version: ObjectVersion) -> None:
    """Emit the event if the bucket's notification configuration wants it; without one it costs one look-up.

    The detail says who is to be told (``targets``: Arn and Id of each; ``event_bridge``) and what (``record``: one
    entry of the message's Records, but for its configurationId), beside plain facts about the object.
    """
    configuration = bucket.configuration.get("NotificationConfiguration")
    if configuration is None:
        return
    targets = destinations(configuration, kind, version.key)
    has_bridge = "EventBridgeConfiguration" in configuration
    if targets or has_bridge:
        ctx.emit(
            kind,
            bucket=bucket.name,
            key=version.key,
            size=version.size,
            etag=version.etag.strip('"'),
            version_id=version.version_id if bucket.versioning else None,
            is_marker=version.is_marker,
            targets=targets,
            event_bridge=has_bridge,
            record=record(ctx, bucket, kind, version),
        )


def record(ctx: Context, bucket: Bucket, kind: str, version: ObjectVersion) -> dict[str, Any]:
    """The event as S3 writes it. Source: user guide, notification-content-structure."""
    address = ctx.request.peer.rpartition(":")[0] if ctx.request is not None else ""
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": bucket.region,
        "eventTime": _iso(ctx.clock.now()),
        "eventName": kind,
        "userIdentity": {"principalId": "Anonymous" if ctx.access_key is None else f"AWS:{ctx.account}"},
        "requestParameters": {"sourceIPAddress": address or "127.0.0.1"},
        "responseElements": {"x-amz-request-id": ctx.request_id, "x-amz-id-2": ctx.ids.base64(56)},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "",
            "bucket": {
                "name": bucket.name,
                "ownerIdentity": {"principalId": canonical_id(bucket.account)},
                "arn": bucket_arn(bucket.name, bucket.region),
            },
            "object": _object(ctx, bucket, kind, version),
        },
    }


def _object(ctx: Context, bucket: Bucket, kind: str, version: ObjectVersion) -> dict[str, Any]:
    shown: dict[str, Any] = {"key": quote_plus(version.key, safe="/")}
    if not kind.startswith("ObjectRemoved:Delete") and not version.is_marker:
        shown["size"] = version.size
    if kind != "ObjectRemoved:Delete":
        shown["eTag"] = version.etag.strip('"') or "d41d8cd98f00b204e9800998ecf8427e"
    if bucket.versioning:
        shown["versionId"] = version.version_id
    shown["sequencer"] = f"{int(ctx.clock.now() * 1e6):016X}{ctx.ids.hex(2).upper()}"
    return shown


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
