"""Object ownership and the public access block: who owns what is written, and whether ACLs count at all."""

from __future__ import annotations

from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.s3 import acl
from ruststack.services.s3.acl import Acl
from ruststack.services.s3.bucket_errors import (
    AccessControlListNotSupported,
    InvalidBucketAclWithObjectOwnership,
    NoSuchPublicAccessBlockConfiguration,
    OwnershipControlsNotFound,
)
from ruststack.services.s3.errors import AccessDenied, MalformedXML
from ruststack.services.s3.owners import canonical_id
from ruststack.services.s3.state import Bucket

ENFORCED = "BucketOwnerEnforced"
_ACL_MEMBERS = frozenset(("ACL", "GrantRead", "GrantWrite", "GrantReadACP", "GrantWriteACP", "GrantFullControl"))
_BLOCK_MEMBERS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
BLOCK_ALL = dict.fromkeys(_BLOCK_MEMBERS, True)


def has_acls(bucket: Bucket) -> bool:
    """Whether the bucket's ACLs count: not with BucketOwnerEnforced."""
    return bucket.configuration.get("OwnershipControls") != ENFORCED


def blocks(bucket: Bucket, member: str) -> bool:
    """One switch of the bucket's public access block, by its AWS name."""
    block = bucket.configuration.get("PublicAccessBlock")
    return block is not None and bool(block[member])


def caller(ctx: Context) -> str:
    """The caller's account id, or ``""`` without credentials."""
    return "" if ctx.access_key is None else ctx.account


def refuse_blocked(bucket: Bucket, given: Acl) -> None:
    """Raises AccessDenied for a public ACL where the bucket blocks those."""
    if given.is_public and blocks(bucket, "BlockPublicAcls"):
        raise AccessDenied()


def new_object_acl(ctx: Context, bucket: Bucket, req: Input) -> tuple[str, Acl | None]:
    """Owner (an account id, ``""`` for nobody's) and ACL of an object that the caller is about to write.

    ``req`` may hold ACL and the Grant members. An ACL of None is the private one of the owner.
    Raises AccessControlListNotSupported, AccessDenied for a blocked public ACL, and what ``acl.from_headers`` raises.
    """
    if not has_acls(bucket):
        if not _ACL_MEMBERS.isdisjoint(req):
            _refuse_all_but_full_control(bucket, req)
        return bucket.account, None
    owner = caller(ctx)
    prefers = bucket.configuration.get("OwnershipControls") == "BucketOwnerPreferred"
    if prefers and req.get("ACL") == "bucket-owner-full-control":
        owner = bucket.account
    given = acl.from_headers(req, canonical_id(owner), canonical_id(bucket.account))
    if given is not None:
        refuse_blocked(bucket, given)
    return owner, given


def _refuse_all_but_full_control(bucket: Bucket, req: Input) -> None:
    owner = canonical_id(bucket.account)
    given = acl.from_headers(req, owner, owner)
    if req.get("ACL") != "bucket-owner-full-control" and (req.get("ACL") or given != acl.private(owner)):
        raise AccessControlListNotSupported()


@operation("PutBucketOwnershipControls")
def put_bucket_ownership_controls(ctx: Context, req: Input) -> None:
    """Say who owns new objects. ACLs can only be turned off when the bucket's own grants nothing to others.

    Raises NoSuchBucket, MalformedXML, InvalidBucketAclWithObjectOwnership. Source: API_PutBucketOwnershipControls.
    """
    bucket = ctx.state.bucket(req["Bucket"])
    rules = req["OwnershipControls"]["Rules"]
    if len(rules) != 1:
        raise MalformedXML()
    setting = rules[0]["ObjectOwnership"]
    if setting == ENFORCED and bucket.acl not in (None, acl.private(canonical_id(bucket.account))):
        raise InvalidBucketAclWithObjectOwnership()
    bucket.configuration["OwnershipControls"] = setting


@operation("GetBucketOwnershipControls")
def get_bucket_ownership_controls(ctx: Context, req: Input) -> Output:
    """Raises NoSuchBucket, OwnershipControlsNotFoundError. Source: API_GetBucketOwnershipControls."""
    bucket = ctx.state.bucket(req["Bucket"])
    setting = bucket.configuration.get("OwnershipControls")
    if setting is None:
        raise OwnershipControlsNotFound(BucketName=bucket.name)
    return {"OwnershipControls": {"Rules": [{"ObjectOwnership": setting}]}}


@operation("DeleteBucketOwnershipControls")
def delete_bucket_ownership_controls(ctx: Context, req: Input) -> None:
    """Without controls the writer owns the object. Raises NoSuchBucket. Source: API_DeleteBucketOwnershipControls."""
    ctx.state.bucket(req["Bucket"]).configuration.pop("OwnershipControls", None)


@operation("PutPublicAccessBlock")
def put_public_access_block(ctx: Context, req: Input) -> None:
    """Set all four switches; one that is left out is off.

    Raises NoSuchBucket, MalformedXML. Source: API_PutPublicAccessBlock; recorded answers.
    """
    bucket = ctx.state.bucket(req["Bucket"])
    given: dict[str, Any] = req["PublicAccessBlockConfiguration"]
    if not given:
        raise MalformedXML()
    bucket.configuration["PublicAccessBlock"] = {member: bool(given.get(member)) for member in _BLOCK_MEMBERS}


@operation("GetPublicAccessBlock")
def get_public_access_block(ctx: Context, req: Input) -> Output:
    """Raises NoSuchBucket, NoSuchPublicAccessBlockConfiguration. Source: API_GetPublicAccessBlock; recorded answers."""
    bucket = ctx.state.bucket(req["Bucket"])
    block = bucket.configuration.get("PublicAccessBlock")
    if block is None:
        raise NoSuchPublicAccessBlockConfiguration(BucketName=bucket.name)
    return {"PublicAccessBlockConfiguration": block}


@operation("DeletePublicAccessBlock")
def delete_public_access_block(ctx: Context, req: Input) -> None:
    """Nothing is blocked any more. Raises NoSuchBucket. Source: API_DeletePublicAccessBlock; recorded answers."""
    ctx.state.bucket(req["Bucket"]).configuration.pop("PublicAccessBlock", None)
