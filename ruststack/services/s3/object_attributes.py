"""GetObjectAttributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.s3 import checksums, encryption, page, versions
from ruststack.services.s3.errors import InvalidArgument
from ruststack.services.s3.state import ObjectVersion

_ATTRIBUTES = frozenset(("ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"))


@operation("GetObjectAttributes")
def get_object_attributes(ctx: Context, req: Input) -> Output:
    """What was asked for of an object's attributes. The ETag is not quoted, a composite checksum has no ``-N``.

    Raises NoSuchBucket, NoSuchKey, NoSuchVersion, MethodNotAllowed, InvalidArgument, InvalidRequest.
    Source: API_GetObjectAttributes; recorded answers.
    """
    bucket = ctx.state.bucket(req["Bucket"])
    asked = [name.strip() for name in req.get("ObjectAttributes") or ()]
    if not asked or not _ATTRIBUTES.issuperset(asked):
        raise InvalidArgument("Invalid attribute name specified.", ArgumentName="x-amz-object-attributes")
    version = versions.readable(bucket, req["Key"], req.get("VersionId"), "GET")
    encryption.check_read(version.encryption, req)
    output: Output = {"LastModified": int(version.modified)}
    if bucket.versioning:
        output["VersionId"] = version.version_id
    if "ETag" in asked:
        output["ETag"] = version.etag.strip('"')
    if "Checksum" in asked and version.checksums:
        sums = {member: value.partition("-")[0] for member, value in version.checksums.items()}
        output["Checksum"] = {**sums, "ChecksumType": version.checksum_type}
    if "ObjectParts" in asked and version.parts:
        output["ObjectParts"] = _parts(version, req)
    if "StorageClass" in asked:
        output["StorageClass"] = version.storage_class
    if "ObjectSize" in asked:
        output["ObjectSize"] = version.size
    return output


def _parts(version: ObjectVersion, req: Input) -> Mapping[str, Any]:
    """The number of parts; with a composite checksum, which needs theirs to be checked, also a page of them."""
    output: dict[str, Any] = {"TotalPartsCount": len(version.parts)}
    if version.checksum_type != checksums.COMPOSITE:
        return output
    marker, limit = req.get("PartNumberMarker", 0), page.limit(req, "MaxParts", "max-parts")
    numbered = list(enumerate(version.parts, 1))[marker:]
    shown = numbered[:limit]
    output.update(
        PartNumberMarker=marker,
        NextPartNumberMarker=shown[-1][0] if shown else 0,
        MaxParts=limit,
        IsTruncated=len(numbered) > len(shown) > 0,
    )
    if shown:
        output["Parts"] = [{"PartNumber": n, "Size": part.blob.size, **part.checksums} for n, part in shown]
    return output
