from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ruststack.core.blobs import MemoryBlob
from ruststack.services.s3 import service
from ruststack.services.s3.lifecycle_run import expiration_header

DAY = 86_400
MIDNIGHT = datetime(2030, 1, 1, tzinfo=UTC)


def rule(**more):
    given = {"Status": "Enabled", "ID": "rule", "Filter": {"Prefix": ""}, **more}
    return {member: value for member, value in given.items() if value is not None}


def configure(s3, bucket, *rules, **more):
    return s3.PutBucketLifecycleConfiguration(Bucket=bucket, LifecycleConfiguration={"Rules": list(rules)}, **more)


def put(s3, bucket, key="key", size=1, **req):
    return s3.PutObject(Bucket=bucket, Key=key, Body=MemoryBlob(b"x" * size), **req)


def keys(s3, bucket):
    return [each["Key"] for each in s3.ListObjectsV2(Bucket=bucket).get("Contents", [])]


def pass_days(s3, days):
    s3.world.clock.advance(days * DAY)
    service.tick(s3.context())


EXPIRE = {"Expiration": {"Days": 1}}


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (rule(), "InvalidRequest"),
        (rule(**EXPIRE, Filter=None), "MalformedXML"),
        (rule(**EXPIRE, Prefix="a"), "MalformedXML"),
        (rule(**EXPIRE, Filter={"Prefix": "a", "ObjectSizeLessThan": 5}), "MalformedXML"),
        (rule(**EXPIRE, Filter={"And": {"Prefix": "a"}}), "MalformedXML"),
        (rule(**EXPIRE, Filter={"And": {"Tags": [{"Key": "a", "Value": "1"}] * 2}}), "InvalidRequest"),
        (rule(**EXPIRE, ID="a" * 256), "InvalidArgument"),
        (rule(Expiration={}), "MalformedXML"),
        (rule(Expiration={"Days": 0}), "InvalidArgument"),
        (rule(Expiration={"Days": 1, "Date": MIDNIGHT}), "MalformedXML"),
        (rule(Expiration={"Date": MIDNIGHT.replace(hour=1)}), "InvalidArgument"),
        (rule(Expiration={"Days": 1, "ExpiredObjectDeleteMarker": True}), "MalformedXML"),
        (rule(NoncurrentVersionExpiration={"NoncurrentDays": 0}), "InvalidArgument"),
        (rule(NoncurrentVersionExpiration={"NewerNoncurrentVersions": 5}), "MalformedXML"),
        (rule(NoncurrentVersionExpiration={"NoncurrentDays": 1, "NewerNoncurrentVersions": 101}), "InvalidArgument"),
        (rule(AbortIncompleteMultipartUpload={}), "MalformedXML"),
        (rule(AbortIncompleteMultipartUpload={"DaysAfterInitiation": 0}), "InvalidArgument"),
        (rule(Transitions=[{"Days": 29, "StorageClass": "STANDARD_IA"}]), "InvalidArgument"),
        (rule(Transitions=[{"Days": -1, "StorageClass": "GLACIER"}]), "InvalidArgument"),
        (rule(Transitions=[{"StorageClass": "GLACIER"}]), "MalformedXML"),
        (rule(Expiration={"Days": 1}, Transitions=[{"Days": 1, "StorageClass": "GLACIER"}]), "InvalidArgument"),
    ],
)
def test_what_is_wrong_with_a_rule(s3, bucket, refused, bad, code):
    assert refused(configure, s3=s3, bucket=bucket) is not None
    with pytest.raises(Exception) as caught:
        configure(s3, bucket, bad)
    assert caught.value.code == code


def test_rules_have_ids_of_their_own(s3, bucket):
    with pytest.raises(Exception, match="Rule ID must be unique"):
        configure(s3, bucket, rule(**EXPIRE), rule(**EXPIRE))


@pytest.mark.parametrize(
    "good",
    [
        rule(**EXPIRE, ID="a" * 255),
        rule(**EXPIRE, Filter=None, Prefix=""),
        rule(**EXPIRE, Filter={"And": {"Prefix": "a", "ObjectSizeGreaterThan": 5}}),
        rule(Transitions=[{"Days": 30, "StorageClass": "STANDARD_IA"}]),
        rule(Transitions=[{"Days": 0, "StorageClass": "GLACIER"}]),
    ],
)
def test_a_good_rule_is_kept(s3, bucket, good):
    assert configure(s3, bucket, good) == {"TransitionDefaultMinimumObjectSize": "all_storage_classes_128K"}
    assert s3.GetBucketLifecycleConfiguration(Bucket=bucket)["Rules"] == [good]


def test_a_configuration_can_be_deleted(s3, bucket, refused):
    configure(s3, bucket, rule(**EXPIRE))
    s3.DeleteBucketLifecycle(Bucket=bucket)
    assert refused(s3.GetBucketLifecycleConfiguration, Bucket=bucket).code == "NoSuchLifecycleConfiguration"


