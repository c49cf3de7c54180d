from __future__ import annotations

import json

import pytest

from ruststack.core.blobs import MemoryBlob
from ruststack.core.errors import ServiceError
from ruststack.core.http import Request
from ruststack.services.s3 import service
from ruststack.services.s3.owners import canonical_id
from ruststack.services.s3.policy_actions import NEEDS

OWNER, OTHER, THIRD = "000000000000", "111111111111", "222222222222"
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"


def put(s3, bucket, key="key", **req):
    return s3.PutObject(Bucket=bucket, Key=key, Body=MemoryBlob(b"data"), **req)


def set_policy(s3, bucket, *statements):
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    s3.PutBucketPolicy(Bucket=bucket, Policy=json.dumps(document))


def statement(effect="Allow", principal="*", action="s3:*", key="", **more):
    resource = ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/*"] if not key else f"arn:aws:s3:::bucket/{key}"
    return {"Effect": effect, "Principal": principal, "Action": action, "Resource": resource, **more}


def is_denied(call, **req) -> bool:
    try:
        call(**req)
    except ServiceError as error:
        assert (error.code, error.status) == ("AccessDenied", 403)
        return True
    return False


@pytest.mark.parametrize("account", [OTHER, None])
def test_others_may_nothing_in_a_new_bucket(s3, bucket, account):
    put(s3, bucket)
    guest = s3.as_account(account)
    assert is_denied(guest.GetObject, Bucket=bucket, Key="key")
    assert is_denied(guest.ListObjectsV2, Bucket=bucket)
    assert is_denied(guest.HeadBucket, Bucket=bucket)
    assert is_denied(guest.DeleteBucket, Bucket=bucket)
    assert is_denied(put, s3=guest, bucket=bucket)


def test_a_missing_bucket_is_missing_for_everybody(s3, refused):
    assert refused(s3.as_account(None).ListObjectsV2, Bucket="nowhere").code == "NoSuchBucket"


def test_without_credentials_no_bucket_is_made_or_listed(s3):
    guest = s3.as_account(None)
    assert is_denied(guest.CreateBucket, Bucket="abc")
    assert is_denied(guest.ListBuckets)


def test_a_public_read_acl_lets_everybody_list(s3, open_bucket):
    s3.PutBucketAcl(Bucket=open_bucket, ACL="public-read")
    guest = s3.as_account(None)
    assert not is_denied(guest.ListObjectsV2, Bucket=open_bucket)
    assert is_denied(put, s3=guest, bucket=open_bucket)


def test_a_public_object_can_be_read_but_not_its_acl(s3, open_bucket):
    put(s3, open_bucket, ACL="public-read")
    guest = s3.as_account(None)
    assert not is_denied(guest.GetObject, Bucket=open_bucket, Key="key")
    assert is_denied(guest.GetObjectAcl, Bucket=open_bucket, Key="key")


def test_ignored_public_acls_open_nothing(s3, open_bucket):
    put(s3, open_bucket, ACL="public-read")
    s3.PutPublicAccessBlock(Bucket=open_bucket, PublicAccessBlockConfiguration={"IgnorePublicAcls": True})
    assert is_denied(s3.as_account(None).GetObject, Bucket=open_bucket, Key="key")


def test_a_grant_reaches_one_account(s3, open_bucket):
    put(s3, open_bucket, GrantRead=f'id="{canonical_id(OTHER)}"')
    assert not is_denied(s3.as_account(OTHER).GetObject, Bucket=open_bucket, Key="key")
    assert is_denied(s3.as_account(THIRD).GetObject, Bucket=open_bucket, Key="key")


def test_authenticated_read_needs_an_account(s3, open_bucket):
    put(s3, open_bucket, ACL="authenticated-read")
    assert not is_denied(s3.as_account(OTHER).GetObject, Bucket=open_bucket, Key="key")
    assert is_denied(s3.as_account(None).GetObject, Bucket=open_bucket, Key="key")


def test_a_bucket_owner_cannot_read_what_another_keeps_private(s3, open_bucket):
    s3.PutBucketAcl(Bucket=open_bucket, ACL="public-read-write")
    put(s3.as_account(OTHER), open_bucket)
    assert is_denied(s3.GetObject, Bucket=open_bucket, Key="key")
    s3.DeleteObject(Bucket=open_bucket, Key="key")


def test_bucket_owner_full_control_shares_it(s3, open_bucket):
    s3.PutBucketAcl(Bucket=open_bucket, ACL="public-read-write")
    put(s3.as_account(OTHER), open_bucket, ACL="bucket-owner-full-control")
    assert not is_denied(s3.GetObject, Bucket=open_bucket, Key="key")


def test_a_missing_key_is_hidden_from_who_may_not_list(s3, bucket, refused):
    s3.DeletePublicAccessBlock(Bucket=bucket)
    set_policy(s3, bucket, statement(action="s3:GetObject", key="*"))
    guest = s3.as_account(None)
    assert is_denied(guest.GetObject, Bucket=bucket, Key="missing")
    set_policy(s3, bucket, statement())
    assert refused(guest.GetObject, Bucket=bucket, Key="missing").code == "NoSuchKey"


def test_a_missing_key_counts_as_the_prefix_of_a_listing(s3, bucket, refused):
    condition = {"StringLike": {"s3:prefix": "public/*"}}
    set_policy(s3, bucket, statement(principal={"AWS": OTHER}, action="s3:ListBucket", Condition=condition))
    guest = s3.as_account(OTHER)
    assert refused(guest.HeadObject, Bucket=bucket, Key="public/missing").code == "NoSuchKey"
    assert is_denied(guest.HeadObject, Bucket=bucket, Key="private/missing")


def test_a_policy_allows_another_account(s3, bucket):
    put(s3, bucket)
    set_policy(s3, bucket, statement(principal={"AWS": f"arn:aws:iam::{OTHER}:root"}))
    assert not is_denied(s3.as_account(OTHER).GetObject, Bucket=bucket, Key="key")
    assert is_denied(s3.as_account(THIRD).GetObject, Bucket=bucket, Key="key")


@pytest.mark.parametrize("principal", [{"AWS": OTHER}, {"CanonicalUser": canonical_id(OTHER)}])
def test_an_account_has_several_names(s3, bucket, principal):
    put(s3, bucket)
    set_policy(s3, bucket, statement(principal=principal))
    assert not is_denied(s3.as_account(OTHER).GetObject, Bucket=bucket, Key="key")


def test_a_deny_wins_even_over_the_owner(s3, bucket):
    put(s3, bucket)
    set_policy(s3, bucket, statement(effect="Deny", action="s3:GetObject"))
    assert is_denied(s3.GetObject, Bucket=bucket, Key="key")


def test_the_owner_cannot_lock_itself_out_of_the_policy(s3, bucket):
    set_policy(s3, bucket, statement(effect="Deny"))
    assert is_denied(s3.ListObjectsV2, Bucket=bucket)
    s3.DeleteBucketPolicy(Bucket=bucket)
    assert not is_denied(s3.ListObjectsV2, Bucket=bucket)


def test_the_policy_of_another_account_is_out_of_reach_even_if_allowed(s3, bucket, refused):
    set_policy(s3, bucket, statement(principal={"AWS": OTHER}))
    error = refused(s3.as_account(OTHER).GetBucketPolicy, Bucket=bucket)
    assert (error.code, error.status) == ("MethodNotAllowed", 405)


def test_a_public_policy_is_refused_where_blocked(s3, bucket):
    with pytest.raises(ServiceError) as caught:
        set_policy(s3, bucket, statement())
    assert caught.value.code == "AccessDenied"


def test_a_restricted_bucket_with_a_public_policy_serves_its_account_only(s3, bucket):
    put(s3, bucket)
    s3.DeletePublicAccessBlock(Bucket=bucket)
    set_policy(s3, bucket, statement())
    guest = s3.as_account(OTHER)
    assert not is_denied(guest.GetObject, Bucket=bucket, Key="key")
    s3.PutPublicAccessBlock(Bucket=bucket, PublicAccessBlockConfiguration={"RestrictPublicBuckets": True})
    assert is_denied(guest.GetObject, Bucket=bucket, Key="key")
    assert not is_denied(s3.GetObject, Bucket=bucket, Key="key")


def test_each_key_of_a_batch_is_judged_by_itself(s3, bucket):
    for key in ("mine", "ours/a"):
        put(s3, bucket, key)
    batch = {"Bucket": bucket, "Delete": {"Objects": [{"Key": "mine"}, {"Key": "ours/a"}]}}
    guest = s3.as_account(OTHER)
    assert [each["Code"] for each in guest.DeleteObjects(**batch)["Errors"]] == ["AccessDenied"] * 2
    set_policy(s3, bucket, statement(principal={"AWS": OTHER}, action="s3:DeleteObject", key="ours/*"))
    output = guest.DeleteObjects(**batch)
    assert [each["Key"] for each in output["Deleted"]] == ["ours/a"]
    assert [each["Key"] for each in output["Errors"]] == ["mine"]


def test_a_version_needs_the_action_of_its_own(s3, bucket):
    s3.PutBucketVersioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = put(s3, bucket)["VersionId"]
    set_policy(s3, bucket, statement(principal={"AWS": OTHER}, action="s3:GetObject"))
    guest = s3.as_account(OTHER)
    assert not is_denied(guest.GetObject, Bucket=bucket, Key="key")
    assert is_denied(guest.GetObject, Bucket=bucket, Key="key", VersionId=version)


def test_a_condition_looks_at_the_request(s3, bucket):
    condition = {"StringEquals": {"s3:prefix": "docs/"}}
    set_policy(s3, bucket, statement(principal={"AWS": OTHER}, action="s3:ListBucket", Condition=condition))
    guest = s3.as_account(OTHER)
    assert not is_denied(guest.ListObjectsV2, Bucket=bucket, Prefix="docs/")
    assert is_denied(guest.ListObjectsV2, Bucket=bucket, Prefix="other/")
    assert is_denied(guest.ListObjectsV2, Bucket=bucket)


def test_a_condition_looks_at_the_tags_of_the_object(s3, bucket):
    put(s3, bucket, Tagging="open=yes")
    put(s3, bucket, key="closed")
    condition = {"StringEquals": {"s3:ExistingObjectTag/open": "yes"}}
    set_policy(s3, bucket, statement(principal={"AWS": OTHER}, action="s3:GetObject", Condition=condition))
    guest = s3.as_account(OTHER)
    assert not is_denied(guest.GetObject, Bucket=bucket, Key="key")
    assert is_denied(guest.GetObject, Bucket=bucket, Key="closed")


def test_encryption_can_be_demanded(s3, bucket):
    condition = {"Null": {"s3:x-amz-server-side-encryption": "true"}}
    set_policy(s3, bucket, statement(effect="Deny", action="s3:PutObject", Condition=condition))
    assert is_denied(put, s3=s3, bucket=bucket)
    assert not is_denied(put, s3=s3, bucket=bucket, ServerSideEncryption="AES256")


@pytest.mark.parametrize("expected", ["abcd", "0000", "0000000000020", "aa000000000$", ""])
def test_an_expected_owner_must_be_an_account(s3, bucket, refused, expected):
    error = refused(s3.GetBucketAcl, Bucket=bucket, ExpectedBucketOwner=expected)
    assert error.code == "InvalidBucketOwnerAWSAccountID"
    assert error.message.endswith(f"[{expected}]")


def test_another_owner_than_expected_is_denied(s3, bucket):
    assert is_denied(s3.GetBucketAcl, Bucket=bucket, ExpectedBucketOwner=OTHER)
    assert not is_denied(s3.GetBucketAcl, Bucket=bucket, ExpectedBucketOwner=OWNER)


def test_where_the_requester_pays_others_must_say_so(s3, bucket):
    put(s3, bucket)
    set_policy(s3, bucket, statement(principal={"AWS": OTHER}))
    s3.PutBucketRequestPayment(Bucket=bucket, RequestPaymentConfiguration={"Payer": "Requester"})
    guest = s3.as_account(OTHER)
    assert is_denied(guest.GetObject, Bucket=bucket, Key="key")
    assert not is_denied(guest.GetObject, Bucket=bucket, Key="key", RequestPayer="requester")
    assert ("x-amz-request-charged", "requester") in guest.last.response_headers
    assert not is_denied(s3.GetObject, Bucket=bucket, Key="key")


def signed_for(s3, region: str, query: str = "", host_bucket: str | None = None):
    there = s3.in_region(region)
    there.request = Request("GET", f"/?{query}", [], {}, MemoryBlob(b""))
    there.request.host_bucket = host_bucket
    return there


def test_another_region_is_redirected(s3, bucket, refused):
    error = refused(signed_for(s3, "us-west-2").ListObjectsV2, Bucket=bucket)
    assert (error.code, error.status) == ("PermanentRedirect", 301)
    assert error.members == {"Endpoint": "bucket.s3.us-east-1.amazonaws.com", "Bucket": "bucket"}
    assert error.headers["x-amz-bucket-region"] == "us-east-1"


def test_a_virtual_host_at_the_global_endpoint_names_the_right_region(s3, refused):
    s3.CreateBucket(Bucket="abc", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    error = refused(signed_for(s3, "us-east-1", host_bucket="abc").ListObjectsV2, Bucket="abc")
    assert (error.code, error.members) == ("AuthorizationHeaderMalformed", {"Region": "us-west-2"})


def test_a_presigned_url_is_told_so_in_its_own_words(s3, refused):
    s3.CreateBucket(Bucket="abc", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    there = signed_for(s3, "us-east-1", "X-Amz-Credential=x", "abc")
    assert refused(there.ListObjectsV2, Bucket="abc").code == "AuthorizationQueryParametersError"


def test_an_opt_in_region_is_not_reached_from_elsewhere(s3, refused):
    s3.CreateBucket(Bucket="abc", CreateBucketConfiguration={"LocationConstraint": "me-south-1"})
    error = refused(signed_for(s3, "eu-west-1").ListObjectsV2, Bucket="abc")
    assert error.code == "IllegalLocationConstraintException"


def test_the_location_is_told_everywhere(s3, bucket):
    assert signed_for(s3, "us-west-2").GetBucketLocation(Bucket=bucket) == {}


def test_a_scope_for_the_whole_world_is_malformed(s3, refused):
    error = refused(signed_for(s3, "aws-global").CreateBucket, Bucket="abc")
    assert error.message.endswith("the region 'aws-global' is wrong; expecting 'us-east-1'")
    assert error.members == {"Region": "us-east-1"}


def test_every_operation_says_what_it_needs():
    judged_otherwise = {"CreateBucket", "ListBuckets", "DeleteObjects"}
    assert service.handlers.keys() - judged_otherwise <= NEEDS.keys()
