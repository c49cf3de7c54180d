"""Ranges and parts: which bytes of an object a GET asks for."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario

TEN = b"0123456789"


@scenario("s3/range_reads")
def range_reads(t: Driver) -> None:
    """A range is cut at the object's end; suffixes count from it; every answer is 206 with Content-Range."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=TEN)
    for wanted in ("bytes=0-0", "bytes=2-4", "bytes=5-", "bytes=5-99", "bytes=-3", "bytes=-99", "bytes=9-9"):
        t.step(wanted)
        s3.get_object(Bucket=bucket, Key="k", Range=wanted)["Body"].read()


@scenario("s3/range_unsatisfiable")
def range_unsatisfiable(t: Driver) -> None:
    """A range that starts past the end, and a suffix of nothing, are InvalidRange with the object's size."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=TEN)
    t.fails("InvalidRange", s3.get_object, Bucket=bucket, Key="k", Range="bytes=10-")
    t.fails("InvalidRange", s3.get_object, Bucket=bucket, Key="k", Range="bytes=100-200")
    t.fails("InvalidRange", s3.get_object, Bucket=bucket, Key="k", Range="bytes=-0")
    t.fails("416", s3.head_object, Bucket=bucket, Key="k", Range="bytes=10-")


@scenario("s3/range_ignored")
def range_ignored(t: Driver) -> None:
    """A Range header that S3 cannot read, or with several ranges, is ignored: the whole object comes with 200."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=TEN)
    for wanted in ("bytes=5-2", "bytes=a-b", "items=0-1", "bytes=0-1,3-4", "0-1", "bytes="):
        t.step(wanted)
        s3.get_object(Bucket=bucket, Key="k", Range=wanted)["Body"].read()


@scenario("s3/range_head")
def range_head(t: Driver) -> None:
    """HEAD with a range answers like GET, without the body."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=TEN)
    s3.head_object(Bucket=bucket, Key="k", Range="bytes=2-4")
    s3.head_object(Bucket=bucket, Key="k", Range="bytes=-4")


@scenario("s3/range_and_checksum")
def range_and_checksum(t: Driver) -> None:
    """The whole object's checksum is not sent with a range."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=TEN, ChecksumAlgorithm="SHA256")
    s3.get_object(Bucket=bucket, Key="k", Range="bytes=0-3", ChecksumMode="ENABLED")["Body"].read()
    s3.get_object(Bucket=bucket, Key="k", Range="bytes=0-9", ChecksumMode="ENABLED")["Body"].read()


@scenario("s3/part_reads")
def part_reads(t: Driver) -> None:
    """partNumber reads one part of a multipart object and says how many there are; a range cannot go with it."""
    s3 = t.client()
    bucket = t.bucket()
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    parts = []
    for number, body in ((1, t.body(5 * 1024 * 1024)), (2, b"the end")):
        tag = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=number, Body=body)["ETag"]
        parts.append({"PartNumber": number, "ETag": tag})
    s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload, MultipartUpload={"Parts": parts})
    t.step("parts")
    s3.get_object(Bucket=bucket, Key="k", PartNumber=2)["Body"].read()
    s3.head_object(Bucket=bucket, Key="k", PartNumber=1)
    t.step("refused")
    t.fails("InvalidPartNumber", s3.get_object, Bucket=bucket, Key="k", PartNumber=3)
    t.fails("InvalidRequest", s3.get_object, Bucket=bucket, Key="k", PartNumber=2, Range="bytes=0-1")


@scenario("s3/part_reads_of_a_plain_object")
def part_reads_of_a_plain_object(t: Driver) -> None:
    """An object that was put whole is its own part 1, and has no other."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=TEN)
    s3.get_object(Bucket=bucket, Key="k", PartNumber=1)["Body"].read()
    s3.head_object(Bucket=bucket, Key="k", PartNumber=1)
    t.fails("InvalidPartNumber", s3.get_object, Bucket=bucket, Key="k", PartNumber=2)
    t.fails("416", s3.head_object, Bucket=bucket, Key="k", PartNumber=2)
