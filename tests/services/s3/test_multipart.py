from __future__ import annotations

import base64
import hashlib

import pytest

from ruststack.core.blobs import MemoryBlob
from ruststack.core.checksums import digest
from ruststack.core.errors import ServiceError

BIG = b"a" * (5 * 1024**2)
SECRET = b"k" * 32
CUSTOMER = {
    "SSECustomerAlgorithm": "AES256",
    "SSECustomerKey": base64.b64encode(SECRET).decode(),
    "SSECustomerKeyMD5": base64.b64encode(hashlib.md5(SECRET).digest()).decode(),
}


def b64(name: str, data: bytes) -> str:
    return base64.b64encode(digest(name, data)).decode()


class Upload:
    """An upload under way, with the parts as they would be named on completion."""

    def __init__(self, s3, key="k", **req) -> None:
        self.s3, self.parts = s3, []
        self.made = s3.CreateMultipartUpload(Bucket="bucket", Key=key, **req)
        self.address = {"Bucket": "bucket", "Key": key, "UploadId": self.made["UploadId"]}

    def part(self, number: int, data: bytes, **req):
        output = self.s3.UploadPart(**self.address, PartNumber=number, Body=MemoryBlob(data), **req)
        sums = {member: value for member, value in output.items() if member.startswith("Checksum")}
        self.parts.append({"PartNumber": number, "ETag": output["ETag"], **sums})
        return output

    def complete(self, parts=None, **req):
        parts = self.parts if parts is None else parts
        return self.s3.CompleteMultipartUpload(**self.address, MultipartUpload={"Parts": parts}, **req)

    def listed(self, **req):
        return self.s3.ListParts(**self.address, **req)


def refusal(call, *args, **req) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        call(*args, **req)
    return caught.value


def get(s3, **req):
    output = s3.GetObject(Bucket="bucket", Key="k", **req)
    return output.pop("Body").read(), output


def test_parts_become_an_object(s3, bucket):
    upload = Upload(s3, ContentType="text/x", Metadata={"a": "b"}, Tagging="x=y")
    upload.part(1, BIG)
    upload.part(2, b"end")
    output = upload.complete()
    joined = hashlib.md5(hashlib.md5(BIG).digest() + hashlib.md5(b"end").digest()).hexdigest()
    assert output["ETag"] == f'"{joined}-2"'
    assert (output["ChecksumCRC64NVME"], output["ChecksumType"]) == (b64("crc64nvme", BIG + b"end"), "FULL_OBJECT")
    data, described = get(s3)
    assert data == BIG + b"end"
    assert (described["ContentType"], described["Metadata"], described["TagCount"]) == ("text/x", {"a": "b"}, 1)
    assert s3.ListMultipartUploads(Bucket=bucket).get("Uploads") is None


def test_a_part_is_replaced_by_its_number(s3, bucket):
    upload = Upload(s3)
    upload.part(1, b"old")
    upload.part(1, b"new")
    assert refusal(upload.complete, upload.parts[:1]).code == "InvalidPart"
    upload.complete(upload.parts[1:])
    assert get(s3)[0] == b"new"


def test_numbers_may_have_gaps_and_parts_may_be_left_out(s3, bucket):
    upload = Upload(s3)
    for number in (3, 7, 10_000):
        upload.part(number, BIG)
    upload.complete([upload.parts[0], upload.parts[2]])
    assert get(s3)[1]["ContentLength"] == 2 * len(BIG)


@pytest.mark.parametrize("number", [0, 10_001])
def test_a_part_number_is_1_to_10000(s3, bucket, number):
    error = refusal(Upload(s3).part, number, b"x")
    assert (error.code, error.members["ArgumentName"]) == ("InvalidArgument", "partNumber")


def test_parts_must_ascend(s3, bucket):
    upload = Upload(s3)
    upload.part(1, BIG)
    upload.part(2, BIG)
    assert refusal(upload.complete, upload.parts[::-1]).code == "InvalidPartOrder"
    assert refusal(upload.complete, [upload.parts[0]] * 2).code == "InvalidPartOrder"


def test_only_the_last_part_may_be_small(s3, bucket):
    upload = Upload(s3)
    upload.part(1, BIG[:-1])
    upload.part(2, b"x")
    error = refusal(upload.complete)
    assert error.members["ProposedSize"] == len(BIG) - 1
    upload.part(1, BIG)
    upload.complete([upload.parts[2], upload.parts[1]])


def test_an_unknown_upload_is_refused(s3, bucket):
    upload = Upload(s3)
    upload.address["Key"] = "other"
    assert refusal(upload.part, 1, b"x").code == "NoSuchUpload"
    upload.address["Key"] = "k"
    s3.AbortMultipartUpload(**upload.address)
    for call in (upload.complete, upload.listed, lambda: s3.AbortMultipartUpload(**upload.address)):
        assert refusal(call).code == "NoSuchUpload"


def test_completing_again_gives_the_same_answer_while_the_object_is_there(s3, bucket):
    upload = Upload(s3)
    upload.part(1, b"x")
    assert upload.complete() == upload.complete()
    s3.DeleteObject(Bucket=bucket, Key="k")
    assert refusal(upload.complete).code == "NoSuchUpload"


def test_a_composite_checksum_is_that_of_the_parts_checksums(s3, bucket):
    upload = Upload(s3, ChecksumAlgorithm="SHA256")
    assert upload.made["ChecksumType"] == "COMPOSITE"
    upload.part(1, b"x", ChecksumSHA256=b64("sha256", b"x"))
    expected = b64("sha256", digest("sha256", b"x")) + "-1"
    assert refusal(upload.complete, ChecksumSHA256=b64("sha256", b"x") + "-1").code == "BadDigest"
    assert upload.complete(ChecksumSHA256=expected)["ChecksumSHA256"] == expected


