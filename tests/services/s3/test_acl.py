from __future__ import annotations

from types import SimpleNamespace

import pytest

from ruststack.core.blobs import MemoryBlob
from ruststack.services.s3.acl import ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY, canned
from ruststack.services.s3.owners import canonical_id

OWNER_ID, OTHER_ID = canonical_id("000000000000"), canonical_id("111111111111")
POLICY = {"Owner": {"ID": OWNER_ID}, "Grants": []}


def grant(permission="READ", **grantee):
    return {"Grantee": grantee, "Permission": permission}


@pytest.mark.parametrize(
    ("name", "extras"),
    [
        ("private", []),
        ("public-read", [(ALL_USERS, "READ")]),
        ("public-read-write", [(ALL_USERS, "READ"), (ALL_USERS, "WRITE")]),
        ("authenticated-read", [(AUTHENTICATED_USERS, "READ")]),
        ("bucket-owner-read", [(OTHER_ID, "READ")]),
        ("bucket-owner-full-control", [(OTHER_ID, "FULL_CONTROL")]),
        ("log-delivery-write", [(LOG_DELIVERY, "WRITE"), (LOG_DELIVERY, "READ_ACP")]),
    ],
)
def test_a_canned_acl_stands_for_grants(name, extras):
    grants = canned(name, OWNER_ID, OTHER_ID).grants
    assert [(each.grantee, each.permission) for each in grants] == [(OWNER_ID, "FULL_CONTROL"), *extras]


def test_a_new_bucket_is_its_owners_alone(s3, bucket):
    assert s3.GetBucketAcl(Bucket=bucket) == {
        "Owner": {"ID": OWNER_ID},
        "Grants": [grant("FULL_CONTROL", Type="CanonicalUser", ID=OWNER_ID)],
    }


def test_a_group_is_shown_by_its_uri(s3, open_bucket):
    s3.PutBucketAcl(Bucket=open_bucket, ACL="public-read")
    assert s3.GetBucketAcl(Bucket=open_bucket)["Grants"][1] == grant(Type="Group", URI=ALL_USERS)


def test_acls_are_off_in_a_new_bucket(s3, bucket, refused):
    error = refused(s3.PutBucketAcl, Bucket=bucket, ACL="private")
    assert (error.code, error.message) == ("AccessControlListNotSupported", "The bucket does not allow ACLs")


@pytest.mark.parametrize("operation", ["PutBucketAcl", "PutObjectAcl"])
@pytest.mark.parametrize(
    ("req", "code", "members"),
    [
        ({}, "MissingSecurityHeader", {"MissingHeaderName": "x-amz-acl"}),
        ({"ACL": "fake-acl"}, "InvalidArgument", {"ArgumentName": "x-amz-acl", "ArgumentValue": "fake-acl"}),
        ({"ACL": "private", "AccessControlPolicy": POLICY}, "UnexpectedContent", {}),
        ({"ACL": "private", "GrantRead": f'uri="{LOG_DELIVERY}"'}, "InvalidRequest", {}),
        ({"AccessControlPolicy": {"Grants": []}}, "MalformedACLError", {}),
        ({"AccessControlPolicy": {"Owner": {"ID": OWNER_ID}}}, "MalformedACLError", {}),
        (
            {"GrantWrite": 'fakekey="1234"'},
            "InvalidArgument",
            {"ArgumentName": "x-amz-grant-write", "ArgumentValue": 'fakekey="1234"'},
        ),
        ({"GrantWrite": 'id="wrong-id"'}, "InvalidArgument", {"ArgumentName": "id", "ArgumentValue": "wrong-id"}),
        (
            {"GrantRead": 'uri="http://fake"'},
            "InvalidArgument",
            {"ArgumentName": "uri", "ArgumentValue": "http://fake"},
        ),
        ({"GrantRead": 'emailAddress="a@b.c"'}, "UnresolvableGrantByEmailAddress", {"emailAddress": "a@b.c"}),
    ],
)
def test_what_is_wrong_with_an_acl(s3, open_bucket, refused, operation, req, code, members):
    s3.PutObject(Bucket=open_bucket, Key="key", Body=MemoryBlob(b""))
    place = {"Bucket": open_bucket, "Key": "key"} if operation == "PutObjectAcl" else {"Bucket": open_bucket}
    error = refused(getattr(s3, operation), **place, **req)
    assert (error.code, error.members) == (code, members)


@pytest.mark.parametrize(
    "bad",
    [
        grant("NOTHING", Type="CanonicalUser", ID=OTHER_ID),
        grant(Type="Group"),
        grant(Type="CanonicalUser"),
        grant(Type="Nobody", ID=OTHER_ID),
        grant(ID=OTHER_ID),
    ],
)
def test_a_document_with_a_bad_grant_is_malformed(s3, open_bucket, refused, bad):
    policy = {"Owner": {"ID": OWNER_ID}, "Grants": [bad]}
    assert refused(s3.PutBucketAcl, Bucket=open_bucket, AccessControlPolicy=policy).code == "MalformedACLError"


