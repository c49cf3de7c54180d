from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ruststack.core.blobs import MemoryBlob
from ruststack.core.errors import ServiceError

NOW = datetime.fromtimestamp(1_700_000_000, UTC)
MD5 = '"5d41402abc4b2a76b9719d911017c592"'


@pytest.fixture
def source(s3, bucket):
    s3.PutObject(
        Bucket=bucket,
        Key="src",
        Body=MemoryBlob(b"hello"),
        ContentType="text/plain",
        Metadata={"a": "b"},
        Tagging="x=y",
        StorageClass="STANDARD_IA",
        WebsiteRedirectLocation="/there",
        ChecksumCRC32="NhCmhg==",
    )
    return s3


def copy(s3, key="dst", source="bucket/src", **req):
    return s3.CopyObject(Bucket="bucket", Key=key, CopySource=source, **req)


def head(s3, key="dst"):
    return s3.HeadObject(Bucket="bucket", Key=key)


def tags(s3, key="dst"):
    return s3.GetObjectTagging(Bucket="bucket", Key=key)["TagSet"]


def code(call, *args, **req) -> str:
    with pytest.raises(ServiceError) as caught:
        call(*args, **req)
    return caught.value.code


def test_a_copy_tells_its_tag_time_and_checksum(source):
    assert copy(source) == {
        "CopyObjectResult": {
            "ETag": MD5,
            "LastModified": 1_700_000_000,
            "ChecksumType": "FULL_OBJECT",
            "ChecksumCRC32": "NhCmhg==",
        },
        "ServerSideEncryption": "AES256",
    }


def test_metadata_and_tags_come_along_class_and_redirect_do_not(source):
    copy(source, Metadata={"ignored": "yes"}, ContentType="ignored/too", Tagging="ignored=yes")
    copied = head(source)
    assert (copied["ContentType"], copied["Metadata"], tags(source)) == (
        "text/plain",
        {"a": "b"},
        [{"Key": "x", "Value": "y"}],
    )
    assert copied.keys().isdisjoint({"StorageClass", "WebsiteRedirectLocation"})


def test_replace_takes_the_requests_own(source):
    copy(source, MetadataDirective="REPLACE", TaggingDirective="REPLACE", Metadata={"c": "d"}, Tagging="z=")
    copied = head(source)
    assert (copied["ContentType"], copied["Metadata"]) == ("binary/octet-stream", {"c": "d"})
    assert tags(source) == [{"Key": "z", "Value": ""}]


@pytest.mark.parametrize("member", ["MetadataDirective", "TaggingDirective"])
def test_an_unknown_directive_is_refused(source, member):
    assert code(copy, source, **{member: "MOVE"}) == "InvalidArgument"


@pytest.mark.parametrize(
    "change",
    [
        {"MetadataDirective": "REPLACE"},
        {"StorageClass": "STANDARD"},
        {"WebsiteRedirectLocation": "/else"},
        {"ServerSideEncryption": "AES256"},
    ],
)
def test_an_object_is_copied_to_itself_only_to_change_it(source, change):
    assert code(copy, source, "src") == "InvalidRequest"
    copy(source, "src", **change)


def test_an_older_version_may_be_copied_onto_its_key(source):
    source.PutBucketVersioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    source.PutObject(Bucket="bucket", Key="src", Body=MemoryBlob(b"new"))
    output = copy(source, "src", "bucket/src?versionId=null")
    assert output["CopySourceVersionId"] == "null"
    assert head(source, "src")["ContentLength"] == 5


def test_another_algorithm_is_computed_when_asked_for(source):
    result = copy(source, ChecksumAlgorithm="SHA1")["CopyObjectResult"]
    assert (result["ChecksumSHA1"], "ChecksumCRC32" in result) == ("qvTGHdzF6KLavt4PO0gs2a6pQ00=", False)


def test_the_source_is_found_or_refused(source):
    assert code(copy, source, source="nobucket/src") == "NoSuchBucket"
    assert code(copy, source, source="bucket/none") == "NoSuchKey"
    assert code(copy, source, source="bucket") == "InvalidArgument"
    assert code(copy, source, source="bucket/src?versionId=made-up") == "InvalidArgument"


def test_a_delete_marker_is_no_source(source):
    source.PutBucketVersioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    marker = source.DeleteObject(Bucket="bucket", Key="src")["VersionId"]
    assert code(copy, source) == "NoSuchKey"
    assert code(copy, source, source=f"bucket/src?versionId={marker}") == "InvalidRequest"


@pytest.mark.parametrize(
    ("req", "condition"),
    [
        ({"CopySourceIfMatch": '"x"'}, "x-amz-copy-source-If-Match"),
        ({"CopySourceIfNoneMatch": MD5}, "x-amz-copy-source-If-None-Match"),
        ({"CopySourceIfModifiedSince": NOW}, "x-amz-copy-source-If-Modified-Since"),
        ({"CopySourceIfUnmodifiedSince": NOW - timedelta(1)}, "x-amz-copy-source-If-Unmodified-Since"),
    ],
)
def test_source_conditions_that_fail_are_412(source, req, condition):
    with pytest.raises(ServiceError) as caught:
        copy(source, **req)
    assert (caught.value.status, caught.value.members) == (412, {"Condition": condition})


def test_a_matching_tag_overrules_the_date(source):
    copy(source, CopySourceIfMatch=MD5, CopySourceIfUnmodifiedSince=NOW - timedelta(1))


def test_an_archived_source_must_be_restored(source):
    copy(source, "src", StorageClass="GLACIER")
    assert code(copy, source) == "ObjectNotInActiveTierError"
    source.RestoreObject(
        Bucket="bucket",
        Key="src",
        RestoreRequest={"Days": 1, "GlacierJobParameters": {"Tier": "Expedited"}},
    )
    source.world.clock.advance(300)
    copy(source)
