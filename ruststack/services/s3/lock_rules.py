"""Object lock: which retention and holds a version may get, and what they forbid."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ruststack.kit import Context, Input
from ruststack.services.s3.checksums import ALGORITHMS
from ruststack.services.s3.errors import InvalidArgument, InvalidRequest
from ruststack.services.s3.object_errors import LockedObject
from ruststack.services.s3.state import Bucket, ObjectVersion

MEMBERS = frozenset(("ObjectLockMode", "ObjectLockRetainUntilDate", "ObjectLockLegalHoldStatus"))
MODES = ("GOVERNANCE", "COMPLIANCE")
_DATE_HEADER = "x-amz-object-lock-retain-until-date"
_DAY_S = 86_400


def check_bucket(bucket: Bucket) -> None:
    """Raises InvalidRequest if the bucket has no object lock."""
    if not bucket.is_lock_enabled:
        raise InvalidRequest("Bucket is missing Object Lock Configuration")


def for_write(ctx: Context, bucket: Bucket, req: Input, *, has_body: bool) -> Mapping[str, Any]:
    """The lock fields of a new version: those asked for, else the bucket's default retention.

    A PUT with a body must carry a digest of it. Raises InvalidRequest, InvalidArgument. Source: API_PutObject; recorded
    answers.
    """
    if MEMBERS.isdisjoint(req):
        fields = _default(ctx, bucket) if bucket.is_lock_enabled else {}
    else:
        check_bucket(bucket)
        fields = {**_default(ctx, bucket), **_asked_for(ctx, req)}
    if fields and has_body and "ContentMD5" not in req and ALGORITHMS.keys().isdisjoint(req):
        raise InvalidRequest(
            "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters"
        )
    return fields


def _default(ctx: Context, bucket: Bucket) -> dict[str, Any]:
    configuration = bucket.configuration.get("ObjectLockConfiguration") or {}
    retention = (configuration.get("Rule") or {}).get("DefaultRetention")
    if not retention:
        return {}
    days = retention.get("Days") or 0
    now = ctx.clock.now()
    until = now + days * _DAY_S if days else _years_later(now, retention.get("Years") or 0)
    return {"lock_mode": retention["Mode"], "retain_until": until}


def _years_later(moment: float, years: int) -> float:
    return moment + years * 365 * _DAY_S


def _asked_for(ctx: Context, req: Input) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    mode, until = req.get("ObjectLockMode"), req.get("ObjectLockRetainUntilDate")
    if (mode is None) != (until is None):
        raise InvalidArgument(
            "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
            ArgumentName=_DATE_HEADER if until is None else "x-amz-object-lock-mode",
        )
    if mode is not None and until is not None:
        if mode not in MODES:
            raise InvalidArgument(
                "Unknown wormMode directive.", ArgumentName="x-amz-object-lock-mode", ArgumentValue=mode
            )
        check_future(ctx, until, _DATE_HEADER)
        fields.update(lock_mode=mode, retain_until=milliseconds(until))
    hold = req.get("ObjectLockLegalHoldStatus")
    if hold is not None:
        if hold not in ("ON", "OFF"):
            raise InvalidArgument(
                "Legal Hold must be either of 'ON' or 'OFF'",
                ArgumentName="x-amz-object-lock-legal-hold",
                ArgumentValue=hold,
            )
        fields["legal_hold"] = hold
    return fields


def milliseconds(moment: datetime) -> float:
    """Seconds since the epoch, to the millisecond: what S3 keeps of a retain-until date."""
    return int(moment.timestamp() * 1000) / 1000


def check_future(ctx: Context, until: datetime, argument: str) -> None:
    """Raises InvalidArgument for a date that is past."""
    if until.timestamp() <= ctx.clock.now():
        raise InvalidArgument(
            "The retain until date must be in the future!",
            ArgumentName=argument,
            ArgumentValue=_pacific_text(until.timestamp()),
        )


def _pacific_text(seconds: float) -> str:
    """The date as AWS's error shows it: in Java's default form, at Seattle's time."""
    year = time.gmtime(seconds - 8 * 3600).tm_year
    is_summer = _nth_sunday(year, 3, 2) + 10 * 3600 <= seconds < _nth_sunday(year, 11, 1) + 9 * 3600
    local = time.gmtime(seconds - (7 if is_summer else 8) * 3600)
    return time.strftime(f"%a %b %d %H:%M:%S {'PDT' if is_summer else 'PST'} %Y", local)


def _nth_sunday(year: int, month: int, n: int) -> float:
    """UTC midnight of the month's nth Sunday, in seconds since the epoch."""
    first = datetime.fromisoformat(f"{year:04}-{month:02}-01T00:00:00+00:00")
    return first.timestamp() + ((6 - first.weekday()) % 7 + (n - 1) * 7) * _DAY_S


def check_removable(ctx: Context, version: ObjectVersion, *, bypasses_governance: bool) -> None:
    """Raises AccessDenied if a hold or an unexpired retention protects the version."""
    if version.legal_hold == "ON":
        raise LockedObject()
    if version.lock_mode and version.retain_until > ctx.clock.now():
        if version.lock_mode == "GOVERNANCE" and bypasses_governance:
            return
        raise LockedObject()
