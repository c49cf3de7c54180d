"""What a request that makes an object says about it, checked: for PutObject, CopyObject and multipart uploads."""

from __future__ import annotations

from typing import Any

from ruststack.kit import Context, Input
from ruststack.services.s3 import encryption, lock_rules, metadata, object_tags
from ruststack.services.s3.errors import NotImplementedHere
from ruststack.services.s3.object_errors import KeyTooLong
from ruststack.services.s3.ownership import new_object_acl
from ruststack.services.s3.state import Bucket

_KEY_LIMIT_BYTES = 1024
_UNIMPLEMENTED = {
    "ObjectLockEventHold": "x-amz-object-lock-event-hold",
    "ObjectLockEventHoldDurationDays": "x-amz-object-lock-event-hold-duration-days",
    "ObjectLockEventHoldDurationYears": "x-amz-object-lock-event-hold-duration-years",
    "AnnotationDirective": "x-amz-object-annotation-directive",
    "WriteOffsetBytes": "x-amz-write-offset-bytes",
}
"""Event holds and annotations, which nobody here keeps, and appends, which S3 takes in directory buckets only."""

_RARE = lock_rules.MEMBERS.union(_UNIMPLEMENTED, ("Metadata", "StorageClass", "Tagging", "WebsiteRedirectLocation"))


def check_key(key: str) -> None:
    """Raises KeyTooLongError for a key of more than 1,024 bytes of UTF-8."""
    if len(key) > _KEY_LIMIT_BYTES // 4:
        size = len(key.encode())
        if size > _KEY_LIMIT_BYTES:
            raise KeyTooLong(Size=size, MaxSizeAllowed=_KEY_LIMIT_BYTES)


def requested(ctx: Context, bucket: Bucket, req: Input, *, has_body: bool = False) -> dict[str, Any]:
    """The fields of the ObjectVersion to be made, but for its data, times and ids.

    Raises whatever is wrong with one of them: InvalidArgument, InvalidRequest, InvalidStorageClass, InvalidTag,
    MetadataTooLarge, AccessControlListNotSupported, ...
    """
    check_key(req["Key"])
    owner, acl = new_object_acl(ctx, bucket, req)
    fields: dict[str, Any] = {
        "owner": owner,
        "acl": acl,
        "headers": metadata.system_headers(req),
        "encryption": encryption.for_write(ctx, bucket, req),
    }
    if bucket.is_lock_enabled or not _RARE.isdisjoint(req):
        _add_rare(ctx, bucket, req, fields, has_body)
    return fields


def _add_rare(ctx: Context, bucket: Bucket, req: Input, fields: dict[str, Any], has_body: bool) -> None:
    for member in _UNIMPLEMENTED.keys() & req.keys():
        header = _UNIMPLEMENTED[member]
        raise NotImplementedHere(headers={"x-ruststack-unimplemented": f"s3.{ctx.operation}:{header}"}, Header=header)
    fields.update(lock_rules.for_write(ctx, bucket, req, has_body=has_body))
    if "Metadata" in req:
        fields["metadata"] = metadata.user_metadata(req["Metadata"])
    if "StorageClass" in req:
        fields["storage_class"] = metadata.storage_class(req)
    if req.get("Tagging"):
        fields["tags"] = object_tags.from_header(req["Tagging"])
    if "WebsiteRedirectLocation" in req:
        fields["website_redirect"] = metadata.website_redirect(req)
