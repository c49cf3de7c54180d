"""RestoreObject: archived objects become readable for a number of days."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.s3 import versions
from ruststack.services.s3.errors import MalformedXML
from ruststack.services.s3.events import notify
from ruststack.services.s3.metadata import ARCHIVED
from ruststack.services.s3.object_errors import RestoreAlreadyInProgress, UnrestorableObject
from ruststack.services.s3.state import ObjectVersion

_DAY_S = 86_400
_DELAYS_S: Mapping[str, Mapping[str, float]] = {
    "GLACIER": {"Expedited": 300, "Standard": 5 * 3600, "Bulk": 12 * 3600},
    "DEEP_ARCHIVE": {"Standard": 12 * 3600, "Bulk": 48 * 3600},
}
"""How long a restore takes at most. Source: user guide, "Archive retrieval options"."""


@operation("RestoreObject")
def restore_object(ctx: Context, req: Input) -> Output:
    """Begin to restore an archived object; it is readable when the tier's time has passed on the clock.

    While a copy is readable, a further request moves its expiry and answers 200 instead of 202.
    Raises NoSuchBucket, NoSuchKey, NoSuchVersion, MethodNotAllowed, InvalidObjectState, RestoreAlreadyInProgress,
    MalformedXML. Source: API_RestoreObject; recorded answers.
    """
    bucket = ctx.state.bucket(req["Bucket"])
    version = versions.readable(bucket, req["Key"], req.get("VersionId"), "POST")
    request = req.get("RestoreRequest") or {}
    if version.storage_class not in ARCHIVED:
        raise UnrestorableObject(StorageClass=version.storage_class)
    days, tier = request.get("Days"), (request.get("GlacierJobParameters") or {}).get("Tier") or request.get("Tier")
    delay = _DELAYS_S[version.storage_class].get(tier or "Standard")
    if not days or days < 1 or delay is None:
        raise MalformedXML()
    now = ctx.clock.now()
    if version.restore and now < version.restore["ready_at"]:
        raise RestoreAlreadyInProgress()
    is_again = is_readable(ctx, version)
    ready_at = version.restore["ready_at"] if is_again else now + delay
    restore = {"ready_at": ready_at, "expires_at": _midnight_after(max(now, ready_at) + days * _DAY_S)}
    ctx.response_status = 200 if is_again else 202
    versions.replace(bucket, version, replace(version, restore=restore))
    notify(ctx, bucket, "ObjectRestore:Post", version)
    return {}


def _midnight_after(seconds: float) -> float:
    """S3 rounds an expiry up to the next midnight UTC."""
    return (seconds // _DAY_S + 1) * _DAY_S


def is_readable(ctx: Context, version: ObjectVersion) -> bool:
    """Whether a restored copy of an archived object exists now."""
    return bool(version.restore) and version.restore["ready_at"] <= ctx.clock.now() < version.restore["expires_at"]


def restore_header(ctx: Context, version: ObjectVersion) -> str | None:
    """The x-amz-restore header; none when the copy has expired."""
    now = ctx.clock.now()
    if now < version.restore["ready_at"]:
        return 'ongoing-request="true"'
    if now >= version.restore["expires_at"]:
        return None
    expiry = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(version.restore["expires_at"]))
    return f'ongoing-request="false", expiry-date="{expiry}"'


def restore_status(ctx: Context, version: ObjectVersion) -> dict[str, Any] | None:
    """The RestoreStatus of a listing entry; none for an object that is not being or was not restored."""
    if not version.restore or ctx.clock.now() >= version.restore["expires_at"]:
        return None
    if ctx.clock.now() < version.restore["ready_at"]:
        return {"IsRestoreInProgress": True}
    return {"IsRestoreInProgress": False, "RestoreExpiryDate": version.restore["expires_at"]}
