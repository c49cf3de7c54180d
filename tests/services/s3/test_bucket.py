from __future__ import annotations

import pytest

from ruststack.core.errors import ServiceError
from ruststack.services.s3.bucket_names import is_valid_name

HERE = "us-east-1"


def refused(call, **req) -> tuple[str, dict[str, object]]:
    with pytest.raises(ServiceError) as caught:
        call(**req)
    return caught.value.code, caught.value.members


def constraint(location: str) -> dict[str, str]:
    return {"LocationConstraint": location}


@pytest.mark.parametrize("name", ["abc", "a" * 63, "a.b-c", "123", "a-b.c-d"])
def test_a_good_name_is_taken(name):
    assert is_valid_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "ab",
        "a" * 64,
        "Abc",
        "a_b",
        "-abc",
        "abc-",
        ".abc",
        "abc.",
        "a..b",
        "192.168.5.4",
        "xn--abc",
        "sthree-abc",
        "abc-s3alias",
        "abc--ol-s3",
        "abc.mrap",
        "abc--x-s3",
        "abc--table-s3",
        "abc\n",
        "äbc",
    ],
)
def test_a_bad_name_is_refused(s3, name):
    assert refused(s3.CreateBucket, Bucket=name) == ("InvalidBucketName", {"BucketName": name})


def test_a_new_bucket_tells_its_arn_and_path(s3):
    assert s3.CreateBucket(Bucket="abc") == {"Location": "/abc", "BucketArn": "arn:aws:s3:::abc"}


def test_outside_us_east_1_the_location_is_a_url(s3):
    west = s3.in_region("us-west-2")
    output = west.CreateBucket(Bucket="abc", CreateBucketConfiguration=constraint("us-west-2"))
    assert output["Location"] == "http://abc.s3.amazonaws.com/"


def test_us_east_1_creates_in_any_region(s3):
    s3.CreateBucket(Bucket="abc", CreateBucketConfiguration=constraint("EU"))
    assert s3.HeadBucket(Bucket="abc")["BucketRegion"] == "eu-west-1"


@pytest.mark.parametrize("location", ["us-east-1", "nowhere", ""])
def test_us_east_1_refuses_what_is_no_location(s3, location):
    code, members = refused(s3.CreateBucket, Bucket="abc", CreateBucketConfiguration=constraint(location))
    assert (code, members) == ("InvalidLocationConstraint", {"LocationConstraint": location})


@pytest.mark.parametrize(
    ("settings", "word"), [(None, "unspecified"), (constraint("us-east-1"), "us-east-1"), (constraint("EU"), "EU")]
)
def test_another_endpoint_creates_only_at_home(s3, settings, word):
    with pytest.raises(ServiceError, match=f"The {word} location constraint is incompatible") as caught:
        s3.in_region("us-west-2").CreateBucket(Bucket="abc", CreateBucketConfiguration=settings)
    assert caught.value.code == "IllegalLocationConstraintException"


def test_in_us_east_1_the_owner_may_create_it_again(s3, bucket):
    assert s3.CreateBucket(Bucket=bucket)["Location"] == "/bucket"


def test_elsewhere_the_owner_may_not(s3):
    west = s3.in_region("us-west-2")
    west.CreateBucket(Bucket="abc", CreateBucketConfiguration=constraint("us-west-2"))
    code, members = refused(west.CreateBucket, Bucket="abc", CreateBucketConfiguration=constraint("us-west-2"))
    assert (code, members) == ("BucketAlreadyOwnedByYou", {"BucketName": "abc"})


def test_a_bucket_of_another_account_exists(s3, bucket):
    assert refused(s3.as_account("111111111111").CreateBucket, Bucket=bucket)[0] == "BucketAlreadyExists"


