"""A bucket's policy, stored as it came, and whether it makes the bucket public."""

from __future__ import annotations

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.s3 import policy_document
from ruststack.services.s3.bucket_acl import bucket_acl
from ruststack.services.s3.bucket_errors import NoSuchBucketPolicy
from ruststack.services.s3.errors import AccessDenied
from ruststack.services.s3.ownership import blocks
from ruststack.services.s3.policy import is_public
from ruststack.services.s3.state import Bucket


def _policy(bucket: Bucket) -> str:
    text: str | None = bucket.configuration.get("Policy")
    if text is None:
        raise NoSuchBucketPolicy(BucketName=bucket.name)
    return text


@operation("PutBucketPolicy")
def put_bucket_policy(ctx: Context, req: Input) -> None:
    """Store the policy if it is well-formed, and not public where the bucket blocks that.

    Raises NoSuchBucket, MalformedPolicy, AccessDenied. Source: API_PutBucketPolicy.
    """
    bucket: Bucket = ctx.state.bucket(req["Bucket"])
    text = req["Policy"]
    policy_document.check(text, bucket.name)
    if blocks(bucket, "BlockPublicPolicy") and is_public(text):
        raise AccessDenied()
    bucket.configuration["Policy"] = text
    ctx.response_status = 204


@operation("GetBucketPolicy")
def get_bucket_policy(ctx: Context, req: Input) -> Output:
    """The policy, letter by letter. Raises NoSuchBucket, NoSuchBucketPolicy. Source: recorded answers."""
    output = {"Policy": _policy(ctx.state.bucket(req["Bucket"]))}
    ctx.response_headers.append(("Content-Type", "application/json"))
    return output


@operation("DeleteBucketPolicy")
def delete_bucket_policy(ctx: Context, req: Input) -> None:
    """Raises NoSuchBucket. Source: API_DeleteBucketPolicy; recorded answers."""
    ctx.state.bucket(req["Bucket"]).configuration.pop("Policy", None)


@operation("GetBucketPolicyStatus")
def get_bucket_policy_status(ctx: Context, req: Input) -> Output:
    """Whether the bucket is public, by its policy or by its ACL; one without a policy has a status too.

    Raises NoSuchBucket. Source: API_GetBucketPolicyStatus ("indicating whether the bucket is public"); user guide, "The
    meaning of public"; ceph/s3-tests. Unknown: users report NoSuchBucketPolicy without a policy; one call would tell.
    """
    bucket: Bucket = ctx.state.bucket(req["Bucket"])
    text = bucket.configuration.get("Policy")
    has_public_policy = text is not None and is_public(text)
    return {"PolicyStatus": {"IsPublic": has_public_policy or bucket_acl(bucket).is_public}}
