"""Parameters that other scenarios do not send: overridden headers, conditions of HEAD, sums of parts, grants."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.s3.encryption import KEY, OTHER, SSE_C
from conformance.scenarios.s3.multipart import begun, sent


@scenario("s3/head_response_headers")
def head_response_headers(t: Driver) -> None:
    """HEAD takes the response-* parameters, as GET does."""
    s3, bucket = t.client(), t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    s3.head_object(
        Bucket=bucket,
        Key="k",
        ResponseCacheControl="no-cache",
        ResponseContentDisposition="inline",
        ResponseContentEncoding="identity",
        ResponseContentLanguage="en",
        ResponseContentType="text/other",
    )


@scenario("s3/head_conditions")
def head_conditions(t: Driver) -> None:
    """HEAD takes conditions: 304 and 412 come without a body."""
    s3, bucket = t.client(), t.bucket()
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ETag"]
    where = {"Bucket": bucket, "Key": "k"}
    t.fails("304", s3.head_object, **where, IfNoneMatch=etag)
    s3.head_object(**where, IfModifiedSince="Sat, 01 Jan 2000 00:00:00 GMT")
    t.fails("412", s3.head_object, **where, IfUnmodifiedSince="Sat, 01 Jan 2000 00:00:00 GMT")
    t.fails("412", s3.head_object, **where, IfMatch='"other"')


@scenario("s3/part_checksums")
def part_checksums(t: Driver) -> None:
    """Each algorithm's sum of a part is checked, answered and listed."""
    s3, bucket = t.client(), t.bucket()
    for algorithm in ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"):
        t.step(algorithm)
        where = begun(t, bucket, ChecksumAlgorithm=algorithm)
        part = sent(t, where, 1, b"some bytes", ChecksumAlgorithm=algorithm)
        s3.list_parts(**where)
        wrong = {f"Checksum{algorithm}": part[f"Checksum{algorithm}"]}
        t.fails("BadDigest", s3.upload_part, **where, PartNumber=2, Body=b"other bytes", **wrong)
        s3.complete_multipart_upload(**where, MultipartUpload={"Parts": [part]})
        s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")


@scenario("s3/part_content_md5")
def part_content_md5(t: Driver) -> None:
    """A part's Content-MD5 is checked."""
    s3, bucket = t.client(), t.bucket()
    where = begun(t, bucket)
    s3.upload_part(**where, PartNumber=1, Body=b"hello", ContentMD5="XUFAKrxLKna5cZ2REBfFkg==")
    t.fails("BadDigest", s3.upload_part, **where, PartNumber=1, Body=b"other", ContentMD5="XUFAKrxLKna5cZ2REBfFkg==")
    t.fails("InvalidDigest", s3.upload_part, **where, PartNumber=1, Body=b"other", ContentMD5="nonsense")


@scenario("s3/part_copy_conditions")
def part_copy_conditions(t: Driver) -> None:
    """The conditions of a part's copy are those of a copy."""
    s3, bucket = t.client(), t.bucket()
    etag = s3.put_object(Bucket=bucket, Key="source", Body=b"0123456789")["ETag"]
    where = {**begun(t, bucket), "PartNumber": 1, "CopySource": f"{bucket}/source"}
    s3.upload_part_copy(**where, CopySourceIfMatch=etag)
    s3.upload_part_copy(**where, CopySourceIfModifiedSince="Sat, 01 Jan 2000 00:00:00 GMT")
    failed = "PreconditionFailed"
    t.fails(failed, s3.upload_part_copy, **where, CopySourceIfMatch='"other"')
    t.fails(failed, s3.upload_part_copy, **where, CopySourceIfNoneMatch=etag)
    t.fails(failed, s3.upload_part_copy, **where, CopySourceIfUnmodifiedSince="Sat, 01 Jan 2000 00:00:00 GMT")


