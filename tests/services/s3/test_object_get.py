from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from ruststack.core.blobs import MemoryBlob
from ruststack.core.checksums import digest
from ruststack.core.errors import ServiceError


def crc64(data: bytes) -> str:
    return base64.b64encode(digest("crc64nvme", data)).decode()


NOW = datetime.fromtimestamp(1_700_000_000, UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def etag(s3, bucket) -> str:
    return s3.PutObject(Bucket=bucket, Key="k", Body=MemoryBlob(b"0123456789"))["ETag"]


def get(s3, **req):
    output = s3.GetObject(Bucket="bucket", Key="k", **req)
    return output.pop("Body").read(), output


def refusal(s3, operation="GetObject", **req) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        getattr(s3, operation)(Bucket="bucket", Key="k", **req)
    return caught.value


def test_the_members_of_a_plain_get(s3, etag):
    data, output = get(s3)
    assert data == b"0123456789"
    assert output == {
        "LastModified": 1_700_000_000,
        "ETag": etag,
        "ServerSideEncryption": "AES256",
        "AcceptRanges": "bytes",
        "ContentType": "binary/octet-stream",
        "ContentLength": 10,
    }
    assert s3.last.response_status is None


def test_checksums_come_only_when_asked_for(s3, etag):
    assert "ChecksumType" not in get(s3)[1]
    assert get(s3, ChecksumMode="ENABLED")[1]["ChecksumCRC64NVME"] == crc64(b"0123456789")


@pytest.mark.parametrize(
    ("asked", "sent", "told"),
    [
        ("bytes=0-0", b"0", "bytes 0-0/10"),
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=7-99", b"789", "bytes 7-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=-99", b"0123456789", "bytes 0-9/10"),
        ("bytes=0-9", b"0123456789", "bytes 0-9/10"),
    ],
)
def test_a_range_is_sent_with_206(s3, etag, asked, sent, told):
    data, output = get(s3, Range=asked)
    assert (data, output["ContentRange"], output["ContentLength"]) == (sent, told, len(sent))
    assert s3.last.response_status == 206


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "items=0-1", "bytes=4-2", "bytes=a-b", "bytes=-", "bytes", ""])
def test_what_is_not_one_range_sends_the_whole(s3, etag, asked):
    data, output = get(s3, Range=asked)
    assert (data, "ContentRange" in output, s3.last.response_status) == (b"0123456789", False, None)


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=10-20", "bytes=-0"])
def test_a_range_behind_the_end_is_416(s3, etag, asked):
    error = refusal(s3, Range=asked)
    assert (error.code, error.status) == ("InvalidRange", 416)
    assert error.members == {"RangeRequested": asked, "ActualObjectSize": 10}


def test_no_range_of_an_empty_object_can_be_satisfied(s3, bucket):
    s3.PutObject(Bucket=bucket, Key="k", Body=MemoryBlob(b""))
    assert refusal(s3, Range="bytes=0-").code == "InvalidRange"


def test_the_only_part_is_the_whole(s3, etag):
    data, output = get(s3, PartNumber=1)
    assert (data, output["ContentRange"], "PartsCount" in output) == (b"0123456789", "bytes 0-9/10", False)


@pytest.mark.parametrize("number", [0, 10_001])
def test_a_part_number_is_1_to_10000(s3, etag, number):
    assert refusal(s3, PartNumber=number).code == "InvalidArgument"


@pytest.mark.parametrize(
    "req",
    [
        {"IfMatch": "*"},
        {"IfNoneMatch": '"other"'},
        {"IfModifiedSince": NOW - SECOND},
        {"IfUnmodifiedSince": NOW},
        {"IfModifiedSince": NOW + timedelta(days=1)},
        {"IfNoneMatch": '"other"', "IfModifiedSince": NOW},
    ],
)
def test_conditions_that_hold(s3, etag, req):
    assert get(s3, **req)[0] == b"0123456789"


def test_a_matching_tag_overrules_unmodified_since(s3, etag):
    assert get(s3, IfMatch=etag, IfUnmodifiedSince=NOW - SECOND)[0] == b"0123456789"


def test_a_list_of_tags_is_read(s3, etag):
    assert get(s3, IfMatch=f'"other", {etag}')[0] == b"0123456789"
    assert refusal(s3, IfNoneMatch=f'"other", W/{etag}').status == 304


@pytest.mark.parametrize("operation", ["GetObject", "HeadObject"])
@pytest.mark.parametrize(
    ("req", "condition"),
    [({"IfMatch": '"x"'}, "If-Match"), ({"IfUnmodifiedSince": NOW - SECOND}, "If-Unmodified-Since")],
)
def test_conditions_that_fail(s3, etag, operation, req, condition):
    error = refusal(s3, operation, **req)
    assert (error.status, error.members) == (412, {"Condition": condition})


def test_not_modified_tells_the_tag_without_a_body(s3, etag):
    error = refusal(s3, IfModifiedSince=NOW)
    assert (error.status, error.bodiless, error.headers["ETag"]) == (304, True, etag)


def test_the_caller_can_override_response_headers(s3, etag):
    _, output = get(
        s3, ResponseContentType="text/x", ResponseCacheControl="c", ResponseExpires=datetime(2030, 1, 1, tzinfo=UTC)
    )
    assert (output["ContentType"], output["CacheControl"]) == ("text/x", "c")
    assert output["Expires"] == "Tue, 01 Jan 2030 00:00:00 GMT"


def test_an_override_does_not_stay(s3, etag):
    get(s3, ResponseContentType="text/x")
    assert get(s3)[1]["ContentType"] == "binary/octet-stream"


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("plain", "plain"),
        ("ÄMÄZÕÑ S3", "=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?="),
        ("=?UTF-8?B?YWJj?=", "abc"),
        ("=?UTF-8?B?AAECAw==?=", "=?UTF-8?B?AAECAw==?="),
        ("test_—_file%E2%80%94_é_2?.pdf", "=?UTF-8?Q?test=5F=E2=80=94=5Ffile%E2%80%94=5F=C3=A9=5F2=3F.pdf?="),
    ],
)
def test_metadata_that_is_not_ascii_is_sent_as_encoded_words(s3, bucket, value, sent):
    s3.PutObject(Bucket=bucket, Key="k", Body=MemoryBlob(b""), Metadata={"Name": value.encode().decode("latin-1")})
    assert get(s3)[1]["Metadata"] == {"name": sent}


def test_a_delete_marker_hides_the_object_and_shows_itself(s3, etag):
    s3.PutBucketVersioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    marker = s3.DeleteObject(Bucket="bucket", Key="k")["VersionId"]
    error = refusal(s3)
    assert (error.code, dict(error.headers)) == (
        "NoSuchKey",
        {"x-amz-version-id": marker, "x-amz-delete-marker": "true"},
    )


def test_a_delete_marker_by_its_id_allows_only_delete(s3, etag):
    s3.PutBucketVersioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    marker = s3.DeleteObject(Bucket="bucket", Key="k")["VersionId"]
    error = refusal(s3, VersionId=marker)
    assert (error.status, error.headers["Allow"]) == (405, "DELETE")
    assert error.headers["Last-Modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