@pytest.mark.parametrize(
    ("tag_set", "code"),
    [
        ([{"Key": "aws:a", "Value": "b"}], "InvalidTag"),
        ([{"Key": "a,b", "Value": "b"}], "InvalidTag"),
        ([{"Key": "a", "Value": "b,c"}], "InvalidTag"),
        ([{"Key": "a"}], "MalformedXML"),
        ([{"Key": "a", "Value": "b"}, {"Key": "a", "Value": "c"}], "InternalError"),
    ],
)
def test_bad_tags_are_refused_at_creation(s3, tag_set, code):
    assert refused(s3.CreateBucket, Bucket="abc", CreateBucketConfiguration={"Tags": tag_set})[0] == code


def test_a_missing_bucket_cannot_be_deleted(s3):
    assert refused(s3.DeleteBucket, Bucket="abc") == ("NoSuchBucket", {"BucketName": "abc"})


def test_an_empty_bucket_is_deleted(s3, bucket):
    s3.DeleteBucket(Bucket=bucket)
    assert s3.ListBuckets()["Buckets"] == []


def test_a_bucket_with_content_is_not(s3, bucket):
    s3.state.bucket(bucket).objects["key"] = ()
    assert refused(s3.DeleteBucket, Bucket=bucket) == ("BucketNotEmpty", {"BucketName": bucket})


def test_us_east_1_has_no_location_constraint(s3, bucket):
    assert s3.GetBucketLocation(Bucket=bucket) == {}


def test_buckets_come_in_pages_by_name(s3):
    for name in ("ccc", "aaa", "bbb"):
        s3.CreateBucket(Bucket=name)
    first = s3.ListBuckets(MaxBuckets=2)
    second = s3.ListBuckets(MaxBuckets=2, ContinuationToken=first["ContinuationToken"])
    assert [b["Name"] for b in first["Buckets"] + second["Buckets"]] == ["aaa", "bbb", "ccc"]
    assert "ContinuationToken" not in second


def test_buckets_are_filtered_by_region_and_prefix(s3):
    s3.CreateBucket(Bucket="aaa")
    s3.CreateBucket(Bucket="abb", CreateBucketConfiguration=constraint("us-west-2"))
    assert [b["Name"] for b in s3.ListBuckets(BucketRegion="us-west-2")["Buckets"]] == ["abb"]
    assert [b["Name"] for b in s3.ListBuckets(Prefix="aa")["Buckets"]] == ["aaa"]


def test_a_bucket_shows_its_region_only_when_anything_was_asked(s3, bucket):
    assert "BucketRegion" not in s3.ListBuckets()["Buckets"][0]
    assert s3.ListBuckets(Prefix="b")["Buckets"][0]["BucketRegion"] == HERE


def test_other_accounts_buckets_are_not_listed(s3, bucket):
    assert s3.as_account("111111111111").ListBuckets()["Buckets"] == []


@pytest.mark.parametrize("limit", [0, 10_001])
def test_a_page_has_1_to_10000_buckets(s3, limit):
    assert refused(s3.ListBuckets, MaxBuckets=limit)[0] == "InvalidArgument"


def test_a_foreign_continuation_token_is_refused(s3):
    assert refused(s3.ListBuckets, ContinuationToken="é")[0] == "InvalidArgument"


def legacy(s3):
    s3.world.settings.legacy_s3 = True
    return s3


def test_legacy_buckets_may_be_public_from_the_start(s3):
    legacy(s3).CreateBucket(Bucket="abc", ACL="public-read")
    assert len(s3.GetBucketAcl(Bucket="abc")["Grants"]) == 2
    assert refused(s3.GetPublicAccessBlock, Bucket="abc")[0] == "NoSuchPublicAccessBlockConfiguration"


def test_only_legacy_owners_have_a_display_name(s3):
    s3.CreateBucket(Bucket="abc")
    assert s3.ListBuckets()["Owner"].keys() == {"ID"}
    owner = legacy(s3).ListBuckets()["Owner"]
    assert owner["DisplayName"] == f"account-{owner['ID'][:8]}"
    assert s3.GetBucketAcl(Bucket="abc")["Grants"][0]["Grantee"]["DisplayName"] == owner["DisplayName"]