def test_a_composite_upload_wants_each_parts_checksum(s3, bucket):
    upload = Upload(s3, ChecksumAlgorithm="CRC32")
    assert "actual checksum Type: null" in refusal(upload.part, 1, b"x").message
    upload.part(1, b"x", ChecksumCRC32=b64("crc32", b"x"))
    bare = [{"PartNumber": 1, "ETag": upload.parts[0]["ETag"]}]
    assert "missing for part 1" in refusal(upload.complete, bare).message
    assert refusal(upload.complete, [bare[0] | {"ChecksumCRC32": b64("crc32", b"y")}]).code == "InvalidPart"


@pytest.mark.parametrize("name", ["CRC32", "CRC32C", "CRC64NVME"])
def test_a_full_object_checksum_is_combined_from_the_parts(s3, bucket, name):
    upload = Upload(s3, ChecksumAlgorithm=name, ChecksumType="FULL_OBJECT")
    upload.part(1, BIG)
    upload.part(2, b"end")
    whole = b64(name.lower(), BIG + b"end")
    assert upload.complete(**{f"Checksum{name}": whole})[f"Checksum{name}"] == whole


def test_a_part_is_downloaded_by_its_number(s3, bucket):
    upload = Upload(s3, ChecksumAlgorithm="CRC32")
    upload.part(1, BIG, ChecksumCRC32=b64("crc32", BIG))
    upload.part(2, b"end", ChecksumCRC32=b64("crc32", b"end"))
    upload.complete()
    data, output = get(s3, PartNumber=2, ChecksumMode="ENABLED")
    assert (data, output["PartsCount"], s3.last.response_status) == (b"end", 2, 206)
    assert output["ContentRange"] == f"bytes {len(BIG)}-{len(BIG) + 2}/{len(BIG) + 3}"
    assert output["ChecksumCRC32"] == b64("crc32", b"end")


def test_the_object_dates_from_when_the_upload_began(s3, bucket):
    upload = Upload(s3)
    s3.world.clock.advance(60)
    upload.part(1, b"x")
    upload.complete()
    assert get(s3)[1]["LastModified"] == 1_700_000_000


def test_parts_are_listed_in_pages(s3, bucket):
    upload = Upload(s3)
    for number in (2, 1, 3):
        upload.part(number, b"x")
    output = upload.listed(MaxParts=2)
    assert [part["PartNumber"] for part in output["Parts"]] == [1, 2]
    assert (output["IsTruncated"], output["NextPartNumberMarker"]) == (True, 2)
    rest = upload.listed(PartNumberMarker=2)
    assert ([part["PartNumber"] for part in rest["Parts"]], rest["IsTruncated"]) == ([3], False)
    assert upload.listed(PartNumberMarker=3)["NextPartNumberMarker"] == 0


def uploads(s3, **req):
    output = s3.ListMultipartUploads(Bucket="bucket", **req)
    return [upload["Key"] for upload in output.get("Uploads", [])], output


def test_uploads_are_listed_by_key_in_pages(s3, bucket):
    for key in ("b/2", "a", "b/1", "a"):
        Upload(s3, key)
        s3.world.clock.advance(1)
    assert uploads(s3)[0] == ["a", "a", "b/1", "b/2"]
    first, output = uploads(s3, MaxUploads=1)
    rest, _ = uploads(s3, KeyMarker=output["NextKeyMarker"], UploadIdMarker=output["NextUploadIdMarker"])
    assert first + rest == ["a", "a", "b/1", "b/2"]
    assert uploads(s3, KeyMarker="a")[0] == ["b/1", "b/2"]


def test_uploads_roll_up_and_the_markers_behind_a_prefix_are_empty(s3, bucket):
    for key in ("a/1", "a/2", "b"):
        Upload(s3, key)
    shown, output = uploads(s3, Delimiter="/", MaxUploads=1)
    assert (shown, output["CommonPrefixes"]) == ([], [{"Prefix": "a/"}])
    assert (output["IsTruncated"], output["NextKeyMarker"], output["NextUploadIdMarker"]) == (True, "", "")
    assert uploads(s3, Delimiter="/", KeyMarker="a/")[0] == ["b"]


def test_a_part_is_copied_from_a_range(s3, bucket):
    s3.PutObject(Bucket=bucket, Key="src", Body=MemoryBlob(b"0123456789"))
    upload = Upload(s3)
    output = s3.UploadPartCopy(**upload.address, PartNumber=1, CopySource="bucket/src", CopySourceRange="bytes=2-4")
    upload.complete([{"PartNumber": 1, "ETag": output["CopyPartResult"]["ETag"]}])
    assert get(s3)[0] == b"234"


def test_an_sse_c_upload_wants_its_key_with_each_part(s3, bucket):
    upload = Upload(s3, **CUSTOMER)
    assert refusal(upload.part, 1, b"x").code == "InvalidRequest"
    upload.part(1, b"x", **CUSTOMER)
    output = upload.complete()
    assert "ChecksumType" not in output
    assert refusal(get, s3).code == "InvalidRequest"
    assert get(s3, **CUSTOMER)[0] == b"x"


def test_a_plain_upload_takes_no_customer_key(s3, bucket):
    assert refusal(Upload(s3).part, 1, b"x", **CUSTOMER).code == "InvalidRequest"
