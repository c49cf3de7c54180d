"""Access control lists of buckets and objects."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
LOGS = "http://acs.amazonaws.com/groups/s3/LogDelivery"


def open_bucket(t: Driver) -> str:
    """A bucket whose owner lets ACLs grant what they say."""
    bucket = t.bucket(ObjectOwnership="ObjectWriter")
    t.client().delete_public_access_block(Bucket=bucket)
    return bucket


@scenario("s3/bucket_acl_default")
def bucket_acl_default(t: Driver) -> None:
    """A new bucket and a new object grant their owner full control, and nobody else anything."""
    s3 = t.client()
    bucket = t.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    s3.get_bucket_acl(Bucket=bucket)
    s3.get_object_acl(Bucket=bucket, Key="k")


@scenario("s3/bucket_acl_canned")
def bucket_acl_canned(t: Driver) -> None:
    """Each canned ACL of a bucket expands to its grants; an unknown one is InvalidArgument."""
    s3 = t.client()
    bucket = open_bucket(t)
    for canned in ("public-read", "public-read-write", "authenticated-read", "log-delivery-write", "private"):
        t.step(canned)
        t.tries(s3.put_bucket_acl, Bucket=bucket, ACL=canned)
        s3.get_bucket_acl(Bucket=bucket)
    t.step("unknown")
    t.fails("InvalidArgument", s3.put_bucket_acl, Bucket=bucket, ACL="fake-acl")


@scenario("s3/object_acl_canned")
def object_acl_canned(t: Driver) -> None:
    """Each canned ACL of an object expands to its grants; one may be given with the put."""
    s3 = t.client()
    bucket = open_bucket(t)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", ACL="public-read")
    s3.get_object_acl(Bucket=bucket, Key="k")
    for canned in ("authenticated-read", "bucket-owner-read", "bucket-owner-full-control", "private"):
        t.step(canned)
        s3.put_object_acl(Bucket=bucket, Key="k", ACL=canned)
        s3.get_object_acl(Bucket=bucket, Key="k")
    t.step("unknown")
    t.fails("InvalidArgument", s3.put_object, Bucket=bucket, Key="k", ACL="fake-acl")
    t.fails("InvalidArgument", s3.put_object_acl, Bucket=bucket, Key="k", ACL="fake-acl")


@scenario("s3/bucket_acl_grants")
def bucket_acl_grants(t: Driver) -> None:
    """Grants may be given in headers or as a document; the owner may be left without any."""
    s3 = t.client()
    bucket = open_bucket(t)
    owner = s3.get_bucket_acl(Bucket=bucket)["Owner"]
    mine = {"Grantee": {"Type": "CanonicalUser", "ID": owner["ID"]}, "Permission": "FULL_CONTROL"}
    s3.put_bucket_acl(Bucket=bucket, GrantRead=f'uri="{ALL_USERS}"')
    s3.get_bucket_acl(Bucket=bucket)
    t.step("a document")
    logs = {"Grantee": {"Type": "Group", "URI": LOGS}, "Permission": "WRITE"}
    s3.put_bucket_acl(Bucket=bucket, AccessControlPolicy={"Owner": {"ID": owner["ID"]}, "Grants": [mine, logs]})
    s3.get_bucket_acl(Bucket=bucket)
    t.step("none at all")
    t.tries(s3.put_bucket_acl, Bucket=bucket, AccessControlPolicy={"Owner": {"ID": owner["ID"]}, "Grants": []})
    s3.get_bucket_acl(Bucket=bucket)


def _refusals(t: Driver, call: Any, where: dict[str, str], owner: str) -> None:
    header = f'uri="{LOGS}"'
    document = {
        "Owner": {"ID": owner},
        "Grants": [{"Grantee": {"Type": "Group", "URI": LOGS}, "Permission": "WRITE"}],
    }
    t.step("unknown group")
    fake = 'uri="http://acs.amazonaws.com/groups/s3/FakeGroup"'
    t.fails("InvalidArgument", call, **where, GrantWrite=fake)
    t.step("wrong id")
    t.fails("InvalidArgument", call, **where, GrantWrite='id="wrong-id"')
    t.step("no key that is known")
    t.fails("InvalidArgument", call, **where, GrantWrite='fakekey="1234"')
    t.step("canned and grants")
    t.fails("InvalidRequest", call, **where, ACL="private", GrantRead=header)
    t.step("canned and document")
    t.fails("UnexpectedContent", call, **where, ACL="private", AccessControlPolicy=document)
    t.step("an unknown address")
    t.fails("UnresolvableGrantByEmailAddress", call, **where, GrantRead='emailAddress="nobody@example.com"')
    t.step("no owner")
    t.fails("MalformedACLError", call, **where, AccessControlPolicy={"Grants": document["Grants"]})
    t.step("nothing")
    t.fails("MissingSecurityHeader", call, **where)


@scenario("s3/bucket_acl_refused")
def bucket_acl_refused(t: Driver) -> None:
    """A bucket's ACL must be given in one way, with grantees that exist."""
    s3 = t.client()
    bucket = open_bucket(t)
    _refusals(t, s3.put_bucket_acl, {"Bucket": bucket}, s3.get_bucket_acl(Bucket=bucket)["Owner"]["ID"])


