"""Who may do what, judged before every handler: owner, region, policy, public access block, ACLs, requester pays."""

from __future__ import annotations

from typing import Any

from ruststack.kit import Context, Input
from ruststack.services.s3 import policy, versions
from ruststack.services.s3.bucket_acl import bucket_acl, object_acl
from ruststack.services.s3.bucket_errors import InvalidBucketOwnerAccount
from ruststack.services.s3.bucket_names import bucket_arn
from ruststack.services.s3.copy_source import copy_source
from ruststack.services.s3.errors import AccessDenied, MethodNotAllowed
from ruststack.services.s3.owners import canonical_id
from ruststack.services.s3.ownership import ENFORCED, blocks, has_acls
from ruststack.services.s3.policy import Caller
from ruststack.services.s3.policy_actions import NEEDS, Need
from ruststack.services.s3.policy_keys import RequestKeys
from ruststack.services.s3.redirects import refuse_other_region, refuse_unknown_region
from ruststack.services.s3.state import Bucket, ObjectVersion

_POLICY_OPERATIONS = frozenset(("PutBucketPolicy", "GetBucketPolicy", "DeleteBucketPolicy"))
_LIST = NEEDS["ListObjectsV2"]
_READ = NEEDS["GetObject"]


def authorize(ctx: Context, req: Input) -> None:
    """Let the caller's request pass, or raise what AWS would answer.

    The owner of a bucket without policy and ACLs passes at once. A bucket that does not exist is left to the handler.
    Raises AccessDenied, InvalidBucketOwnerAWSAccountID, PermanentRedirect and its kin, MethodNotAllowed.
    """
    bucket = ctx.state.buckets.get(req.get("Bucket"))
    if (
        bucket is not None
        and bucket.account == ctx.account
        and bucket.region == ctx.region
        and ctx.access_key is not None
        and "CopySource" not in req
        and "ExpectedBucketOwner" not in req
    ):
        configuration = bucket.configuration
        if configuration.get("OwnershipControls") == ENFORCED and "Policy" not in configuration:
            return
    _authorize(ctx, req, bucket)


def _authorize(ctx: Context, req: Input, bucket: Bucket | None) -> None:
    if ctx.operation in ("CreateBucket", "ListBuckets"):
        refuse_unknown_region(ctx)
        if ctx.access_key is None:
            raise AccessDenied()
        return
    if bucket is None:
        return
    refuse_other_region(ctx, bucket)
    _expect_owner(bucket, req.get("ExpectedBucketOwner"))
    _charge_requester(ctx, req, bucket)
    need = NEEDS.get(ctx.operation)
    if need is not None and not _may(ctx, req, bucket, need, req.get("Key"), req.get("VersionId")):
        raise AccessDenied(headers={"x-amz-bucket-region": bucket.region} if ctx.operation == "HeadBucket" else {})
    if ctx.operation in _POLICY_OPERATIONS and ctx.account != bucket.account:
        raise MethodNotAllowed(Method=ctx.operation[:3].upper(), ResourceType="BUCKETPOLICY")
    if "CopySource" in req:
        _authorize_source(ctx, req)
    if ctx.operation == "DeleteObjects":
        _judge_each(ctx, req, bucket)


def _judge_each(ctx: Context, req: Input, bucket: Bucket) -> None:
    """Note in the input which of the keys the caller may not delete: each is judged by itself."""
    asked = req["Delete"].get("Objects") or []
    denied = [number for number, item in enumerate(asked) if not _may_delete(ctx, bucket, item)]
    if denied:
        req["Denied"] = denied


def _may_delete(ctx: Context, bucket: Bucket, item: dict[str, Any]) -> bool:
    version_id = item.get("VersionId")
    asked = {"VersionId": version_id} if version_id else {}
    return _may(ctx, asked, bucket, NEEDS["DeleteObject"], item.get("Key", ""), version_id)


def may_read(ctx: Context, bucket: Bucket, key: str) -> bool:
    """Whether the caller may read the object, as a website visitor does."""
    return _may(ctx, {}, bucket, _READ, key, None)


def may_list(ctx: Context, bucket: Bucket) -> bool:
    """Whether the caller may list the bucket, and so may know that a key is missing."""
    return _may(ctx, {}, bucket, _LIST, None, None)


