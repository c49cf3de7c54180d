"""Multipart uploads: parts, completion, abortion, and what is wrong with them."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario

MEBIBYTE = 1024 * 1024


def begun(t: Driver, bucket: str, **params: Any) -> dict[str, str]:
    """Begin an upload to ``k``; the parameters that every later call of it takes."""
    upload = t.client().create_multipart_upload(Bucket=bucket, Key="k", **params)["UploadId"]
    return {"Bucket": bucket, "Key": "k", "UploadId": upload}


def sent(t: Driver, where: dict[str, str], number: int, body: bytes, **params: Any) -> dict[str, Any]:
    """Send one part; what Complete wants to know of it: with its checksum when an algorithm is given."""
    answer = t.client().upload_part(**where, PartNumber=number, Body=body, **params)
    sums = {f"Checksum{params[name]}" for name in params if name == "ChecksumAlgorithm"}
    return {"PartNumber": number, "ETag": answer["ETag"], **{name: answer[name] for name in sums}}


@scenario("s3/multipart_life")
def multipart_life(t: Driver) -> None:
    """An upload is listed while it runs, and becomes an object whose ETag counts its parts."""
    s3 = t.client()
    bucket = t.bucket()
    where = begun(t, bucket, Metadata={"m": "1"}, ContentType="text/plain", Tagging="t=1")
    s3.list_multipart_uploads(Bucket=bucket)
    parts = [sent(t, where, 1, t.body(5 * MEBIBYTE)), sent(t, where, 7, b"tail")]
    s3.list_parts(**where)
    t.fails("404", s3.head_object, Bucket=bucket, Key="k")
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})
    t.step("completed")
    s3.head_object(Bucket=bucket, Key="k")
    s3.get_object_tagging(Bucket=bucket, Key="k")
    s3.list_multipart_uploads(Bucket=bucket)


@scenario("s3/multipart_abort")
def multipart_abort(t: Driver) -> None:
    """An aborted upload is gone with its parts; afterwards every call is NoSuchUpload."""
    s3 = t.client()
    bucket = t.bucket()
    where = begun(t, bucket)
    part = sent(t, where, 1, b"x")
    s3.abort_multipart_upload(**where)
    t.fails("NoSuchUpload", s3.list_parts, **where)
    t.fails("NoSuchUpload", s3.upload_part, **where, PartNumber=1, Body=b"x")
    t.fails("NoSuchUpload", s3.complete_multipart_upload, **where, MultipartUpload={"Parts": [part]})
    t.tries(s3.abort_multipart_upload, **where)


@scenario("s3/multipart_no_such_upload")
def multipart_no_such_upload(t: Driver) -> None:
    """An upload id that never was, and one of another key, are NoSuchUpload."""
    s3 = t.client()
    bucket = t.bucket()
    upload = begun(t, bucket)["UploadId"]
    t.fails("NoSuchUpload", s3.upload_part, Bucket=bucket, Key="other", UploadId=upload, PartNumber=1, Body=b"x")
    t.fails("NoSuchUpload", s3.upload_part, Bucket=bucket, Key="k", UploadId="never", PartNumber=1, Body=b"x")
    t.fails("NoSuchUpload", s3.abort_multipart_upload, Bucket=bucket, Key="k", UploadId="never")


@scenario("s3/multipart_part_numbers")
def multipart_part_numbers(t: Driver) -> None:
    """Part numbers run from 1 to 10,000; a part that is sent again replaces the first."""
    s3 = t.client()
    bucket = t.bucket()
    where = begun(t, bucket)
    for number in (0, 10001):
        t.fails("InvalidArgument", s3.upload_part, **where, PartNumber=number, Body=b"x")
    t.raw("PUT", f"/{bucket}/k?partNumber=one&uploadId={where['UploadId']}", body=b"x", expects="InvalidArgument")
    t.step("sent again")
    sent(t, where, 10000, b"first")
    part = sent(t, where, 10000, b"second")
    s3.list_parts(**where)
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": [part]})
    s3.get_object(Bucket=bucket, Key="k")["Body"].read()


@scenario("s3/multipart_part_too_small")
def multipart_part_too_small(t: Driver) -> None:
    """Every part but the last must have 5 MiB; else EntityTooSmall names the part."""
    s3 = t.client()
    bucket = t.bucket()
    where = begun(t, bucket)
    parts = [sent(t, where, 1, b"tiny"), sent(t, where, 2, b"tail")]
    t.fails("EntityTooSmall", s3.complete_multipart_upload, **where, MultipartUpload={"Parts": parts})
    t.step("the upload is still there")
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": parts[1:]})


@scenario("s3/multipart_wrong_parts")
def multipart_wrong_parts(t: Driver) -> None:
    """An unknown part, a wrong ETag, the wrong order and no part at all each have their error."""
    s3 = t.client()
    bucket = t.bucket()
    where = begun(t, bucket)
    one, two = sent(t, where, 1, b"x"), sent(t, where, 2, b"y")
    tag = one["ETag"]
    t.step("unknown part")
    what: dict[str, Any] = {"Parts": [{"PartNumber": 3, "ETag": tag}]}
    t.fails("InvalidPart", s3.complete_multipart_upload, **where, MultipartUpload=what)
    t.step("wrong ETag")
    what = {"Parts": [{"PartNumber": 2, "ETag": tag}]}
    t.fails("InvalidPart", s3.complete_multipart_upload, **where, MultipartUpload=what)
    t.step("wrong order")
    t.fails("InvalidPartOrder", s3.complete_multipart_upload, **where, MultipartUpload={"Parts": [two, one]})
    t.step("none")
    t.fails("InvalidRequest", s3.complete_multipart_upload, **where)
    t.fails("MalformedXML", s3.complete_multipart_upload, **where, MultipartUpload={"Parts": []})
    t.step("bad XML")
    target = f"/{bucket}/k?uploadId={where['UploadId']}"
    t.raw("POST", target, body=b"<CompleteMultipartUpload><Part>", expects="MalformedXML")
    t.step("an ETag without its quotes is taken")
    what = {"Parts": [{"PartNumber": 1, "ETag": tag.strip('"')}]}
    s3.complete_multipart_upload(**where, MultipartUpload=what)


@scenario("s3/multipart_completed_twice")
def multipart_completed_twice(t: Driver) -> None:
    """A second Complete with the same parts answers like the first."""
    s3 = t.client()
    bucket = t.bucket()
    where = begun(t, bucket)
    what = {"Parts": [sent(t, where, 1, b"x")]}
    s3.complete_multipart_upload(**where, MultipartUpload=what)
    t.tries(s3.complete_multipart_upload, **where, MultipartUpload=what)


@scenario("s3/multipart_object_size")
def multipart_object_size(t: Driver) -> None:
    """x-amz-mp-object-size must be what the parts add up to."""
    s3 = t.client()
    bucket = t.bucket()
    where = begun(t, bucket)
    what = {"Parts": [sent(t, where, 1, b"tiny")]}
    t.fails("InvalidRequest", s3.complete_multipart_upload, **where, MultipartUpload=what, MpuObjectSize=5)
    s3.complete_multipart_upload(**where, MultipartUpload=what, MpuObjectSize=4)


@scenario("s3/multipart_list_parts_pages")
def multipart_list_parts_pages(t: Driver) -> None:
    """ListParts pages by part number."""
    s3 = t.client()
    bucket = t.bucket()
    where = begun(t, bucket)
    for number in (1, 2, 3):
        sent(t, where, number, b"x" * number)
    s3.list_parts(**where, MaxParts=2)
    s3.list_parts(**where, MaxParts=2, PartNumberMarker=2)
    s3.list_parts(**where, MaxParts=0)
    t.raw("GET", f"/{bucket}/k?uploadId={where['UploadId']}&max-parts=x", expects="InvalidArgument")


@scenario("s3/multipart_list_uploads_pages")
def multipart_list_uploads_pages(t: Driver) -> None:
    """ListMultipartUploads pages by key and upload id, and knows prefixes and delimiters."""
    s3 = t.client()
    bucket = t.bucket()
    for key in ("a/1", "a/2", "b", "c"):
        s3.create_multipart_upload(Bucket=bucket, Key=key)
    s3.list_multipart_uploads(Bucket=bucket)
    s3.list_multipart_uploads(Bucket=bucket, Prefix="a/")
    s3.list_multipart_uploads(Bucket=bucket, Delimiter="/")
    t.step("pages")
    page = s3.list_multipart_uploads(Bucket=bucket, MaxUploads=2)
    s3.list_multipart_uploads(Bucket=bucket, KeyMarker=page["NextKeyMarker"], UploadIdMarker=page["NextUploadIdMarker"])
    s3.list_multipart_uploads(Bucket=bucket, KeyMarker="b")
    t.step("refused")
    t.raw("GET", f"/{bucket}?uploads&encoding-type=value", expects="InvalidArgument")
    t.tries(s3.list_multipart_uploads, Bucket=bucket, KeyMarker="a/1", UploadIdMarker="nonsense")


@scenario("s3/multipart_composite_checksum")
def multipart_composite_checksum(t: Driver) -> None:
    """With SHA-256 the object's checksum is that of the parts' checksums, and counts them."""
    s3 = t.client()
    bucket = t.bucket()
    where = begun(t, bucket, ChecksumAlgorithm="SHA256")
    part = sent(t, where, 1, b"x", ChecksumAlgorithm="SHA256")
    s3.list_parts(**where)
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": [part]})
    s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    attributes = ["Checksum", "ObjectParts", "ETag", "ObjectSize"]
    s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=attributes)


@scenario("s3/multipart_full_object_checksum")
def multipart_full_object_checksum(t: Driver) -> None:
    """With FULL_OBJECT the checksum is that of the whole object, and Complete verifies it."""
    s3 = t.client()
    bucket = t.bucket()
    where = begun(t, bucket, ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
    what = {"Parts": [sent(t, where, 1, b"hello ", ChecksumAlgorithm="CRC32")]}
    t.fails(
        "BadDigest",
        s3.complete_multipart_upload,
        **where,
        MultipartUpload=what,
        ChecksumCRC32="AAAAAA==",
        ChecksumType="FULL_OBJECT",
    )
    s3.complete_multipart_upload(**where, MultipartUpload=what, ChecksumType="FULL_OBJECT")
    s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")


@scenario("s3/multipart_default_checksum")
def multipart_default_checksum(t: Driver) -> None:
    """An upload that names no algorithm gets CRC64NVME over the whole object."""
    s3 = t.client(request_checksum_calculation="when_required")
    bucket = t.bucket()
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    tag = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=1, Body=b"x")["ETag"]
    what = {"Parts": [{"PartNumber": 1, "ETag": tag}]}
    s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload, MultipartUpload=what)
    s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")


@scenario("s3/multipart_checksum_types")
def multipart_checksum_types(t: Driver) -> None:
    """Not every algorithm goes with every type; a type needs an algorithm."""
    s3 = t.client()
    bucket = t.bucket()
    for algorithm, kind in (("CRC64NVME", "COMPOSITE"), ("SHA1", "FULL_OBJECT"), ("SHA256", "FULL_OBJECT")):
        t.step(f"{kind} of {algorithm}")
        t.fails(
            "InvalidRequest",
            s3.create_multipart_upload,
            Bucket=bucket,
            Key="k",
            ChecksumAlgorithm=algorithm,
            ChecksumType=kind,
        )
    t.step("none of an algorithm")
    t.raw("POST", f"/{bucket}/k?uploads", headers={"x-amz-checksum-type": "FULL_OBJECT"}, expects="InvalidRequest")
    t.step("unknown")
    t.raw("POST", f"/{bucket}/k?uploads", headers={"x-amz-checksum-algorithm": "MD7"}, expects="InvalidRequest")


@scenario("s3/multipart_checksum_mismatch")
def multipart_checksum_mismatch(t: Driver) -> None:
    """A part's checksum is verified, must be of the upload's algorithm, and Complete's must be the part's."""
    s3 = t.client()
    bucket = t.bucket()
    where = begun(t, bucket, ChecksumAlgorithm="CRC32C")
    t.step("of other bytes")
    t.fails("BadDigest", s3.upload_part, **where, PartNumber=1, Body=b"x", ChecksumCRC32C="AAAAAA==")
    t.step("of another algorithm")
    t.fails("InvalidRequest", s3.upload_part, **where, PartNumber=1, Body=b"x", ChecksumAlgorithm="CRC32")
    t.step("wrong in Complete")
    part = sent(t, where, 1, b"x", ChecksumAlgorithm="CRC32C") | {"ChecksumCRC32C": "AAAAAA=="}
    t.fails("InvalidPart", s3.complete_multipart_upload, **where, MultipartUpload={"Parts": [part]})
    t.step("missing in Complete")
    bare = {name: part[name] for name in ("PartNumber", "ETag")}
    t.tries(s3.complete_multipart_upload, **where, MultipartUpload={"Parts": [bare]})


@scenario("s3/multipart_storage_class")
def multipart_storage_class(t: Driver) -> None:
    """The storage class is given when the upload begins; an unknown one is refused then."""
    s3 = t.client()
    bucket = t.bucket()
    t.fails("InvalidStorageClass", s3.create_multipart_upload, Bucket=bucket, Key="k", StorageClass="OUTPOSTS")
    where = begun(t, bucket, StorageClass="STANDARD_IA")
    s3.list_multipart_uploads(Bucket=bucket)
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": [sent(t, where, 1, b"x")]})
    s3.head_object(Bucket=bucket, Key="k")


@scenario("s3/part_copy")
def part_copy(t: Driver) -> None:
    """A part may be copied from an object, or from a range of it."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="source", Body=b"0123456789")
    where = begun(t, bucket)
    source = {"Bucket": bucket, "Key": "source"}
    tag = s3.upload_part_copy(**where, PartNumber=1, CopySource=source)["CopyPartResult"]["ETag"]
    s3.upload_part_copy(**where, PartNumber=2, CopySource=source, CopySourceRange="bytes=2-4")
    s3.list_parts(**where)
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": tag}]})
    s3.get_object(Bucket=bucket, Key="k")["Body"].read()


@scenario("s3/part_copy_refused")
def part_copy_refused(t: Driver) -> None:
    """A copied range must be of the form bytes=first-last and lie within the source."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="source", Body=b"0123456789")
    where = begun(t, bucket)
    source = {"Bucket": bucket, "Key": "source"}
    for wanted in ("bytes=0-100", "0-8", "bytes=5-", "bytes=-5"):
        t.step(wanted)
        t.fails(
            "InvalidArgument", s3.upload_part_copy, **where, PartNumber=1, CopySource=source, CopySourceRange=wanted
        )
    t.step("bytes=100-200")
    wanted = "bytes=100-200"
    t.fails("InvalidRequest", s3.upload_part_copy, **where, PartNumber=1, CopySource=source, CopySourceRange=wanted)
    t.step("missing source")
    missing = {"Bucket": bucket, "Key": "missing"}
    t.fails("NoSuchKey", s3.upload_part_copy, **where, PartNumber=1, CopySource=missing)
    t.step("condition")
    other = '"00000000000000000000000000000000"'
    t.fails(
        "PreconditionFailed", s3.upload_part_copy, **where, PartNumber=1, CopySource=source, CopySourceIfMatch=other
    )
