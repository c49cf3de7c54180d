"""Tags of an object: the x-amz-tagging header and the tagging subresource."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_plus

from ruststack.kit import Context, Input, Output, ServiceError, operation
from ruststack.services.s3 import versions
from ruststack.services.s3.errors import InvalidArgument, MalformedXML
from ruststack.services.s3.events import notify
from ruststack.services.s3.state import Bucket, ObjectVersion
from ruststack.services.s3.tag_rules import tags

_LIMIT = 10
_SYSTEM_TAG = "System tags cannot be added/updated by requester"


class TooManyTags(ServiceError):
    """An object takes ten tags. Source: ceph/s3-tests for the code.

    Unknown: users quote AWS's code as ``BadRequest``, with this message; one PutObjectTagging of 11 tags would tell.
    """

    code, status, message = "InvalidTag", 400, "Object tags cannot be greater than 10"


def from_header(text: str) -> Mapping[str, str]:
    """The tags of an x-amz-tagging header, in key order. Raises InvalidArgument, InvalidTag."""
    pairs = [pair.partition("=") for pair in text.split("&") if pair]
    tag_set = [{"Key": unquote_plus(key), "Value": unquote_plus(value)} for key, _, value in pairs]
    if len({tag["Key"] for tag in tag_set}) < len(tag_set) or any(not tag["Key"] for tag in tag_set):
        raise InvalidArgument(
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters "
            "without tag name duplicates.",
            ArgumentName="x-amz-tagging",
            ArgumentValue=text,
        )
    return dict(sorted(checked(tag_set).items()))


def checked(tag_set: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    """Raises InvalidTag."""
    if len(tag_set) > _LIMIT:
        raise TooManyTags()
    return tags(tag_set, _SYSTEM_TAG)


@operation("PutObjectTagging")
def put_object_tagging(ctx: Context, req: Input) -> Output:
    """Replace the version's whole tag set.

    Raises NoSuchBucket, NoSuchKey, NoSuchVersion, MethodNotAllowed, InvalidTag, MalformedXML.
    Source: API_PutObjectTagging; recorded answers.
    """
    bucket, version = _addressed(ctx, req, "PUT")
    tag_set = req["Tagging"].get("TagSet") or []
    if any("Key" not in tag or "Value" not in tag for tag in tag_set):
        raise MalformedXML()
    given = checked(tag_set)
    versions.replace(bucket, version, replace(version, tags=given))
    notify(ctx, bucket, "ObjectTagging:Put", version)
    return _output(bucket, version)


@operation("GetObjectTagging")
def get_object_tagging(ctx: Context, req: Input) -> Output:
    """An object without tags has an empty set. Raises NoSuchBucket, NoSuchKey, NoSuchVersion, MethodNotAllowed."""
    bucket, version = _addressed(ctx, req, "GET")
    tag_set = [{"Key": key, "Value": value} for key, value in version.tags.items()]
    return _output(bucket, version) | {"TagSet": tag_set}


@operation("DeleteObjectTagging")
def delete_object_tagging(ctx: Context, req: Input) -> Output:
    """Remove all tags. Raises NoSuchBucket, NoSuchKey, NoSuchVersion, MethodNotAllowed."""
    bucket, version = _addressed(ctx, req, "DELETE")
    versions.replace(bucket, version, replace(version, tags={}))
    notify(ctx, bucket, "ObjectTagging:Delete", version)
    return _output(bucket, version)


def _addressed(ctx: Context, req: Input, method: str) -> tuple[Bucket, ObjectVersion]:
    bucket = ctx.state.bucket(req["Bucket"])
    return bucket, versions.readable(bucket, req["Key"], req.get("VersionId"), method)


def _output(bucket: Bucket, version: ObjectVersion) -> Output:
    return {"VersionId": version.version_id} if bucket.versioning else {}
