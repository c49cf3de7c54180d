"""Buckets themselves: made, found, listed and removed."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.s3.acl import Acl, from_headers, private
from ruststack.services.s3.bucket_errors import (
    BucketAlreadyExists,
    BucketAlreadyOwnedByYou,
    BucketNotEmpty,
    IllegalLocationConstraint,
    InternalError,
    InvalidBucketAclWithBlockPublicAccess,
    InvalidBucketAclWithObjectOwnership,
    InvalidBucketName,
    InvalidLocationConstraint,
)
from ruststack.services.s3.bucket_names import DEFAULT_REGION, LOCATIONS, bucket_arn, is_valid_name, region_of
from ruststack.services.s3.errors import InvalidArgument, MalformedXML
from ruststack.services.s3.owners import canonical_id, is_legacy, owner
from ruststack.services.s3.ownership import BLOCK_ALL, ENFORCED
from ruststack.services.s3.state import Bucket
from ruststack.services.s3.tag_rules import tags

_SYSTEM_TAG = (
    'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. '
    'Remove "aws:" from your tag keys and try again.'
)

_OWNERSHIPS = frozenset(("BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"))


@operation("CreateBucket")
def create_bucket(ctx: Context, req: Input) -> Output:
    """Make a bucket in the region that the request names, or in the endpoint's own.

    In us-east-1 the owner may create it again, is answered as if it were new, and has the bucket's ACL set anew.
    Raises InvalidBucketName, InvalidLocationConstraint, IllegalLocationConstraintException, InvalidTag,
    InvalidBucketAclWithObjectOwnership, InvalidBucketAclWithBlockPublicAccessError, BucketAlreadyExists,
    BucketAlreadyOwnedByYou. Source: API_CreateBucket; recorded answers.
    """
    name = req["Bucket"]
    if not is_valid_name(name):
        raise InvalidBucketName(BucketName=name)
    settings = req.get("CreateBucketConfiguration") or {}
    region = _location(ctx.region, settings.get("LocationConstraint"))
    bucket_tags = _tags(settings)
    ownership = req.get("ObjectOwnership") or ("ObjectWriter" if is_legacy(ctx) else ENFORCED)
    bucket_acl = _acl(ctx, req, ownership)
    existing = ctx.state.buckets.get(name)
    if existing is None:
        bucket = Bucket(name=name, account=ctx.account, region=region, created=ctx.clock.now(), acl=bucket_acl)
        _configure(bucket, ownership, bucket_tags, bool(req.get("ObjectLockEnabledForBucket")))
        if is_legacy(ctx):
            del bucket.configuration["PublicAccessBlock"]
        ctx.state.buckets[name] = bucket
    else:
        _refuse_existing(ctx, existing, bool(bucket_tags))
        existing.acl = bucket_acl
    return {"Location": _address(ctx, name), "BucketArn": bucket_arn(name, region)}


def _location(endpoint_region: str, constraint: str | None) -> str:
    """The new bucket's region. us-east-1's endpoint creates anywhere; every other one only at home."""
    if endpoint_region == DEFAULT_REGION:
        if constraint is None:
            return DEFAULT_REGION
        if constraint not in LOCATIONS:
            raise InvalidLocationConstraint(LocationConstraint=constraint)
        return region_of(constraint)
    if constraint is None:
        raise IllegalLocationConstraint("unspecified")
    if region_of(constraint) != endpoint_region:
        raise IllegalLocationConstraint(constraint)
    return endpoint_region


def _tags(settings: dict[str, Any]) -> dict[str, str]:
    tag_set = settings.get("Tags") or []
    if any("Key" not in tag or "Value" not in tag for tag in tag_set):
        raise MalformedXML()
    if len({tag["Key"] for tag in tag_set}) < len(tag_set):
        raise InternalError()
    return tags(tag_set, _SYSTEM_TAG)


def _refuse_existing(ctx: Context, existing: Bucket, has_tags: bool) -> None:
    if existing.account != ctx.account:
        raise BucketAlreadyExists(BucketName=existing.name)
    if has_tags or ctx.region != DEFAULT_REGION or existing.region != DEFAULT_REGION:
        raise BucketAlreadyOwnedByYou(BucketName=existing.name)


def _acl(ctx: Context, req: Input, ownership: str) -> Acl | None:
    """The new bucket's ACL: none for others while ACLs are off, and no public one, as public access starts blocked."""
    if ownership not in _OWNERSHIPS:
        raise InvalidArgument(
            f"Invalid x-amz-object-ownership header: {ownership}",
            ArgumentName="x-amz-object-ownership",
            ArgumentValue=ownership,
        )
    mine = canonical_id(ctx.account)
    given = from_headers(req, mine, mine)
    if given is None or given == private(mine):
        return None
    if ownership == ENFORCED:
        raise InvalidBucketAclWithObjectOwnership()
    if given.is_public and not is_legacy(ctx):
        raise InvalidBucketAclWithBlockPublicAccess()
    return given


