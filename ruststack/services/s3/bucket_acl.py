"""The ACLs of buckets and objects, read and replaced."""

from __future__ import annotations

from dataclasses import replace

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.s3 import acl, versions
from ruststack.services.s3.acl import Acl
from ruststack.services.s3.bucket_errors import (
    AccessControlListNotSupported,
    MissingSecurityHeader,
    UnexpectedContent,
)
from ruststack.services.s3.events import notify
from ruststack.services.s3.owners import canonical_id
from ruststack.services.s3.ownership import has_acls, refuse_blocked
from ruststack.services.s3.state import Bucket, ObjectVersion


def bucket_acl(bucket: Bucket) -> Acl:
    """The bucket's ACL as it counts: the owner's alone where ACLs are off."""
    own: Acl | None = bucket.acl
    if own is not None and has_acls(bucket):
        return own
    return acl.private(canonical_id(bucket.account))


def object_acl(bucket: Bucket, version: ObjectVersion) -> Acl:
    """The object's ACL as it counts: the bucket owner's alone where ACLs are off."""
    if not has_acls(bucket):
        return acl.private(canonical_id(bucket.account))
    return version.acl if version.acl is not None else acl.private(canonical_id(version.owner))


def _requested(bucket: Bucket, req: Input, owner: str) -> Acl:
    """The ACL that a Put asks for, by headers or by document, but not by both."""
    if not has_acls(bucket):
        raise AccessControlListNotSupported()
    policy = req.get("AccessControlPolicy")
    given = acl.from_headers(req, owner, canonical_id(bucket.account))
    if given is not None and policy is not None:
        raise UnexpectedContent()
    if given is None:
        if policy is None:
            raise MissingSecurityHeader(MissingHeaderName="x-amz-acl")
        given = acl.from_policy(policy, owner)
    refuse_blocked(bucket, given)
    return given


@operation("GetBucketAcl")
def get_bucket_acl(ctx: Context, req: Input) -> Output:
    """Owner and grants. Raises NoSuchBucket. Source: API_GetBucketAcl; recorded answers."""
    return acl.document(ctx, bucket_acl(ctx.state.bucket(req["Bucket"])))


@operation("PutBucketAcl")
def put_bucket_acl(ctx: Context, req: Input) -> None:
    """Replace all grants. Raises NoSuchBucket, AccessControlListNotSupported, MissingSecurityHeader, UnexpectedContent,
    InvalidRequest, InvalidArgument, MalformedACLError, AccessDenied. Source: API_PutBucketAcl; recorded answers.
    """
    bucket = ctx.state.bucket(req["Bucket"])
    bucket.acl = _requested(bucket, req, canonical_id(bucket.account))


@operation("GetObjectAcl")
def get_object_acl(ctx: Context, req: Input) -> Output:
    """Owner and grants of one version. Raises NoSuchBucket, NoSuchKey, NoSuchVersion, MethodNotAllowed for a marker.

    Source: API_GetObjectAcl; recorded answers.
    """
    bucket = ctx.state.bucket(req["Bucket"])
    version = versions.readable(bucket, req["Key"], req.get("VersionId"), "GET")
    output = acl.document(ctx, object_acl(bucket, version))
    if bucket.versioning:
        ctx.response_headers.append(("x-amz-version-id", version.version_id))
    return output


@operation("PutObjectAcl")
def put_object_acl(ctx: Context, req: Input) -> None:
    """Replace all grants of one version; a delete marker has none, even as the newest version.

    Raises as PutBucketAcl, and NoSuchKey, NoSuchVersion, MethodNotAllowed. Source: API_PutObjectAcl; recorded answers.
    """
    bucket = ctx.state.bucket(req["Bucket"])
    version = _writable(bucket, req["Key"], req.get("VersionId"))
    given = _requested(bucket, req, canonical_id(version.owner))
    versions.replace(bucket, version, replace(version, acl=given))
    notify(ctx, bucket, "ObjectAcl:Put", version)
    if bucket.versioning:
        ctx.response_headers.append(("x-amz-version-id", version.version_id))


def _writable(bucket: Bucket, key: str, version_id: str | None) -> ObjectVersion:
    newest = bucket.objects.get(key, (None,))[0]
    if version_id is None and newest is not None and newest.is_marker:
        raise versions.marker_refusal(newest, "PUT")
    return versions.readable(bucket, key, version_id, "PUT")
