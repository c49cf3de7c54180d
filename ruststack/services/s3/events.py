"""Telling listeners what happened to an object."""

from __future__ import annotations

from ruststack.kit import Context
from ruststack.services.s3.state import Bucket, ObjectVersion


def notify(ctx: Context, bucket: Bucket, kind: str, version: ObjectVersion) -> None:
    """Emit the event if the bucket has a notification configuration; else it costs one look-up.

    The detail is what an event record needs, so that a listener need not look at the state.
    """
    if "NotificationConfiguration" in bucket.configuration:
        ctx.emit(
            kind,
            bucket=bucket.name,
            bucket_account=bucket.account,
            bucket_region=bucket.region,
            configuration=bucket.configuration["NotificationConfiguration"],
            key=version.key,
            size=version.size,
            etag=version.etag.strip('"'),
            version_id=version.version_id if bucket.versioning else None,
            is_marker=version.is_marker,
            time=ctx.clock.now(),
            request_id=ctx.request_id,
        )
