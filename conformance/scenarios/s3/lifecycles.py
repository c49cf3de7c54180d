"""Lifecycle rules: kept and checked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from conformance.scenarios import Driver, scenario


def rule(**changes: Any) -> dict[str, Any]:
    base = {"ID": "one", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 3}}
    return {name: value for name, value in (base | changes).items() if value is not None}


@scenario("s3/lifecycle_configuration")
def lifecycle_configuration(t: Driver) -> None:
    """Lifecycle rules come back as they were put; none is NoSuchLifecycleConfiguration."""
    s3 = t.client()
    bucket = t.bucket()
    t.fails("NoSuchLifecycleConfiguration", s3.get_bucket_lifecycle_configuration, Bucket=bucket)
    both = {"And": {"Prefix": "a/", "Tags": [{"Key": "t", "Value": "1"}], "ObjectSizeGreaterThan": 500}}
    rules = [
        rule(),
        rule(
            ID="two",
            Filter=both,
            Expiration=None,
            Transitions=[{"Days": 30, "StorageClass": "GLACIER"}],
            NoncurrentVersionExpiration={"NoncurrentDays": 7, "NewerNoncurrentVersions": 2},
        ),
        rule(
            ID="three",
            Filter={"Prefix": ""},
            Expiration={"ExpiredObjectDeleteMarker": True},
            AbortIncompleteMultipartUpload={"DaysAfterInitiation": 2},
        ),
    ]
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})
    s3.get_bucket_lifecycle_configuration(Bucket=bucket)
    s3.delete_bucket_lifecycle(Bucket=bucket)
    t.fails("NoSuchLifecycleConfiguration", s3.get_bucket_lifecycle_configuration, Bucket=bucket)


@scenario("s3/lifecycle_default_size")
def lifecycle_default_size(t: Driver) -> None:
    """The default minimum size for transitions is kept and told in a header."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket,
        LifecycleConfiguration={"Rules": [rule()]},
        TransitionDefaultMinimumObjectSize="varies_by_storage_class",
    )
    s3.get_bucket_lifecycle_configuration(Bucket=bucket)


@scenario("s3/lifecycle_named_by_server")
def lifecycle_named_by_server(t: Driver) -> None:
    """A rule without an ID is given one; a prefix outside a filter is the old form."""
    s3 = t.client()
    bucket = t.bucket()
    old = rule(ID=None, Filter=None, Prefix="old/")
    t.tries(s3.put_bucket_lifecycle_configuration, Bucket=bucket, LifecycleConfiguration={"Rules": [old]})
    t.tries(s3.get_bucket_lifecycle_configuration, Bucket=bucket)
    t.tries(s3.put_bucket_lifecycle_configuration, Bucket=bucket, LifecycleConfiguration={"Rules": [rule(ID=None)]})
    t.tries(s3.get_bucket_lifecycle_configuration, Bucket=bucket)


@scenario("s3/lifecycle_refused")
def lifecycle_refused(t: Driver) -> None:
    """Rules without an action, with repeated IDs, bad dates or a bad order are refused."""
    s3 = t.client()
    bucket = t.bucket()

    def refuse(code: str, *rules: dict[str, Any]) -> None:
        t.fails(code, s3.put_bucket_lifecycle_configuration, Bucket=bucket, LifecycleConfiguration={"Rules": [*rules]})

    t.step("no action")
    refuse("InvalidRequest", rule(Expiration=None))
    t.step("repeated ID")
    refuse("InvalidArgument", rule(), rule(Filter={"Prefix": "x/"}))
    t.step("an ID of 256")
    refuse("InvalidArgument", rule(ID="i" * 256))
    t.step("unknown status")
    refuse("MalformedXML", rule(Status="Perhaps"))
    t.step("zero days")
    refuse("InvalidArgument", rule(Expiration={"Days": 0}))
    t.step("prefix and filter")
    refuse("MalformedXML", rule(Prefix="x"))
    t.step("unknown storage class")
    refuse("MalformedXML", rule(Transitions=[{"Days": 1, "StorageClass": "FAST"}]))
    t.step("no rule")
    refuse("MalformedXML")


@scenario("s3/lifecycle_expiration_header")
def lifecycle_expiration_header(t: Driver) -> None:
    """Objects that a rule will expire say when in x-amz-expiration."""
    s3 = t.client()
    bucket = t.bucket()
    rules = {"Rules": [rule(Expiration={"Date": datetime(2035, 1, 1, tzinfo=UTC)})]}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=rules)
    s3.put_object(Bucket=bucket, Key="logs/a", Body=b"x")
    s3.head_object(Bucket=bucket, Key="logs/a")
    s3.get_object(Bucket=bucket, Key="logs/a")["Body"].read()
    s3.put_object(Bucket=bucket, Key="other", Body=b"x")
    s3.head_object(Bucket=bucket, Key="other")
