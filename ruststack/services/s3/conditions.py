"""Conditional requests: whether a read, a copy or a write may go on, given the object that is there."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn

from ruststack.kit import Input
from ruststack.services.s3.errors import NotImplementedHere
from ruststack.services.s3.object_errors import (
    ConditionalRequestConflict,
    NoSuchKey,
    NotModified,
    PreconditionFailed,
)
from ruststack.services.s3.state import ObjectVersion, Upload

READ = frozenset(("IfMatch", "IfNoneMatch", "IfModifiedSince", "IfUnmodifiedSince"))
WRITE = frozenset(("IfMatch", "IfNoneMatch"))


def names_etag(condition: str, etag: str) -> bool:
    """Whether a list of entity tags (quoted, unquoted or weak), or ``*``, names this one."""
    if condition == etag or condition.strip() == "*":
        return True
    bare = etag.strip('"')
    return any(item.strip().removeprefix("W/").strip('"') == bare for item in condition.split(","))


def _is_newer(version: ObjectVersion, moment: datetime) -> bool:
    """Modified after the moment, to the second: what the client knows of the object is no finer."""
    return int(version.modified) > moment.timestamp()


def check_read(req: Input, version: ObjectVersion, now: float) -> None:
    """Judge If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since for GET and HEAD.

    An entity tag overrules the date beside it. If-Modified-Since with a date in the future is no condition.
    Raises PreconditionFailed, NotModified. Source: API_GetObject; RFC 9110, 13.2.2.
    """
    if "IfMatch" in req:
        if not names_etag(req["IfMatch"], version.etag):
            raise PreconditionFailed(Condition="If-Match")
    elif "IfUnmodifiedSince" in req and _is_newer(version, req["IfUnmodifiedSince"]):
        raise PreconditionFailed(Condition="If-Unmodified-Since")
    if "IfNoneMatch" in req:
        if names_etag(req["IfNoneMatch"], version.etag):
            raise _not_modified(version)
    elif "IfModifiedSince" in req:
        moment = req["IfModifiedSince"]
        if not _is_newer(version, moment) and moment.timestamp() <= now:
            raise _not_modified(version)


def _not_modified(version: ObjectVersion) -> NotModified:
    return NotModified(headers={"ETag": version.etag})


def check_copy_source(req: Input, source: ObjectVersion, now: float) -> None:
    """Judge the x-amz-copy-source-if-* headers; a condition that does not hold is always a 412.

    A matching entity tag overrules x-amz-copy-source-if-unmodified-since; but a date not passed overrules an entity tag
    that differs in x-amz-copy-source-if-none-match.
    Raises PreconditionFailed. Source: API_CopyObject; recorded answers of CopyObject and UploadPartCopy.
    """
    if "CopySourceIfMatch" in req:
        if not names_etag(req["CopySourceIfMatch"], source.etag):
            raise PreconditionFailed(Condition="x-amz-copy-source-If-Match")
    elif "CopySourceIfUnmodifiedSince" in req and _is_newer(source, req["CopySourceIfUnmodifiedSince"]):
        raise PreconditionFailed(Condition="x-amz-copy-source-If-Unmodified-Since")
    if "CopySourceIfNoneMatch" in req and names_etag(req["CopySourceIfNoneMatch"], source.etag):
        raise PreconditionFailed(Condition="x-amz-copy-source-If-None-Match")
    if "CopySourceIfModifiedSince" in req:
        moment = req["CopySourceIfModifiedSince"]
        if not _is_newer(source, moment) and moment.timestamp() <= now:
            raise PreconditionFailed(Condition="x-amz-copy-source-If-Modified-Since")


def check_write(req: Input, key: str, existing: ObjectVersion | None, upload: Upload | None = None) -> None:
    """Judge If-Match and If-None-Match of a write against the key's current object.

    For a multipart upload, a key that changed since the upload began is a conflict where it is no failure.
    Raises NotImplemented, PreconditionFailed, NoSuchKey, ConditionalRequestConflict.
    Source: "Conditional writes"; recorded answers of PutObject, CopyObject and CompleteMultipartUpload.
    """
    if "IfMatch" in req and "IfNoneMatch" in req:
        _refuse("If-Match,If-None-Match", "Multiple conditional request headers present in the request")
    if "IfNoneMatch" in req:
        _check_absent(req["IfNoneMatch"], key, existing, upload)
    elif "IfMatch" in req:
        _check_same(req["IfMatch"], key, existing, upload)


def _check_absent(given: str, key: str, existing: ObjectVersion | None, upload: Upload | None) -> None:
    if given != "*":
        _refuse("If-None-Match", "We don't accept the provided value of If-None-Match header for this API")
    if existing is not None:
        raise PreconditionFailed(Condition="If-None-Match")
    if upload is not None and upload.found_object:
        raise ConditionalRequestConflict(Condition="If-None-Match", Key=key)


def _check_same(given: str, key: str, existing: ObjectVersion | None, upload: Upload | None) -> None:
    if given == "*":
        _refuse("If-Match", "We don't accept the provided value of If-Match header for this API")
    if existing is None:
        raise NoSuchKey(Key=key)
    if not names_etag(given, existing.etag):
        raise PreconditionFailed(Condition="If-Match")
    if upload is not None and existing.modified > upload.initiated:
        raise ConditionalRequestConflict(Condition="If-Match", Key=key)


def _refuse(header: str, why: str) -> NoReturn:
    members: dict[str, Any] = {"Header": header, "additionalMessage": why}
    raise NotImplementedHere(**members)
