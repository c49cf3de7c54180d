"""Tags, encryption, attributes and restores of objects."""

from __future__ import annotations

import base64
import hashlib

import pytest

from ruststack.core.blobs import MemoryBlob
from ruststack.core.errors import ServiceError

SECRET, OTHER_SECRET = b"k" * 32, b"o" * 32


def customer(secret: bytes, prefix: str = "") -> dict[str, str]:
    return {
        f"{prefix}SSECustomerAlgorithm": "AES256",
        f"{prefix}SSECustomerKey": base64.b64encode(secret).decode(),
        f"{prefix}SSECustomerKeyMD5": base64.b64encode(hashlib.md5(secret).digest()).decode(),
    }


def put(s3, **req):
    return s3.PutObject(Bucket="bucket", Key="k", Body=MemoryBlob(b"hello"), **req)


def refusal(call, *args, **req) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        call(*args, **req)
    return caught.value


def tag(s3, *pairs, **req):
    tag_set = [{"Key": key, "Value": value} for key, value in pairs]
    return s3.PutObjectTagging(Bucket="bucket", Key="k", Tagging={"TagSet": tag_set}, **req)


def tags(s3, **req):
    return [(tag["Key"], tag["Value"]) for tag in s3.GetObjectTagging(Bucket="bucket", Key="k", **req)["TagSet"]]


def test_tags_are_replaced_counted_and_removed(s3, bucket):
    put(s3, Tagging="a=1&b=x%20y")
    assert tags(s3) == [("a", "1"), ("b", "x y")]
    assert tag(s3, ("c", "")) == {}
    assert (tags(s3), s3.HeadObject(Bucket=bucket, Key="k")["TagCount"]) == ([("c", "")], 1)
    s3.DeleteObjectTagging(Bucket=bucket, Key="k")
    assert (tags(s3), "TagCount" in s3.HeadObject(Bucket=bucket, Key="k")) == ([], False)


def test_ten_tags_are_the_most(s3, bucket):
    put(s3)
    tag(s3, *((f"{n}", "") for n in range(10)))
    assert refusal(tag, s3, *((f"{n}", "") for n in range(11))).code == "InvalidTag"
    assert refusal(put, s3, Tagging="&".join(f"{n}=" for n in range(11))).code == "InvalidTag"


@pytest.mark.parametrize("pairs", [[("k" * 129, "")], [("k", "v" * 257)], [("aws:k", "")], [("k", ""), ("k", "")]])
def test_a_tag_that_cannot_be_is_refused(s3, bucket, pairs):
    put(s3)
    assert refusal(tag, s3, *pairs).code == "InvalidTag"


@pytest.mark.parametrize("header", ["a=1&a=2", "=1"])
def test_a_tagging_header_that_cannot_be_read_is_refused(s3, bucket, header):
    assert refusal(put, s3, Tagging=header).members["ArgumentName"] == "x-amz-tagging"


def test_each_version_has_its_own_tags(s3, bucket):
    s3.PutBucketVersioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = put(s3, Tagging="a=1")["VersionId"]
    put(s3)
    tag(s3, ("b", "2"), VersionId=first)
    assert (tags(s3), tags(s3, VersionId=first)) == ([], [("b", "2")])


def test_the_customers_key_is_wanted_on_every_read(s3, bucket):
    output = put(s3, **customer(SECRET))
    assert output["SSECustomerKeyMD5"] == customer(SECRET)["SSECustomerKeyMD5"]
    assert "ServerSideEncryption" not in output
    assert output["ETag"] != '"5d41402abc4b2a76b9719d911017c592"'
    get = s3.GetObject
    assert refusal(get, Bucket=bucket, Key="k").status == 400
    assert refusal(get, Bucket=bucket, Key="k", **customer(OTHER_SECRET)).status == 400
    assert get(Bucket=bucket, Key="k", **customer(SECRET))["SSECustomerAlgorithm"] == "AES256"


def test_a_key_for_an_object_without_one_is_refused(s3, bucket):
    put(s3)
    assert refusal(s3.HeadObject, Bucket=bucket, Key="k", **customer(SECRET)).code == "InvalidRequest"


@pytest.mark.parametrize("missing", ["SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5"])
def test_a_customer_key_comes_whole(s3, bucket, missing):
    members = customer(SECRET)
    del members[missing]
    assert refusal(put, s3, **members).message.startswith("Requests specifying Server Side Encryption with Customer")


