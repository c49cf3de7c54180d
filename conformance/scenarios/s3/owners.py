"""Who owns the bucket, who pays, and whether it is there: what every operation asks before anything else."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.s3.multipart import begun, sent

OTHER = {"ExpectedBucketOwner": "123456789012"}
GETS = [
    "get_bucket_accelerate_configuration",
    "get_bucket_acl",
    "get_bucket_cors",
    "get_bucket_encryption",
    "get_bucket_lifecycle_configuration",
    "get_bucket_location",
    "get_bucket_logging",
    "get_bucket_notification_configuration",
    "get_bucket_ownership_controls",
    "get_bucket_policy",
    "get_bucket_policy_status",
    "get_bucket_replication",
    "get_bucket_request_payment",
    "get_bucket_tagging",
    "get_bucket_versioning",
    "get_bucket_website",
    "get_object_lock_configuration",
    "get_public_access_block",
    "list_object_versions",
    "list_objects",
    "list_objects_v2",
    "list_multipart_uploads",
    "list_bucket_analytics_configurations",
    "list_bucket_inventory_configurations",
    "list_bucket_metrics_configurations",
    "list_bucket_intelligent_tiering_configurations",
]
DELETES = [
    "delete_bucket_cors",
    "delete_bucket_encryption",
    "delete_bucket_lifecycle",
    "delete_bucket_ownership_controls",
    "delete_bucket_policy",
    "delete_bucket_replication",
    "delete_bucket_tagging",
    "delete_bucket_website",
    "delete_public_access_block",
]
PUTS: dict[str, dict[str, Any]] = {
    "put_bucket_acl": {"ACL": "private"},
    "put_bucket_request_payment": {"RequestPaymentConfiguration": {"Payer": "Requester"}},
    "put_bucket_tagging": {"Tagging": {"TagSet": [{"Key": "a", "Value": "1"}]}},
    "put_bucket_versioning": {"VersioningConfiguration": {"Status": "Enabled"}},
    "put_bucket_accelerate_configuration": {"AccelerateConfiguration": {"Status": "Enabled"}},
    "put_bucket_ownership_controls": {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}},
    "put_bucket_notification_configuration": {"NotificationConfiguration": {}},
    "put_public_access_block": {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}},
    "put_bucket_website": {"WebsiteConfiguration": {"IndexDocument": {"Suffix": "index.html"}}},
    "put_bucket_logging": {"BucketLoggingStatus": {}},
}
OBJECT_GETS = ["head_object", "get_object", "get_object_acl", "get_object_tagging"]


@scenario("s3/expected_owner_of_reads")
def expected_owner_of_reads(t: Driver) -> None:
    """A read that names another owner of the bucket is AccessDenied, whatever the configuration."""
    bucket = t.bucket()
    for call in GETS:
        t.fails("AccessDenied", getattr(t.client(), call), Bucket=bucket, **OTHER)


@scenario("s3/expected_owner_of_deletes")
def expected_owner_of_deletes(t: Driver) -> None:
    """A delete that names another owner is AccessDenied; that of the bucket too."""
    bucket = t.bucket()
    for call in (*DELETES, "delete_bucket"):
        t.fails("AccessDenied", getattr(t.client(), call), Bucket=bucket, **OTHER)


@scenario("s3/expected_owner_of_puts")
def expected_owner_of_puts(t: Driver) -> None:
    """A configuration for a bucket of another owner is AccessDenied."""
    bucket = t.bucket()
    for call, params in PUTS.items():
        t.fails("AccessDenied", getattr(t.client(), call), Bucket=bucket, **params, **OTHER)


@scenario("s3/expected_owner_of_objects")
def expected_owner_of_objects(t: Driver) -> None:
    """Objects too: read, written, tagged, copied, deleted."""
    s3, bucket = t.client(), t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    where = {"Bucket": bucket, "Key": "k", **OTHER}
    t.fails("403", s3.head_object, **where)
    for call in ("get_object", "get_object_acl", "get_object_tagging", "delete_object_tagging"):
        t.fails("AccessDenied", getattr(s3, call), **where)
    t.fails("AccessDenied", s3.put_object, **where, Body=b"y")
    t.fails("AccessDenied", s3.put_object_tagging, **where, Tagging={"TagSet": []})
    t.fails("AccessDenied", s3.put_object_acl, **where, ACL="private")
    t.fails("AccessDenied", s3.get_object_attributes, **where, ObjectAttributes=["ETag"])
    t.fails("AccessDenied", s3.copy_object, **where, CopySource=f"{bucket}/k", MetadataDirective="REPLACE")
    t.step("the owner of the source")
    source = {"CopySource": f"{bucket}/k", "ExpectedSourceBucketOwner": "123456789012"}
    t.fails("AccessDenied", s3.copy_object, Bucket=bucket, Key="copy", **source)
    t.step("deleted")
    t.fails("AccessDenied", s3.delete_objects, Bucket=bucket, Delete={"Objects": [{"Key": "k"}]}, **OTHER)
    t.fails("AccessDenied", s3.delete_object, **where)


@scenario("s3/expected_owner_of_uploads")
def expected_owner_of_uploads(t: Driver) -> None:
    """An upload is begun, fed, listed, completed and aborted by the owner that is expected, or not at all."""
    s3, bucket = t.client(), t.bucket()
    t.fails("AccessDenied", s3.create_multipart_upload, Bucket=bucket, Key="k", **OTHER)
    where = begun(t, bucket)
    part = sent(t, where, 1, b"x")
    t.fails("AccessDenied", s3.upload_part, **where, **OTHER, PartNumber=1, Body=b"y")
    t.fails("AccessDenied", s3.list_parts, **where, **OTHER)
    t.fails("AccessDenied", s3.complete_multipart_upload, **where, **OTHER, MultipartUpload={"Parts": [part]})
    t.fails("AccessDenied", s3.abort_multipart_upload, **where, **OTHER)


@scenario("s3/expected_owner_right")
def expected_owner_right(t: Driver) -> None:
    """The right owner changes nothing."""
    s3, bucket = t.client(), t.bucket()
    mine = {"Bucket": bucket, "ExpectedBucketOwner": t.account_id()}
    s3.put_object(**mine, Key="k", Body=b"x")
    s3.get_object(**mine, Key="k")
    s3.get_bucket_versioning(**mine)
    s3.delete_object(**mine, Key="k")


@scenario("s3/request_payer")
def request_payer(t: Driver) -> None:
    """Where the owner pays, an offer to pay is passed over and not answered."""
    s3, bucket = t.client(), t.bucket()
    where, pays = {"Bucket": bucket, "Key": "k"}, {"RequestPayer": "requester"}
    s3.put_object(**where, Body=b"x", **pays)
    for call in OBJECT_GETS:
        getattr(s3, call)(**where, **pays)
    s3.list_objects_v2(Bucket=bucket, **pays)
    s3.delete_object(**where, **pays)


@scenario("s3/missing_bucket_reads")
def missing_bucket_reads(t: Driver) -> None:
    """Every read of a bucket that is not there is NoSuchBucket and names it."""
    name = t.name()
    for call in GETS:
        t.fails("NoSuchBucket", getattr(t.client(), call), Bucket=name)


@scenario("s3/missing_bucket_deletes")
def missing_bucket_deletes(t: Driver) -> None:
    """Every delete in a bucket that is not there is NoSuchBucket."""
    name = t.name()
    for call in (*DELETES, "delete_bucket"):
        t.fails("NoSuchBucket", getattr(t.client(), call), Bucket=name)
    for call in ("analytics", "inventory", "metrics", "intelligent_tiering"):
        t.fails("NoSuchBucket", getattr(t.client(), f"delete_bucket_{call}_configuration"), Bucket=name, Id="i")


@scenario("s3/missing_bucket_puts")
def missing_bucket_puts(t: Driver) -> None:
    """Every configuration of a bucket that is not there is NoSuchBucket."""
    name = t.name()
    for call, params in PUTS.items():
        t.fails("NoSuchBucket", getattr(t.client(), call), Bucket=name, **params)


@scenario("s3/missing_bucket_objects")
def missing_bucket_objects(t: Driver) -> None:
    """Every call for an object in a bucket that is not there is NoSuchBucket, and HEAD a bare 404."""
    s3, name = t.client(), t.name()
    where = {"Bucket": name, "Key": "k"}
    missing = "NoSuchBucket"
    t.fails("404", s3.head_object, **where)
    for call in (*OBJECT_GETS[1:], "delete_object", "delete_object_tagging", "get_object_retention"):
        t.fails(missing, getattr(s3, call), **where)
    t.fails(missing, s3.put_object, **where, Body=b"x")
    t.fails(missing, s3.put_object_legal_hold, **where, LegalHold={"Status": "ON"})
    t.fails(missing, s3.create_multipart_upload, **where)
    t.fails(missing, s3.delete_objects, Bucket=name, Delete={"Objects": [{"Key": "k"}]})
    t.fails(missing, s3.copy_object, **where, CopySource=f"{t.bucket()}/k")
