"""Object lock by request: the bucket's configuration, an object version's retention and legal hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ruststack.kit import Context, Input, Output, ServiceError, operation
from ruststack.services.s3 import lock_rules, versions
from ruststack.services.s3.errors import InvalidArgument, MalformedXML
from ruststack.services.s3.object_errors import (
    LockedObject,
    NoSuchObjectLockConfiguration,
    ObjectLockConfigurationNotFound,
)
from ruststack.services.s3.state import ObjectVersion


class InvalidBucketState(ServiceError):
    """Object lock needs versioning."""

    code, status = "InvalidBucketState", 409
    message = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"


class InvalidRetentionPeriod(ServiceError):
    """A default retention of no time, or of less. Source: ceph/s3-tests for the code.

    Unknown: versitygw's issue 1738 quotes InvalidArgument; one PutObjectLockConfiguration of 0 days would settle it.
    """

    code, status = "InvalidRetentionPeriod", 400
    message = "Default retention period must be a positive integer value."


@operation("PutObjectLockConfiguration")
def put_object_lock_configuration(ctx: Context, req: Input) -> None:
    """Turn object lock on (for good), and set or drop the default retention of new versions.

    Raises NoSuchBucket, MalformedXML, InvalidRetentionPeriod, InvalidArgument, InvalidBucketState.
    Source: API_PutObjectLockConfiguration.
    """
    bucket = ctx.state.bucket(req["Bucket"])
    configuration = req.get("ObjectLockConfiguration")
    if not configuration or configuration.get("ObjectLockEnabled") != "Enabled":
        raise MalformedXML()
    rule = configuration.get("Rule")
    if rule is not None:
        _check_default(rule.get("DefaultRetention") or {})
    if bucket.versioning != "Enabled":
        raise InvalidBucketState()
    bucket.is_lock_enabled = True
    bucket.configuration["ObjectLockConfiguration"] = configuration


def _check_default(retention: Mapping[str, Any]) -> None:
    if retention.get("Mode") not in lock_rules.MODES or ("Days" in retention) == ("Years" in retention):
        raise MalformedXML()
    unit = "Days" if "Days" in retention else "Years"
    if retention[unit] <= 0:
        raise InvalidRetentionPeriod()
    if retention[unit] > (36_500 if unit == "Days" else 100):
        raise InvalidArgument("Default retention period too large", ArgumentName=unit)


@operation("GetObjectLockConfiguration")
def get_object_lock_configuration(ctx: Context, req: Input) -> Output:
    """Raises NoSuchBucket, ObjectLockConfigurationNotFoundError. Source: API_GetObjectLockConfiguration."""
    bucket = ctx.state.bucket(req["Bucket"])
    if not bucket.is_lock_enabled:
        raise ObjectLockConfigurationNotFound(BucketName=bucket.name)
    stored = bucket.configuration.get("ObjectLockConfiguration") or {"ObjectLockEnabled": "Enabled"}
    return {"ObjectLockConfiguration": stored}


@operation("PutObjectRetention")
def put_object_retention(ctx: Context, req: Input) -> None:
    """Set a version's retention. It can be made longer; weakening it takes governance mode and the bypass header.

    Raises NoSuchBucket, NoSuchKey, NoSuchVersion, MethodNotAllowed, InvalidRequest, InvalidArgument, MalformedXML,
    AccessDenied. Source: API_PutObjectRetention; recorded answers.
    """
    bucket = ctx.state.bucket(req["Bucket"])
    version = versions.readable(bucket, req["Key"], req.get("VersionId"), "PUT")
    lock_rules.check_bucket(bucket)
    retention = req.get("Retention")
    if retention is None:
        raise MalformedXML()
    mode, until = retention.get("Mode"), retention.get("RetainUntilDate")
    if (mode is None) != (until is None) or (mode is not None and mode not in lock_rules.MODES):
        raise MalformedXML()
    if until is not None:
        lock_rules.check_future(ctx, until, "RetainUntilDate")
    until_s = 0.0 if until is None else lock_rules.milliseconds(until)
    _check_change(ctx, version, mode, until_s, bypasses=bool(req.get("BypassGovernanceRetention")))
    versions.replace(bucket, version, replace(version, lock_mode=mode or "", retain_until=until_s))


def _check_change(ctx: Context, version: ObjectVersion, mode: str | None, until_s: float, *, bypasses: bool) -> None:
    """Raises AccessDenied if the change weakens an unexpired retention that may not be weakened."""
    if not version.lock_mode or version.retain_until <= ctx.clock.now():
        return
    if mode == version.lock_mode and until_s >= version.retain_until:
        return
    if version.lock_mode == "COMPLIANCE" or not bypasses:
        raise LockedObject()


@operation("GetObjectRetention")
def get_object_retention(ctx: Context, req: Input) -> Output:
    """A version that never got one has none, and says so.

    Raises NoSuchBucket, NoSuchKey, NoSuchVersion, MethodNotAllowed, InvalidRequest, NoSuchObjectLockConfiguration.
    """
    version = _locked_version(ctx, req)
    if not version.lock_mode:
        raise NoSuchObjectLockConfiguration()
    return {"Retention": {"Mode": version.lock_mode, "RetainUntilDate": version.retain_until}}


def _locked_version(ctx: Context, req: Input) -> ObjectVersion:
    bucket = ctx.state.bucket(req["Bucket"])
    version = versions.readable(bucket, req["Key"], req.get("VersionId"), "GET")
    lock_rules.check_bucket(bucket)
    return version


@operation("PutObjectLegalHold")
def put_object_legal_hold(ctx: Context, req: Input) -> None:
    """Put a hold on a version, or lift it.

    Raises NoSuchBucket, NoSuchKey, NoSuchVersion, MethodNotAllowed, InvalidRequest, MalformedXML.
    Source: API_PutObjectLegalHold; recorded answers.
    """
    bucket = ctx.state.bucket(req["Bucket"])
    version = versions.readable(bucket, req["Key"], req.get("VersionId"), "PUT")
    lock_rules.check_bucket(bucket)
    status = (req.get("LegalHold") or {}).get("Status")
    if status not in ("ON", "OFF"):
        raise MalformedXML()
    versions.replace(bucket, version, replace(version, legal_hold=status))


@operation("GetObjectLegalHold")
def get_object_legal_hold(ctx: Context, req: Input) -> Output:
    """A version that never got one has none, and says so.

    Raises NoSuchBucket, NoSuchKey, NoSuchVersion, MethodNotAllowed, InvalidRequest, NoSuchObjectLockConfiguration.
    """
    version = _locked_version(ctx, req)
    if not version.legal_hold:
        raise NoSuchObjectLockConfiguration()
    return {"LegalHold": {"Status": version.legal_hold}}
