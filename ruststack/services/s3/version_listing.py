"""ListObjectVersions."""

from __future__ import annotations

from collections.abc import Iterator

from ruststack.kit import Context, Input, Listed, Output, operation
from ruststack.services.s3 import page
from ruststack.services.s3.errors import InvalidArgument
from ruststack.services.s3.listing import checksum_members
from ruststack.services.s3.owners import owner
from ruststack.services.s3.restore import restore_status
from ruststack.services.s3.state import Bucket, ObjectVersion


@operation("ListObjectVersions")
def list_object_versions(ctx: Context, req: Input) -> Output:
    """A page of versions and delete markers: keys in UTF-8 order, each key's versions newest first.

    Raises NoSuchBucket, InvalidArgument. Source: API_ListObjectVersions; recorded answers.
    """
    bucket = ctx.state.bucket(req["Bucket"])
    is_url, limit = page.check_encoding(req), page.limit(req)
    _check_markers(req)
    encode = page.url_encoded if is_url else str
    prefix, delimiter = req.get("Prefix", ""), req.get("Delimiter", "")
    output: Output = {
        "Name": bucket.name,
        "Prefix": encode(prefix),
        "KeyMarker": encode(req.get("KeyMarker", "")),
        "VersionIdMarker": req.get("VersionIdMarker", ""),
        "MaxKeys": limit,
        "IsTruncated": False,
    }
    if delimiter:
        output["Delimiter"] = encode(delimiter)
    if is_url:
        output["EncodingType"] = "url"
    if limit:
        _fill(ctx, req, bucket, limit, output)
    return output


def _check_markers(req: Input) -> None:
    if "VersionIdMarker" in req and not req.get("KeyMarker"):
        raise InvalidArgument(
            "A version-id marker cannot be specified without a key marker.",
            ArgumentName="version-id-marker",
            ArgumentValue=req["VersionIdMarker"],
        )


def _fill(ctx: Context, req: Input, bucket: Bucket, limit: int, output: Output) -> None:
    is_url = "EncodingType" in req
    encode = page.url_encoded if is_url else str
    shows_restore = "RestoreStatus" in req.get("OptionalObjectAttributes", ())
    last: tuple[str, ObjectVersion | None] = ("", None)
    for key, version, is_latest in _items(bucket, req):
        if not limit:
            output.update(IsTruncated=True, NextKeyMarker=encode(last[0]))
            if last[1] is not None:
                output["NextVersionIdMarker"] = last[1].version_id
            return
        limit -= 1
        last = (key, version)
        if version is None:
            output.setdefault("CommonPrefixes", []).append({"Prefix": encode(key)})
            continue
        entry = _entry(ctx, version, is_url=is_url, is_latest=is_latest)
        status = restore_status(ctx, version) if shows_restore else None
        member = "DeleteMarkers" if version.is_marker else "Versions"
        output.setdefault(member, []).append(entry if status is None else Listed(entry, RestoreStatus=status))


def _items(bucket: Bucket, req: Input) -> Iterator[tuple[str, ObjectVersion | None, bool]]:
    """Versions (with whether each is the latest of its key) and common prefixes (None) behind the markers."""
    prefix, delimiter = req.get("Prefix", ""), req.get("Delimiter", "")
    marker, version_marker = req.get("KeyMarker", ""), req.get("VersionIdMarker", "")
    if version_marker and marker.startswith(prefix) and page.common_prefix(marker, prefix, delimiter) is None:
        yield from _rest_of(bucket, marker, version_marker)
    begin = page.start(prefix, delimiter, marker)
    for key, versions in page.walk(bucket.objects, prefix, delimiter, begin, shows_hidden=True):
        if versions is None:
            yield key, None, False
        else:
            for index, version in enumerate(versions):
                yield key, version, index == 0


def _rest_of(bucket: Bucket, key: str, version_id: str) -> Iterator[tuple[str, ObjectVersion | None, bool]]:
    """The versions of a key that follow the one named; none if it is not there."""
    versions = bucket.objects.get(key, ())
    for index, version in enumerate(versions):
        if version.version_id == version_id:
            for later in versions[index + 1 :]:
                yield key, later, False
            return


def _entry(ctx: Context, version: ObjectVersion, *, is_url: bool, is_latest: bool) -> Listed:
    """The entry kept on the version, unless its key or its place has changed since."""
    kept = version.listed_version
    if kept is None or kept["IsLatest"] is not is_latest:
        kept = _make_entry(ctx, version, page.url_encoded(version.key), is_latest)
        version.listed_version = kept
    if is_url or kept["Key"] == version.key:
        return kept
    return _make_entry(ctx, version, version.key, is_latest)


def _make_entry(ctx: Context, version: ObjectVersion, key: str, is_latest: bool) -> Listed:
    entry = Listed(Key=key, VersionId=version.version_id, IsLatest=is_latest, LastModified=int(version.modified))
    if not version.is_marker:
        entry["ETag"] = version.etag
        entry.update(checksum_members(version))
        entry["Size"] = version.size
        entry["StorageClass"] = version.storage_class
    entry["Owner"] = owner(ctx, version.owner)
    return entry
