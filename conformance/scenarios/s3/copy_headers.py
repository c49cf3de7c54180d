"""CopyObject and CreateMultipartUpload: each header that they take, as PutObject does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.s3.encryption import OTHER, SOURCE_SSE_C, SSE_C
from conformance.scenarios.s3.multipart import begun, sent

SYSTEM: dict[str, Any] = {
    "CacheControl": "max-age=60",
    "ContentDisposition": 'attachment; filename="a.txt"',
    "ContentEncoding": "identity",
    "ContentLanguage": "de-CH",
    "ContentType": "text/x-own",
    "Expires": datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC),
    "WebsiteRedirectLocation": "/elsewhere",
}


@scenario("s3/copy_system_headers")
def copy_system_headers(t: Driver) -> None:
    """REPLACE takes the system headers of the request, COPY those of the source; a redirect is never copied."""
    s3, bucket = t.client(), t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", **SYSTEM)
    source = {"Bucket": bucket, "CopySource": f"{bucket}/k"}
    s3.copy_object(**source, Key="same")
    s3.head_object(Bucket=bucket, Key="same")
    new = {**SYSTEM, "CacheControl": "no-store", "ContentType": "text/other"}
    s3.copy_object(**source, Key="new", MetadataDirective="REPLACE", **new)
    s3.head_object(Bucket=bucket, Key="new")
    t.step("replaced by nothing")
    s3.copy_object(**source, Key="bare", MetadataDirective="REPLACE")
    s3.head_object(Bucket=bucket, Key="bare")


@scenario("s3/copy_acl")
def copy_acl(t: Driver) -> None:
    """A copy has the ACL that it asks for, and never that of its source."""
    s3, bucket = t.client(), t.bucket(ObjectOwnership="ObjectWriter")
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", ACL="public-read")
    source = {"Bucket": bucket, "CopySource": f"{bucket}/k"}
    s3.copy_object(**source, Key="plain")
    s3.get_object_acl(Bucket=bucket, Key="plain")
    s3.copy_object(**source, Key="open", ACL="public-read")
    s3.get_object_acl(Bucket=bucket, Key="open")
    group = 'uri="http://acs.amazonaws.com/groups/global/AuthenticatedUsers"'
    s3.copy_object(**source, Key="granted", GrantRead=group)
    s3.get_object_acl(Bucket=bucket, Key="granted")


@scenario("s3/copy_tags")
def copy_tags(t: Driver) -> None:
    """Tags are copied, unless the directive is REPLACE."""
    s3, bucket = t.client(), t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Tagging="a=1&b=2")
    source = {"Bucket": bucket, "CopySource": f"{bucket}/k"}
    s3.copy_object(**source, Key="same")
    s3.get_object_tagging(Bucket=bucket, Key="same")
    s3.copy_object(**source, Key="new", TaggingDirective="REPLACE", Tagging="c=3")
    s3.get_object_tagging(Bucket=bucket, Key="new")
    s3.copy_object(**source, Key="none", TaggingDirective="REPLACE")
    s3.get_object_tagging(Bucket=bucket, Key="none")
    t.step("tags without the directive")
    s3.copy_object(**source, Key="ignored", Tagging="c=3")
    s3.get_object_tagging(Bucket=bucket, Key="ignored")


@scenario("s3/copy_storage_class")
def copy_storage_class(t: Driver) -> None:
    """A copy onto itself may change the storage class; a copy elsewhere does not inherit it."""
    s3, bucket = t.client(), t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", StorageClass="STANDARD_IA")
    source = {"Bucket": bucket, "CopySource": f"{bucket}/k"}
    s3.copy_object(**source, Key="elsewhere")
    s3.head_object(Bucket=bucket, Key="elsewhere")
    s3.copy_object(**source, Key="k", StorageClass="ONEZONE_IA")
    s3.head_object(Bucket=bucket, Key="k")
    t.step("an unknown class")
    t.fails("InvalidStorageClass", s3.copy_object, **source, Key="wrong", StorageClass="OUTPOSTS")


@scenario("s3/copy_under_lock")
def copy_under_lock(t: Driver) -> None:
    """A copy may be held and retained as a put; the lock of the source does not come along."""
    s3, bucket = t.client(), t.bucket(ObjectLockEnabledForBucket=True)
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"x", ObjectLockLegalHoldStatus="ON")
    source = {"Bucket": bucket, "CopySource": f"{bucket}/k"}
    s3.copy_object(**source, Key="free")
    s3.head_object(Bucket=bucket, Key="free")
    held = s3.copy_object(**source, Key="held", ObjectLockLegalHoldStatus="ON")
    s3.head_object(Bucket=bucket, Key="held")
    t.fails("AccessDenied", s3.delete_object, Bucket=bucket, Key="held", VersionId=held["VersionId"])
    for key, version in (("held", held["VersionId"]), ("k", put["VersionId"])):
        off = {"LegalHold": {"Status": "OFF"}, "VersionId": version}
        s3.put_object_legal_hold(Bucket=bucket, Key=key, **off)


@scenario("s3/customer_key_copy_refused")
def customer_key_copy_refused(t: Driver) -> None:
    """A customer's key goes with no other encryption, and without it the source cannot be read."""
    s3, bucket = t.client(), t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", **SSE_C)
    copy = {"Bucket": bucket, "Key": "copy", "CopySource": f"{bucket}/k"}
    t.fails("InvalidRequest", s3.copy_object, **copy)
    both = {**SOURCE_SSE_C, **SSE_C}
    t.fails("InvalidArgument", s3.copy_object, **copy, **both, ServerSideEncryption="AES256")
    wrong = {**SOURCE_SSE_C, "CopySourceSSECustomerAlgorithm": "KMS"}
    t.fails("InvalidEncryptionAlgorithmError", s3.copy_object, **copy, **wrong)
    t.step("onto itself with another key")
    new = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": OTHER}
    s3.copy_object(**{**copy, "Key": "k"}, **SOURCE_SSE_C, **new)
    s3.get_object(Bucket=bucket, Key="k", **new)