def test_a_document_comes_back_as_it_was(s3, open_bucket):
    policy = {
        "Owner": {"ID": OWNER_ID},
        "Grants": [grant("WRITE", Type="CanonicalUser", ID=OTHER_ID), grant("READ_ACP", Type="Group", URI=ALL_USERS)],
    }
    s3.PutBucketAcl(Bucket=open_bucket, AccessControlPolicy=policy)
    assert s3.GetBucketAcl(Bucket=open_bucket) == policy


def test_several_grantees_in_one_header(s3, open_bucket):
    s3.PutBucketAcl(Bucket=open_bucket, GrantRead=f'id={OTHER_ID}, uri="{ALL_USERS}"')
    assert s3.GetBucketAcl(Bucket=open_bucket)["Grants"] == [
        grant(Type="CanonicalUser", ID=OTHER_ID),
        grant(Type="Group", URI=ALL_USERS),
    ]


def test_a_public_acl_is_denied_where_blocked(s3, open_bucket, refused):
    s3.PutPublicAccessBlock(Bucket=open_bucket, PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    assert refused(s3.PutBucketAcl, Bucket=open_bucket, ACL="public-read").code == "AccessDenied"
    s3.PutBucketAcl(Bucket=open_bucket, ACL="private")


def test_a_delete_marker_has_no_acl(s3, open_bucket, refused):
    s3.PutBucketVersioning(Bucket=open_bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.PutObject(Bucket=open_bucket, Key="key", Body=MemoryBlob(b""))
    marker = s3.DeleteObject(Bucket=open_bucket, Key="key")["VersionId"]
    here = {"Bucket": open_bucket, "Key": "key"}
    assert refused(s3.GetObjectAcl, **here).code == "NoSuchKey"
    assert refused(s3.GetObjectAcl, **here, VersionId=marker).code == "MethodNotAllowed"
    error = refused(s3.PutObjectAcl, **here, ACL="public-read")
    assert (error.code, error.members) == ("MethodNotAllowed", {"Method": "PUT", "ResourceType": "DeleteMarker"})


@pytest.mark.parametrize("ownership", ["BucketOwnerEnforced", None])
def test_a_bucket_is_not_created_with_grants_while_acls_are_off(s3, refused, ownership):
    req = {"ObjectOwnership": ownership} if ownership else {}
    assert (
        refused(s3.CreateBucket, Bucket="abc", ACL="public-read", **req).code == "InvalidBucketAclWithObjectOwnership"
    )
    s3.CreateBucket(Bucket="abc", ACL="private", **req)


def test_a_bucket_is_not_created_public(s3, refused):
    error = refused(s3.CreateBucket, Bucket="abc", ACL="public-read", ObjectOwnership="ObjectWriter")
    assert error.code == "InvalidBucketAclWithBlockPublicAccessError"


def test_a_bucket_of_before_april_2023_may_be(s3):
    s3.world.settings = SimpleNamespace(legacy_s3=True)
    s3.CreateBucket(Bucket="abc", ACL="public-read")
    assert s3.as_account(None).ListObjectsV2(Bucket="abc")["KeyCount"] == 0


def test_creating_a_bucket_again_sets_its_acl_anew(s3, open_bucket):
    s3.PutBucketAcl(Bucket=open_bucket, ACL="public-read")
    s3.CreateBucket(Bucket=open_bucket)
    assert len(s3.GetBucketAcl(Bucket=open_bucket)["Grants"]) == 1


def test_acls_cannot_be_turned_off_over_grants(s3, open_bucket, refused):
    s3.PutBucketAcl(Bucket=open_bucket, ACL="public-read")
    controls = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    error = refused(s3.PutBucketOwnershipControls, Bucket=open_bucket, OwnershipControls=controls)
    assert error.code == "InvalidBucketAclWithObjectOwnership"
    s3.PutBucketAcl(Bucket=open_bucket, ACL="private")
    s3.PutBucketOwnershipControls(Bucket=open_bucket, OwnershipControls=controls)


def test_ownership_controls_can_be_removed(s3, bucket, refused):
    assert s3.GetBucketOwnershipControls(Bucket=bucket) == {
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    }
    s3.DeleteBucketOwnershipControls(Bucket=bucket)
    error = refused(s3.GetBucketOwnershipControls, Bucket=bucket)
    assert (error.code, error.members) == ("OwnershipControlsNotFoundError", {"BucketName": bucket})


def test_public_access_is_blocked_until_it_is_not(s3, bucket, refused):
    block = s3.GetPublicAccessBlock(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True} and len(block) == 4
    s3.DeletePublicAccessBlock(Bucket=bucket)
    assert refused(s3.GetPublicAccessBlock, Bucket=bucket).code == "NoSuchPublicAccessBlockConfiguration"


def test_only_full_control_for_the_owner_goes_with_acls_off(s3, bucket, refused):
    req = {"Bucket": bucket, "Key": "key", "Body": MemoryBlob(b"")}
    s3.PutObject(**req, ACL="bucket-owner-full-control")
    assert refused(s3.PutObject, **req, ACL="private").code == "AccessControlListNotSupported"
    assert refused(s3.PutObject, **req, ACL="fake-acl").code == "InvalidArgument"
