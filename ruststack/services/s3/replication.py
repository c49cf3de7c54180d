"""Replication as checked configuration: it is stored and shown, and nothing is copied."""

from __future__ import annotations

from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.s3.bucket_errors import ReplicationConfigurationNotFound
from ruststack.services.s3.errors import InvalidRequest, MalformedXML
from ruststack.services.s3.state import Bucket


@operation("PutBucketReplication")
def put_bucket_replication(ctx: Context, req: Input) -> None:
    """Both ends must keep versions. A rule without an id gets one.

    Raises NoSuchBucket, InvalidRequest, MalformedXML. Source: API_PutBucketReplication; recorded answers.
    """
    bucket: Bucket = ctx.state.bucket(req["Bucket"])
    given = req["ReplicationConfiguration"]
    if bucket.versioning != "Enabled":
        raise InvalidRequest("Versioning must be 'Enabled' on the bucket to apply a replication configuration")
    if not given["Rules"]:
        raise MalformedXML()
    for rule in given["Rules"]:
        _check_destination(ctx, rule["Destination"]["Bucket"])
    rules = [{"ID": rule.get("ID") or ctx.ids.hex(32), **_without_id(rule)} for rule in given["Rules"]]
    bucket.configuration["ReplicationConfiguration"] = {"Role": given["Role"], "Rules": rules}


def _without_id(rule: dict[str, Any]) -> dict[str, Any]:
    return {member: value for member, value in rule.items() if member != "ID"}


def _check_destination(ctx: Context, arn: str) -> None:
    """A destination that does not exist is told to keep versions too. Source: recorded answers."""
    target: Bucket | None = ctx.state.buckets.get(arn.rpartition(":::")[2])
    if target is None or target.versioning != "Enabled":
        raise InvalidRequest("Destination bucket must have versioning enabled.")


@operation("GetBucketReplication")
def get_bucket_replication(ctx: Context, req: Input) -> Output:
    """Raises NoSuchBucket, ReplicationConfigurationNotFoundError. Source: API_GetBucketReplication."""
    bucket: Bucket = ctx.state.bucket(req["Bucket"])
    stored = bucket.configuration.get("ReplicationConfiguration")
    if stored is None:
        raise ReplicationConfigurationNotFound(BucketName=bucket.name)
    return {"ReplicationConfiguration": stored}


@operation("DeleteBucketReplication")
def delete_bucket_replication(ctx: Context, req: Input) -> None:
    """Raises NoSuchBucket. Source: API_DeleteBucketReplication."""
    ctx.state.bucket(req["Bucket"]).configuration.pop("ReplicationConfiguration", None)
