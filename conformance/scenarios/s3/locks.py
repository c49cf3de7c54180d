"""Object lock: configuration, retention, legal hold, and what they forbid."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from conformance.scenarios import Driver, scenario

FUTURE = datetime(2099, 1, 1, tzinfo=UTC)
LATER = datetime(2099, 6, 1, tzinfo=UTC)
PAST = datetime(2020, 1, 1, tzinfo=UTC)


def held(mode: str = "GOVERNANCE", until: datetime = FUTURE) -> dict[str, Any]:
    return {"Mode": mode, "RetainUntilDate": until}


@scenario("s3/lock_configuration")
def lock_configuration(t: Driver) -> None:
    """A bucket made with object lock is versioned for good; a default retention may be set."""
    s3 = t.client()
    bucket = t.bucket(ObjectLockEnabledForBucket=True)
    s3.get_bucket_versioning(Bucket=bucket)
    s3.get_object_lock_configuration(Bucket=bucket)
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 3}}
    whole = {"ObjectLockEnabled": "Enabled", "Rule": rule}
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=whole)
    s3.get_object_lock_configuration(Bucket=bucket)
    t.step("versioning cannot be suspended")
    t.fails(
        "InvalidBucketState", s3.put_bucket_versioning, Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
    )


@scenario("s3/lock_configuration_refused")
def lock_configuration_refused(t: Driver) -> None:
    """Object lock needs versioning; the default retention is days or years, and in a known mode."""
    s3 = t.client()
    plain = t.bucket("plain")
    t.fails("ObjectLockConfigurationNotFoundError", s3.get_object_lock_configuration, Bucket=plain)
    on = {"ObjectLockEnabled": "Enabled"}
    t.fails("InvalidBucketState", s3.put_object_lock_configuration, Bucket=plain, ObjectLockConfiguration=on)
    bucket = t.bucket(ObjectLockEnabledForBucket=True)
    for name, retention in (
        ("both", {"Mode": "GOVERNANCE", "Days": 1, "Years": 1}),
        ("neither", {"Mode": "GOVERNANCE"}),
        ("unknown mode", {"Mode": "SOFT", "Days": 1}),
    ):
        t.step(name)
        wrong = {**on, "Rule": {"DefaultRetention": retention}}
        t.fails("MalformedXML", s3.put_object_lock_configuration, Bucket=bucket, ObjectLockConfiguration=wrong)
    t.step("zero days")
    zero = {**on, "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 0}}}
    t.fails("InvalidRetentionPeriod", s3.put_object_lock_configuration, Bucket=bucket, ObjectLockConfiguration=zero)
    t.step("not enabled")
    off: dict[str, Any] = {"Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}
    t.fails("MalformedXML", s3.put_object_lock_configuration, Bucket=bucket, ObjectLockConfiguration=off)


@scenario("s3/lock_enabled_later")
def lock_enabled_later(t: Driver) -> None:
    """A versioned bucket may get object lock later."""
    s3 = t.client()
    bucket = t.bucket(versioned=True)
    t.tries(s3.put_object_lock_configuration, Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})
    t.tries(s3.get_object_lock_configuration, Bucket=bucket)


@scenario("s3/lock_retention")
def lock_retention(t: Driver) -> None:
    """A version under governance cannot be deleted or freed without the bypass; a delete marker can be added."""
    s3 = t.client()
    bucket = t.bucket(ObjectLockEnabledForBucket=True)
    version = s3.put_object(Bucket=bucket, Key="k", Body=b"x").get("VersionId", "none")
    t.fails("NoSuchObjectLockConfiguration", s3.get_object_retention, Bucket=bucket, Key="k")
    s3.put_object_retention(Bucket=bucket, Key="k", Retention=held())
    s3.get_object_retention(Bucket=bucket, Key="k")
    s3.head_object(Bucket=bucket, Key="k")
    t.step("longer is fine, shorter is not")
    s3.put_object_retention(Bucket=bucket, Key="k", Retention=held(until=LATER))
    t.fails("AccessDenied", s3.put_object_retention, Bucket=bucket, Key="k", Retention=held())
    t.step("deletion")
    t.fails("AccessDenied", s3.delete_object, Bucket=bucket, Key="k", VersionId=version)
    s3.delete_object(Bucket=bucket, Key="k")
    s3.delete_object(Bucket=bucket, Key="k", VersionId=version, BypassGovernanceRetention=True)


@scenario("s3/lock_retention_refused")
def lock_retention_refused(t: Driver) -> None:
    """Retention needs a lockable bucket, both members and a date to come."""
    s3 = t.client()
    plain = t.bucket("plain")
    s3.put_object(Bucket=plain, Key="k", Body=b"x")
    t.fails("InvalidRequest", s3.put_object_retention, Bucket=plain, Key="k", Retention=held())
    t.fails("InvalidRequest", s3.get_object_retention, Bucket=plain, Key="k")
    bucket = t.bucket(ObjectLockEnabledForBucket=True)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    t.fails("InvalidArgument", s3.put_object_retention, Bucket=bucket, Key="k", Retention=held(until=PAST))
    t.fails("MalformedXML", s3.put_object_retention, Bucket=bucket, Key="k", Retention={"Mode": "GOVERNANCE"})
    t.fails("MalformedXML", s3.put_object_retention, Bucket=bucket, Key="k", Retention=held("SOFT"))
    t.fails("NoSuchKey", s3.put_object_retention, Bucket=bucket, Key="missing", Retention=held())
    t.fails("NoSuchBucket", s3.put_object_retention, Bucket=t.name("gone"), Key="k", Retention=held())


@scenario("s3/lock_compliance")
def lock_compliance(t: Driver) -> None:
    """Under compliance not even the bypass deletes or shortens."""
    s3 = t.client()
    bucket = t.bucket(ObjectLockEnabledForBucket=True)
    version = s3.put_object(
        Bucket=bucket, Key="k", Body=b"x", ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=FUTURE
    ).get("VersionId", "none")
    s3.get_object_retention(Bucket=bucket, Key="k")
    where = {"Bucket": bucket, "Key": "k", "BypassGovernanceRetention": True}
    t.fails("AccessDenied", s3.delete_object, **where, VersionId=version)
    t.fails("AccessDenied", s3.put_object_retention, **where, Retention=held("GOVERNANCE"))


@scenario("s3/lock_legal_hold")
def lock_legal_hold(t: Driver) -> None:
    """A legal hold forbids deletion until it is lifted."""
    s3 = t.client()
    bucket = t.bucket(ObjectLockEnabledForBucket=True)
    version = s3.put_object(Bucket=bucket, Key="k", Body=b"x").get("VersionId", "none")
    t.fails("NoSuchObjectLockConfiguration", s3.get_object_legal_hold, Bucket=bucket, Key="k")
    s3.put_object_legal_hold(Bucket=bucket, Key="k", LegalHold={"Status": "ON"})
    s3.get_object_legal_hold(Bucket=bucket, Key="k")
    s3.head_object(Bucket=bucket, Key="k")
    t.fails("AccessDenied", s3.delete_object, Bucket=bucket, Key="k", VersionId=version)
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "k", "VersionId": version}]})
    s3.put_object_legal_hold(Bucket=bucket, Key="k", LegalHold={"Status": "OFF"})
    s3.delete_object(Bucket=bucket, Key="k", VersionId=version)


@scenario("s3/lock_legal_hold_refused")
def lock_legal_hold_refused(t: Driver) -> None:
    """A legal hold needs a lockable bucket, an object and a status."""
    s3 = t.client()
    plain = t.bucket("plain")
    s3.put_object(Bucket=plain, Key="k", Body=b"x")
    t.fails("InvalidRequest", s3.put_object_legal_hold, Bucket=plain, Key="k", LegalHold={"Status": "ON"})
    t.fails("InvalidRequest", s3.get_object_legal_hold, Bucket=plain, Key="k")
    bucket = t.bucket(ObjectLockEnabledForBucket=True)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    t.fails("MalformedXML", s3.put_object_legal_hold, Bucket=bucket, Key="k")
    t.fails("MalformedXML", s3.put_object_legal_hold, Bucket=bucket, Key="k", LegalHold={"Status": "MAYBE"})
    t.fails("NoSuchKey", s3.put_object_legal_hold, Bucket=bucket, Key="missing", LegalHold={"Status": "ON"})


@scenario("s3/lock_with_the_put")
def lock_with_the_put(t: Driver) -> None:
    """Lock headers of a put need a lockable bucket, and mode and date together."""
    s3 = t.client()
    plain = t.bucket("plain")
    t.fails("InvalidRequest", s3.put_object, Bucket=plain, Key="k", ObjectLockLegalHoldStatus="ON")
    bucket = t.bucket(ObjectLockEnabledForBucket=True)
    t.fails("InvalidArgument", s3.put_object, Bucket=bucket, Key="k", ObjectLockMode="GOVERNANCE")
    t.fails("InvalidArgument", s3.put_object, Bucket=bucket, Key="k", ObjectLockRetainUntilDate=FUTURE)
    t.fails(
        "InvalidArgument",
        s3.put_object,
        Bucket=bucket,
        Key="k",
        ObjectLockMode="GOVERNANCE",
        ObjectLockRetainUntilDate=PAST,
    )
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", ObjectLockLegalHoldStatus="ON")
    s3.head_object(Bucket=bucket, Key="k")


@scenario("s3/lock_default_retention")
def lock_default_retention(t: Driver) -> None:
    """The bucket's default retention applies to what is put without one; a delete marker has none."""
    s3 = t.client()
    bucket = t.bucket(ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    whole = {"ObjectLockEnabled": "Enabled", "Rule": rule}
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=whole)
    version = s3.put_object(Bucket=bucket, Key="k", Body=b"x").get("VersionId", "none")
    s3.head_object(Bucket=bucket, Key="k")
    t.fails("AccessDenied", s3.delete_object, Bucket=bucket, Key="k", VersionId=version)
    marker = s3.delete_object(Bucket=bucket, Key="k").get("VersionId", "none")
    t.fails("MethodNotAllowed", s3.get_object_retention, Bucket=bucket, Key="k", VersionId=marker)
    t.fails("MethodNotAllowed", s3.put_object_retention, Bucket=bucket, Key="k", VersionId=marker, Retention=held())


@scenario("s3/lock_bypass_without_lock")
def lock_bypass_without_lock(t: Driver) -> None:
    """The governance bypass is refused in a bucket without object lock."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    t.fails("InvalidArgument", s3.delete_object, Bucket=bucket, Key="k", BypassGovernanceRetention=True)
    gone = {"Objects": [{"Key": "k"}]}
    t.fails("InvalidArgument", s3.delete_objects, Bucket=bucket, Delete=gone, BypassGovernanceRetention=True)
