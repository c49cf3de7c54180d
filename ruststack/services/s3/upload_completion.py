"""CompleteMultipartUpload: the parts become an object."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from ruststack.core.checksums import combine
from ruststack.kit import Blob, Context, Input, Output, operation
from ruststack.services.s3 import checksums, conditions, uploads, versions
from ruststack.services.s3.checksums import Algorithm
from ruststack.services.s3.errors import InvalidRequest, MalformedXML
from ruststack.services.s3.events import notify
from ruststack.services.s3.lifecycle_run import add_expiration
from ruststack.services.s3.object_errors import BadDigest, EntityTooSmall, InvalidPart, InvalidPartOrder
from ruststack.services.s3.state import Bucket, ObjectVersion, Part, Upload

_MIN_PART_BYTES = 5 * 1024**2


@operation("CompleteMultipartUpload")
def complete_multipart_upload(ctx: Context, req: Input) -> Output:
    """Join the parts named, in their order, without copying them. Parts not named are dropped with the upload.

    The object dates from when the upload began. While it exists, completing again gives the same answer again.
    Raises NoSuchBucket, NoSuchUpload, InvalidRequest, MalformedXML, InvalidPart, InvalidPartOrder, EntityTooSmall,
    BadDigest, NotImplemented, PreconditionFailed, NoSuchKey, ConditionalRequestConflict.
    Source: API_CompleteMultipartUpload; recorded answers.
    """
    bucket, key = ctx.state.bucket(req["Bucket"]), req["Key"]
    made = _already_made(bucket, req)
    if made is not None:
        return _output(ctx, bucket, made)
    upload = uploads.find(bucket, req)
    if "MultipartUpload" not in req:
        raise InvalidRequest("You must specify at least one part")
    if not conditions.WRITE.isdisjoint(req):
        conditions.check_write(req, key, versions.current(bucket, key), upload)
    _check_type(upload, req)
    named = req["MultipartUpload"].get("Parts") or []
    parts = _named_parts(upload, named)
    size = sum(part.blob.size for part in parts)
    if req.get("MpuObjectSize", size) != size:
        raise InvalidRequest(
            f"The provided 'x-amz-mp-object-size' header value {req['MpuObjectSize']} does not match what was "
            f"computed: {size}"
        )
    blob = ctx.blobs.join([part.blob for part in parts])
    sums = _checksums(upload, parts)
    _check_sum(upload, req, sums, blob)
    _check_part_sums(upload, named)
    version = ObjectVersion(
        key=key,
        version_id=versions.new_version_id(ctx, bucket),
        modified=upload.initiated,
        blob=blob,
        size=size,
        etag=_etag(parts),
        parts=parts,
        upload_id=upload.upload_id,
        checksums=sums,
        checksum_type=(upload.checksum_type or checksums.FULL_OBJECT) if sums else "",
        **upload.settings,
    )
    versions.add(bucket, version)
    del bucket.uploads[upload.upload_id]
    notify(ctx, bucket, "ObjectCreated:CompleteMultipartUpload", version)
    output = _output(ctx, bucket, version)
    add_expiration(bucket, version, output)
    return output


def _already_made(bucket: Bucket, req: Input) -> ObjectVersion | None:
    """The version that this upload has become, if it is still there."""
    if req["UploadId"] in bucket.uploads:
        return None
    made = (version for version in bucket.objects.get(req["Key"], ()) if version.upload_id == req["UploadId"])
    return next(made, None)


def _check_type(upload: Upload, req: Input) -> None:
    if req.get("ChecksumType", upload.checksum_type) != upload.checksum_type:
        raise InvalidRequest(
            f"The upload was created using the {upload.checksum_type or 'null'} checksum mode. "
            "The complete request must use the same checksum mode."
        )


def _named_parts(upload: Upload, named: Sequence[Mapping[str, Any]]) -> tuple[Part, ...]:
    """The parts of the list, renumbered by nobody: numbers may have gaps but must ascend.

    Raises MalformedXML, InvalidPartOrder, InvalidPart, InvalidRequest, EntityTooSmall.
    """
    if not named or any("PartNumber" not in item for item in named):
        raise MalformedXML()
    numbers = [item["PartNumber"] for item in named]
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        raise InvalidPartOrder(UploadId=upload.upload_id)
    parts = tuple(_named_part(upload, item) for item in named)
    for part in parts[:-1]:
        if part.blob.size < _MIN_PART_BYTES:
            raise EntityTooSmall(
                ProposedSize=part.blob.size,
                MinSizeAllowed=_MIN_PART_BYTES,
                PartNumber=part.number,
                ETag=part.etag.strip('"'),
            )
    return parts


def _named_part(upload: Upload, item: Mapping[str, Any]) -> Part:
    number, etag = item["PartNumber"], item.get("ETag", "").strip('"')
    part = upload.parts.get(number)
    given = {member: item[member] for member in checksums.ALGORITHMS if member in item}
    if part is None or part.etag.strip('"') != etag or not _holds(part, given):
        raise InvalidPart(UploadId=upload.upload_id, PartNumber=number, ETag=etag)
    return part


def _holds(part: Part, given: Mapping[str, str]) -> bool:
    return all(
        value == (part.checksums.get(member) or checksums.computed(checksums.ALGORITHMS[member], part.blob)[member])
        for member, value in given.items()
    )


def _etag(parts: Sequence[Part]) -> str:
    """The MD5 of the parts' MD5s, and their number."""
    joined = b"".join(bytes.fromhex(part.etag.strip('"')) for part in parts)
    return f'"{hashlib.md5(joined, usedforsecurity=False).hexdigest()}-{len(parts)}"'