@scenario("s3/object_acl_refused")
def object_acl_refused(t: Driver) -> None:
    """An object's ACL must be given in one way, with grantees that exist."""
    s3 = t.client()
    bucket = open_bucket(t)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    owner = s3.get_object_acl(Bucket=bucket, Key="k")["Owner"]["ID"]
    _refusals(t, s3.put_object_acl, {"Bucket": bucket, "Key": "k"}, owner)
    t.step("no object")
    t.fails("NoSuchKey", s3.put_object_acl, Bucket=bucket, Key="missing", ACL="private")
    t.fails("NoSuchKey", s3.get_object_acl, Bucket=bucket, Key="missing")


@scenario("s3/object_acl_versions")
def object_acl_versions(t: Driver) -> None:
    """A delete marker has no ACL."""
    s3 = t.client()
    bucket = t.bucket(versioned=True, ObjectOwnership="ObjectWriter")
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"x").get("VersionId", "none")
    s3.get_object_acl(Bucket=bucket, Key="k", VersionId=first)
    marker = s3.delete_object(Bucket=bucket, Key="k").get("VersionId", "none")
    t.fails("MethodNotAllowed", s3.get_object_acl, Bucket=bucket, Key="k", VersionId=marker)
    t.fails("NoSuchKey", s3.get_object_acl, Bucket=bucket, Key="k")
    t.fails("MethodNotAllowed", s3.put_object_acl, Bucket=bucket, Key="k", ACL="public-read")


@scenario("s3/acl_disabled")
def acl_disabled(t: Driver) -> None:
    """With BucketOwnerEnforced, the default, an ACL that grants anything is AccessControlListNotSupported."""
    s3 = t.client()
    bucket = t.bucket()
    t.fails("AccessControlListNotSupported", s3.put_bucket_acl, Bucket=bucket, ACL="public-read")
    t.fails("AccessControlListNotSupported", s3.put_object, Bucket=bucket, Key="k", Body=b"x", ACL="public-read")
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", ACL="bucket-owner-full-control")
    t.fails("AccessControlListNotSupported", s3.put_object_acl, Bucket=bucket, Key="k", ACL="public-read")


@scenario("s3/acl_public_read")
def acl_public_read(t: Driver) -> None:
    """An object that grants everyone READ can be read without a signature, and not written."""
    s3 = t.client()
    bucket = open_bucket(t)
    s3.put_object(Bucket=bucket, Key="open", Body=b"x", ACL="public-read")
    s3.put_object(Bucket=bucket, Key="closed", Body=b"x")
    nobody = t.client(account="anonymous")
    nobody.get_object(Bucket=bucket, Key="open")["Body"].read()
    t.fails("AccessDenied", nobody.get_object, Bucket=bucket, Key="closed")
    t.fails("AccessDenied", nobody.put_object, Bucket=bucket, Key="open", Body=b"y")
    t.fails("AccessDenied", nobody.list_objects_v2, Bucket=bucket)


