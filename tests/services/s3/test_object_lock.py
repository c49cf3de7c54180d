from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ruststack.core.blobs import MemoryBlob
from ruststack.core.errors import ServiceError

NOW = datetime.fromtimestamp(1_700_000_000, UTC)
DAY = timedelta(days=1)
SUM = {"ChecksumCRC32": "jNwWgw=="}


@pytest.fixture
def locked(s3):
    s3.CreateBucket(Bucket="bucket", ObjectLockEnabledForBucket=True)
    return s3


def put(s3, **req) -> str:
    return s3.PutObject(Bucket="bucket", Key="k", Body=MemoryBlob(b"x"), **req)["VersionId"]


def retain(s3, mode="GOVERNANCE", until=NOW + DAY, **req):
    s3.PutObjectRetention(Bucket="bucket", Key="k", Retention={"Mode": mode, "RetainUntilDate": until}, **req)


def configure(s3, **retention):
    configuration = {"ObjectLockEnabled": "Enabled"}
    if retention:
        configuration["Rule"] = {"DefaultRetention": retention}
    s3.PutObjectLockConfiguration(Bucket="bucket", ObjectLockConfiguration=configuration)


def code(call, *args, **req) -> str:
    with pytest.raises(ServiceError) as caught:
        call(*args, **req)
    return caught.value.code


def delete(s3, version_id, **req):
    return s3.DeleteObject(Bucket="bucket", Key="k", VersionId=version_id, **req)


def test_governance_yields_to_the_bypass(locked):
    version_id = put(locked)
    retain(locked)
    assert code(delete, locked, version_id) == "AccessDenied"
    delete(locked, version_id, BypassGovernanceRetention=True)


def test_compliance_yields_to_nothing_but_time(locked):
    version_id = put(locked)
    retain(locked, "COMPLIANCE")
    assert code(delete, locked, version_id, BypassGovernanceRetention=True) == "AccessDenied"
    locked.world.clock.advance(86_401)
    delete(locked, version_id)


def test_a_legal_hold_yields_only_to_its_lifting(locked):
    version_id = put(locked)
    locked.PutObjectLegalHold(Bucket="bucket", Key="k", LegalHold={"Status": "ON"})
    assert code(delete, locked, version_id, BypassGovernanceRetention=True) == "AccessDenied"
    locked.PutObjectLegalHold(Bucket="bucket", Key="k", LegalHold={"Status": "OFF"})
    delete(locked, version_id)


def test_a_locked_object_may_still_be_hidden(locked):
    put(locked)
    retain(locked, "COMPLIANCE")
    assert locked.DeleteObject(Bucket="bucket", Key="k")["DeleteMarker"] is True


def test_a_batch_tells_what_is_locked(locked):
    version_id = put(locked)
    retain(locked)
    output = locked.DeleteObjects(Bucket="bucket", Delete={"Objects": [{"Key": "k", "VersionId": version_id}]})
    assert output["Errors"][0]["Message"] == "Access Denied because object protected by object lock."


@pytest.mark.parametrize(
    ("mode", "until", "bypass", "is_allowed"),
    [
        ("GOVERNANCE", NOW + 2 * DAY, False, True),
        ("GOVERNANCE", NOW + DAY / 2, False, False),
        ("GOVERNANCE", NOW + DAY / 2, True, True),
        ("COMPLIANCE", NOW + DAY, False, False),
        ("COMPLIANCE", NOW + DAY, True, True),
    ],
)
def test_governance_may_be_lengthened_and_weakened_only_with_the_bypass(locked, mode, until, bypass, is_allowed):
    put(locked)
    retain(locked)
    change = (retain, locked, mode, until)
    if is_allowed:
        retain(*change[1:], BypassGovernanceRetention=bypass)
    else:
        assert code(*change, BypassGovernanceRetention=bypass) == "AccessDenied"


def test_compliance_may_only_be_lengthened(locked):
    put(locked)
    retain(locked, "COMPLIANCE")
    retain(locked, "COMPLIANCE", NOW + 2 * DAY)
    assert code(retain, locked, "COMPLIANCE", NOW + DAY, BypassGovernanceRetention=True) == "AccessDenied"
    assert code(retain, locked, "GOVERNANCE", NOW + 3 * DAY, BypassGovernanceRetention=True) == "AccessDenied"


def test_an_upload_can_bring_its_own_lock(locked):
    put(locked, ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=NOW + DAY, ObjectLockLegalHoldStatus="ON", **SUM)
    head = locked.HeadObject(Bucket="bucket", Key="k")
    assert (head["ObjectLockMode"], head["ObjectLockRetainUntilDate"], head["ObjectLockLegalHoldStatus"]) == (
        "COMPLIANCE",
        (NOW + DAY).timestamp(),
        "ON",
    )


@pytest.mark.parametrize(
    "req",
    [
        {"ObjectLockMode": "GOVERNANCE"},
        {"ObjectLockRetainUntilDate": NOW + DAY},
        {"ObjectLockMode": "OTHER", "ObjectLockRetainUntilDate": NOW + DAY},
        {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": NOW},
        {"ObjectLockLegalHoldStatus": "MAYBE"},
    ],
)
def test_a_lock_that_cannot_be_is_refused(locked, req):
    assert code(put, locked, **req, **SUM) == "InvalidArgument"


def test_a_locked_upload_wants_a_digest(locked):
    lock = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": NOW + DAY}
    assert code(put, locked, **lock) == "InvalidRequest"
    put(locked, **lock, ContentMD5="ndTkYSaMgDT1yFZOFVxnpg==")


def test_a_bucket_without_lock_takes_no_lock(s3, bucket):
    with pytest.raises(ServiceError) as caught:
        s3.PutObject(Bucket=bucket, Key="k", ObjectLockLegalHoldStatus="ON", **SUM)
    assert caught.value.message == "Bucket is missing Object Lock Configuration"


@pytest.mark.parametrize(("period", "seconds"), [({"Days": 2}, 2 * 86_400), ({"Years": 1}, 365 * 86_400)])
def test_the_default_retention_is_given_to_new_versions(locked, period, seconds):
    configure(locked, Mode="GOVERNANCE", **period)
    put(locked, **SUM)
    kept = locked.GetObjectRetention(Bucket="bucket", Key="k")["Retention"]
    assert kept == {"Mode": "GOVERNANCE", "RetainUntilDate": NOW.timestamp() + seconds}


@pytest.mark.parametrize(
    ("retention", "expected"),
    [
        ({"Mode": "GOVERNANCE"}, "MalformedXML"),
        ({"Mode": "GOVERNANCE", "Days": 1, "Years": 1}, "MalformedXML"),
        ({"Mode": "OTHER", "Days": 1}, "MalformedXML"),
        ({"Mode": "GOVERNANCE", "Days": 0}, "InvalidRetentionPeriod"),
        ({"Mode": "GOVERNANCE", "Years": -1}, "InvalidRetentionPeriod"),
        ({"Mode": "GOVERNANCE", "Days": 36_501}, "InvalidArgument"),
        ({"Mode": "GOVERNANCE", "Years": 101}, "InvalidArgument"),
    ],
)
def test_a_default_that_cannot_be_is_refused(locked, retention, expected):
    assert code(configure, locked, **retention) == expected


def test_lock_can_be_turned_on_later_where_versioning_is(s3, bucket):
    assert code(s3.GetObjectLockConfiguration, Bucket=bucket) == "ObjectLockConfigurationNotFoundError"
    assert code(configure, s3) == "InvalidBucketState"
    s3.PutBucketVersioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    configure(s3)
    assert s3.GetObjectLockConfiguration(Bucket=bucket) == {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}