def _checksums(upload: Upload, parts: Sequence[Part]) -> Mapping[str, str]:
    """The object's checksum from those of its parts. An SSE-C object has none unless it was agreed on.

    Source: recorded answers of CompleteMultipartUpload.
    """
    if not upload.checksum_algorithm and "SSECustomerKeyMD5" in upload.settings["encryption"]:
        return {}
    algorithm = checksums.named(upload.checksum_algorithm or "CRC64NVME")
    digests = [_part_digest(algorithm, part) for part in parts]
    if upload.checksum_type == checksums.COMPOSITE:
        joined = checksums.digest_of(algorithm, b"".join(digests))
        return {algorithm.member: f"{checksums.encode(joined)}-{len(parts)}"}
    sizes = [part.blob.size for part in parts]
    return {algorithm.member: checksums.encode(combine(algorithm.digest, zip(digests, sizes, strict=True)))}


def _part_digest(algorithm: Algorithm, part: Part) -> bytes:
    kept = part.checksums.get(algorithm.member)
    return part.blob.digest(algorithm.digest) if kept is None else base64.b64decode(kept)


def _check_sum(upload: Upload, req: Input, sums: Mapping[str, str], blob: Blob) -> None:
    """Judge the object's checksum that the request itself carries. Raises BadDigest."""
    for member, algorithm in checksums.ALGORITHMS.items():
        if member not in req:
            continue
        agreed = upload.checksum_algorithm
        expected = sums.get(member)
        if expected is None and not agreed:
            expected = checksums.computed(algorithm, blob)[member]
        if req[member] != expected:
            name = (agreed or algorithm.name).lower()
            raise BadDigest(f"The {name} you specified did not match the calculated checksum.")


def _check_part_sums(upload: Upload, named: Sequence[Mapping[str, Any]]) -> None:
    """Raises InvalidRequest if a composite checksum was agreed on and a part is named without its own."""
    for item in named:
        if upload.checksum_type == checksums.COMPOSITE and f"Checksum{upload.checksum_algorithm}" not in item:
            raise InvalidRequest(
                f"The upload was created using a {upload.checksum_algorithm.lower()} checksum. The complete request "
                f"must include the checksum for each part. It was missing for part {item['PartNumber']} in the request."
            )


def _output(ctx: Context, bucket: Bucket, version: ObjectVersion) -> Output:
    output: Output = {
        "Location": _location(ctx, bucket, version.key),
        "Bucket": bucket.name,
        "Key": version.key,
        "ETag": version.etag,
        **version.checksums,
    }
    if version.checksum_type:
        output["ChecksumType"] = version.checksum_type
    output.update(
        (member, value) for member, value in version.encryption.items() if not member.startswith("SSECustomer")
    )
    if bucket.versioning == "Enabled":
        output["VersionId"] = version.version_id
    return output


def _location(ctx: Context, bucket: Bucket, key: str) -> str:
    """The object's address, on the host that the client spoke to; slashes in the key are escaped, as AWS does."""
    path = quote(key, safe="")
    request = ctx.request
    host = request.headers.get("host") if request is not None else None
    if request is None or host is None:
        return f"https://{bucket.name}.s3.{bucket.region}.amazonaws.com/{path}"
    return f"http://{host}/{path}" if request.host_bucket else f"http://{host}/{bucket.name}/{path}"