@scenario("s3/ownership_controls")
def ownership_controls(t: Driver) -> None:
    """A bucket's ownership controls have exactly one rule; deleted ones are not found."""
    s3 = t.client()
    bucket = t.bucket()
    s3.get_bucket_ownership_controls(Bucket=bucket)
    rules = {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=rules)
    s3.get_bucket_ownership_controls(Bucket=bucket)
    s3.delete_bucket_ownership_controls(Bucket=bucket)
    t.fails("OwnershipControlsNotFoundError", s3.get_bucket_ownership_controls, Bucket=bucket)
    t.step("refused")
    two = {"Rules": [{"ObjectOwnership": "ObjectWriter"}, {"ObjectOwnership": "BucketOwnerPreferred"}]}
    t.fails("MalformedXML", s3.put_bucket_ownership_controls, Bucket=bucket, OwnershipControls=two)
    unknown = {"Rules": [{"ObjectOwnership": "Nobody"}]}
    t.fails("MalformedXML", s3.put_bucket_ownership_controls, Bucket=bucket, OwnershipControls=unknown)


@scenario("s3/ownership_at_creation")
def ownership_at_creation(t: Driver) -> None:
    """CreateBucket takes the ownership; an unknown one is refused, and so is a public ACL with enforced ownership."""
    s3 = t.client()
    s3.get_bucket_ownership_controls(Bucket=t.bucket(ObjectOwnership="ObjectWriter"))
    t.fails("InvalidArgument", s3.create_bucket, Bucket=t.bucket_name("a"), ObjectOwnership="Nobody")
    t.fails(
        "InvalidBucketAclWithObjectOwnership",
        s3.create_bucket,
        Bucket=t.bucket_name("b"),
        ObjectOwnership="BucketOwnerEnforced",
        ACL="public-read",
    )
    t.step("a public ACL of a bucket that blocks public access")
    t.fails(
        "InvalidBucketAclWithBlockPublicAccessError",
        s3.create_bucket,
        Bucket=t.bucket_name("c"),
        ObjectOwnership="ObjectWriter",
        ACL="public-read",
    )


@scenario("s3/public_access_block")
def public_access_block(t: Driver) -> None:
    """A new bucket blocks all public access; deleted settings are not found."""
    s3 = t.client()
    bucket = t.bucket()
    s3.get_public_access_block(Bucket=bucket)
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={"BlockPublicAcls": False})
    s3.get_public_access_block(Bucket=bucket)
    s3.delete_public_access_block(Bucket=bucket)
    t.fails("NoSuchPublicAccessBlockConfiguration", s3.get_public_access_block, Bucket=bucket)
    t.step("nothing set")
    t.fails("MalformedXML", s3.put_public_access_block, Bucket=bucket, PublicAccessBlockConfiguration={})


@scenario("s3/public_access_blocked")
def public_access_blocked(t: Driver) -> None:
    """BlockPublicAcls refuses public ACLs, BlockPublicPolicy public policies."""
    s3 = t.client()
    bucket = t.bucket(ObjectOwnership="ObjectWriter")
    t.fails("AccessDenied", s3.put_bucket_acl, Bucket=bucket, ACL="public-read")
    t.fails("AccessDenied", s3.put_object, Bucket=bucket, Key="k", Body=b"x", ACL="public-read")
    policy = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",'
        f'"Resource":"arn:aws:s3:::{bucket}/*"}}]}}'
    )
    t.fails("AccessDenied", s3.put_bucket_policy, Bucket=bucket, Policy=policy)
