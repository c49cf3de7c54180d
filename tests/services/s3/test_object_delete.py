from __future__ import annotations

import json

import pytest

from ruststack.core.blobs import MemoryBlob
from ruststack.core.errors import ServiceError


@pytest.fixture
def versioned(s3, bucket):
    s3.PutBucketVersioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return s3


def put(s3, key="k", **req) -> str:
    return s3.PutObject(Bucket="bucket", Key=key, Body=MemoryBlob(b"x"), **req).get("VersionId")


def delete(s3, key="k", **req):
    return s3.DeleteObject(Bucket="bucket", Key=key, **req)


def code(call, *args, **req) -> str:
    with pytest.raises(ServiceError) as caught:
        call(*args, **req)
    return caught.value.code


def ids(s3) -> list[tuple[str, bool]]:
    versions = s3.state.bucket("bucket").objects.get("k", ())
    return [(version.version_id, version.is_marker) for version in versions]


def test_a_deleted_object_is_gone(s3, bucket):
    put(s3)
    assert delete(s3) == {}
    assert ids(s3) == []


def test_a_missing_key_is_no_error(s3, bucket):
    assert delete(s3) == {}


def test_with_versioning_a_marker_hides_the_object(versioned):
    kept = put(versioned)
    output = delete(versioned)
    assert output["DeleteMarker"] is True
    assert ids(versioned) == [(output["VersionId"], True), (kept, False)]


def test_even_a_missing_key_gets_a_marker(versioned):
    assert ids(versioned) == []
    assert delete(versioned)["DeleteMarker"] is True
    assert len(ids(versioned)) == 1


def test_removing_the_marker_brings_the_object_back(versioned):
    kept = put(versioned)
    marker = delete(versioned)["VersionId"]
    assert delete(versioned, VersionId=marker) == {"DeleteMarker": True, "VersionId": marker}
    assert ids(versioned) == [(kept, False)]


def test_removing_an_absent_version_is_no_error(versioned):
    version_id = put(versioned)
    delete(versioned, VersionId=version_id)
    assert delete(versioned, VersionId=version_id) == {"VersionId": version_id}


def test_suspended_versioning_puts_a_null_marker_in_the_null_versions_place(versioned):
    kept = put(versioned)
    versioned.PutBucketVersioning(Bucket="bucket", VersioningConfiguration={"Status": "Suspended"})
    put(versioned)
    assert delete(versioned) == {"DeleteMarker": True, "VersionId": "null"}
    assert ids(versioned) == [("null", True), (kept, False)]


def test_if_match_guards_a_deletion(s3, bucket):
    assert code(delete, s3, IfMatch="*") == "NoSuchKey"
    etag = s3.PutObject(Bucket=bucket, Key="k", Body=MemoryBlob(b"x"))["ETag"]
    assert code(delete, s3, IfMatch='"other"') == "PreconditionFailed"
    delete(s3, IfMatch=etag)
    assert ids(s3) == []


def delete_all(s3, *objects, **req):
    return s3.DeleteObjects(Bucket="bucket", Delete={"Objects": list(objects), **req})


def test_a_batch_tells_each_key_and_no_missing_ones_apart(s3, bucket):
    put(s3)
    assert delete_all(s3, {"Key": "k"}, {"Key": "missing"}) == {"Deleted": [{"Key": "k"}, {"Key": "missing"}]}


def test_a_quiet_batch_tells_only_failures(s3, bucket):
    assert delete_all(s3, {"Key": "k"}, Quiet=True) == {}
    output = delete_all(s3, {"Key": "k", "VersionId": "made-up"}, Quiet=True)
    assert output == {
        "Errors": [
            {
                "Code": "NoSuchVersion",
                "Message": "The specified version does not exist.",
                "Key": "k",
                "VersionId": "made-up",
            }
        ]
    }


def test_a_batch_tells_of_markers_made_and_removed(versioned):
    made = delete_all(versioned, {"Key": "k"})["Deleted"][0]
    assert made.keys() == {"Key", "DeleteMarker", "DeleteMarkerVersionId"}
    marker = made["DeleteMarkerVersionId"]
    removed = delete_all(versioned, {"Key": "k", "VersionId": marker})["Deleted"][0]
    assert removed == {"Key": "k", "VersionId": marker, "DeleteMarker": True, "DeleteMarkerVersionId": marker}


@pytest.mark.parametrize("count", [0, 1001])
def test_a_batch_has_one_to_a_thousand_keys(s3, bucket, count):
    assert code(delete_all, s3, *({"Key": f"{n}"} for n in range(count))) == "MalformedXML"


def test_a_thousand_keys_are_a_batch(s3, bucket):
    assert len(delete_all(s3, *({"Key": f"{n}"} for n in range(1000)))["Deleted"]) == 1000


def test_a_batch_goes_on_after_a_failure(versioned):
    put(versioned, "other")
    output = delete_all(versioned, {"Key": "k", "VersionId": "made-up"}, {"Key": "other"})
    assert ([e["Key"] for e in output["Errors"]], [d["Key"] for d in output["Deleted"]]) == (["k"], ["other"])


def test_a_batch_judges_each_key_by_the_callers_rights(s3, bucket):
    put(s3, "open")
    put(s3, "shut")
    policy = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:DeleteObject",
        "Resource": f"arn:aws:s3:::{bucket}/open",
    }
    s3.DeletePublicAccessBlock(Bucket=bucket)
    s3.PutBucketPolicy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [policy]}))
    output = delete_all(s3.as_account("111111111111"), {"Key": "open"}, {"Key": "shut"})
    assert [item["Key"] for item in output["Deleted"]] == ["open"]
    assert [(item["Key"], item["Code"]) for item in output["Errors"]] == [("shut", "AccessDenied")]
