"""aws-chunked bodies: signed and unsigned chunks, trailers, and the ways in which they lie."""

from __future__ import annotations

import base64
import hashlib

from conformance.scenarios import Driver, scenario

BODY = b"The quick brown fox jumps over the lazy dog"
CRC32 = "QU+jOQ=="
CHUNK = b"0123456789abcdef" * 512  # 8 KiB, the least that a chunk before the last may have
SHA256 = base64.b64encode(hashlib.sha256(CHUNK + BODY).digest()).decode()
UNSIGNED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


@scenario("s3/chunked_signed")
def chunked_signed(t: Driver) -> None:
    """The framing of signed chunks is no part of the object, nor of its Content-Encoding."""
    s3 = t.client()
    bucket = t.bucket()
    t.raw("PUT", f"/{bucket}/k", chunks=[CHUNK, BODY])
    s3.get_object(Bucket=bucket, Key="k")["Body"].read()
    t.step("with an encoding of its own")
    t.raw("PUT", f"/{bucket}/zip", headers={"Content-Encoding": "aws-chunked,gzip"}, chunks=[BODY])
    s3.head_object(Bucket=bucket, Key="zip")


@scenario("s3/chunked_too_small")
def chunked_too_small(t: Driver) -> None:
    """Only the last chunk may have less than 8 KiB."""
    bucket = t.bucket()
    t.raw("PUT", f"/{bucket}/k", chunks=[BODY[:20], BODY[20:]], expects="InvalidChunkSizeError")


@scenario("s3/chunked_signed_trailer")
def chunked_signed_trailer(t: Driver) -> None:
    """A signed trailer carries the checksum, which is verified and kept."""
    s3 = t.client()
    bucket = t.bucket()
    t.raw("PUT", f"/{bucket}/k", chunks=[CHUNK, BODY], trailer={"x-amz-checksum-sha256": SHA256})
    s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    t.step("of other bytes")
    t.raw(
        "PUT",
        f"/{bucket}/bad",
        chunks=[b"other"],
        trailer={"x-amz-checksum-sha256": SHA256},
        expects="BadDigest",
    )
    t.fails("404", s3.head_object, Bucket=bucket, Key="bad")


@scenario("s3/chunked_unsigned_trailer")
def chunked_unsigned_trailer(t: Driver) -> None:
    """Unsigned chunks with a checksum trailer, as SDKs send them, are verified and kept."""
    s3 = t.client()
    bucket = t.bucket()
    t.raw("PUT", f"/{bucket}/k", payload=UNSIGNED, chunks=[BODY], trailer={"x-amz-checksum-crc32": CRC32})
    s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")["Body"].read()
    t.step("of other bytes")
    t.raw(
        "PUT",
        f"/{bucket}/bad",
        payload=UNSIGNED,
        chunks=[b"other"],
        trailer={"x-amz-checksum-crc32": CRC32},
        expects="BadDigest",
    )
    t.fails("404", s3.head_object, Bucket=bucket, Key="bad")


@scenario("s3/chunked_part")
def chunked_part(t: Driver) -> None:
    """A part may be sent in chunks with a trailer as well."""
    s3 = t.client()
    bucket = t.bucket()
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", ChecksumAlgorithm="CRC32")["UploadId"]
    target = f"/{bucket}/k?partNumber=1&uploadId={upload}"
    t.raw("PUT", target, payload=UNSIGNED, chunks=[BODY], trailer={"x-amz-checksum-crc32": CRC32})
    s3.list_parts(Bucket=bucket, Key="k", UploadId=upload)


@scenario("s3/chunked_truncated")
def chunked_truncated(t: Driver) -> None:
    """A chunked body that ends before its last chunk is IncompleteBody, and nothing is stored."""
    s3 = t.client()
    bucket = t.bucket()
    headers = {"Content-Encoding": "aws-chunked", "X-Amz-Decoded-Content-Length": "43"}
    t.raw(
        "PUT",
        f"/{bucket}/k",
        headers=headers,
        payload=UNSIGNED,
        body=b"2b\r\n" + BODY[:10],
        expects="IncompleteBody",
    )
    t.fails("404", s3.head_object, Bucket=bucket, Key="k")


@scenario("s3/chunked_length_missing")
def chunked_length_missing(t: Driver) -> None:
    """What x-amz-decoded-content-length says must be true.

    Unknown: whether AWS insists on it for chunks that are not signed; a PUT without it would tell.
    """
    bucket = t.bucket()
    body = b"5\r\nhello\r\n0\r\n\r\n"
    headers = {"Content-Encoding": "aws-chunked"}
    t.raw("PUT", f"/{bucket}/k", headers=headers, payload=UNSIGNED, body=body)
    t.step("a lie")
    lie = {**headers, "X-Amz-Decoded-Content-Length": "9"}
    t.raw("PUT", f"/{bucket}/k", headers=lie, payload=UNSIGNED, body=body, expects="IncompleteBody")


@scenario("s3/chunked_trailer_missing")
def chunked_trailer_missing(t: Driver) -> None:
    """A trailer that x-amz-trailer promises and the body lacks makes the request malformed."""
    bucket = t.bucket()
    headers = {
        "Content-Encoding": "aws-chunked",
        "X-Amz-Decoded-Content-Length": "5",
        "X-Amz-Trailer": "x-amz-checksum-crc32",
    }
    t.raw("PUT", f"/{bucket}/k", headers=headers, payload=UNSIGNED, body=b"5\r\nhello\r\n0\r\n\r\n")
    t.step("another than the promised")
    body = b"5\r\nhello\r\n0\r\nx-amz-checksum-sha1:AAAA\r\n\r\n"
    t.raw("PUT", f"/{bucket}/k", headers=headers, payload=UNSIGNED, body=body)
