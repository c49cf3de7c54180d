from __future__ import annotations

import base64
import hashlib

import pytest

from ruststack.core.blobs import MemoryBlob
from ruststack.core.errors import ServiceError

MD5 = '"5d41402abc4b2a76b9719d911017c592"'


def put(s3, key="k", data=b"hello", **req):
    return s3.PutObject(Bucket="bucket", Key=key, Body=MemoryBlob(data), **req)


def head(s3, key="k", **req):
    return s3.HeadObject(Bucket="bucket", Key=key, **req)


def code(call, *args, **req) -> str:
    with pytest.raises(ServiceError) as caught:
        call(*args, **req)
    return caught.value.code


def test_without_a_checksum_s3_adds_crc64nvme(s3, bucket):
    assert put(s3) == {
        "ETag": MD5,
        "ChecksumCRC64NVME": "M3eFcAZSQlc=",
        "ChecksumType": "FULL_OBJECT",
        "ServerSideEncryption": "AES256",
    }


def test_the_clients_checksum_is_kept_alone(s3, bucket):
    output = put(s3, ChecksumAlgorithm="CRC32", ChecksumCRC32="NhCmhg==")
    assert (output["ChecksumCRC32"], "ChecksumCRC64NVME" in output) == ("NhCmhg==", False)


def test_an_algorithm_without_a_checksum_is_refused(s3, bucket):
    assert code(put, s3, ChecksumAlgorithm="CRC32") == "InvalidRequest"


def test_a_right_content_md5_is_taken(s3, bucket):
    assert put(s3, ContentMD5=base64.b64encode(hashlib.md5(b"hello").digest()).decode())["ETag"] == MD5


def test_a_wrong_content_md5_tells_both_digests(s3, bucket):
    with pytest.raises(ServiceError) as caught:
        put(s3, ContentMD5=base64.b64encode(b"x" * 16).decode())
    assert caught.value.code == "BadDigest"
    assert caught.value.members == {"ExpectedDigest": "78" * 16, "CalculatedDigest": "XUFAKrxLKna5cZ2REBfFkg=="}


@pytest.mark.parametrize("given", ["", "no base64", "AAAA"])
def test_a_malformed_content_md5_is_refused(s3, bucket, given):
    assert code(put, s3, ContentMD5=given) == "InvalidDigest"


def test_a_key_of_1024_bytes_is_the_longest(s3, bucket):
    put(s3, "é" * 512)
    with pytest.raises(ServiceError) as caught:
        put(s3, "é" * 512 + "a")
    assert (caught.value.code, caught.value.members) == ("KeyTooLongError", {"Size": 1025, "MaxSizeAllowed": 1024})


def test_metadata_may_have_2048_bytes_of_names_and_values(s3, bucket):
    put(s3, Metadata={"ab": "x" * 2046})
    with pytest.raises(ServiceError) as caught:
        put(s3, Metadata={"ab": "x" * 2047})
    assert (caught.value.code, caught.value.members) == ("MetadataTooLarge", {"Size": 2049, "MaxSizeAllowed": 2048})


def test_system_metadata_comes_back(s3, bucket):
    given = {
        "ContentType": "text/plain",
        "CacheControl": "no-cache",
        "ContentDisposition": "attachment",
        "ContentLanguage": "de",
        "Expires": "not a date",
    }
    put(s3, **given)
    assert given.items() <= head(s3).items()


def test_the_default_content_type_is_binary(s3, bucket):
    put(s3)
    assert head(s3)["ContentType"] == "binary/octet-stream"


@pytest.mark.parametrize(("given", "kept"), [("aws-chunked", None), ("gzip,aws-chunked", "gzip"), ("gzip", "gzip")])
def test_aws_chunked_is_no_encoding_of_the_object(s3, bucket, given, kept):
    put(s3, ContentEncoding=given)
    assert head(s3).get("ContentEncoding") == kept


def test_a_redirect_must_be_a_path_or_url(s3, bucket):
    put(s3, WebsiteRedirectLocation="/there")
    assert head(s3)["WebsiteRedirectLocation"] == "/there"
    assert code(put, s3, WebsiteRedirectLocation="there") == "InvalidRedirectLocation"


def test_if_match_on_a_missing_key_is_404(s3, bucket):
    assert code(put, s3, IfMatch=MD5) == "NoSuchKey"


def test_if_match_guards_an_overwrite(s3, bucket):
    etag = put(s3)["ETag"]
    assert code(put, s3, IfMatch='"other"') == "PreconditionFailed"
    put(s3, IfMatch=etag.strip('"'))


@pytest.mark.parametrize("req", [{"IfNoneMatch": MD5}, {"IfMatch": "*"}, {"IfMatch": MD5, "IfNoneMatch": "*"}])
def test_other_write_conditions_are_not_implemented_by_s3(s3, bucket, req):
    assert code(put, s3, **req) == "NotImplemented"


def test_a_refused_put_changes_nothing(s3, bucket):
    put(s3)
    code(put, s3, data=b"other", IfNoneMatch="*")
    assert head(s3)["ContentLength"] == 5


def test_with_versioning_a_put_tells_the_version(s3, bucket):
    assert "VersionId" not in put(s3)
    s3.PutBucketVersioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first, second = put(s3)["VersionId"], put(s3)["VersionId"]
    assert len({first, second, "null"}) == 3
    assert head(s3, VersionId="null")["VersionId"] == "null"


def test_suspended_versioning_replaces_the_null_version(s3, bucket):
    s3.PutBucketVersioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    kept = put(s3)["VersionId"]
    s3.PutBucketVersioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    put(s3)
    put(s3, data=b"last")
    ids = [entry["VersionId"] for entry in s3.ListObjectVersions(Bucket=bucket)["Versions"]]
    assert ids == ["null", kept]


def test_an_event_is_emitted_only_where_notifications_are_set(s3, bucket):
    put(s3)
    assert s3.events == []
    s3.state.bucket(bucket).configuration["NotificationConfiguration"] = {"EventBridgeConfiguration": {}}
    put(s3)
    assert [(event.kind, event.detail["key"], event.detail["size"]) for event in s3.events] == [
        ("ObjectCreated:Put", "k", 5)
    ]


@pytest.mark.parametrize("req", [{"WriteOffsetBytes": 0}, {"ObjectLockEventHold": "ON"}])
def test_what_is_not_kept_is_refused_aloud(s3, bucket, req):
    with pytest.raises(ServiceError) as caught:
        put(s3, **req)
    assert (caught.value.code, "x-ruststack-unimplemented" in caught.value.headers) == ("NotImplemented", True)
