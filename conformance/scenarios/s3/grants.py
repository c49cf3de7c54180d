"""What a policy or an ACL grants to another account."""

from __future__ import annotations

from conformance.scenarios import Driver, scenario
from conformance.scenarios.s3.policies import statement


@scenario("s3/grant_by_policy")
def grant_by_policy(t: Driver) -> None:
    """A policy lets another account do what it names, and nothing else."""
    s3, other = t.client(), t.client(account="other")
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    account = t.credentials("other").access_key
    s3.put_bucket_policy(Bucket=bucket, Policy=statement(bucket, Principal={"AWS": account}))
    other.get_object(Bucket=bucket, Key="k")["Body"].read()
    t.fails("AccessDenied", other.put_object, Bucket=bucket, Key="k", Body=b"y")
    t.fails("AccessDenied", other.delete_object, Bucket=bucket, Key="k")


@scenario("s3/grant_by_acl")
def grant_by_acl(t: Driver) -> None:
    """What another account writes into a bucket that grants it WRITE stays that account's, with ObjectWriter."""
    s3, other = t.client(), t.client(account="other")
    bucket = t.bucket(ObjectOwnership="ObjectWriter")
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    other.put_object(Bucket=bucket, Key="k", Body=b"x")
    other.get_object_acl(Bucket=bucket, Key="k")
    s3.list_objects_v2(Bucket=bucket, FetchOwner=True)


@scenario("s3/grant_ended")
def grant_ended(t: Driver) -> None:
    """Deleting the policy ends what it granted."""
    s3, other = t.client(), t.client(account="other")
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    account = t.credentials("other").access_key
    s3.put_bucket_policy(Bucket=bucket, Policy=statement(bucket, Principal={"AWS": account}))
    other.head_object(Bucket=bucket, Key="k")
    s3.delete_bucket_policy(Bucket=bucket)
    t.fails("403", other.head_object, Bucket=bucket, Key="k")