@scenario("s3/multipart_system_headers")
def multipart_system_headers(t: Driver) -> None:
    """What was said when the upload began is said of the object."""
    s3, bucket = t.client(), t.bucket()
    where = begun(t, bucket, **SYSTEM, Metadata={"own": "1"}, StorageClass="STANDARD_IA")
    part = sent(t, where, 1, b"x")
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": [part]})
    s3.head_object(Bucket=bucket, Key="k")
    s3.get_object(Bucket=bucket, Key="k")


@scenario("s3/multipart_acl")
def multipart_acl(t: Driver) -> None:
    """An upload's ACL becomes that of its object."""
    s3, bucket = t.client(), t.bucket(ObjectOwnership="ObjectWriter")
    s3.delete_public_access_block(Bucket=bucket)
    where = begun(t, bucket, ACL="public-read")
    part = sent(t, where, 1, b"x")
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": [part]})
    s3.get_object_acl(Bucket=bucket, Key="k")
    t.step("an unknown one")
    t.fails("InvalidArgument", s3.create_multipart_upload, Bucket=bucket, Key="k", ACL="nobody")


@scenario("s3/multipart_under_lock")
def multipart_under_lock(t: Driver) -> None:
    """An upload's legal hold becomes that of its object."""
    s3, bucket = t.client(), t.bucket(ObjectLockEnabledForBucket=True)
    where = begun(t, bucket, ObjectLockLegalHoldStatus="ON")
    part = sent(t, where, 1, b"x")
    made = s3.complete_multipart_upload(**where, MultipartUpload={"Parts": [part]})
    s3.get_object_legal_hold(Bucket=bucket, Key="k", VersionId=made["VersionId"])
    off = {"LegalHold": {"Status": "OFF"}, "VersionId": made["VersionId"]}
    s3.put_object_legal_hold(Bucket=bucket, Key="k", **off)
    s3.get_object_legal_hold(Bucket=bucket, Key="k")
