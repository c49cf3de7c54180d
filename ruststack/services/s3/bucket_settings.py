"""The small settings of a bucket: versioning, tags, encryption, acceleration, who pays, and where access is logged."""

from __future__ import annotations

from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.s3.bucket_errors import (
    BadRequest,
    CrossLocationLoggingProhibited,
    IllegalVersioningConfiguration,
    InvalidBucketState,
    InvalidTargetBucketForLogging,
    NoSuchTagSet,
)
from ruststack.services.s3.errors import AccessDenied, InvalidArgument, InvalidRequest, MalformedXML
from ruststack.services.s3.state import Bucket
from ruststack.services.s3.tag_rules import tags

_TAG_LIMIT = 50
_DEFAULT_ENCRYPTION: dict[str, Any] = {
    "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}]
}


@operation("PutBucketVersioning")
def put_bucket_versioning(ctx: Context, req: Input) -> None:
    """Enable or suspend versions; once enabled, they never go off again. MFA delete needs the header of a device.

    Raises NoSuchBucket, IllegalVersioningConfigurationException, AccessDenied, InvalidBucketState.
    Source: API_PutBucketVersioning; recorded answers.
    """
    bucket: Bucket = ctx.state.bucket(req["Bucket"])
    given = req["VersioningConfiguration"]
    status = given.get("Status")
    if status is None:
        raise IllegalVersioningConfiguration()
    if "Enabled" in (given.get("MFADelete"), bucket.mfa_delete) and "MFA" not in req:
        raise AccessDenied("Mfa Authentication must be used for this request")
    if status == "Suspended":
        _refuse_suspension(bucket)
    bucket.versioning = status
    bucket.mfa_delete = given.get("MFADelete", bucket.mfa_delete)


def _refuse_suspension(bucket: Bucket) -> None:
    for present, name in (
        (bucket.is_lock_enabled, "An Object Lock configuration"),
        ("ReplicationConfiguration" in bucket.configuration, "A replication configuration"),
    ):
        if present:
            raise InvalidBucketState(f"{name} is present on this bucket, so the versioning state cannot be changed.")


@operation("GetBucketVersioning")
def get_bucket_versioning(ctx: Context, req: Input) -> Output:
    """Nothing at all for a bucket that never had versions. Raises NoSuchBucket. Source: API_GetBucketVersioning."""
    bucket: Bucket = ctx.state.bucket(req["Bucket"])
    shown = {"Status": bucket.versioning, "MFADelete": bucket.mfa_delete}
    return {member: value for member, value in shown.items() if value}


@operation("PutBucketTagging")
def put_bucket_tagging(ctx: Context, req: Input) -> None:
    """Replace the bucket's whole tag set; an empty one is no tag set.

    Raises NoSuchBucket, InvalidTag, BadRequest. Source: API_PutBucketTagging; recorded answers.
    """
    bucket: Bucket = ctx.state.bucket(req["Bucket"])
    checked = tags(req["Tagging"]["TagSet"], "System tags cannot be added/updated by requester")
    if len(checked) > _TAG_LIMIT:
        raise BadRequest(f"Bucket tag count cannot be greater than {_TAG_LIMIT}")
    bucket.configuration["Tagging"] = checked
    ctx.response_status = 204


@operation("GetBucketTagging")
def get_bucket_tagging(ctx: Context, req: Input) -> Output:
    """Raises NoSuchBucket, NoSuchTagSet. Source: API_GetBucketTagging; recorded answers."""
    bucket: Bucket = ctx.state.bucket(req["Bucket"])
    stored = bucket.configuration.get("Tagging")
    if not stored:
        raise NoSuchTagSet(BucketName=bucket.name)
    return {"TagSet": [{"Key": key, "Value": value} for key, value in stored.items()]}


@operation("DeleteBucketTagging")
def delete_bucket_tagging(ctx: Context, req: Input) -> None:
    """Raises NoSuchBucket. Source: API_DeleteBucketTagging."""
    ctx.state.bucket(req["Bucket"]).configuration.pop("Tagging", None)


@operation("PutBucketEncryption")
def put_bucket_encryption(ctx: Context, req: Input) -> None:
    """Say how new objects are encrypted when their request does not.

    Raises NoSuchBucket, MalformedXML, InvalidArgument. Source: API_PutBucketEncryption.
    """
    bucket: Bucket = ctx.state.bucket(req["Bucket"])
    given = req["ServerSideEncryptionConfiguration"]
    if len(given["Rules"]) != 1:
        raise MalformedXML()
    rule = given["Rules"][0]
    default = rule.get("ApplyServerSideEncryptionByDefault")
    if default is None and "BlockedEncryptionTypes" not in rule:
        raise MalformedXML()
    if default and default.get("KMSMasterKeyID") and default["SSEAlgorithm"] == "AES256":
        raise InvalidArgument(
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
            ArgumentName="ApplyServerSideEncryptionByDefault",
        )
    filled = {**rule, "BucketKeyEnabled": rule.get("BucketKeyEnabled", False)}
    filled.setdefault("ApplyServerSideEncryptionByDefault", {"SSEAlgorithm": "AES256"})
    bucket.configuration["ServerSideEncryptionConfiguration"] = {"Rules": [filled]}


