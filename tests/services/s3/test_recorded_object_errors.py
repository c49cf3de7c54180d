"""Every error that AWS was recorded to answer to an operation on objects is answered here in the same words.

The recordings are one JSON object a line in ``$AWS_TRUTH/s3.errors.jsonl``; ``<...>`` in them stands for any text.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ruststack.core.blobs import MemoryBlob
from ruststack.core.errors import ServiceError

OPERATIONS = re.compile(
    r"(Abort|Complete|Create|List)MultipartUploads?|UploadPart(Copy)?|ListParts|ListObject(s|sV2|Versions)"
    r"|(Copy|Delete|Get|Head|Put|Restore)Objects?|SelectObjectContent|GetObjectAttributes"
    r"|(Get|Put|Delete)Object(Tagging|Retention|LegalHold|LockConfiguration)"
)
ELSEWHERE = {
    ("GetObject", "expired-exception"): "signed URLs are judged by the gateway: tests/services/s3/test_presign.py",
    ("GetObject", "error-malformed"): "signed URLs are judged by the gateway: tests/services/s3/test_presign.py",
    ("PutObject", "content-type-exception"): "signatures are judged by the gateway: tests/gateway",
    ("ListObjects", "get_execution_history.events[4].taskFailedEventDetails"): "an SDK's own name for NoSuchBucket",
}
B = "bucket"
FUTURE = datetime(2030, 1, 1, tzinfo=UTC)
LATER = datetime(2031, 1, 1, tzinfo=UTC)
PAST = datetime(2020, 1, 1, tzinfo=UTC)
DATA = b"data"
PART_BYTES = 5 * 1024**2
SECRET = b"0" * 32
CUSTOMER = {
    "SSECustomerAlgorithm": "AES256",
    "SSECustomerKey": base64.b64encode(SECRET).decode(),
    "SSECustomerKeyMD5": base64.b64encode(hashlib.md5(SECRET).digest()).decode(),
}
Case = Callable[[Any, dict[str, Any]], Any]
CASES: dict[tuple[str, str, str], Case] = {}


def recorded() -> list[Any]:
    folder = os.environ.get("AWS_TRUTH")
    if folder is None:
        return [pytest.param(None, id="absent")]
    lines = (Path(folder) / "s3.errors.jsonl").read_text().splitlines()
    rows = [row for row in map(json.loads, lines) if OPERATIONS.fullmatch(row["operation"] or "")]
    return [pytest.param(row, id=f"{row['operation']}-{row['snapshot_key']}-{n}") for n, row in enumerate(rows)]


def require(row: dict[str, Any] | None) -> None:
    if row is None:
        absent = "AWS_TRUTH does not name the folder of recorded AWS answers"
        pytest.fail(absent) if os.environ.get("RUSTSTACK_REQUIRE_ALL") == "1" else pytest.skip(absent)


def case(operation: str, snapshot_key: str, code: str = "") -> Callable[[Case], Case]:
    def keep(function: Case) -> Case:
        CASES[operation, snapshot_key, code] = function
        return function

    return keep


def body(data: bytes = DATA) -> MemoryBlob:
    return MemoryBlob(data)


def put(s3, key: str, **req) -> dict[str, Any]:
    return s3.PutObject(Bucket=B, Key=key, **({"Body": body()} | req))


def template(text: object) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(piece) for piece in re.split(r"<[^<>]*>|datetime", str(text))) + r"\Z")


@pytest.mark.parametrize("row", recorded())
def test_the_recorded_error_is_answered(s3, row):
    require(row)
    operation, key, code = row["operation"], row["snapshot_key"], row["code"]
    if (operation, key) in ELSEWHERE:
        pytest.skip(ELSEWHERE[operation, key])
    call = CASES.get((operation, key, code)) or CASES[operation, key, ""]
    s3.CreateBucket(Bucket=B)
    with pytest.raises(ServiceError) as caught:
        call(s3, row)
    error = caught.value
    assert error.status == row["status"]
    if operation == "HeadObject" or error.status == 304:
        return  # no body carries code, message and members
    assert error.code == code
    assert template(row["message"] or "").match(error.message), error.message
    assert {name: str(value) for name, value in error.members.items()}.keys() == row["error_members"].keys()
    for name, value in row["error_members"].items():
        assert template(value).match(str(error.members[name])), (name, error.members[name])


def test_no_case_is_left_over():
    rows = [param.values[0] for param in recorded()]
    require(rows[0])
    known = {(row["operation"], row["snapshot_key"]) for row in rows}
    assert {key[:2] for key in CASES} | set(ELSEWHERE) == known


# Uploads


def begun(s3, key: str, *bodies: bytes, **req) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """An upload with parts: what addresses it, and the parts as they are named on completion."""
    upload = s3.CreateMultipartUpload(Bucket=B, Key=key, **req)
    address = {"Bucket": B, "Key": key, "UploadId": upload["UploadId"]}
    parts = []
    for number, data in enumerate(bodies, 1):
        etag = s3.UploadPart(**address, PartNumber=number, Body=body(data))["ETag"]
        parts.append({"PartNumber": number, "ETag": etag})
    return address, parts


def complete(s3, address, parts, **req):
    return s3.CompleteMultipartUpload(**address, MultipartUpload={"Parts": parts}, **req)


@case("CompleteMultipartUpload", "complete-part-good-checksum-no-type")
def _(s3, row):
    address, parts = begun(s3, "k", DATA, ChecksumAlgorithm="CRC32C", ChecksumType="FULL_OBJECT")
    complete(s3, address, parts, ChecksumCRC32C="iqJrOQ==-1")


@case("CompleteMultipartUpload", "complete-multipart-after-del", "ConditionalRequestConflict")
def _(s3, row):
    put(s3, "test-precondition")
    address, parts = begun(s3, "test-precondition", DATA)
    s3.DeleteObject(Bucket=B, Key="test-precondition")
    complete(s3, address, parts, IfNoneMatch="*")


@case("CompleteMultipartUpload", "complete-multipart-after-del", "NoSuchKey")
def _(s3, row):
    etag = put(s3, "test-precondition")["ETag"]
    address, parts = begun(s3, "test-precondition", DATA)
    s3.DeleteObject(Bucket=B, Key="test-precondition")
    complete(s3, address, parts, IfMatch=etag)


@case("CompleteMultipartUpload", "complete-exc-too-small")
def _(s3, row):
    complete(s3, *begun(s3, "k", DATA, DATA))


@case("CompleteMultipartUpload", "complete-exc-wrong-part-number")
def _(s3, row):
    address, parts = begun(s3, "k", DATA)
    complete(s3, address, [{"PartNumber": 2, "ETag": parts[0]["ETag"]}])


@case("CompleteMultipartUpload", "complete-multipart-wrong-size")
def _(s3, row):
    address, parts = begun(s3, "k", DATA)
    complete(s3, address, parts, MpuObjectSize=5)


@case("CompleteMultipartUpload", "complete-part-bad-checksum-type")
def _(s3, row):
    address, parts = begun(s3, "k", DATA, ChecksumAlgorithm="CRC32C", ChecksumType="FULL_OBJECT")
    complete(s3, address, parts, ChecksumType="COMPOSITE")


@case("CompleteMultipartUpload", "complete-multipart-full-object-type")
def _(s3, row):
    address, parts = begun(s3, "k", DATA)
    complete(s3, address, parts, ChecksumType="FULL_OBJECT")


@case("CompleteMultipartUpload", "complete-exc-no-parts")
def _(s3, row):
    s3.CompleteMultipartUpload(**begun(s3, "k", DATA)[0])


@case("CompleteMultipartUpload", "complete-multipart-if-none-match")
def _(s3, row):
    put(s3, "k")
    address, parts = begun(s3, "k", DATA)
    complete(s3, address, parts, IfNoneMatch="*")


@case("CreateMultipartUpload", "create-mpu-checksum-exc")
def _(s3, row):
    checksum_type, algorithm = re.match(r"The (\w+) checksum type .* the (\w+) ", row["message"]).groups()
    begun(s3, "k", ChecksumAlgorithm=algorithm.upper(), ChecksumType=checksum_type)


@case("CreateMultipartUpload", "create-mpu-no-checksum-algo-with-type")
def _(s3, row):
    begun(s3, "k", ChecksumType="FULL_OBJECT")


@case("CreateMultipartUpload", "create-multipart-outposts-exc")
def _(s3, row):
    begun(s3, "k", StorageClass="OUTPOSTS")


def algorithm_of(row) -> str:
    return re.search(r"CRC32C|CRC64NVME|CRC32|SHA1|SHA256", row["message"].upper()).group()


def wrong_digest(algorithm: str) -> str:
    size = {"CRC32": 4, "CRC32C": 4, "CRC64NVME": 8, "SHA1": 20, "SHA256": 32}[algorithm]
    return base64.b64encode(b"x" * size).decode()


@case("UploadPart", "put-wrong-checksum-value")
def _(s3, row):
    address, _ = begun(s3, "k")
    name = algorithm_of(row)
    s3.UploadPart(**address, PartNumber=1, Body=body(), **{f"Checksum{name}": wrong_digest(name)})


@case("UploadPart", "put-wrong-checksum-no-b64")
def _(s3, row):
    address, _ = begun(s3, "k")
    s3.UploadPart(**address, PartNumber=1, Body=body(), **{f"Checksum{algorithm_of(row)}": "no base64"})


@case("UploadPart", "upload-part-different-checksum-exc")
def _(s3, row):
    address, _ = begun(s3, "k", ChecksumAlgorithm="CRC32C", ChecksumType="FULL_OBJECT")
    s3.UploadPart(**address, PartNumber=1, Body=body(b"abc"), ChecksumCRC32=wrong_digest("CRC32"))


def part_copy(s3, text: str = "", **req):
    put(s3, "source", Body=body(b"0123456789"))
    address, _ = begun(s3, "k")
    if text:
        req["CopySourceRange"] = text
    s3.UploadPartCopy(**address, PartNumber=1, CopySource=f"{B}/source", **req)


@case("UploadPartCopy", "upload-part-copy-range-exc-0-100")
def _(s3, row):
    part_copy(s3, "bytes=0-100")


@case("UploadPartCopy", "upload-part-copy-wrong-format")
def _(s3, row):
    part_copy(s3, "0-8")


@case("UploadPartCopy", "upload-part-copy-range-exc-100-200")
def _(s3, row):
    part_copy(s3, "bytes=100-200")


@case("UploadPartCopy", "upload-part-copy-source-unmodified-since-and-if-none-match")
def _(s3, row):
    part_copy(s3, CopySourceIfNoneMatch="not-matching", CopySourceIfUnmodifiedSince=PAST)


# Copies


def copy(s3, key: str = "dest-object", source: str = "source-object", **req):
    return s3.CopyObject(Bucket=B, Key=key, CopySource=f"{B}/{source}", **req)


@case("CopyObject", "copy-obj-target-double-encryption")
def _(s3, row):
    put(s3, "source-object")
    copy(s3, **CUSTOMER, ServerSideEncryption="AES256")


@case("CopyObject", "copy-obj-wrong-src-sse-c-algo")
def _(s3, row):
    put(s3, "source-object", **CUSTOMER)
    source = {f"CopySource{member}": value for member, value in CUSTOMER.items()}
    copy(s3, **(source | {"CopySourceSSECustomerAlgorithm": "KMS"}))


@case("CopyObject", "copy-obj-no-src-sse-c")
def _(s3, row):
    put(s3, "source-object", **CUSTOMER)
    copy(s3, **CUSTOMER)


@case("CopyObject", "copy-object-in-place-no-change")
def _(s3, row):
    put(s3, "source-object")
    copy(s3, "source-object", ACL="bucket-owner-full-control", Metadata={"key": "value"})


@case("CopyObject", "copy-obj-if-match-fail-no-object")
def _(s3, row):
    etag = put(s3, "source-object")["ETag"]
    copy(s3, "non-existent-key", IfMatch=etag)


@case("CopyObject", "copy-obj-none-match-etag")
def _(s3, row):
    etag = put(s3, "source-object")["ETag"]
    copy(s3, IfNoneMatch=etag)


@case("CopyObject", "copy-obj-if-match-fail-wrong-etag")
def _(s3, row):
    put(s3, "source-object")
    put(s3, "dest-object")
    copy(s3, IfMatch='"wrong-etag"')


# Deletions


def locked(s3, key: str) -> str:
    """The version id of an object in a bucket with object lock, which takes the place of the usual one."""
    s3.DeleteBucket(Bucket=B)
    s3.CreateBucket(Bucket=B, ObjectLockEnabledForBucket=True)
    return put(s3, key)["VersionId"]


def versioned(s3, status: str = "Enabled") -> None:
    s3.PutBucketVersioning(Bucket=B, VersioningConfiguration={"Status": status})


def retain(s3, key: str, until: datetime = FUTURE, **req):
    return s3.PutObjectRetention(Bucket=B, Key=key, Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until}, **req)


@case("DeleteObject", "delete-obj-locked")
def _(s3, row):
    version_id = locked(s3, "k")
    retain(s3, "k")
    s3.DeleteObject(Bucket=B, Key="k", VersionId=version_id)


@case("DeleteObject", "delete-with-bad-version")
def _(s3, row):
    versioned(s3)
    version_id = put(s3, "test-delete")["VersionId"]
    s3.DeleteObject(Bucket=B, Key="test-delete", VersionId=version_id[:-4] + "ABCD")


@case("DeleteObject", "delete-object-bypass-no-lock")
def _(s3, row):
    put(s3, "test-delete-no-lock")
    s3.DeleteObject(Bucket=B, Key="test-delete-no-lock", BypassGovernanceRetention=False)


@case("DeleteObject", "delete-obj-if-match-last-modified")
def _(s3, row):
    put(s3, "test-precondition")
    s3.DeleteObject(Bucket=B, Key="test-precondition", IfMatchLastModifiedTime=FUTURE)


@case("DeleteObjects", "delete-objects-bypass-no-lock")
def _(s3, row):
    s3.DeleteObjects(Bucket=B, Delete={"Objects": [{"Key": "test-delete-no-lock"}]}, BypassGovernanceRetention=True)


# Reads


@case("GetObject", "precondition-if-none-match")
def _(s3, row):
    s3.GetObject(Bucket=B, Key="k", IfNoneMatch=put(s3, "k")["ETag"])


@case("GetObject", "get-obj-with-version")
def _(s3, row):
    put(s3, "test-version")
    s3.GetObject(Bucket=B, Key="test-version", VersionId="HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD")


@case("GetObject", "get-object-invalid-state")
def _(s3, row):
    put(s3, "k", StorageClass="DEEP_ARCHIVE")
    s3.GetObject(Bucket=B, Key="k")


@case("GetObject", "part-doesnt-exist")
def _(s3, row):
    complete(s3, *begun(s3, "test.file", b"x" * PART_BYTES, DATA))
    s3.GetObject(Bucket=B, Key="test.file", PartNumber=10)


@case("GetObject", "part-with-range")
def _(s3, row):
    put(s3, "test.file")
    s3.GetObject(Bucket=B, Key="test.file", PartNumber=2, Range="bytes=0-8")


@case("GetObject", "get-obj-no-sse-c-param")
def _(s3, row):
    put(s3, "test-sse-c-target", **CUSTOMER)
    s3.GetObject(Bucket=B, Key="test-sse-c-target")


@case("GetObject", "get-delete-marker")
def _(s3, row):
    versioned(s3)
    marker = s3.DeleteObject(Bucket=B, Key="test-delete")["VersionId"]
    s3.GetObject(Bucket=B, Key="test-delete", VersionId=marker)


@case("GetObject", "expected_error")
def _(s3, row):
    s3.GetObject(Bucket="does-not-exist", Key="foobar")


@case("GetObject", "get-object-after-delete")
def _(s3, row):
    s3.GetObject(Bucket=B, Key="my-key")


@case("GetObject", "get-deleted-object-with-version")
def _(s3, row):
    versioned(s3)
    version_id = put(s3, "test-delete")["VersionId"]
    s3.DeleteObject(Bucket=B, Key="test-delete", VersionId=version_id)
    s3.GetObject(Bucket=B, Key="test-delete", VersionId=version_id)


@case("GetObject", "get-object-if-match")
def _(s3, row):
    put(s3, "foo")
    s3.GetObject(Bucket=B, Key="foo", IfMatch='"not good etag"')


@case("HeadObject", "precondition-if-none-match")
def _(s3, row):
    s3.HeadObject(Bucket=B, Key="k", IfNoneMatch=put(s3, "k")["ETag"])


@case("HeadObject", "head-object-404")
def _(s3, row):
    s3.HeadObject(Bucket=B, Key="doesnotexist")


@case("HeadObject", "head-object-locked-delete-marker")
def _(s3, row):
    locked(s3, "default-object")
    marker = s3.DeleteObject(Bucket=B, Key="default-object")["VersionId"]
    s3.HeadObject(Bucket=B, Key="default-object", VersionId=marker)


@case("HeadObject", "precondition-if-match")
def _(s3, row):
    put(s3, "k")
    s3.HeadObject(Bucket=B, Key="k", IfMatch='"other"')


# Lists


@case("ListMultipartUploads", "list_multipart_uploads-error-wrong-value")
@case("ListObjectVersions", "list_object_versions-error-wrong-value")
@case("ListObjects", "list_objects-error-wrong-value")
@case("ListObjectsV2", "list_objects_v2-error-wrong-value")
def _(s3, row):
    getattr(s3, row["operation"])(Bucket=B, EncodingType="value")


@case("ListObjectVersions", "list-objects-next-version-only")
def _(s3, row):
    versioned(s3)
    s3.ListObjectVersions(Bucket=B, MaxKeys=1, VersionIdMarker=put(s3, "k")["VersionId"])


@case("ListObjects", "list_object")
def _(s3, row):
    s3.ListObjects(Bucket="bucket-does-not-exist")


# Puts


@case("PutObject", "put-wrong-checksum-value")
def _(s3, row):
    name = algorithm_of(row)
    put(s3, "k", **{f"Checksum{name}": wrong_digest(name)})


@case("PutObject", "put-wrong-checksum-no-b64")
def _(s3, row):
    put(s3, "k", **{f"Checksum{algorithm_of(row)}": "no base64"})


@case("PutObject", "put-object-canned-acl")
def _(s3, row):
    s3.PutBucketOwnershipControls(Bucket=B, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    put(s3, "object-key-acl", ACL="fake-acl")


@case("PutObject", "put-object-with-lock-no-date")
def _(s3, row):
    locked(s3, "k")
    put(s3, "k", ObjectLockMode="GOVERNANCE")


@case("PutObject", "put-2-checksums")
def _(s3, row):
    put(s3, "k", ChecksumSHA256=wrong_digest("SHA256"), ChecksumCRC32=wrong_digest("CRC32"))


@case("PutObject", "put-object-outposts")
def _(s3, row):
    put(s3, "k", StorageClass="OUTPOSTS")


@case("PutObject", "put-obj-both-precondition")
def _(s3, row):
    put(s3, "k", IfNoneMatch="*", IfMatch="abcdef")


@case("PutObject", "put-obj-if-none-match")
def _(s3, row):
    put(s3, "k")
    put(s3, "k", IfNoneMatch="*")


# Object lock


@case("GetObjectLegalHold", "get-object-retention-regular-bucket")
@case("GetObjectRetention", "get-object-retention-regular-bucket")
def _(s3, row):
    put(s3, "k")
    getattr(s3, row["operation"])(Bucket=B, Key="k")


@case("GetObjectLegalHold", "get-legal-hold-unset")
@case("GetObjectRetention", "get-object-retention-never-set")
def _(s3, row):
    version_id = locked(s3, "k")
    getattr(s3, row["operation"])(Bucket=B, Key="k", VersionId=version_id)


@case("GetObjectRetention", "get-object-retention-delete-marker")
def _(s3, row):
    locked(s3, "k")
    s3.GetObjectRetention(Bucket=B, Key="k", VersionId=s3.DeleteObject(Bucket=B, Key="k")["VersionId"])


@case("PutObjectLegalHold", "put-object-retention-regular-bucket")
def _(s3, row):
    put(s3, "k")
    s3.PutObjectLegalHold(Bucket=B, Key="k", LegalHold={"Status": "ON"})


@case("PutObjectLegalHold", "put-object-retention-empty")
def _(s3, row):
    locked(s3, "k")
    s3.PutObjectLegalHold(Bucket=B, Key="k")


@case("PutObjectLegalHold", "put-object-legal-hold-no-bucket")
def _(s3, row):
    s3.PutObjectLegalHold(Bucket="non-existing-bucket", Key="fake-key", LegalHold={"Status": "ON"})


@case("PutObjectLegalHold", "put-object-legal-hold-no-key")
def _(s3, row):
    locked(s3, "k")
    s3.PutObjectLegalHold(Bucket=B, Key="non-existing-key", LegalHold={"Status": "ON"})


@case("PutObjectRetention", "update-retention-no-bypass")
def _(s3, row):
    locked(s3, "k")
    retain(s3, "k", LATER)
    retain(s3, "k", FUTURE)


@case("PutObjectRetention", "update-retention-past-date")
def _(s3, row):
    locked(s3, "k")
    retain(s3, "k", PAST)


@case("PutObjectRetention", "put-object-retention-regular-bucket")
def _(s3, row):
    put(s3, "k")
    retain(s3, "k")


@case("PutObjectRetention", "put-object-missing-retention-fields")
def _(s3, row):
    locked(s3, "k")
    s3.PutObjectRetention(Bucket=B, Key="k", Retention={"Mode": "GOVERNANCE"}, BypassGovernanceRetention=True)


@case("PutObjectRetention", "put-object-retention-delete-marker")
def _(s3, row):
    locked(s3, "k")
    retain(s3, "k", VersionId=s3.DeleteObject(Bucket=B, Key="k")["VersionId"])


@case("PutObjectRetention", "put-object-retention-no-bucket")
def _(s3, row):
    s3.PutObjectRetention(Bucket="no-bucket", Key="k", Retention={"Mode": "GOVERNANCE", "RetainUntilDate": FUTURE})


@case("PutObjectRetention", "put-object-retention-no-key")
def _(s3, row):
    locked(s3, "k")
    retain(s3, "non-existing-key")
