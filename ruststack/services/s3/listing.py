"""ListObjects and ListObjectsV2."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence
from typing import Any

from ruststack.kit import Context, Input, Listed, Output, operation
from ruststack.services.s3 import page
from ruststack.services.s3.errors import InvalidArgument
from ruststack.services.s3.owners import owner
from ruststack.services.s3.restore import restore_status
from ruststack.services.s3.state import Bucket, ObjectVersion


@operation("ListObjects")
def list_objects(ctx: Context, req: Input) -> Output:
    """A page of keys in UTF-8 order. NextMarker comes only with a delimiter, and Prefix is never encoded.

    Unknown: whether Prefix is encoded; boto3 does not decode it for this operation. One recorded call would settle it.
    Raises NoSuchBucket, InvalidArgument. Source: API_ListObjects; recorded answers.
    """
    marker = req.get("Marker", "")
    output, last = _listed(ctx, req, marker, with_owner=True)
    encode = page.url_encoded if "EncodingType" in req else str
    output["Prefix"] = req.get("Prefix", "")
    output["Marker"] = encode(marker)
    if output["IsTruncated"] and "Delimiter" in output:
        output["NextMarker"] = encode(last)
    return output


@operation("ListObjectsV2")
def list_objects_v2(ctx: Context, req: Input) -> Output:
    """A page of keys in UTF-8 order; a continuation token overrules StartAfter.

    Raises NoSuchBucket, InvalidArgument. Source: API_ListObjectsV2; recorded answers.
    """
    token = req.get("ContinuationToken")
    marker = _decode_token(token) if token is not None else req.get("StartAfter", "")
    output, last = _listed(ctx, req, marker, with_owner=bool(req.get("FetchOwner")))
    output["KeyCount"] = len(output.get("Contents", ())) + len(output.get("CommonPrefixes", ()))
    if token is not None:
        output["ContinuationToken"] = token
    elif "StartAfter" in req:
        output["StartAfter"] = page.url_encoded(marker) if "EncodingType" in req else marker
    if output["IsTruncated"]:
        output["NextContinuationToken"] = _encode_token(last)
    return output


def _listed(ctx: Context, req: Input, marker: str, *, with_owner: bool) -> tuple[Output, str]:
    """The members that both operations share, and the last key or common prefix on the page."""
    bucket = ctx.state.bucket(req["Bucket"])
    is_url, limit = page.check_encoding(req), page.limit(req)
    prefix, delimiter = req.get("Prefix", ""), req.get("Delimiter", "")
    found, prefixes, is_truncated, last = _collect(bucket, prefix, delimiter, marker, limit)
    encode = page.url_encoded if is_url else str
    output: Output = {"Name": bucket.name, "Prefix": encode(prefix), "MaxKeys": limit, "IsTruncated": is_truncated}
    if delimiter:
        output["Delimiter"] = encode(delimiter)
    if is_url:
        output["EncodingType"] = "url"
    if found:
        output["Contents"] = _contents(ctx, req, found, is_url=is_url, with_owner=with_owner)
    if prefixes:
        output["CommonPrefixes"] = [{"Prefix": encode(common)} for common in prefixes]
    return output, last


def _collect(
    bucket: Bucket, prefix: str, delimiter: str, marker: str, limit: int
) -> tuple[list[ObjectVersion], list[str], bool, str]:
    found: list[ObjectVersion] = []
    prefixes: list[str] = []
    last = ""
    if not limit:
        return found, prefixes, False, last
    room = limit
    for key, versions in page.walk(bucket.objects, prefix, delimiter, page.start(prefix, delimiter, marker)):
        if not room:
            return found, prefixes, True, last
        room -= 1
        last = key
        if versions is None:
            prefixes.append(key)
        else:
            found.append(versions[0])
    return found, prefixes, False, last


def _contents(
    ctx: Context, req: Input, found: Sequence[ObjectVersion], *, is_url: bool, with_owner: bool
) -> list[Listed]:
    entries = [_entry(ctx, version, is_url=is_url, with_owner=with_owner) for version in found]
    if "RestoreStatus" in req.get("OptionalObjectAttributes", ()):
        return [_with_restore(ctx, entry, version) for entry, version in zip(entries, found, strict=True)]
    return entries


def _entry(ctx: Context, version: ObjectVersion, *, is_url: bool, with_owner: bool) -> Listed:
    """The entry kept on the version; that with its key URL-encoded, which for most keys serves both."""
    kept = version.listed_owned if with_owner else version.listed
    if kept is None:
        kept = _make_entry(ctx, version, page.url_encoded(version.key), with_owner)
        setattr(version, "listed_owned" if with_owner else "listed", kept)
    if is_url or kept["Key"] == version.key:
        return kept
    return _make_entry(ctx, version, version.key, with_owner)


def _make_entry(ctx: Context, version: ObjectVersion, key: str, with_owner: bool) -> Listed:
    entry = Listed(Key=key, LastModified=int(version.modified), ETag=version.etag)
    entry.update(checksum_members(version))
    entry["Size"] = version.size
    if with_owner:
        entry["Owner"] = owner(ctx, version.owner)
    entry["StorageClass"] = version.storage_class
    return entry


def checksum_members(version: ObjectVersion) -> dict[str, Any]:
    """What a listing says of an object's checksum: the algorithm and the type, not the value."""
    if not version.checksums:
        return {}
    algorithms = [member.removeprefix("Checksum") for member in version.checksums]
    return {"ChecksumAlgorithm": algorithms, "ChecksumType": version.checksum_type}


def _with_restore(ctx: Context, entry: Listed, version: ObjectVersion) -> Listed:
    status = restore_status(ctx, version)
    return entry if status is None else Listed(entry, RestoreStatus=status)


def _encode_token(key: str) -> str:
    raw = key.encode()
    return base64.b64encode(zlib.crc32(raw).to_bytes(4, "big") + raw).decode()


def _decode_token(token: str) -> str:
    """The key after which to go on. Raises InvalidArgument for a token that S3 did not issue."""
    if not token:
        return ""
    try:
        raw = base64.b64decode(token, validate=True)
        if len(raw) > 4 and zlib.crc32(raw[4:]).to_bytes(4, "big") == raw[:4]:
            return raw[4:].decode()
    except (binascii.Error, ValueError):
        pass
    raise InvalidArgument("The continuation token provided is incorrect", ArgumentName="continuation-token")
