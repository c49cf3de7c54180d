"""CopyObject, and the reading of a copy's source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ruststack.kit import Blob, Context, Input, Output, ServiceError, operation
from ruststack.services.s3 import checksums, conditions, encryption, metadata, settings, versions
from ruststack.services.s3.copy_source import copy_source
from ruststack.services.s3.errors import InvalidArgument, InvalidRequest
from ruststack.services.s3.events import notify
from ruststack.services.s3.lifecycle_run import add_expiration
from ruststack.services.s3.object_put import MAX_SIZE_BYTES
from ruststack.services.s3.restore import is_readable
from ruststack.services.s3.state import Bucket, ObjectVersion

_CHANGES = encryption.MEMBERS | {"StorageClass", "WebsiteRedirectLocation"}
"""What makes the copy of an object to itself a change, beside new metadata."""


class ObjectNotInActiveTier(ServiceError):
    """The source is archived and not restored. Source: API_CopyObject."""

    code, status = "ObjectNotInActiveTierError", 403
    message = "The source object of the COPY action is not in the active tier and is only stored in Amazon S3 Glacier."


@operation("CopyObject")
def copy_object(ctx: Context, req: Input) -> Output:
    """Copy an object, or change one in place. Metadata and tags come along unless their directive says REPLACE.

    Storage class, redirect, ACL, lock and encryption never come along. The copy of a multipart object is one piece.
    Raises NoSuchBucket, NoSuchKey, NoSuchVersion, InvalidArgument, InvalidRequest, PreconditionFailed, NotImplemented,
    ObjectNotInActiveTierError, and what ``settings.requested`` raises. Source: API_CopyObject; recorded answers.
    """
    bucket, key = ctx.state.bucket(req["Bucket"]), req["Key"]
    replaces_metadata = _directive(req, "MetadataDirective", "x-amz-metadata-directive", "Unknown metadata directive.")
    replaces_tags = _directive(req, "TaggingDirective", "x-amz-tagging-directive", "Unknown tagging directive.")
    source_bucket, source = read_source(ctx, req)
    blob = source.blob
    assert blob is not None
    if source.size > MAX_SIZE_BYTES:
        raise InvalidRequest(
            f"The specified copy source is larger than the maximum allowable size for a copy source: {MAX_SIZE_BYTES}"
        )
    if source_bucket is bucket and source.key == key and not replaces_metadata:
        _check_change(bucket, source, req)
    fields = settings.requested(ctx, bucket, _own_settings(req, replaces_tags))
    if not replaces_metadata:
        fields.update(headers=source.headers, metadata=source.metadata)
    if not replaces_tags:
        fields["tags"] = source.tags
    if not conditions.WRITE.isdisjoint(req):
        conditions.check_write(req, key, versions.current(bucket, key))
    hides = encryption.hides_digest(fields["encryption"])
    version = ObjectVersion(
        key=key,
        version_id=versions.new_version_id(ctx, bucket),
        modified=ctx.clock.now(),
        blob=blob,
        size=source.size,
        etag=f'"{ctx.ids.hex(32) if hides else blob.digest("md5").hex()}"',
        checksums=_checksums(req, source, blob),
        checksum_type=checksums.FULL_OBJECT,
        **fields,
    )
    versions.add(bucket, version)
    notify(ctx, bucket, "ObjectCreated:Copy", version)
    output = _output(bucket, version) | source_version_member(source_bucket, source)
    add_expiration(bucket, version, output)
    return output


def _directive(req: Input, member: str, header: str, complaint: str) -> bool:
    """Whether the directive is REPLACE. Raises InvalidArgument for anything but COPY and REPLACE."""
    directive = req.get(member, "COPY")
    if directive not in ("COPY", "REPLACE"):
        raise InvalidArgument(complaint, ArgumentName=header, ArgumentValue=directive)
    return bool(directive == "REPLACE")


def _own_settings(req: Input, replaces_tags: bool) -> Input:
    """The request without tags that its directive does not call for."""
    if replaces_tags or "Tagging" not in req:
        return req
    return {member: value for member, value in req.items() if member != "Tagging"}


def _check_change(bucket: Bucket, source: ObjectVersion, req: Input) -> None:
    """Raises InvalidRequest for the copy of the current object to itself that changes nothing."""
    is_current = bucket.objects[source.key][0] is source
    has_default = "ServerSideEncryptionConfiguration" in bucket.configuration
    if is_current and not has_default and not source.restore and _CHANGES.isdisjoint(req):
        raise InvalidRequest(
            "This copy request is illegal because it is trying to copy an object to itself without changing the "
            "object's metadata, storage class, website redirect location or encryption attributes."
        )


def read_source(ctx: Context, req: Input) -> tuple[Bucket, ObjectVersion]:
    """The bucket and version that x-amz-copy-source names, if its conditions hold and its key is right.

    Raises NoSuchBucket, NoSuchKey, NoSuchVersion, InvalidRequest, InvalidArgument, PreconditionFailed,
    ObjectNotInActiveTierError.
    """
    name, key, version_id = copy_source(req["CopySource"])
    bucket: Bucket = ctx.state.bucket(name)
    source = versions.find(bucket, key, version_id) if version_id else None
    if source is not None and source.is_marker:
        raise InvalidRequest(
            "The source of a copy request may not specifically refer to a delete marker by version id."
        )
    source = versions.readable(bucket, key, version_id, "GET")
    encryption.check_read(source.encryption, req, "CopySource")
    conditions.check_copy_source(req, source, ctx.clock.now())
    if source.storage_class in metadata.ARCHIVED and not is_readable(ctx, source):
        raise ObjectNotInActiveTier()
    return bucket, source


def _checksums(req: Input, source: ObjectVersion, blob: Blob) -> Mapping[str, str]:
    """The checksum of the copy: by the algorithm asked for, else by the source's own, always of the whole object."""
    if "ChecksumAlgorithm" in req:
        return checksums.computed(checksums.named(req["ChecksumAlgorithm"]), blob)
    if source.checksums and source.checksum_type == checksums.FULL_OBJECT:
        return source.checksums
    if source.checksums:
        (member,) = source.checksums
        return checksums.computed(checksums.ALGORITHMS[member], blob)
    return checksums.by_default(blob)


def source_version_member(bucket: Bucket, source: ObjectVersion) -> dict[str, Any]:
    """CopySourceVersionId, where the source's bucket has or had versioning."""
    return {"CopySourceVersionId": source.version_id} if bucket.versioning else {}


def _output(bucket: Bucket, version: ObjectVersion) -> Output:
    result = {
        "ETag": version.etag,
        "LastModified": int(version.modified),
        "ChecksumType": version.checksum_type,
        **version.checksums,
    }
    output: Output = {"CopyObjectResult": result, **version.encryption}
    if bucket.versioning == "Enabled":
        output["VersionId"] = version.version_id
    return output
