"""Finding, adding and removing the versions of an object."""

from __future__ import annotations

import base64
import time
import zlib

from ruststack.kit import Context, ServiceError
from ruststack.services.s3.errors import InvalidArgument, MethodNotAllowed
from ruststack.services.s3.object_errors import NoSuchKey, NoSuchVersion
from ruststack.services.s3.state import Bucket, ObjectVersion

NULL = "null"


def new_version_id(ctx: Context, bucket: Bucket) -> str:
    """The id for a version about to be made: ``null`` unless versioning is on.

    An id is 28 random characters and 4 that depend on them, so that a made-up id can be told from a removed one, as
    AWS tells them.
    """
    if bucket.versioning != "Enabled":
        return NULL
    stem = ctx.ids.urlsafe(21).replace("-", ".")
    return stem + _check_characters(stem)


def _check_characters(stem: str) -> str:
    return (
        base64.urlsafe_b64encode((zlib.crc32(stem.encode()) & 0xFFFFFF).to_bytes(3, "big")).decode().replace("-", ".")
    )


def is_version_id(text: str) -> bool:
    """Whether S3 could have issued this id."""
    return text == NULL or (len(text) == 32 and text[28:] == _check_characters(text[:28]))


def check_version_id(bucket: Bucket, version_id: str) -> None:
    """Raises InvalidArgument for an id that S3 cannot have issued in this bucket."""
    if not version_id:
        raise InvalidArgument("Version id cannot be the empty string", ArgumentName="versionId", ArgumentValue="")
    if version_id != NULL and not (bucket.versioning and is_version_id(version_id)):
        raise InvalidArgument("Invalid version id specified", ArgumentName="versionId", ArgumentValue=version_id)


def current(bucket: Bucket, key: str) -> ObjectVersion | None:
    """The object that a plain GET sees: none if the newest version is a delete marker."""
    versions = _of(bucket, key)
    return versions[0] if versions and not versions[0].is_marker else None


def _of(bucket: Bucket, key: str) -> tuple[ObjectVersion, ...]:
    versions: tuple[ObjectVersion, ...] = bucket.objects.get(key, ())
    return versions


def find(bucket: Bucket, key: str, version_id: str) -> ObjectVersion | None:
    """The version with this id, be it an object or a delete marker."""
    for version in _of(bucket, key):
        if version.version_id == version_id:
            return version
    return None


def readable(bucket: Bucket, key: str, version_id: str | None, method: str) -> ObjectVersion:
    """The object version that a request addresses.

    Raises NoSuchKey (with x-amz-delete-marker when a marker hides the object), NoSuchVersion, InvalidArgument for a
    malformed id, and MethodNotAllowed for a delete marker addressed by its id or by a method that would change it.
    """
    if version_id is None:
        versions = _of(bucket, key)
        if not versions:
            raise NoSuchKey(Key=key)
        version = versions[0]
        if not version.is_marker:
            return version
        if method not in ("GET", "HEAD"):
            raise marker_refusal(version, method)
        raise NoSuchKey(headers=_marker_headers(version), Key=key)
    check_version_id(bucket, version_id)
    found = find(bucket, key, version_id)
    if found is None:
        raise NoSuchVersion(Key=key, VersionId=version_id)
    if found.is_marker:
        raise marker_refusal(found, method)
    return found


def marker_refusal(marker: ObjectVersion, method: str) -> ServiceError:
    """The 405 for an operation on a delete marker addressed by its id."""
    headers = _marker_headers(marker) | {"Allow": "DELETE", "Last-Modified": http_date(marker.modified)}
    return MethodNotAllowed(headers=headers, Method=method, ResourceType="DeleteMarker")


def _marker_headers(marker: ObjectVersion) -> dict[str, str]:
    return {"x-amz-version-id": marker.version_id, "x-amz-delete-marker": "true"}


def http_date(seconds: float) -> str:
    """Seconds since the epoch as HTTP writes them."""
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(seconds))


def add(bucket: Bucket, version: ObjectVersion) -> None:
    """Make this the newest version of its key; a ``null`` version takes the place of an older one."""
    versions = bucket.objects.get(version.key)
    if versions is None or not bucket.versioning:
        bucket.objects[version.key] = (version,)
    elif version.version_id == NULL:
        bucket.objects[version.key] = (version, *(old for old in versions if old.version_id != NULL))
    else:
        bucket.objects[version.key] = (version, *versions)


def replace(bucket: Bucket, old: ObjectVersion, new: ObjectVersion) -> None:
    """Put a changed version in its old place."""
    bucket.objects[old.key] = tuple(new if version is old else version for version in bucket.objects[old.key])


def remove(bucket: Bucket, version: ObjectVersion) -> None:
    """Remove one version for good; the one before it becomes current."""
    rest = tuple(other for other in bucket.objects[version.key] if other is not version)
    if rest:
        bucket.objects[version.key] = rest
    else:
        del bucket.objects[version.key]