def test_a_customer_key_is_checked(s3, bucket):
    short = customer(b"short")
    assert refusal(put, s3, **short).message == "The secret key was invalid for the specified algorithm."
    wrong = customer(SECRET) | {"SSECustomerKeyMD5": customer(OTHER_SECRET)["SSECustomerKeyMD5"]}
    assert refusal(put, s3, **wrong).message.startswith("The calculated MD5 hash of the key did not match")


def test_a_kms_key_is_told_by_its_arn(s3, bucket):
    output = put(s3, ServerSideEncryption="aws:kms", SSEKMSKeyId="1234", BucketKeyEnabled=True)
    assert output["SSEKMSKeyId"] == "arn:aws:kms:us-east-1:000000000000:key/1234"
    head = s3.HeadObject(Bucket=bucket, Key="k")
    assert (head["ServerSideEncryption"], head["BucketKeyEnabled"]) == ("aws:kms", True)


def test_the_accounts_own_kms_key_is_always_the_same(s3, bucket):
    keys = {put(s3, ServerSideEncryption="aws:kms")["SSEKMSKeyId"] for _ in range(2)}
    assert len(keys) == 1


@pytest.mark.parametrize(
    "req",
    [{"ServerSideEncryption": "DES"}, {"ServerSideEncryption": "AES256", "SSEKMSKeyId": "k"}, {"SSEKMSKeyId": "k"}],
)
def test_an_encryption_that_cannot_be_is_refused(s3, bucket, req):
    assert refusal(put, s3, **req).members["ArgumentName"] == "x-amz-server-side-encryption"


def test_attributes_are_those_asked_for(s3, bucket):
    put(s3)
    asked = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]
    output = s3.GetObjectAttributes(Bucket=bucket, Key="k", ObjectAttributes=asked)
    assert output == {
        "LastModified": 1_700_000_000,
        "ETag": "5d41402abc4b2a76b9719d911017c592",
        "Checksum": {"ChecksumCRC64NVME": "M3eFcAZSQlc=", "ChecksumType": "FULL_OBJECT"},
        "StorageClass": "STANDARD",
        "ObjectSize": 5,
    }
    assert s3.GetObjectAttributes(Bucket=bucket, Key="k", ObjectAttributes=["ETag"]).keys() == {"LastModified", "ETag"}


@pytest.mark.parametrize("asked", [[], ["Colour"]])
def test_unknown_attributes_are_refused(s3, bucket, asked):
    put(s3)
    call = s3.GetObjectAttributes
    assert refusal(call, Bucket=bucket, Key="k", ObjectAttributes=asked).code == "InvalidArgument"


def restore(s3, days=1, tier="Expedited"):
    s3.RestoreObject(Bucket="bucket", Key="k", RestoreRequest={"Days": days, "GlacierJobParameters": {"Tier": tier}})
    return s3.last.response_status


def test_an_archived_object_is_read_between_restore_and_expiry(s3, bucket):
    put(s3, StorageClass="GLACIER")
    get = {"Bucket": bucket, "Key": "k"}
    assert refusal(s3.GetObject, **get).code == "InvalidObjectState"
    assert restore(s3) == 202
    assert s3.HeadObject(**get)["Restore"] == 'ongoing-request="true"'
    assert refusal(restore, s3).code == "RestoreAlreadyInProgress"
    s3.world.clock.advance(300)
    assert s3.GetObject(**get)["Restore"] == ('ongoing-request="false", expiry-date="Thu, 16 Nov 2023 00:00:00 GMT"')
    assert restore(s3, days=2) == 200
    s3.world.clock.advance(4 * 86_400)
    assert refusal(s3.GetObject, **get).code == "InvalidObjectState"
    assert "Restore" not in s3.HeadObject(**get)


def test_a_listing_tells_of_a_restore_only_when_asked(s3, bucket):
    put(s3, StorageClass="GLACIER")
    restore(s3)
    (entry,) = s3.ListObjectsV2(Bucket=bucket, OptionalObjectAttributes=["RestoreStatus"])["Contents"]
    assert entry["RestoreStatus"] == {"IsRestoreInProgress": True}
    assert "RestoreStatus" not in s3.ListObjectsV2(Bucket=bucket)["Contents"][0]


def test_only_archived_objects_are_restored(s3, bucket):
    put(s3)
    error = refusal(restore, s3)
    assert (error.code, error.status) == ("InvalidObjectState", 403)


@pytest.mark.parametrize(("days", "tier"), [(0, "Standard"), (1, "Never")])
def test_a_restore_that_cannot_be_is_refused(s3, bucket, days, tier):
    put(s3, StorageClass="GLACIER")
    assert refusal(restore, s3, days, tier).code == "MalformedXML"
