"""DeleteObject and DeleteObjects."""

from __future__ import annotations

from typing import Any

from ruststack.kit import Context, Input, Output, ServiceError, operation
from ruststack.services.s3 import conditions, lock_rules, settings, versions
from ruststack.services.s3.errors import AccessDenied, InvalidArgument, MalformedXML, NotImplementedHere
from ruststack.services.s3.events import notify
from ruststack.services.s3.object_errors import NoSuchKey, NoSuchVersion, PreconditionFailed
from ruststack.services.s3.state import Bucket, ObjectVersion

_BATCH_LIMIT = 1000


@operation("DeleteObject")
def delete_object(ctx: Context, req: Input) -> Output:
    """Remove a version for good, or hide the object behind a delete marker; a missing key is no error.

    Raises NoSuchBucket, AccessDenied for a locked version, InvalidArgument, NotImplemented, PreconditionFailed,
    NoSuchKey (for If-Match). Source: API_DeleteObject; recorded answers.
    """
    bucket = ctx.state.bucket(req["Bucket"])
    key, version_id = req["Key"], req.get("VersionId")
    _check_bypass(bucket, req)
    _check_directory_conditions(req)
    if version_id is not None:
        versions.check_version_id(bucket, version_id)
    elif not bucket.versioning and "IfMatch" not in req:
        return _delete_plain(ctx, bucket, key)
    if "IfMatch" in req:
        _check_match(bucket, key, version_id, req["IfMatch"])
    return _delete(ctx, bucket, key, version_id, bool(req.get("BypassGovernanceRetention")))


def _delete_plain(ctx: Context, bucket: Bucket, key: str) -> Output:
    """Without versioning there is one version at most, and nothing can protect it."""
    removed = bucket.objects.pop(key, None)
    if removed is not None:
        notify(ctx, bucket, "ObjectRemoved:Delete", removed[0])
    return {}


def _check_bypass(bucket: Bucket, req: Input) -> None:
    if "BypassGovernanceRetention" in req and not bucket.is_lock_enabled:
        raise InvalidArgument(
            "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
            ArgumentName="x-amz-bypass-governance-retention",
        )


def _check_directory_conditions(req: Input) -> None:
    """Two conditions that only directory buckets know."""
    for member, header in (
        ("IfMatchLastModifiedTime", "x-amz-if-match-last-modified-time"),
        ("IfMatchSize", "x-amz-if-match-size"),
    ):
        if member in req:
            raise NotImplementedHere(Header=header)


def _check_match(bucket: Bucket, key: str, version_id: str | None, etag: str) -> None:
    version = versions.current(bucket, key) if version_id is None else versions.find(bucket, key, version_id)
    if version is None or version.is_marker:
        raise NoSuchKey(Key=key)
    if not conditions.names_etag(etag, version.etag):
        raise PreconditionFailed(Condition="If-Match")


def _delete(ctx: Context, bucket: Bucket, key: str, version_id: str | None, bypasses_governance: bool) -> Output:
    """The members to answer with. Raises AccessDenied for a locked version."""
    if version_id is None and bucket.versioning:
        marker = _add_marker(ctx, bucket, key)
        return {"DeleteMarker": True, "VersionId": marker.version_id}
    version = versions.find(bucket, key, version_id or versions.NULL)
    output: Output = {"VersionId": version_id} if version_id is not None else {}
    if version is None:
        return output
    lock_rules.check_removable(ctx, version, bypasses_governance=bypasses_governance)
    versions.remove(bucket, version)
    notify(ctx, bucket, "ObjectRemoved:Delete", version)
    if version.is_marker:
        output["DeleteMarker"] = True
    return output


def _add_marker(ctx: Context, bucket: Bucket, key: str) -> ObjectVersion:
    """Hide the object. With versioning suspended the marker takes the ``null`` version's place."""
    settings.check_key(key)
    marker = ObjectVersion(
        key=key,
        version_id=versions.new_version_id(ctx, bucket),
        modified=ctx.clock.now(),
        owner=bucket.account,
        is_marker=True,
    )
    versions.add(bucket, marker)
    notify(ctx, bucket, "ObjectRemoved:DeleteMarkerCreated", marker)
    return marker


@operation("DeleteObjects")
def delete_objects(ctx: Context, req: Input) -> Output:
    """Delete up to 1,000 keys or versions; each tells its own success, or with Quiet only its failure.

    ``Denied``, which ``access.authorize`` adds, holds the places in the list of what the caller may not delete.
    Raises NoSuchBucket, MalformedXML, InvalidArgument. Source: API_DeleteObjects; recorded answers.
    """
    bucket = ctx.state.bucket(req["Bucket"])
    asked = req["Delete"].get("Objects") or []
    if not 1 <= len(asked) <= _BATCH_LIMIT or any(not item.get("Key") for item in asked):
        raise MalformedXML()
    _check_bypass(bucket, req)
    deleted: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    denied = req.get("Denied", ())
    for number, item in enumerate(asked):
        try:
            if number in denied:
                raise AccessDenied()
            deleted.append(_delete_item(ctx, bucket, item, bool(req.get("BypassGovernanceRetention"))))
        except (AccessDenied, NoSuchKey, NoSuchVersion, PreconditionFailed) as error:
            errors.append(_failure(item, error))
    output: Output = {"Errors": errors} if errors else {}
    if deleted and not req["Delete"].get("Quiet"):
        output["Deleted"] = deleted
    return output


def _delete_item(ctx: Context, bucket: Bucket, item: dict[str, Any], bypasses_governance: bool) -> dict[str, Any]:
    key, version_id = item["Key"], item.get("VersionId") or None
    if version_id is not None and version_id != versions.NULL and not versions.is_version_id(version_id):
        raise NoSuchVersion()
    if "ETag" in item:
        _check_match(bucket, key, version_id, item["ETag"])
    result = _delete(ctx, bucket, key, version_id, bypasses_governance)
    output: dict[str, Any] = {"Key": key}
    if version_id is not None:
        output["VersionId"] = version_id
    if result.get("DeleteMarker"):
        output["DeleteMarker"] = True
        output["DeleteMarkerVersionId"] = result["VersionId"]
    return output


def _failure(item: dict[str, Any], error: ServiceError) -> dict[str, Any]:
    failure = {"Code": error.code, "Message": error.message, "Key": item["Key"]}
    if item.get("VersionId"):
        failure["VersionId"] = item["VersionId"]
    return failure
