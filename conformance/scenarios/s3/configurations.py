"""Configuration that is kept and checked: logging, replication, acceleration, payment, and the numbered kinds."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario


@scenario("s3/logging")
def logging(t: Driver) -> None:
    """Logging is off at first; its target bucket must exist; an empty status turns it off again."""
    s3 = t.client()
    bucket, target = t.bucket(), t.bucket("logs")
    s3.get_bucket_logging(Bucket=bucket)
    on = {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": "log/"}}
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus=on)
    s3.get_bucket_logging(Bucket=bucket)
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={})
    s3.get_bucket_logging(Bucket=bucket)
    t.step("no such target")
    lost = {"LoggingEnabled": {"TargetBucket": t.name("gone"), "TargetPrefix": "log/"}}
    t.fails("InvalidTargetBucketForLogging", s3.put_bucket_logging, Bucket=bucket, BucketLoggingStatus=lost)


@scenario("s3/logging_across_regions")
def logging_across_regions(t: Driver) -> None:
    """The target bucket must be in the same region."""
    s3 = t.client()
    bucket, target = t.bucket(), t.bucket_name("west")
    t.client(region="us-west-2").create_bucket(
        Bucket=target, CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
    )
    across = {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": "log/"}}
    t.fails("CrossLocationLoggingProhibitted", s3.put_bucket_logging, Bucket=bucket, BucketLoggingStatus=across)


@scenario("s3/replication")
def replication(t: Driver) -> None:
    """Replication needs versioning on both buckets; none is ReplicationConfigurationNotFoundError."""
    s3 = t.client()
    bucket, target = t.bucket(), t.bucket("target")
    what = {
        "Role": "arn:aws:iam::000000000000:role/replication",
        "Rules": [
            {
                "ID": "one",
                "Priority": 1,
                "Status": "Enabled",
                "Filter": {"Prefix": "a/"},
                "DeleteMarkerReplication": {"Status": "Disabled"},
                "Destination": {"Bucket": f"arn:aws:s3:::{target}"},
            }
        ],
    }
    t.fails("ReplicationConfigurationNotFoundError", s3.get_bucket_replication, Bucket=bucket)
    t.fails("InvalidRequest", s3.put_bucket_replication, Bucket=bucket, ReplicationConfiguration=what)
    on = {"Status": "Enabled"}
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=on)
    t.fails("InvalidRequest", s3.put_bucket_replication, Bucket=bucket, ReplicationConfiguration=what)
    s3.put_bucket_versioning(Bucket=target, VersioningConfiguration=on)
    s3.put_bucket_replication(Bucket=bucket, ReplicationConfiguration=what)
    s3.get_bucket_replication(Bucket=bucket)
    s3.delete_bucket_replication(Bucket=bucket)
    t.fails("ReplicationConfigurationNotFoundError", s3.get_bucket_replication, Bucket=bucket)


@scenario("s3/accelerate")
def accelerate(t: Driver) -> None:
    """Acceleration is unset at first, then Enabled or Suspended; a name with dots cannot have it."""
    s3 = t.client()
    bucket = t.bucket()
    s3.get_bucket_accelerate_configuration(Bucket=bucket)
    s3.put_bucket_accelerate_configuration(Bucket=bucket, AccelerateConfiguration={"Status": "Enabled"})
    s3.get_bucket_accelerate_configuration(Bucket=bucket)
    wrong = {"Status": "Faster"}
    t.fails("MalformedXML", s3.put_bucket_accelerate_configuration, Bucket=bucket, AccelerateConfiguration=wrong)
    t.step("a name with dots")
    dotted = t.bucket_name("dots").replace("-", ".")
    s3.create_bucket(Bucket=dotted)
    on = {"Status": "Enabled"}
    t.fails("InvalidRequest", s3.put_bucket_accelerate_configuration, Bucket=dotted, AccelerateConfiguration=on)
    s3.delete_bucket(Bucket=dotted)


@scenario("s3/request_payment")
def request_payment(t: Driver) -> None:
    """The owner pays at first; requester may; anyone else is MalformedXML."""
    s3 = t.client()
    bucket = t.bucket()
    s3.get_bucket_request_payment(Bucket=bucket)
    s3.put_bucket_request_payment(Bucket=bucket, RequestPaymentConfiguration={"Payer": "Requester"})
    s3.get_bucket_request_payment(Bucket=bucket)
    wrong = {"Payer": "Random"}
    t.fails("MalformedXML", s3.put_bucket_request_payment, Bucket=bucket, RequestPaymentConfiguration=wrong)


def _analytics(name: str) -> dict[str, Any]:
    export = {
        "OutputSchemaVersion": "V_1",
        "Destination": {"S3BucketDestination": {"Format": "CSV", "Bucket": "arn:aws:s3:::somewhere"}},
    }
    return {"Id": name, "Filter": {"Prefix": "a/"}, "StorageClassAnalysis": {"DataExport": export}}


@scenario("s3/analytics")
def analytics(t: Driver) -> None:
    """Analytics configurations are put, read, listed and deleted by id; the ids in path and body must agree."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_bucket_analytics_configuration(Bucket=bucket, Id="one", AnalyticsConfiguration=_analytics("one"))
    s3.get_bucket_analytics_configuration(Bucket=bucket, Id="one")
    s3.list_bucket_analytics_configurations(Bucket=bucket)
    put = s3.put_bucket_analytics_configuration
    t.fails("MalformedXML", put, Bucket=bucket, Id="different-id", AnalyticsConfiguration=_analytics("one"))
    s3.delete_bucket_analytics_configuration(Bucket=bucket, Id="one")
    t.fails("NoSuchConfiguration", s3.get_bucket_analytics_configuration, Bucket=bucket, Id="one")
    t.fails("NoSuchConfiguration", s3.delete_bucket_analytics_configuration, Bucket=bucket, Id="one")
    s3.list_bucket_analytics_configurations(Bucket=bucket)