def test_an_object_expires_at_the_midnight_after_its_days(s3, bucket):
    put(s3, bucket)
    configure(s3, bucket, rule(**EXPIRE))
    s3.world.clock.freeze(1_700_092_800.0 - 1)
    pass_days(s3, 0)
    assert keys(s3, bucket) == ["key"]
    s3.world.clock.freeze(1_700_092_800.0)
    pass_days(s3, 0)
    assert keys(s3, bucket) == []


def test_an_object_expires_on_a_date(s3, bucket):
    put(s3, bucket)
    configure(s3, bucket, rule(Expiration={"Date": datetime(2023, 11, 16, tzinfo=UTC)}))
    pass_days(s3, 1)
    assert keys(s3, bucket) == ["key"]
    pass_days(s3, 1)
    assert keys(s3, bucket) == []


@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        ({"Prefix": "a"}, ["b"]),
        ({"ObjectSizeGreaterThan": 5}, ["a"]),
        ({"ObjectSizeLessThan": 5}, ["b"]),
        ({"Tag": {"Key": "t", "Value": "1"}}, ["a"]),
        ({"And": {"Prefix": "a", "Tags": [{"Key": "t", "Value": "1"}]}}, ["a", "b"]),
    ],
)
def test_a_filter_chooses(s3, bucket, chosen, left):
    put(s3, bucket, "a")
    put(s3, bucket, "b", size=10, Tagging="t=1")
    configure(s3, bucket, rule(**EXPIRE, Filter=chosen))
    pass_days(s3, 3)
    assert keys(s3, bucket) == left


def test_a_disabled_rule_does_nothing(s3, bucket):
    put(s3, bucket)
    configure(s3, bucket, rule(**EXPIRE, Status="Disabled"))
    pass_days(s3, 3)
    assert keys(s3, bucket) == ["key"]


@pytest.fixture
def versioned(s3, bucket):
    s3.PutBucketVersioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket


def test_a_version_expires_under_a_marker(s3, versioned):
    put(s3, versioned)
    configure(s3, versioned, rule(**EXPIRE))
    pass_days(s3, 3)
    listing = s3.ListObjectVersions(Bucket=versioned)
    assert (len(listing["Versions"]), len(listing["DeleteMarkers"])) == (1, 1)
    pass_days(s3, 3)
    assert len(s3.ListObjectVersions(Bucket=versioned)["DeleteMarkers"]) == 1


def test_noncurrent_versions_go_but_for_the_newest(s3, versioned):
    for _ in range(4):
        put(s3, versioned)
    configure(s3, versioned, rule(NoncurrentVersionExpiration={"NoncurrentDays": 1, "NewerNoncurrentVersions": 2}))
    pass_days(s3, 3)
    assert len(s3.ListObjectVersions(Bucket=versioned)["Versions"]) == 3


def test_a_lone_marker_is_dropped(s3, versioned):
    s3.DeleteObject(Bucket=versioned, Key="key")
    configure(s3, versioned, rule(Expiration={"ExpiredObjectDeleteMarker": True}))
    pass_days(s3, 0)
    s3.DeleteBucket(Bucket=versioned)


def test_an_object_moves_to_another_class(s3, bucket):
    put(s3, bucket, size=128 * 1024)
    put(s3, bucket, "small")
    configure(s3, bucket, rule(Transitions=[{"Days": 30, "StorageClass": "STANDARD_IA"}]))
    pass_days(s3, 31)
    classes = {each["Key"]: each["StorageClass"] for each in s3.ListObjectsV2(Bucket=bucket)["Contents"]}
    assert classes == {"key": "STANDARD_IA", "small": "STANDARD"}


def test_an_abandoned_upload_is_aborted(s3, bucket):
    s3.CreateMultipartUpload(Bucket=bucket, Key="key")
    configure(s3, bucket, rule(AbortIncompleteMultipartUpload={"DaysAfterInitiation": 2}))
    pass_days(s3, 1)
    assert len(s3.ListMultipartUploads(Bucket=bucket)["Uploads"]) == 1
    pass_days(s3, 2)
    assert "Uploads" not in s3.ListMultipartUploads(Bucket=bucket)


def test_the_header_tells_the_first_rule_that_will_remove_it(s3, bucket):
    put(s3, bucket)
    later, sooner = rule(ID="later", Expiration={"Days": 5}), rule(ID="so on", Expiration={"Days": 1})
    configure(s3, bucket, later, sooner)
    there = s3.state.bucket(bucket)
    header = expiration_header(there, there.objects["key"][0])
    assert header == 'expiry-date="Thu, 16 Nov 2023 00:00:00 GMT", rule-id="so%20on"'
    assert s3.HeadObject(Bucket=bucket, Key="key")["Expiration"] == header
    assert put(s3, bucket)["Expiration"] == header
