"""Bucket policies: kept, judged public or not, and refused."""

from __future__ import annotations

import json
from typing import Any

from conformance.scenarios import Driver, scenario


def statement(bucket: str, **changes: Any) -> str:
    """A policy of one statement that lets everyone read the bucket's objects, with changes."""
    what = {
        "Sid": "read",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    what = {name: value for name, value in (what | changes).items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [what]})


@scenario("s3/policy_life")
def policy_life(t: Driver) -> None:
    """A policy comes back byte for byte; none is NoSuchBucketPolicy. What its status is then is not known of AWS."""
    s3 = t.client()
    bucket = t.bucket()
    t.fails("NoSuchBucketPolicy", s3.get_bucket_policy, Bucket=bucket)
    t.tries(s3.get_bucket_policy_status, Bucket=bucket)
    mine = statement(bucket, Principal={"AWS": "arn:aws:iam::000000000000:root"})
    s3.put_bucket_policy(Bucket=bucket, Policy=mine)
    s3.get_bucket_policy(Bucket=bucket)
    t.tries(s3.get_bucket_policy_status, Bucket=bucket)
    s3.delete_bucket_policy(Bucket=bucket)
    t.fails("NoSuchBucketPolicy", s3.get_bucket_policy, Bucket=bucket)


@scenario("s3/policy_public")
def policy_public(t: Driver) -> None:
    """A policy that allows everyone makes the bucket public: an unsigned GET succeeds."""
    s3 = t.client()
    bucket = t.bucket()
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    s3.put_bucket_policy(Bucket=bucket, Policy=statement(bucket))
    t.tries(s3.get_bucket_policy_status, Bucket=bucket)
    nobody = t.client(account="anonymous")
    nobody.get_object(Bucket=bucket, Key="k")["Body"].read()
    t.fails("AccessDenied", nobody.list_objects_v2, Bucket=bucket)


@scenario("s3/policy_denies")
def policy_denies(t: Driver) -> None:
    """An explicit deny holds for the owner too, for the named action and keys alone."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="a/k", Body=b"x")
    s3.put_object(Bucket=bucket, Key="b/k", Body=b"x")
    deny = statement(bucket, Effect="Deny", Resource=f"arn:aws:s3:::{bucket}/a/*")
    s3.put_bucket_policy(Bucket=bucket, Policy=deny)
    t.fails("AccessDenied", s3.get_object, Bucket=bucket, Key="a/k")
    s3.get_object(Bucket=bucket, Key="b/k")["Body"].read()
    s3.delete_bucket_policy(Bucket=bucket)
    s3.get_object(Bucket=bucket, Key="a/k")["Body"].read()


@scenario("s3/policy_malformed")
def policy_malformed(t: Driver) -> None:
    """A policy must be JSON, about this bucket, with known effects, and actions; else it is MalformedPolicy."""
    s3 = t.client()
    bucket = t.bucket()
    for name, wrong in (
        ("no JSON", "not json"),
        ("leading blank", " " + statement(bucket)),
        ("another bucket", statement("some-other-bucket")),
        ("no action", statement(bucket, Action=None)),
        ("no principal", statement(bucket, Principal=None)),
        ("unknown effect", statement(bucket, Effect="Perhaps")),
        ("empty", "{}"),
    ):
        t.step(name)
        t.fails("MalformedPolicy", s3.put_bucket_policy, Bucket=bucket, Policy=wrong)