def _configure(bucket: Bucket, ownership: str, bucket_tags: dict[str, str], has_lock: bool) -> None:
    bucket.configuration["PublicAccessBlock"] = BLOCK_ALL
    bucket.configuration["OwnershipControls"] = ownership
    if bucket_tags:
        bucket.configuration["Tagging"] = bucket_tags
    if has_lock:
        bucket.is_lock_enabled = True
        bucket.versioning = "Enabled"


def _address(ctx: Context, name: str) -> str:
    return f"/{name}" if ctx.region == DEFAULT_REGION else f"http://{name}.s3.amazonaws.com/"


@operation("DeleteBucket")
def delete_bucket(ctx: Context, req: Input) -> None:
    """Remove an empty bucket. Uploads in progress go with it; versions and delete markers do not.

    Raises NoSuchBucket, BucketNotEmpty. Source: API_DeleteBucket; recorded answers.
    """
    bucket = ctx.state.bucket(req["Bucket"])
    if bucket.objects:
        hint = ". You must delete all versions in the bucket." if bucket.versioning else ""
        raise BucketNotEmpty(BucketNotEmpty.message + hint, BucketName=bucket.name)
    del ctx.state.buckets[bucket.name]


@operation("HeadBucket")
def head_bucket(ctx: Context, req: Input) -> Output:
    """Say that the bucket exists, and where. Raises NoSuchBucket. Source: API_HeadBucket; recorded answers."""
    bucket = ctx.state.bucket(req["Bucket"])
    ctx.response_headers.append(("Content-Type", "application/xml"))
    return {
        "BucketRegion": bucket.region,
        "BucketArn": bucket_arn(bucket.name, bucket.region),
        "AccessPointAlias": False,
    }


@operation("GetBucketLocation")
def get_bucket_location(ctx: Context, req: Input) -> Output:
    """The LocationConstraint that made the bucket; none for us-east-1. Raises NoSuchBucket."""
    region = ctx.state.bucket(req["Bucket"]).region
    return {} if region == DEFAULT_REGION else {"LocationConstraint": region}


@operation("ListBuckets")
def list_buckets(ctx: Context, req: Input) -> Output:
    """The caller's buckets in name order. Each tells its region only if the request had any parameter.

    Raises InvalidArgument. Source: API_ListBuckets; recorded answers.
    """
    limit = req.get("MaxBuckets", 10_000)
    if not 1 <= limit <= 10_000:
        raise InvalidArgument(
            "Argument maxBuckets must be an integer between 1 and 10000",
            ArgumentName="max-buckets",
            ArgumentValue=str(limit),
        )
    after = _decode_token(req["ContinuationToken"]) if "ContinuationToken" in req else ""
    prefix, region = req.get("Prefix", ""), req.get("BucketRegion")
    names = sorted(
        bucket.name
        for bucket in ctx.state.buckets.values()
        if bucket.account == ctx.account and bucket.name > after and bucket.name.startswith(prefix)
        if region is None or bucket.region == region
    )
    has_parameters = not req.keys().isdisjoint(("MaxBuckets", "ContinuationToken", "Prefix", "BucketRegion"))
    page = [_entry(ctx.state.buckets[name], has_parameters) for name in names[:limit]]
    output: Output = {"Buckets": page, "Owner": owner(ctx, ctx.account)}
    if "Prefix" in req:
        output["Prefix"] = prefix
    if len(names) > limit:
        output["ContinuationToken"] = base64.urlsafe_b64encode(names[limit - 1].encode()).decode()
    return output


def _entry(bucket: Bucket, shows_region: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "Name": bucket.name,
        "CreationDate": float(int(bucket.created)),
        "BucketArn": bucket_arn(bucket.name, bucket.region),
    }
    if shows_region:
        entry["BucketRegion"] = bucket.region
    return entry


def _decode_token(token: str) -> str:
    try:
        return base64.b64decode(token.encode(), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError):
        raise InvalidArgument(
            "The continuation token provided is incorrect", ArgumentName="continuation-token"
        ) from None
