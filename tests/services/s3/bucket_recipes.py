"""How to provoke each error that AWS was recorded to answer to operations on buckets and ACLs.

A recipe is known by operation, the name under which the answer was recorded, and code; it gets the wire, the row, and
an empty bucket named ``bucket``. It raises the error, or returns the raw answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.services.s3.wire import Wire

Recipe = Callable[[Wire, dict[str, Any]], Any]
RECIPES: dict[tuple[str | None, str, str], Recipe] = {}
B = "bucket"
GONE = "does-not-exist-localstack-test"
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:queue"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:my-lambda"
CREATED = ["s3:ObjectCreated:*"]


def recipe(operation: str | None, name: str, code: str) -> Callable[[Recipe], Recipe]:
    def keep(function: Recipe) -> Recipe:
        assert (operation, name, code) not in RECIPES
        RECIPES[operation, name, code] = function
        return function

    return keep


def put(wire: Wire, key: str = "key", **req: Any) -> dict[str, Any]:
    return wire.PutObject(Bucket=B, Key=key, Body=b"data", **req)


# Creating and deleting


def create(wire: Wire, region: str, constraint: str | None, name: str = "other-bucket") -> None:
    settings = {"CreateBucketConfiguration": {"LocationConstraint": constraint}} if constraint else {}
    wire.in_region(region).CreateBucket(Bucket=name, **settings)


@recipe("CreateBucket", "xml-error-create-bucket", "AuthorizationHeaderMalformed")
def _(wire, row):
    return wire.signed("PUT", "/other-bucket", region="aws-global")


@recipe("CreateBucket", "create-bucket-us-west-1", "BucketAlreadyOwnedByYou")
def _(wire, row):
    create(wire, "us-west-1", "us-west-1")
    create(wire, "us-west-1", "us-west-1")


@recipe("CreateBucket", "create-bucket-us-west-1-constraint-to-us-east-1", "IllegalLocationConstraintException")
def _(wire, row):
    create(wire, "us-west-1", "us-east-1")


@recipe("CreateBucket", "create-bucket-us-west-1-constraint-to-us-east-2", "IllegalLocationConstraintException")
def _(wire, row):
    create(wire, "us-west-1", "us-east-2")


@recipe("CreateBucket", "create-bucket-us-east-2-constraint-to-us-west-1", "IllegalLocationConstraintException")
def _(wire, row):
    create(wire, "us-east-2", "us-west-1")


@recipe("CreateBucket", "eu-location-constraint-error", "IllegalLocationConstraintException")
def _(wire, row):
    create(wire, "us-west-2", "EU")


@recipe("CreateBucket", "create-bucket-us-east-2-no-constraint-exc", "IllegalLocationConstraintException")
def _(wire, row):
    create(wire, "us-east-2", None)


@recipe("CreateBucket", "create-bucket-constraint-us-east-1", "InvalidLocationConstraint")
def _(wire, row):
    create(wire, "us-east-1", "us-east-1")


@recipe("CreateBucket", "uppercase-bucket", "InvalidBucketName")
def _(wire, row):
    return wire.signed("PUT", "/UPPER-case")


def create_tagged(wire: Wire, *tags: tuple[str, ...]) -> None:
    listed = [dict(zip(("Key", "Value"), tag, strict=False)) for tag in tags]
    wire.CreateBucket(Bucket="other-bucket", CreateBucketConfiguration={"Tags": listed})


@recipe("CreateBucket", "tags-key-aws-duplicated-key", "InternalError")
def _(wire, row):
    create_tagged(wire, ("test", "a"), ("test", "b"))


@recipe("CreateBucket", "tags-key-aws-bad-key", "InvalidTag")
def _(wire, row):
    create_tagged(wire, ("test,test2", "value"))


@recipe("CreateBucket", "tags-key-aws-bad-value", "InvalidTag")
def _(wire, row):
    create_tagged(wire, ("test", "value1,value2"))


@recipe("CreateBucket", "tags-key-aws-prefix", "InvalidTag")
def _(wire, row):
    create_tagged(wire, ("aws:test", "value"))


@recipe("CreateBucket", "tags-key-none", "MalformedXML")
def _(wire, row):
    create_tagged(wire, ("test",))


@recipe("DeleteBucket", "delete-with-obj", "BucketNotEmpty")
def _(wire, row):
    put(wire)
    wire.DeleteBucket(Bucket=B)


@recipe("DeleteBucket", "delete-with-obj-and-delete-marker", "BucketNotEmpty")
def _(wire, row):
    wire.PutBucketVersioning(Bucket=B, VersioningConfiguration={"Status": "Enabled"})
    put(wire)
    wire.DeleteObject(Bucket=B, Key="key")
    wire.DeleteBucket(Bucket=B)


# What is not there


def absent(operation: str, name: str, code: str, **req: Any) -> None:
    """A recipe that asks for something that does not exist."""

    @recipe(operation, name, code)
    def ask(wire: Wire, row: dict[str, Any]) -> None:
        getattr(wire, operation)(**{"Bucket": B, **req})


absent("DeleteBucket", "expected_error", "NoSuchBucket", Bucket=GONE)
absent("DeleteBucketAnalyticsConfiguration", "delete_config_with_storage_analysis_err", "NoSuchConfiguration", Id="id")
absent(
    "DeleteBucketIntelligentTieringConfiguration",
    "delete_bucket_intelligent_tiering_configuration_err_1",
    "NoSuchBucket",
    Bucket=GONE,
    Id="id",
)
absent(
    "DeleteBucketIntelligentTieringConfiguration",
    "delete_bucket_intelligent_tiering_configuration_err_2",
    "NoSuchConfiguration",
    Id="non-existing-id",
)
absent("DeleteBucketMetricsConfiguration", "delete_bucket_metrics_configuration_2", "NoSuchConfiguration", Id="id")
absent("GetBucketAcl", "get-bucket-not-exists", "NoSuchBucket", Bucket="bucket-not-exists")
absent("GetBucketAnalyticsConfiguration", "get_config_with_storage_analysis_err", "NoSuchConfiguration", Id="id")
absent("GetBucketCors", "get-cors-deleted", "NoSuchCORSConfiguration")
absent("GetBucketLifecycleConfiguration", "get-bucket-lifecycle-exc-1", "NoSuchLifecycleConfiguration")
absent("GetBucketLocation", "get-bucket-location-non-existent-bucket", "NoSuchBucket", Bucket=GONE)
absent("GetBucketNotificationConfiguration", "get_bucket_notification_configuration_error", "NoSuchBucket", Bucket=GONE)
absent("GetBucketPolicy", "get-bucket-policy-no-such-bucket-policy", "NoSuchBucketPolicy")
absent("GetBucketTagging", "get-bucket-tags-empty", "NoSuchTagSet")
absent("GetBucketWebsite", "get-no-such-website-config", "NoSuchWebsiteConfiguration")
absent(
    "GetBucketPolicy",
    "get-bucket-policy-with-expected-bucket-owner-error",
    "AccessDenied",
    ExpectedBucketOwner="000000000002",
)
absent(
    "PutBucketRequestPayment",
    "wrong-bucket-name",
    "NoSuchBucket",
    Bucket=GONE,
    RequestPaymentConfiguration={"Payer": "Requester"},
)


@recipe("GetBucketPolicy", "get-bucket-policy-invalid-bucket-owner", "InvalidBucketOwnerAWSAccountID")
def _(wire, row):
    wire.GetBucketPolicy(Bucket=B, ExpectedBucketOwner=re.search(r"\[(.*)\]", row["message"])[1])


@recipe("GetPublicAccessBlock", "get-public-access-block-after-delete", "NoSuchPublicAccessBlockConfiguration")
def _(wire, row):
    wire.DeletePublicAccessBlock(Bucket=B)
    wire.GetPublicAccessBlock(Bucket=B)


# ACLs


def with_acls(wire: Wire) -> str:
    """Turns ACLs on; the owner's canonical id."""
    wire.DeletePublicAccessBlock(Bucket=B)
    wire.PutBucketOwnershipControls(Bucket=B, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    return str(wire.GetBucketAcl(Bucket=B)["Owner"]["ID"])


def acl_recipe(names: tuple[str, str], code: str, make: Callable[[str], dict[str, Any]]) -> None:
    """The same for a bucket and for an object. ``make`` gives the ACL's part of the request for the owner's id."""

    @recipe("PutBucketAcl", names[0], code)
    def on_bucket(wire: Wire, row: dict[str, Any]) -> None:
        wire.PutBucketAcl(Bucket=B, **make(with_acls(wire)))

    @recipe("PutObjectAcl", names[1], code)
    def on_object(wire: Wire, row: dict[str, Any]) -> None:
        given = make(with_acls(wire))
        put(wire, "object-key-acl")
        wire.PutObjectAcl(Bucket=B, Key="object-key-acl", **given)


def by_both(*ends: str) -> tuple[str, str]:
    return f"put-bucket-{ends[0]}", f"put-object-{ends[-1]}"


FAKE_URI = 'uri="http://acs.amazonaws.com/groups/s3/FakeGroup"'
ONE_GRANT = [{"Grantee": {"URI": LOG_DELIVERY, "Type": "Group"}, "Permission": "WRITE"}]
acl_recipe(by_both("grant-acl-fake-key"), "InvalidArgument", lambda _: {"GrantWrite": 'fakekey="1234"'})
acl_recipe(by_both("grant-acl-fake-uri"), "InvalidArgument", lambda _: {"GrantWrite": FAKE_URI})
acl_recipe(by_both("grant-acl-wrong-id"), "InvalidArgument", lambda _: {"GrantWrite": 'id="wrong-id"'})
acl_recipe(by_both("canned-acl", "acl-canned-acl"), "InvalidArgument", lambda _: {"ACL": "fake-acl"})
acl_recipe(
    by_both("two-type-acl"), "InvalidRequest", lambda _: {"ACL": "private", "GrantRead": f'uri="{LOG_DELIVERY}"'}
)
acl_recipe(by_both("acp-acl-1"), "MalformedACLError", lambda _: {"AccessControlPolicy": {"Grants": ONE_GRANT}})
acl_recipe(by_both("empty", "acl-empty"), "MissingSecurityHeader", lambda _: {})
acl_recipe(
    by_both("two-type-acl-acp"),
    "UnexpectedContent",
    lambda owner: {"ACL": "private", "AccessControlPolicy": {"Owner": {"ID": owner}, "Grants": ONE_GRANT}},
)


def marker(wire: Wire) -> str:
    """The version id of a delete marker that hides test-key-versioned, with ACLs on."""
    with_acls(wire)
    wire.PutBucketVersioning(Bucket=B, VersioningConfiguration={"Status": "Enabled"})
    put(wire, "test-key-versioned")
    return str(wire.DeleteObject(Bucket=B, Key="test-key-versioned")["VersionId"])


@recipe("GetObjectAcl", "get-acl-delete-marker-version-id", "MethodNotAllowed")
def _(wire, row):
    wire.GetObjectAcl(Bucket=B, Key="test-key-versioned", VersionId=marker(wire))


@recipe("GetObjectAcl", "get-acl-delete-marker", "NoSuchKey")
def _(wire, row):
    marker(wire)
    wire.GetObjectAcl(Bucket=B, Key="test-key-versioned")


@recipe("PutObjectAcl", "put-acl-delete-marker", "MethodNotAllowed")
def _(wire, row):
    marker(wire)
    wire.PutObjectAcl(Bucket=B, Key="test-key-versioned", ACL="public-read")


# Configurations


@recipe("PutBucketAnalyticsConfiguration", "put_config_with_storage_analysis_err", "MalformedXML")
def _(wire, row):
    document = {"Id": "config", "Filter": {"Prefix": "test"}, "StorageClassAnalysis": {}}
    wire.PutBucketAnalyticsConfiguration(Bucket=B, Id="different-id", AnalyticsConfiguration=document)


@recipe(
    "PutBucketIntelligentTieringConfiguration",
    "put_bucket_intelligent_tiering_configuration_err_1`",
    "MalformedXML",
)
def _(wire, row):
    tiers = [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]
    document = {"Id": "test1", "Filter": {"Prefix": "test1"}, "Status": "Enabled", "Tierings": tiers}
    wire.PutBucketIntelligentTieringConfiguration(Bucket=B, Id="incorrect_id", IntelligentTieringConfiguration=document)


def inventory(wire: Wire, name: str = "test-inventory", **destination: str) -> None:
    target = {"Bucket": f"arn:aws:s3:::{B}", "Format": "ORC", **destination}
    document = {
        "Id": name,
        "IsEnabled": True,
        "IncludedObjectVersions": "All",
        "Destination": {"S3BucketDestination": target},
        "Schedule": {"Frequency": "Daily"},
    }
    wire.PutBucketInventoryConfiguration(Bucket=B, Id="test-inventory", InventoryConfiguration=document)


@recipe("PutBucketInventoryConfiguration", "wrong-id", "IdMismatch")
def _(wire, row):
    inventory(wire, "wrong-id")


@recipe("PutBucketInventoryConfiguration", "wrong-destination-arn", "InvalidS3DestinationBucket")
def _(wire, row):
    inventory(wire, Bucket=B)


@recipe("PutBucketInventoryConfiguration", "wrong-destination-format", "MalformedXML")
def _(wire, row):
    inventory(wire, Format="WRONG-FORMAT")


@recipe("PutBucketCors", "put-cors-exc", "InvalidRequest")
def _(wire, row):
    rule = {"AllowedOrigins": ["*", "https://test.com"], "AllowedMethods": ["GET", "PUT", "HEAD", "MYMETHOD"]}
    wire.PutBucketCors(Bucket=B, CORSConfiguration={"CORSRules": [rule]})


@recipe("PutBucketCors", "put-cors-exc-empty", "MalformedXML")
def _(wire, row):
    wire.PutBucketCors(Bucket=B, CORSConfiguration={"CORSRules": []})


def log_to(wire: Wire, target: str) -> None:
    enabled = {"TargetBucket": target, "TargetPrefix": "log"}
    wire.PutBucketLogging(Bucket=B, BucketLoggingStatus={"LoggingEnabled": enabled})


@recipe("PutBucketLogging", "put-bucket-logging-different-regions", "CrossLocationLoggingProhibitted")
def _(wire, row):
    create(wire, "us-east-2", "us-east-2")
    log_to(wire, "other-bucket")


@recipe("PutBucketLogging", "put-bucket-logging-non-existent-bucket", "InvalidTargetBucketForLogging")
def _(wire, row):
    log_to(wire, GONE)


def notify(wire: Wire, bucket: str = B, **configuration: Any) -> None:
    wire.PutBucketNotificationConfiguration(Bucket=bucket, NotificationConfiguration=configuration)


@recipe("PutBucketNotificationConfiguration", "invalid_not_skip", "InvalidArgument")
def _(wire, row):
    notify(wire, LambdaFunctionConfigurations=[{"LambdaFunctionArn": "invalid-queue", "Events": CREATED}])


@recipe("PutBucketNotificationConfiguration", "lambda-does-not-exist", "InvalidArgument")
def _(wire, row):
    notify(wire, LambdaFunctionConfigurations=[{"LambdaFunctionArn": FUNCTION, "Events": CREATED}])


@recipe("PutBucketNotificationConfiguration", "invalid_filter_name", "InvalidArgument")
def _(wire, row):
    chosen = {"Key": {"FilterRules": [{"Name": "INVALID", "Value": "does not matter"}]}}
    notify(wire, QueueConfigurations=[{"QueueArn": QUEUE, "Events": CREATED, "Filter": chosen}])


@recipe("PutBucketNotificationConfiguration", "bucket_not_exists", "NoSuchBucket")
def _(wire, row):
    notify(wire, GONE)


@recipe("PutBucketReplication", "expected_error_dest_does_not_exist", "InvalidRequest")
def _(wire, row):
    wire.PutBucketVersioning(Bucket=B, VersioningConfiguration={"Status": "Enabled"})
    rule = {"Status": "Enabled", "Prefix": "", "Destination": {"Bucket": f"arn:aws:s3:::{GONE}"}}
    wire.PutBucketReplication(Bucket=B, ReplicationConfiguration={"Role": "role", "Rules": [rule]})


@recipe("PutBucketRequestPayment", "wrong-payer-type", "MalformedXML")
def _(wire, row):
    wire.PutBucketRequestPayment(Bucket=B, RequestPaymentConfiguration={"Payer": "Random"})


@recipe("PutBucketVersioning", "disable-versioning-on-locked-bucket", "InvalidBucketState")
def _(wire, row):
    wire.CreateBucket(Bucket="other-bucket", ObjectLockEnabledForBucket=True)
    wire.PutBucketVersioning(Bucket="other-bucket", VersioningConfiguration={"Status": "Suspended"})


def website_recipe(number: int, code: str, configuration: dict[str, Any]) -> None:
    @recipe("PutBucketWebsite", f"invalid-website-conf-{number}", code)
    def configure(wire: Wire, row: dict[str, Any]) -> None:
        wire.PutBucketWebsite(Bucket=B, WebsiteConfiguration=configuration)


INDEX = {"IndexDocument": {"Suffix": "index.html"}}
website_recipe(0, "InvalidArgument", {"IndexDocument": {"Suffix": "/index.html"}})
website_recipe(2, "InvalidArgument", {"RedirectAllRequestsTo": {"HostName": "test.com"}, **INDEX})
website_recipe(3, "InvalidArgument", {"ErrorDocument": {"Key": "error.html"}})
website_recipe(4, "InvalidRequest", {**INDEX, "RoutingRules": [{"Redirect": {"Protocol": "protocol"}}]})
website_recipe(
    5,
    "InvalidRequest",
    {**INDEX, "RoutingRules": [{"Redirect": {"ReplaceKeyPrefixWith": "a", "ReplaceKeyWith": "b"}}]},
)
website_recipe(6, "InvalidRequest", {**INDEX, "RoutingRules": [{"Condition": {}, "Redirect": {"HostName": "a"}}]})
website_recipe(7, "MalformedXML", {**INDEX, "RoutingRules": []})
