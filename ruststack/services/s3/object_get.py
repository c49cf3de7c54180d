"""GetObject and HeadObject."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ruststack.kit import Blob, Context, Input, Output, operation
from ruststack.services.s3 import conditions, encryption, metadata, ranges, versions
from ruststack.services.s3.errors import InvalidArgument
from ruststack.services.s3.lifecycle_run import add_expiration
from ruststack.services.s3.object_errors import InvalidObjectState
from ruststack.services.s3.restore import is_readable, restore_header
from ruststack.services.s3.state import Bucket, ObjectVersion

_OVERRIDES: Mapping[str, str] = {
    "ResponseCacheControl": "CacheControl",
    "ResponseContentDisposition": "ContentDisposition",
    "ResponseContentEncoding": "ContentEncoding",
    "ResponseContentLanguage": "ContentLanguage",
    "ResponseContentType": "ContentType",
    "ResponseExpires": "Expires",
}
_PLAIN = frozenset(("Bucket", "Key", "ChecksumMode"))
"""What a request holds that asks for the whole current object, whatever its state."""


@operation("GetObject")
def get_object(ctx: Context, req: Input) -> Output:
    """Send an object, a range of it or one of its parts, if the conditions hold.

    Checksums come only with x-amz-checksum-mode, and for the whole object or a whole part.
    Raises NoSuchBucket, NoSuchKey, NoSuchVersion, MethodNotAllowed, InvalidObjectState, InvalidRange,
    InvalidPartNumber, InvalidRequest, PreconditionFailed, NotModified. Source: API_GetObject; recorded answers.
    """
    bucket = ctx.state.bucket(req["Bucket"])
    version = versions.readable(bucket, req["Key"], req.get("VersionId"), "GET")
    if version.storage_class in metadata.ARCHIVED and not is_readable(ctx, version):
        raise InvalidObjectState(StorageClass=version.storage_class)
    output = described(ctx, bucket, version, req)
    blob = version.blob
    assert blob is not None
    span = output.pop("span", None)
    output["Body"] = blob if span is None else _sliced(blob, span)
    return output


@operation("HeadObject")
def head_object(ctx: Context, req: Input) -> Output:
    """What GetObject would answer, without the data; of archived objects too.

    Raises as GetObject does, but InvalidObjectState. Source: API_HeadObject; recorded answers.
    """
    bucket = ctx.state.bucket(req["Bucket"])
    version = versions.readable(bucket, req["Key"], req.get("VersionId"), "HEAD")
    output = described(ctx, bucket, version, req)
    output.pop("span", None)
    return output


def _sliced(blob: Blob, span: tuple[int, int]) -> Blob:
    start, end = span
    return blob if start == 0 and end == blob.size else blob.slice(start, end)


def _refuse_encryption_header(ctx: Context) -> None:
    """The header says how to store, and is an error beside a read. Source: API_GetObject, API_HeadObject."""
    if ctx.request is not None and "x-amz-server-side-encryption" in ctx.request.headers:
        raise InvalidArgument(
            "x-amz-server-side-encryption header is not supported for this operation.",
            ArgumentName="x-amz-server-side-encryption",
            ArgumentValue=ctx.request.headers["x-amz-server-side-encryption"],
        )


def described(ctx: Context, bucket: Bucket, version: ObjectVersion, req: Input) -> Output:
    """The members that GET and HEAD share; ``span`` is the half-open range to send, if not all."""
    _refuse_encryption_header(ctx)
    if version.encryption.get("SSECustomerKeyMD5") or not req.keys() <= _PLAIN:
        return _described_with_care(ctx, bucket, version, req)
    output = served(version).copy()
    _add_passing(ctx, bucket, version, output)
    if "ChecksumMode" in req:
        _add_checksums(version, output)
    return output


def _described_with_care(ctx: Context, bucket: Bucket, version: ObjectVersion, req: Input) -> Output:
    encryption.check_read(version.encryption, req)
    if not conditions.READ.isdisjoint(req):
        conditions.check_read(req, version, ctx.clock.now())
    ranges.check_range_or_part("Range" in req, "PartNumber" in req)
    output = served(version).copy()
    _add_passing(ctx, bucket, version, output)
    is_whole = True
    if "PartNumber" in req:
        _add_part(ctx, version, req["PartNumber"], output)
    elif "Range" in req:
        span = ranges.requested(req["Range"], version.size)
        if span is not None:
            is_whole = span == (0, version.size)
            _add_span(ctx, version, span, output)
    if "ChecksumMode" in req and is_whole:
        _add_checksums(version, output, req.get("PartNumber"))
    for member, overridden in _OVERRIDES.items():
        if member in req:
            value = req[member]
            output[overridden] = _http_date(value) if isinstance(value, datetime) else value
    return output


def _http_date(moment: datetime) -> str:
    return moment.strftime("%a, %d %b %Y %H:%M:%S GMT")


def _add_span(ctx: Context, version: ObjectVersion, span: tuple[int, int], output: Output) -> None:
    start, end = span
    output["span"] = span
    output["ContentLength"] = end - start
    output["ContentRange"] = f"bytes {start}-{end - 1}/{version.size}"
    ctx.response_status = 206


def _add_part(ctx: Context, version: ObjectVersion, number: int, output: Output) -> None:
    span = ranges.part(version, number)
    if version.size:
        _add_span(ctx, version, span, output)
    if version.parts:
        output["PartsCount"] = len(version.parts)


def _add_checksums(version: ObjectVersion, output: Output, part_number: int | None = None) -> None:
    """A part has its own checksum, if the upload's algorithm gave it one."""
    if not version.checksums:
        return
    if part_number is not None and version.parts:
        sums = version.parts[part_number - 1].checksums
        if not sums.keys() & version.checksums.keys():
            return
        output.update({member: sums[member] for member in version.checksums})
    else:
        output.update(version.checksums)
    output["ChecksumType"] = version.checksum_type


def _add_passing(ctx: Context, bucket: Bucket, version: ObjectVersion, output: Output) -> None:
    """What depends on the moment or on the bucket, not on the version alone."""
    if bucket.versioning:
        output["VersionId"] = version.version_id
    restore = restore_header(ctx, version) if version.restore else None
    if restore:
        output["Restore"] = restore
    add_expiration(bucket, version, output)


def served(version: ObjectVersion) -> dict[str, Any]:
    """The members that are the same in every answer about this version; kept on it."""
    kept = version.served
    if kept is None:
        kept = version.served = _members(version)
    return kept


def _members(version: ObjectVersion) -> dict[str, Any]:
    output: dict[str, Any] = {
        "LastModified": int(version.modified),
        "ETag": version.etag,
        **version.encryption,
        "AcceptRanges": "bytes",
        **version.headers,
        "ContentLength": version.size,
    }
    if version.metadata:
        output["Metadata"] = {name: metadata.header_value(value) for name, value in version.metadata.items()}
    if version.storage_class != "STANDARD":
        output["StorageClass"] = version.storage_class
    if version.tags:
        output["TagCount"] = len(version.tags)
    if version.lock_mode:
        output["ObjectLockMode"] = version.lock_mode
        output["ObjectLockRetainUntilDate"] = version.retain_until
    optional = {
        "ObjectLockLegalHoldStatus": version.legal_hold,
        "WebsiteRedirectLocation": version.website_redirect,
        "ReplicationStatus": version.replication_status,
    }
    output.update({member: value for member, value in optional.items() if value})
    return output