def _expect_owner(bucket: Bucket, expected: str | None) -> None:
    if expected is None:
        return
    if len(expected) != 12 or not (expected.isascii() and expected.isdigit()):
        raise InvalidBucketOwnerAccount(expected)
    if expected != bucket.account:
        raise AccessDenied()


def _charge_requester(ctx: Context, req: Input, bucket: Bucket) -> None:
    """Others than the owner must say that they pay, where the requester pays. Source: user guide, RequesterPays."""
    if bucket.configuration.get("RequestPayment") != "Requester" or _is_owner(ctx, bucket):
        return
    if ctx.access_key is None or req.get("RequestPayer") != "requester":
        raise AccessDenied()
    ctx.response_headers.append(("x-amz-request-charged", "requester"))


def _is_owner(ctx: Context, bucket: Bucket) -> bool:
    return ctx.access_key is not None and ctx.account == bucket.account


def _authorize_source(ctx: Context, req: Input) -> None:
    """A copy reads its source as GetObject would."""
    name, key, version_id = copy_source(req["CopySource"])
    source = ctx.state.buckets.get(name)
    if source is None:
        return
    _expect_owner(source, req.get("ExpectedSourceBucketOwner"))
    asked = {"VersionId": version_id} if version_id else {}
    if not _may(ctx, asked, source, _READ, key, version_id):
        raise AccessDenied()


def _may(ctx: Context, req: Input, bucket: Bucket, need: Need, key: str | None, version_id: str | None) -> bool:
    version = _version(bucket, key, version_id) if key is not None else None
    decision = _policy_decision(ctx, req, bucket, need, key, version)
    if _is_owner(ctx, bucket):
        if decision is False:
            return ctx.operation in _POLICY_OPERATIONS
        return _owner_may(bucket, need, version)
    if decision is False:
        return False
    if version is None and need.permission.startswith("READ") and key is not None:
        return _may(ctx, {"Prefix": key}, bucket, _LIST, None, None)
    is_foreign = version is not None and has_acls(bucket) and version.owner != bucket.account
    if decision and not is_foreign:
        return True
    return _acl_allows(ctx, bucket, need, version)


def _policy_decision(
    ctx: Context, req: Input, bucket: Bucket, need: Need, key: str | None, version: ObjectVersion | None
) -> bool | None:
    text: str | None = bucket.configuration.get("Policy")
    if text is None:
        return None
    if not _is_owner(ctx, bucket) and blocks(bucket, "RestrictPublicBuckets") and policy.is_public(text):
        return False
    action = need.versioned if need.versioned and req.get("VersionId") else need.action
    resource = bucket_arn(bucket.name, bucket.region) + (f"/{key}" if key is not None else "")
    caller = Caller("" if ctx.access_key is None else ctx.account)
    keys = RequestKeys(ctx, req, bucket, version)
    return policy.decide(text, caller, action, resource, keys.__call__)


def _owner_may(bucket: Bucket, need: Need, version: ObjectVersion | None) -> bool:
    """The bucket's owner may everything, except what another account's object keeps to itself."""
    if version is None or version.owner == bucket.account or not has_acls(bucket):
        return True
    if need.on != "object" or need.permission.startswith("bucket:") or not need.permission:
        return True
    return object_acl(bucket, version).allows(need.permission, canonical_id(bucket.account))


def _acl_allows(ctx: Context, bucket: Bucket, need: Need, version: ObjectVersion | None) -> bool:
    if not need.permission or not has_acls(bucket):
        return False
    who = None if ctx.access_key is None else canonical_id(ctx.account)
    ignores_public = blocks(bucket, "IgnorePublicAcls")
    if need.on == "bucket" or need.permission.startswith("bucket:"):
        return bucket_acl(bucket).allows(need.permission.removeprefix("bucket:"), who, ignores_public)
    return version is not None and object_acl(bucket, version).allows(need.permission, who, ignores_public)


def _version(bucket: Bucket, key: str, version_id: Any) -> ObjectVersion | None:
    if version_id is None:
        return versions.current(bucket, key)
    return versions.find(bucket, key, version_id)
