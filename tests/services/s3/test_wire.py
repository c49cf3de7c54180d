"""What only a request over a socket shows: methods that boto3 does not send, and answers that are no XML."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

import pytest

from ruststack import RustStack
from tests.services.s3.wire import Wire


@pytest.fixture(scope="module")
def stack() -> Iterator[RustStack]:
    with RustStack() as stack:
        yield stack


@pytest.fixture
def wire(stack: RustStack) -> Wire:
    stack.reset()
    wire = Wire(stack)
    wire.CreateBucket(Bucket="bucket")
    return wire


def test_a_preflight_of_a_presigned_url_needs_no_signature(wire):
    url = wire.presigned("/bucket/key")
    assert wire.send("OPTIONS", url).code == "BadRequest"
    rule = {"AllowedOrigins": ["http://a"], "AllowedMethods": ["GET"]}
    wire.PutBucketCors(Bucket="bucket", CORSConfiguration={"CORSRules": [rule]})
    answer = wire.send("OPTIONS", url, {"Origin": "http://a", "Access-Control-Request-Method": "GET"})
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, "http://a")


def test_an_answer_to_another_origin_carries_its_headers_even_when_it_fails(wire):
    wire.PutBucketCors(
        Bucket="bucket", CORSConfiguration={"CORSRules": [{"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}]}
    )
    answer = wire.send("GET", wire.presigned("/bucket/missing"), {"Origin": "http://a"})
    assert (answer.code, answer.headers["access-control-allow-origin"]) == ("NoSuchKey", "*")


def test_a_form_is_posted_by_a_browser(wire):
    url, fields = wire.presigned_form("bucket", "photos/${filename}")
    answer = wire.post_form(url, fields, b"x" * 300_000)
    assert answer.status == 204
    assert wire.HeadObject(Bucket="bucket", Key="photos/file")["ContentLength"] == 300_000


def test_a_website_is_served_at_its_host(wire):
    wire.DeletePublicAccessBlock(Bucket="bucket")
    wire.PutBucketOwnershipControls(Bucket="bucket", OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    wire.PutBucketWebsite(Bucket="bucket", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    wire.PutObject(Bucket="bucket", Key="index.html", Body=b"<p>hello</p>", ContentType="text/html", ACL="public-read")
    for host in ("bucket.s3-website.localhost", "bucket.s3-website-us-east-1.localhost"):
        answer = wire.send("GET", "/", {"Host": host})
        assert (answer.status, answer.body, answer.headers["content-type"]) == (200, b"<p>hello</p>", "text/html")


def test_a_policy_is_answered_as_json(wire):
    policy = '{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteBucket", "Resource": "*"}}'
    wire.PutBucketPolicy(Bucket="bucket", Policy=policy)
    answer = wire.signed("GET", "/bucket?policy")
    assert (answer.body.decode(), answer.headers["content-type"]) == (policy, "application/json")


def test_a_bucket_is_found_in_its_region_by_an_sdk(wire):
    wire.CreateBucket(Bucket="faraway", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    assert wire.ListObjectsV2(Bucket="faraway")["KeyCount"] == 0


def test_an_object_expires_when_the_clock_moves(wire):
    rule = {"ID": "all", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    wire.PutBucketLifecycleConfiguration(Bucket="bucket", LifecycleConfiguration={"Rules": [rule]})
    wire.PutObject(Bucket="bucket", Key="key", Body=b"data")
    wire.stack.clock.advance(2 * 86_400)
    try:
        assert wire.ListObjectsV2(Bucket="bucket")["KeyCount"] == 0
    finally:
        wire.stack.clock.advance(-2 * 86_400)


VERSIONING = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
DIGEST = base64.b64encode(hashlib.md5(VERSIONING).digest()).decode()


@pytest.mark.parametrize(
    ("digest", "status", "code"), [(DIGEST, 200, ""), ("A" * 22 + "==", 400, "BadDigest"), ("no", 400, "InvalidDigest")]
)
def test_a_configuration_must_be_what_its_digest_says(wire, digest, status, code):
    answer = wire.signed("PUT", "/bucket?versioning", VERSIONING, **{"Content-MD5": digest})
    assert (answer.status, answer.code) == (status, code)
    assert wire.GetBucketVersioning(Bucket="bucket").get("Status") == (None if code else "Enabled")


def test_a_list_of_keys_must_be_what_its_digest_says(wire):
    wire.PutObject(Bucket="bucket", Key="k", Body=b"")
    body = b"<Delete><Object><Key>k</Key></Object></Delete>"
    assert wire.signed("POST", "/bucket?delete", body, **{"Content-MD5": DIGEST}).code == "BadDigest"
    assert wire.ListObjectsV2(Bucket="bucket")["KeyCount"] == 1
