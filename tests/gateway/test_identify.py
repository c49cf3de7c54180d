"""Which service is meant, and who asks."""

from __future__ import annotations

import pytest

from ruststack.core.blobs import EMPTY
from ruststack.core.http import Request
from ruststack.gateway.identify import bucket_of_host, identify


def request(target="/", method="GET", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(method, target, [], named, EMPTY)


def signed(scope):
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"


@pytest.mark.parametrize(
    "headers, target, service",
    [
        ({"authorization": signed("k/20260101/eu-west-1/s3/aws4_request")}, "/", "s3"),
        ({"authorization": signed("k/20260101/eu-west-1/dynamodb/aws4_request")}, "/", "dynamodb"),
        ({"authorization": signed("k/20260101/eu-west-1/states/aws4_request")}, "/", "stepfunctions"),
        ({"authorization": signed("k/20260101/eu-west-1/apigateway/aws4_request")}, "/restapis", "apigateway"),
        ({"authorization": signed("k/20260101/eu-west-1/apigateway/aws4_request")}, "/v2/apis", "apigatewayv2"),
        ({"authorization": "AWS key:signature="}, "/", "s3"),
        ({"x_amz_target": "DynamoDB_20120810.GetItem"}, "/", "dynamodb"),
        ({"x_amz_target": "AmazonSQS.SendMessage"}, "/", "sqs"),
        ({"x_amz_target": "secretsmanager.GetSecretValue"}, "/", "secretsmanager"),
        ({"host": "sqs.us-east-1.localhost:4566"}, "/", "sqs"),
        ({}, "/?Action=SendMessage&Version=2012-11-05", "sqs"),
        ({}, "/?Action=GetCallerIdentity&Version=2011-06-15", "sts"),
        ({}, "/2015-03-31/functions", "lambda"),
        ({}, "/?X-Amz-Credential=k%2F20260101%2Feu-west-1%2Fs3%2Faws4_request", "s3"),
        ({}, "/b/k?AWSAccessKeyId=k&Signature=s&Expires=1", "s3"),
        ({}, "/bucket/key", "s3"),
    ],
)
def test_the_service_is_told_by_what_the_request_carries(headers, target, service):
    assert identify(request(target, **headers)).service == service


@pytest.mark.parametrize(
    "target, kind, service",
    [
        ("/", "application/x-www-form-urlencoded; charset=utf-8", "sts"),
        ("/", "multipart/form-data; boundary=x", "s3"),
        ("/bucket", "application/x-www-form-urlencoded", "s3"),
    ],
)
def test_an_unsigned_form_that_names_nothing_is_for_the_one_service_that_takes_it(target, kind, service):
    assert identify(request(target, "POST", content_type=kind)).service == service


@pytest.mark.parametrize(
    ("method", "headers", "service"),
    [
        ("POST", {}, "dynamodb"),
        ("POST", {"content_type": "application/json"}, "dynamodb"),
        ("POST", {"content_type": "whatever"}, "dynamodb"),
        ("POST", {"x_amz_target": "whatever"}, "dynamodb"),
        ("POST", {"content_type": "application/json", "host": "bucket.s3.localhost"}, "s3"),
        ("POST", {"origin": "http://page"}, "s3"),
        ("PUT", {}, "dynamodb"),
        ("DELETE", {}, "dynamodb"),
        ("OPTIONS", {}, "dynamodb"),
        ("OPTIONS", {"origin": "http://page"}, "s3"),
        ("PUT", {"host": "bucket.s3.localhost"}, "s3"),
        ("GET", {}, "s3"),
        ("HEAD", {}, "s3"),
    ],
)
def test_what_names_nothing_and_means_nothing_to_s3_is_answered_as_json_services_do(method, headers, service):
    assert identify(request("/", method, **headers)).service == service


def test_the_scope_gives_account_and_region():
    caller = identify(request(authorization=signed("111122223333/20260101/eu-west-1/s3/aws4_request")))
    assert (caller.access_key, caller.account, caller.region) == ("111122223333", "111122223333", "eu-west-1")


@pytest.mark.parametrize("key", ["test", "11112222333", "1111222233334", "11112222333x", "1111222233³3"])
def test_other_keys_belong_to_the_default_account(key):
    scope = f"{key}/20260101/eu-west-1/s3/aws4_request"
    assert identify(request(authorization=signed(scope))).account == "000000000000"


def test_a_key_may_contain_slashes():
    caller = identify(request(authorization=signed("a/b/c/20260101/eu-west-1/s3/aws4_request")))
    assert (caller.access_key, caller.region) == ("a/b/c", "eu-west-1")


def test_no_credential_is_nobody():
    caller = identify(request())
    assert (caller.access_key, caller.account, caller.region) == (None, "000000000000", "us-east-1")


@pytest.mark.parametrize("authorization", ["", "Bearer x", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=", "AWS"])
def test_a_broken_authorization_is_still_answered_by_someone(authorization):
    assert identify(request(authorization=authorization)).service == "s3"


@pytest.mark.parametrize(
    "host, bucket",
    [
        ("bucket.s3.localhost", "bucket"),
        ("bucket.s3.localhost:4566", "bucket"),
        ("bucket.s3.eu-west-1.localhost", "bucket"),
        ("bucket.localhost:4566", "bucket"),
        ("a.b.c.localhost:4566", "a.b.c"),
        ("a.b.s3.localhost:4566", "a.b"),
        ("bucket.s3.localhost.localstack.cloud:4566", "bucket"),
        ("bucket.s3.eu-west-1.amazonaws.com", "bucket"),
        ("bucket.s3.amazonaws.com", "bucket"),
        ("bucket.s3-eu-west-1.amazonaws.com", "bucket"),
        ("bucket.s3-website.localhost:4566", "bucket"),
        ("bucket.s3-website.eu-west-1.amazonaws.com", "bucket"),
        ("bucket.s3-website-us-east-1.amazonaws.com", "bucket"),
        ("localhost:4566", None),
        ("s3.localhost:4566", None),
        ("s3.localhost.localstack.cloud:4566", None),
        ("s3.eu-west-1.amazonaws.com", None),
        ("s3-eu-west-1.amazonaws.com", None),
        ("localhost.localstack.cloud:4566", None),
        ("127.0.0.1:4566", None),
        ("[::1]:4566", None),
        ("ruststack:4566", None),
        ("ruststack.internal:4566", None),
        ("", None),
    ],
)
def test_a_host_names_a_bucket_or_none(host, bucket):
    assert bucket_of_host(host) == bucket