@scenario("s3/customer_key_part_copy")
def customer_key_part_copy(t: Driver) -> None:
    """A part is copied from and to objects with the customer's keys."""
    s3, bucket = t.client(), t.bucket()
    s3.put_object(Bucket=bucket, Key="source", Body=b"0123456789", **SSE_C)
    new = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": OTHER}
    upload = begun(t, bucket, **new)
    where = {**upload, "PartNumber": 1, "CopySource": f"{bucket}/source", "CopySourceRange": "bytes=0-4"}
    source = {f"CopySource{name}": value for name, value in SSE_C.items()}
    answer = s3.upload_part_copy(**where, **new, **source)
    parts = [{"PartNumber": 1, "ETag": answer["CopyPartResult"]["ETag"]}]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
    s3.get_object(Bucket=bucket, Key="k", **new)
    t.step("without the key of the source")
    again = {**begun(t, bucket, **new), "PartNumber": 1, "CopySource": f"{bucket}/source"}
    t.fails("InvalidRequest", s3.upload_part_copy, **again, **new)


@scenario("s3/customer_key_attributes")
def customer_key_attributes(t: Driver) -> None:
    """The attributes of an object with a customer's key need that key."""
    s3, bucket = t.client(), t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", **SSE_C)
    what = {"Bucket": bucket, "Key": "k", "ObjectAttributes": ["ETag", "ObjectSize"]}
    digest = base64.b64encode(hashlib.md5(KEY, usedforsecurity=False).digest()).decode()
    by_hand = {**SSE_C, "SSECustomerKey": base64.b64encode(KEY).decode(), "SSECustomerKeyMD5": digest}
    t.fails("InvalidRequest", s3.get_object_attributes, **what)
    s3.get_object_attributes(**what, **by_hand)


@scenario("s3/object_grants")
def object_grants(t: Driver) -> None:
    """Each grant header of a put becomes a grant, by URI and by id."""
    s3, bucket = t.client(), t.bucket(ObjectOwnership="ObjectWriter")
    s3.delete_public_access_block(Bucket=bucket)
    group = 'uri="http://acs.amazonaws.com/groups/global/AuthenticatedUsers"'
    for grant in ("GrantRead", "GrantReadACP", "GrantWriteACP", "GrantFullControl"):
        t.step(grant)
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", **{grant: group})
        s3.get_object_acl(Bucket=bucket, Key="k")
    t.step("several groups in one header")
    two = f'{group}, uri="http://acs.amazonaws.com/groups/global/AllUsers"'
    s3.put_object_acl(Bucket=bucket, Key="k", GrantRead=two, GrantReadACP=group)
    s3.get_object_acl(Bucket=bucket, Key="k")


@scenario("s3/bucket_grants")
def bucket_grants(t: Driver) -> None:
    """Each grant header of PutBucketAcl becomes a grant."""
    s3, bucket = t.client(), t.bucket(ObjectOwnership="ObjectWriter")
    s3.delete_public_access_block(Bucket=bucket)
    group = 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"'
    for grant in ("GrantRead", "GrantWrite", "GrantReadACP", "GrantWriteACP", "GrantFullControl"):
        t.step(grant)
        s3.put_bucket_acl(Bucket=bucket, **{grant: group})
        s3.get_bucket_acl(Bucket=bucket)


@scenario("s3/configurations_many")
def configurations_many(t: Driver) -> None:
    """Several metrics configurations are listed by id; a put of one id replaces it."""
    s3, bucket = t.client(), t.bucket()

    def put(name: str, prefix: str) -> None:
        what: dict[str, Any] = {"Id": name, "Filter": {"Prefix": prefix}}
        s3.put_bucket_metrics_configuration(Bucket=bucket, Id=name, MetricsConfiguration=what)

    for name in ("b", "a", "c"):
        put(name, f"{name}/")
    put("a", "again/")
    s3.list_bucket_metrics_configurations(Bucket=bucket)


@scenario("s3/restore_optional_attributes")
def restore_optional_attributes(t: Driver) -> None:
    """Listings tell the state of a restore when asked for RestoreStatus, and only of archived objects."""
    s3, bucket = t.client(), t.bucket()
    s3.put_object(Bucket=bucket, Key="cold", Body=b"x", StorageClass="GLACIER")
    s3.put_object(Bucket=bucket, Key="warm", Body=b"x")
    asked = {"Bucket": bucket, "OptionalObjectAttributes": ["RestoreStatus"]}
    s3.list_objects_v2(**asked)
    s3.list_objects(**asked)
    s3.list_object_versions(**asked)
