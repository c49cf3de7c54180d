"""Multipart uploads begun, given up and listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.s3 import checksums, page, settings, versions
from ruststack.services.s3.errors import InvalidArgument, InvalidRequest
from ruststack.services.s3.object_errors import NoSuchUpload
from ruststack.services.s3.owners import owner
from ruststack.services.s3.ownership import caller
from ruststack.services.s3.state import Bucket, Upload


def find(bucket: Bucket, req: Input) -> Upload:
    """The upload that a request addresses by key and id. Raises NoSuchUpload."""
    upload = bucket.uploads.get(req["UploadId"])
    if upload is None or upload.key != req["Key"]:
        raise NoSuchUpload(UploadId=req["UploadId"])
    return upload


@operation("CreateMultipartUpload")
def create_multipart_upload(ctx: Context, req: Input) -> Output:
    """Begin an upload. All that describes the object is said here; the checksum is agreed on for all parts.

    Raises NoSuchBucket, InvalidRequest for a checksum type that does not fit, and what ``settings.requested`` raises.
    Source: API_CreateMultipartUpload; recorded answers.
    """
    bucket = ctx.state.bucket(req["Bucket"])
    algorithm, checksum_type = _agreed_checksum(req)
    upload = Upload(
        upload_id=ctx.ids.urlsafe(96).replace("-", "."),
        key=req["Key"],
        initiated=ctx.clock.now(),
        owner=caller(ctx),
        settings=settings.requested(ctx, bucket, req),
        checksum_algorithm=algorithm,
        checksum_type=checksum_type,
        found_object=versions.current(bucket, req["Key"]) is not None,
    )
    bucket.uploads[upload.upload_id] = upload
    output: Output = {"Bucket": bucket.name, "Key": upload.key, "UploadId": upload.upload_id}
    return output | dict(upload.settings["encryption"]) | checksum_members(upload)


def _agreed_checksum(req: Input) -> tuple[str, str]:
    """Algorithm and type; both empty if the client leaves the checksum to S3. Raises InvalidRequest."""
    name, checksum_type = req.get("ChecksumAlgorithm"), req.get("ChecksumType")
    if name is None:
        if checksum_type is not None:
            raise InvalidRequest(
                "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header."
            )
        return "", ""
    algorithm = checksums.named(name)
    if checksum_type is None:
        return algorithm.name, algorithm.types[0]
    if checksum_type not in algorithm.types:
        raise InvalidRequest(
            f"The {checksum_type} checksum type cannot be used with the {algorithm.digest} checksum algorithm."
        )
    return algorithm.name, checksum_type


def checksum_members(upload: Upload) -> dict[str, Any]:
    """What is told of an upload's checksum: nothing if it was left to S3."""
    if not upload.checksum_algorithm:
        return {}
    return {"ChecksumAlgorithm": upload.checksum_algorithm, "ChecksumType": upload.checksum_type}


@operation("AbortMultipartUpload")
def abort_multipart_upload(ctx: Context, req: Input) -> None:
    """Give an upload and its parts up. Raises NoSuchBucket, NoSuchUpload. Source: API_AbortMultipartUpload."""
    bucket = ctx.state.bucket(req["Bucket"])
    del bucket.uploads[find(bucket, req).upload_id]


@operation("ListMultipartUploads")
def list_multipart_uploads(ctx: Context, req: Input) -> Output:
    """A page of uploads: by key, then by when they began.

    The markers of the next page are told even on the last one; after a common prefix they are empty.
    Raises NoSuchBucket, InvalidArgument. Source: API_ListMultipartUploads; recorded answers.
    """
    bucket = ctx.state.bucket(req["Bucket"])
    encode = page.url_encoded if page.check_encoding(req) else str
    limit = page.limit(req, "MaxUploads", "maxUploads")
    prefix, delimiter = req.get("Prefix", ""), req.get("Delimiter", "")
    output: Output = {
        "Bucket": bucket.name,
        "KeyMarker": encode(req.get("KeyMarker", "")),
        "UploadIdMarker": req.get("UploadIdMarker", "") if req.get("KeyMarker") else "",
        "NextKeyMarker": "",
        "NextUploadIdMarker": "",
        "MaxUploads": limit,
        "IsTruncated": False,
    }
    optional = {"Prefix": encode(prefix), "Delimiter": encode(delimiter), "EncodingType": req.get("EncodingType")}
    output.update({member: value for member, value in optional.items() if value})
    for name, upload in _items(bucket, req, prefix, delimiter):
        if not limit:
            output["IsTruncated"] = True
            break
        limit -= 1
        if upload is None:
            output.setdefault("CommonPrefixes", []).append({"Prefix": encode(name)})
            output.update(NextKeyMarker="", NextUploadIdMarker="")
        else:
            output.setdefault("Uploads", []).append(_entry(ctx, upload, encode(name)))
            output.update(NextKeyMarker=encode(name), NextUploadIdMarker=upload.upload_id)
    return output


_ID_LENGTH = 128
"""Of every upload id made here; no other can be a marker, though its upload may be over by now."""


def _items(bucket: Bucket, req: Input, prefix: str, delimiter: str) -> Iterator[tuple[str, Upload | None]]:
    """Uploads, and common prefixes with None, behind the markers."""
    key_marker, id_marker = req.get("KeyMarker", ""), req.get("UploadIdMarker", "")
    if key_marker and id_marker and len(id_marker) != _ID_LENGTH:
        raise InvalidArgument("Invalid uploadId marker", ArgumentName="upload-id-marker", ArgumentValue=id_marker)
    passed = page.common_prefix(key_marker, prefix, delimiter) if key_marker.startswith(prefix) else None
    after = _position(bucket, key_marker, id_marker)
    for upload in sorted(bucket.uploads.values(), key=_order):
        if not upload.key.startswith(prefix) or (key_marker and _order(upload) <= after):
            continue
        common = page.common_prefix(upload.key, prefix, delimiter)
        if common is None:
            yield upload.key, upload
        elif common != passed:
            passed = common
            yield common, None


def _order(upload: Upload) -> tuple[str, float, str]:
    return upload.key, upload.initiated, upload.upload_id


def _position(bucket: Bucket, key_marker: str, id_marker: str) -> tuple[str, float, str]:
    """The place behind which the page begins: an upload, or all uploads of the marker's key."""
    upload = bucket.uploads.get(id_marker)
    if upload is not None and upload.key == key_marker:
        return _order(upload)
    return key_marker, float("inf"), ""


def _entry(ctx: Context, upload: Upload, key: str) -> dict[str, Any]:
    return {
        "UploadId": upload.upload_id,
        "Key": key,
        "Initiated": int(upload.initiated),
        "StorageClass": upload.settings.get("storage_class", "STANDARD"),
        **owner_members(ctx, upload),
        **checksum_members(upload),
    }


def owner_members(ctx: Context, upload: Upload) -> Mapping[str, Any]:
    """Owner and Initiator; only the latter has a display name."""
    return {
        "Owner": owner(ctx, upload.settings["owner"]),
        "Initiator": {"DisplayName": upload.owner or "anonymous", **owner(ctx, upload.owner)},
    }