@scenario("s3/metrics")
def metrics(t: Driver) -> None:
    """Metrics configurations are put, read, listed and deleted by id."""
    s3 = t.client()
    bucket = t.bucket()
    one = {"Id": "one", "Filter": {"Prefix": "a/"}}
    s3.put_bucket_metrics_configuration(Bucket=bucket, Id="one", MetricsConfiguration=one)
    s3.get_bucket_metrics_configuration(Bucket=bucket, Id="one")
    s3.list_bucket_metrics_configurations(Bucket=bucket)
    s3.delete_bucket_metrics_configuration(Bucket=bucket, Id="one")
    t.fails("NoSuchConfiguration", s3.get_bucket_metrics_configuration, Bucket=bucket, Id="one")
    t.fails("NoSuchConfiguration", s3.delete_bucket_metrics_configuration, Bucket=bucket, Id="one")
    s3.list_bucket_metrics_configurations(Bucket=bucket)


@scenario("s3/intelligent_tiering")
def intelligent_tiering(t: Driver) -> None:
    """Intelligent-tiering configurations are put, read, listed and deleted by id."""
    s3 = t.client()
    bucket = t.bucket()
    one = {"Id": "one", "Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]}
    put = s3.put_bucket_intelligent_tiering_configuration
    put(Bucket=bucket, Id="one", IntelligentTieringConfiguration=one)
    s3.get_bucket_intelligent_tiering_configuration(Bucket=bucket, Id="one")
    s3.list_bucket_intelligent_tiering_configurations(Bucket=bucket)
    t.fails("MalformedXML", put, Bucket=bucket, Id="incorrect_id", IntelligentTieringConfiguration=one)
    s3.delete_bucket_intelligent_tiering_configuration(Bucket=bucket, Id="one")
    t.fails("NoSuchConfiguration", s3.get_bucket_intelligent_tiering_configuration, Bucket=bucket, Id="one")
    t.fails("NoSuchConfiguration", s3.delete_bucket_intelligent_tiering_configuration, Bucket=bucket, Id="one")


def _inventory(target: str, **changes: Any) -> dict[str, Any]:
    base = {
        "Destination": {"S3BucketDestination": {"Bucket": f"arn:aws:s3:::{target}", "Format": "CSV"}},
        "IsEnabled": True,
        "Id": "one",
        "IncludedObjectVersions": "All",
        "OptionalFields": ["Size", "ETag"],
        "Schedule": {"Frequency": "Daily"},
    }
    return base | changes


@scenario("s3/inventory")
def inventory(t: Driver) -> None:
    """Inventory configurations are put, read, listed and deleted by id."""
    s3 = t.client()
    bucket = t.bucket()
    put = s3.put_bucket_inventory_configuration
    put(Bucket=bucket, Id="one", InventoryConfiguration=_inventory(bucket))
    s3.get_bucket_inventory_configuration(Bucket=bucket, Id="one")
    s3.list_bucket_inventory_configurations(Bucket=bucket)
    s3.delete_bucket_inventory_configuration(Bucket=bucket, Id="one")
    t.fails("NoSuchConfiguration", s3.get_bucket_inventory_configuration, Bucket=bucket, Id="one")
    t.tries(s3.delete_bucket_inventory_configuration, Bucket=bucket, Id="one")


@scenario("s3/inventory_refused")
def inventory_refused(t: Driver) -> None:
    """The ids must agree, the destination be a bucket's ARN, and every choice a known one."""
    s3 = t.client()
    bucket = t.bucket()
    put = s3.put_bucket_inventory_configuration
    t.fails("IdMismatch", put, Bucket=bucket, Id="two", InventoryConfiguration=_inventory(bucket))
    wrong = {"S3BucketDestination": {"Bucket": bucket, "Format": "CSV"}}
    t.fails(
        "InvalidS3DestinationBucket",
        put,
        Bucket=bucket,
        Id="one",
        InventoryConfiguration=_inventory("", Destination=wrong),
    )
    for name, value in (
        ("IncludedObjectVersions", "Some"),
        ("Schedule", {"Frequency": "Hourly"}),
        ("OptionalFields", ["Colour"]),
    ):
        t.step(name)
        t.fails(
            "MalformedXML", put, Bucket=bucket, Id="one", InventoryConfiguration=_inventory(bucket, **{name: value})
        )


@scenario("s3/abac")
def abac(t: Driver) -> None:
    """Attribute-based access control of a bucket is off at first."""
    s3 = t.client()
    bucket = t.bucket()
    t.tries(s3.get_bucket_abac, Bucket=bucket)
    t.tries(s3.put_bucket_abac, Bucket=bucket, AbacStatus={"Status": "Enabled"})
    t.tries(s3.get_bucket_abac, Bucket=bucket)
