"""Server-side encryption: the bucket's default, and keys that the customer brings."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from conformance.scenarios import Driver, scenario

KEY = b"0123456789abcdef0123456789abcdef"
OTHER = b"fedcba9876543210fedcba9876543210"
SSE_C = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": KEY}
SOURCE_SSE_C = {"CopySourceSSECustomerAlgorithm": "AES256", "CopySourceSSECustomerKey": KEY}


@scenario("s3/bucket_encryption")
def bucket_encryption(t: Driver) -> None:
    """A new bucket encrypts with AES256; deleting the configuration restores that."""
    s3 = t.client()
    bucket = t.bucket()
    s3.get_bucket_encryption(Bucket=bucket)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": True}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3.get_bucket_encryption(Bucket=bucket)
    s3.delete_bucket_encryption(Bucket=bucket)
    s3.get_bucket_encryption(Bucket=bucket)


@scenario("s3/bucket_encryption_refused")
def bucket_encryption_refused(t: Driver) -> None:
    """No rule, two rules, an unknown algorithm, and a key with AES256 are refused."""
    s3 = t.client()
    bucket = t.bucket()

    def refuse(code: str, *rules: dict[str, Any]) -> None:
        what = {"Rules": [{"ApplyServerSideEncryptionByDefault": each} for each in rules]}
        t.fails(code, s3.put_bucket_encryption, Bucket=bucket, ServerSideEncryptionConfiguration=what)

    aes = {"SSEAlgorithm": "AES256"}
    t.step("none")
    refuse("MalformedXML")
    t.step("two")
    refuse("MalformedXML", aes, aes)
    t.step("unknown")
    refuse("MalformedXML", {"SSEAlgorithm": "ROT13"})
    t.step("a key with AES256")
    refuse("InvalidArgument", {**aes, "KMSMasterKeyID": "some-key"})


@scenario("s3/object_encryption_refused")
def object_encryption_refused(t: Driver) -> None:
    """An unknown algorithm, and a KMS key without KMS, are refused."""
    s3 = t.client()
    bucket = t.bucket()
    t.fails("InvalidArgument", s3.put_object, Bucket=bucket, Key="k", ServerSideEncryption="ROT13")
    t.fails("InvalidArgument", s3.put_object, Bucket=bucket, Key="k", ServerSideEncryption="AES256", SSEKMSKeyId="x")


@scenario("s3/object_encryption_kms")
def object_encryption_kms(t: Driver) -> None:
    """An object encrypted with AWS's own KMS key names the key's ARN."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="aws:kms", BucketKeyEnabled=True)
    s3.head_object(Bucket=bucket, Key="k")
    s3.get_object(Bucket=bucket, Key="k")["Body"].read()


@scenario("s3/customer_key")
def customer_key(t: Driver) -> None:
    """What is put with a customer's key is read with the same key only."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"secret", **SSE_C)
    s3.get_object(Bucket=bucket, Key="k", **SSE_C)["Body"].read()
    s3.head_object(Bucket=bucket, Key="k", **SSE_C)
    t.step("refused")
    t.fails("InvalidRequest", s3.get_object, Bucket=bucket, Key="k")
    t.fails("400", s3.head_object, Bucket=bucket, Key="k")
    t.tries(s3.get_object, Bucket=bucket, Key="k", SSECustomerAlgorithm="AES256", SSECustomerKey=OTHER)
    t.step("an object without one")
    s3.put_object(Bucket=bucket, Key="plain", Body=b"x")
    t.fails("InvalidRequest", s3.get_object, Bucket=bucket, Key="plain", **SSE_C)


@scenario("s3/customer_key_refused")
def customer_key_refused(t: Driver) -> None:
    """A customer's key comes with algorithm and MD5, has 256 bits, and no other encryption beside it."""
    bucket = t.bucket()
    prefix = "x-amz-server-side-encryption-customer-"
    key, digest = base64.b64encode(KEY).decode(), base64.b64encode(hashlib.md5(KEY).digest()).decode()
    good = {f"{prefix}algorithm": "AES256", f"{prefix}key": key, f"{prefix}key-MD5": digest}
    short = {**good, f"{prefix}key": base64.b64encode(b"short").decode()}
    short[f"{prefix}key-MD5"] = base64.b64encode(hashlib.md5(b"short").digest()).decode()

    def refuse(name: str, headers: dict[str, str], code: str) -> None:
        t.step(name)
        t.raw("PUT", f"/{bucket}/k", headers=headers, body=b"x", expects=code)

    refuse("no MD5", {k: v for k, v in good.items() if not k.endswith("MD5")}, "InvalidArgument")
    refuse("no key", {f"{prefix}algorithm": "AES256"}, "InvalidArgument")
    refuse("no algorithm", {k: v for k, v in good.items() if not k.endswith("algorithm")}, "InvalidArgument")
    refuse("wrong MD5", {**good, f"{prefix}key-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="}, "InvalidArgument")
    refuse("short key", short, "InvalidArgument")
    refuse("unknown algorithm", {**good, f"{prefix}algorithm": "ROT13"}, "InvalidEncryptionAlgorithmError")
    refuse("two encryptions", {**good, "x-amz-server-side-encryption": "AES256"}, "InvalidArgument")


@scenario("s3/customer_key_copy")
def customer_key_copy(t: Driver) -> None:
    """A copy needs the source's key, and takes a key of its own for the target."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="a", Body=b"secret", **SSE_C)
    where = {"Bucket": bucket, "Key": "b", "CopySource": {"Bucket": bucket, "Key": "a"}}
    t.fails("InvalidRequest", s3.copy_object, **where)
    s3.copy_object(**where, **SOURCE_SSE_C)
    s3.get_object(Bucket=bucket, Key="b")["Body"].read()
    s3.copy_object(**where, **SOURCE_SSE_C, SSECustomerAlgorithm="AES256", SSECustomerKey=OTHER)
    s3.head_object(Bucket=bucket, Key="b", SSECustomerAlgorithm="AES256", SSECustomerKey=OTHER)


@scenario("s3/customer_key_multipart")
def customer_key_multipart(t: Driver) -> None:
    """Every part must be sent with the upload's customer key."""
    s3 = t.client()
    bucket = t.bucket()
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", **SSE_C)["UploadId"]
    where = {"Bucket": bucket, "Key": "k", "UploadId": upload, "PartNumber": 1, "Body": b"secret"}
    t.fails("InvalidRequest", s3.upload_part, **where)
    t.fails("InvalidRequest", s3.upload_part, **where, SSECustomerAlgorithm="AES256", SSECustomerKey=OTHER)
    tag = s3.upload_part(**where, **SSE_C)["ETag"]
    what = {"Parts": [{"PartNumber": 1, "ETag": tag}]}
    s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload, MultipartUpload=what, **SSE_C)
    s3.get_object(Bucket=bucket, Key="k", **SSE_C)["Body"].read()
