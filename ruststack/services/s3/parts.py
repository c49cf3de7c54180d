"""The parts of a multipart upload: uploaded, copied, listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ruststack.kit import Blob, Context, Input, Output, operation
from ruststack.services.s3 import checksums, encryption, page, ranges, uploads
from ruststack.services.s3.errors import InvalidArgument, InvalidRequest
from ruststack.services.s3.object_copy import read_source, source_version_member
from ruststack.services.s3.object_errors import EntityTooLarge
from ruststack.services.s3.object_put import MAX_SIZE_BYTES
from ruststack.services.s3.state import Part, Upload
from ruststack.services.s3.unrouted import require_length

_RANGE_FORM = (
    "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based "
    "offsets of the first and last bytes to copy"
)


def _arriving_digests(headers: Mapping[str, str]) -> Iterable[str]:
    """Beside what the headers promise, the CRC from which the whole object's default checksum is made."""
    return {*checksums.arriving_digests(headers), "crc64nvme"}


@operation("UploadPart", digests=_arriving_digests)
def upload_part(ctx: Context, req: Input) -> Output:
    """Store a part; one with the same number is replaced.

    Unknown: whether S3 answers with a checksum of its own where neither part nor upload brings one; here it does not. A
    part sent to AWS without one would settle it.
    Raises MissingContentLength, NoSuchBucket, NoSuchUpload, InvalidArgument, InvalidRequest, BadDigest, InvalidDigest,
    EntityTooLarge.
    Source: API_UploadPart; recorded answers.
    """
    require_length(ctx)
    bucket = ctx.state.bucket(req["Bucket"])
    number: int = req["PartNumber"]
    ranges.check_part_number(number)
    upload = uploads.find(bucket, req)
    _check_customer_key(upload, req)
    blob = req.get("Body") or ctx.blobs.of(b"")
    if blob.size > MAX_SIZE_BYTES:
        raise EntityTooLarge(ProposedSize=blob.size, MaxSizeAllowed=MAX_SIZE_BYTES)
    sums = _checked_sums(upload, req, blob)
    part = _add(ctx, upload, number, blob, sums)
    return {"ETag": part.etag, **part.checksums, **upload.settings["encryption"]}


def _check_customer_key(upload: Upload, req: Input) -> None:
    """Every part of an SSE-C upload comes with the upload's key. Raises InvalidRequest, InvalidArgument."""
    agreed = upload.settings["encryption"].get("SSECustomerKeyMD5")
    is_given = any(member in req for member in ("SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5"))
    if agreed is None:
        if is_given:
            raise InvalidRequest(
                "The multipart upload initiate did not request encryption. "
                "Please resend the request without sending encryption parameters."
            )
        return
    if not is_given:
        raise InvalidRequest(
            "The multipart upload initiate requested encryption. "
            "Subsequent part requests must include the appropriate encryption parameters."
        )
    if encryption.check_customer_key(req)["SSECustomerKeyMD5"] != agreed:
        raise InvalidRequest("The provided encryption parameters did not match the ones used originally.")


def _checked_sums(upload: Upload, req: Input, blob: Blob) -> dict[str, str]:
    """The part's checksum: verified, of the algorithm agreed on, and added where the client may leave it out."""
    given = checksums.promised(req)
    if upload.checksum_algorithm:
        agreed = checksums.named(upload.checksum_algorithm)
        if given is None and upload.checksum_type == checksums.FULL_OBJECT:
            checksums.verified(req, blob)
            return checksums.computed(agreed, blob)
        if given is not agreed:
            raise InvalidRequest(
                f"Checksum Type mismatch occurred, expected checksum Type: {agreed.digest}, "
                f"actual checksum Type: {'null' if given is None else given.digest}"
            )
    return checksums.verified(req, blob)


def _add(ctx: Context, upload: Upload, number: int, blob: Blob, sums: Mapping[str, str]) -> Part:
    hides = encryption.hides_digest(upload.settings["encryption"])
    etag = ctx.ids.hex(32) if hides else blob.digest("md5").hex()
    part = Part(number, blob, f'"{etag}"', ctx.clock.now(), sums)
    upload.parts[number] = part
    return part


@operation("UploadPartCopy")
def upload_part_copy(ctx: Context, req: Input) -> Output:
    """Make a part from an object or a range of it.

    Raises NoSuchBucket, NoSuchUpload, NoSuchKey, NoSuchVersion, InvalidArgument, InvalidRequest, PreconditionFailed.
    Source: API_UploadPartCopy; recorded answers.
    """
    bucket = ctx.state.bucket(req["Bucket"])
    number: int = req["PartNumber"]
    ranges.check_part_number(number)
    upload = uploads.find(bucket, req)
    _check_customer_key(upload, req)
    source_bucket, source = read_source(ctx, req)
    blob = source.blob
    assert blob is not None
    if "CopySourceRange" in req:
        blob = blob.slice(*_checked_range(req["CopySourceRange"], source.size))
    sums = {}
    if upload.checksum_algorithm:
        sums = checksums.computed(checksums.named(upload.checksum_algorithm), blob)
    part = _add(ctx, upload, number, blob, sums)
    result = {"ETag": part.etag, "LastModified": int(part.modified), **part.checksums}
    output: Output = {"CopyPartResult": result, **upload.settings["encryption"]}
    return output | source_version_member(source_bucket, source)


def _checked_range(text: str, size: int) -> tuple[int, int]:
    """The half-open range. Unlike a reader's, it must lie within the source."""
    unit, _, spec = text.partition("=")
    first, _, last = spec.partition("-")
    is_formed = unit == "bytes" and all(piece.isascii() and piece.isdigit() for piece in (first, last))
    if not is_formed or int(first) > int(last):
        raise InvalidArgument(_RANGE_FORM, ArgumentName="x-amz-copy-source-range", ArgumentValue=text)
    if int(first) >= size:
        raise InvalidRequest("The specified copy range is invalid for the source object size")
    if int(last) >= size:
        raise InvalidArgument(
            f"Range specified is not valid for source object of size: {size}",
            ArgumentName="x-amz-copy-source-range",
            ArgumentValue=text,
        )
    return int(first), int(last) + 1


@operation("ListParts")
def list_parts(ctx: Context, req: Input) -> Output:
    """A page of the parts uploaded so far, by number.

    Raises NoSuchBucket, NoSuchUpload, InvalidArgument. Source: API_ListParts; recorded answers.
    """
    bucket = ctx.state.bucket(req["Bucket"])
    upload = uploads.find(bucket, req)
    limit, marker = page.limit(req, "MaxParts", "max-parts"), req.get("PartNumberMarker", 0)
    numbers = sorted(number for number in upload.parts if number > marker)
    shown = [upload.parts[number] for number in numbers[:limit]]
    output: Output = {
        "Bucket": bucket.name,
        "Key": upload.key,
        "UploadId": upload.upload_id,
        "PartNumberMarker": marker,
        "NextPartNumberMarker": shown[-1].number if shown else 0,
        "MaxParts": limit,
        "IsTruncated": len(numbers) > len(shown) > 0,
        "StorageClass": upload.settings.get("storage_class", "STANDARD"),
        **uploads.owner_members(ctx, upload),
        **uploads.checksum_members(upload),
    }
    if shown:
        output["Parts"] = [_entry(part, bool(upload.checksum_algorithm)) for part in shown]
    return output


def _entry(part: Part, shows_checksum: bool) -> dict[str, object]:
    return {
        "PartNumber": part.number,
        "LastModified": int(part.modified),
        "ETag": part.etag,
        "Size": part.blob.size,
        **(part.checksums if shows_checksum else {}),
    }
