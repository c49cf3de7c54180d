"""PutObject."""

from __future__ import annotations

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.s3 import checksums, conditions, encryption, settings, versions
from ruststack.services.s3.events import notify
from ruststack.services.s3.lifecycle_run import add_expiration
from ruststack.services.s3.object_errors import EntityTooLarge
from ruststack.services.s3.state import ObjectVersion
from ruststack.services.s3.unrouted import require_length

MAX_SIZE_BYTES = 5 * 1024**3
"""The most that one PutObject or UploadPart takes."""


@operation("PutObject", digests=checksums.arriving_digests)
def put_object(ctx: Context, req: Input) -> Output:
    """Store an object. Without a checksum from the client, S3 adds CRC64NVME.

    Raises MissingContentLength, NoSuchBucket, KeyTooLongError, EntityTooLarge, BadDigest, InvalidDigest,
    PreconditionFailed, NoSuchKey (for If-Match), and what ``settings.requested`` raises.
    Source: API_PutObject; recorded answers.
    """
    require_length(ctx)
    return stored(ctx, req, "ObjectCreated:Put")


def stored(ctx: Context, req: Input, event: str) -> Output:
    """Store an object as PutObject does, and tell listeners the event; PutObject's output."""
    bucket, key = ctx.state.bucket(req["Bucket"]), req["Key"]
    blob = req.get("Body") or ctx.blobs.of(b"")
    if blob.size > MAX_SIZE_BYTES:
        raise EntityTooLarge(ProposedSize=blob.size, MaxSizeAllowed=MAX_SIZE_BYTES)
    fields = settings.requested(ctx, bucket, req, has_body=True)
    sums = checksums.verified(req, blob) or checksums.by_default(blob)
    if not conditions.WRITE.isdisjoint(req):
        conditions.check_write(req, key, versions.current(bucket, key))
    hides = encryption.hides_digest(fields["encryption"])
    version = ObjectVersion(
        key=key,
        version_id=versions.new_version_id(ctx, bucket),
        modified=ctx.clock.now(),
        blob=blob,
        size=blob.size,
        etag=f'"{ctx.ids.hex(32) if hides else blob.digest("md5").hex()}"',
        checksums=sums,
        checksum_type=checksums.FULL_OBJECT,
        **fields,
    )
    versions.add(bucket, version)
    notify(ctx, bucket, event, version)
    output: Output = {"ETag": version.etag, **sums, "ChecksumType": checksums.FULL_OBJECT, **version.encryption}
    if bucket.versioning == "Enabled":
        output["VersionId"] = version.version_id
    add_expiration(bucket, version, output)
    return output