@operation("GetBucketEncryption")
def get_bucket_encryption(ctx: Context, req: Input) -> Output:
    """Every bucket is encrypted: by S3's own keys unless told otherwise. Raises NoSuchBucket."""
    stored = ctx.state.bucket(req["Bucket"]).configuration.get("ServerSideEncryptionConfiguration")
    return {"ServerSideEncryptionConfiguration": stored or _DEFAULT_ENCRYPTION}


@operation("DeleteBucketEncryption")
def delete_bucket_encryption(ctx: Context, req: Input) -> None:
    """Back to S3's own keys. Raises NoSuchBucket. Source: API_DeleteBucketEncryption."""
    ctx.state.bucket(req["Bucket"]).configuration.pop("ServerSideEncryptionConfiguration", None)


@operation("PutBucketAccelerateConfiguration")
def put_bucket_accelerate_configuration(ctx: Context, req: Input) -> None:
    """Suspending what was never enabled leaves no trace.

    Raises NoSuchBucket, MalformedXML, InvalidRequest. Source: API_PutBucketAccelerateConfiguration.
    """
    bucket: Bucket = ctx.state.bucket(req["Bucket"])
    if "." in bucket.name:
        raise InvalidRequest("S3 Transfer Acceleration is not supported for buckets with periods (.) in their names")
    status = req["AccelerateConfiguration"].get("Status")
    if status is None:
        raise MalformedXML()
    if status == "Enabled" or "AccelerateConfiguration" in bucket.configuration:
        bucket.configuration["AccelerateConfiguration"] = status


@operation("GetBucketAccelerateConfiguration")
def get_bucket_accelerate_configuration(ctx: Context, req: Input) -> Output:
    """Nothing for a bucket that was never accelerated. Raises NoSuchBucket."""
    status = ctx.state.bucket(req["Bucket"]).configuration.get("AccelerateConfiguration")
    return {"Status": status} if status else {}


@operation("PutBucketRequestPayment")
def put_bucket_request_payment(ctx: Context, req: Input) -> None:
    """Raises NoSuchBucket, MalformedXML. Source: API_PutBucketRequestPayment; recorded answers."""
    bucket: Bucket = ctx.state.bucket(req["Bucket"])
    payer = req["RequestPaymentConfiguration"].get("Payer")
    if payer not in ("Requester", "BucketOwner"):
        raise MalformedXML()
    bucket.configuration["RequestPayment"] = payer


@operation("GetBucketRequestPayment")
def get_bucket_request_payment(ctx: Context, req: Input) -> Output:
    """The owner pays unless told otherwise. Raises NoSuchBucket. Source: API_GetBucketRequestPayment."""
    return {"Payer": ctx.state.bucket(req["Bucket"]).configuration.get("RequestPayment", "BucketOwner")}


@operation("PutBucketLogging")
def put_bucket_logging(ctx: Context, req: Input) -> None:
    """Name the bucket that access is logged to; an empty document stops logging. The log itself is not written.

    Raises NoSuchBucket, InvalidTargetBucketForLogging, CrossLocationLoggingProhibitted.
    Source: API_PutBucketLogging; recorded answers.
    """
    bucket: Bucket = ctx.state.bucket(req["Bucket"])
    enabled = req["BucketLoggingStatus"].get("LoggingEnabled")
    if enabled is None:
        bucket.configuration.pop("LoggingEnabled", None)
        return
    name = enabled["TargetBucket"]
    target: Bucket | None = ctx.state.buckets.get(name)
    if target is None:
        raise InvalidTargetBucketForLogging(TargetBucket=name)
    if target.account != bucket.account:
        raise InvalidTargetBucketForLogging(
            "The owner for the bucket to be logged and the target bucket must be the same.", TargetBucket=name
        )
    if target.region != bucket.region:
        raise CrossLocationLoggingProhibited(TargetBucketLocation=target.region)
    bucket.configuration["LoggingEnabled"] = enabled


@operation("GetBucketLogging")
def get_bucket_logging(ctx: Context, req: Input) -> Output:
    """Raises NoSuchBucket. Source: API_GetBucketLogging; recorded answers."""
    enabled = ctx.state.bucket(req["Bucket"]).configuration.get("LoggingEnabled")
    return {"LoggingEnabled": enabled} if enabled else {}
