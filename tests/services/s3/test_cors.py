from __future__ import annotations

import pytest

from ruststack.core.blobs import MemoryBlob
from ruststack.core.http import Request, Response
from ruststack.services.s3 import service

VARY = ("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method")


def rules(**more):
    return {"CORSRules": [{"AllowedOrigins": ["*"], "AllowedMethods": ["GET"], **more}]}


def options(s3, path="/bucket/key", **headers):
    request = Request(
        "OPTIONS", path, [], {name.replace("_", "-"): text for name, text in headers.items()}, MemoryBlob(b"")
    )
    return service.intercept(s3.context(), request)


def asked(s3, origin="https://a.example", method="GET", **more):
    return options(s3, origin=origin, access_control_request_method=method, **more)


def set_rules(s3, bucket, **more):
    s3.PutBucketCors(Bucket=bucket, CORSConfiguration=rules(**more))


@pytest.mark.parametrize(
    ("configuration", "code"),
    [
        ({"CORSRules": []}, "MalformedXML"),
        (rules(AllowedOrigins=[]), "MalformedXML"),
        (rules(AllowedMethods=["GET", "MYMETHOD"]), "InvalidRequest"),
        (rules(AllowedOrigins=["http://*.a.*"]), "InvalidRequest"),
        (rules(AllowedHeaders=["x-*-*"]), "InvalidRequest"),
        (rules(ExposeHeaders=["x-*"]), "InvalidRequest"),
        ({"CORSRules": rules()["CORSRules"] * 101}, "InvalidRequest"),
    ],
)
def test_what_is_wrong_with_a_configuration(s3, bucket, refused, configuration, code):
    assert refused(s3.PutBucketCors, Bucket=bucket, CORSConfiguration=configuration).code == code


def test_a_hundred_rules_are_taken(s3, bucket):
    s3.PutBucketCors(Bucket=bucket, CORSConfiguration={"CORSRules": rules()["CORSRules"] * 100})


def test_a_configuration_comes_and_goes(s3, bucket, refused):
    set_rules(s3, bucket)
    assert s3.GetBucketCors(Bucket=bucket) == rules()
    s3.DeleteBucketCors(Bucket=bucket)
    error = refused(s3.GetBucketCors, Bucket=bucket)
    assert (error.code, error.members) == ("NoSuchCORSConfiguration", {"BucketName": bucket})


def test_a_preflight_for_everybody(s3, bucket):
    set_rules(s3, bucket, ExposeHeaders=["x-amz-id-2", "x-amz-request-id"])
    response = asked(s3)
    assert response.status == 200
    assert response.headers == [
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Allow-Methods", "GET"),
        ("Access-Control-Expose-Headers", "x-amz-id-2, x-amz-request-id"),
        VARY,
    ]


def test_a_named_origin_may_send_credentials(s3, bucket):
    set_rules(s3, bucket, AllowedOrigins=["https://*.example"], AllowedHeaders=["X-Amz-*"], MaxAgeSeconds=3000)
    assert asked(s3, access_control_request_headers="x-amz-Request-Payer, x-amz-b").headers == [
        ("Access-Control-Allow-Origin", "https://a.example"),
        ("Access-Control-Allow-Methods", "GET"),
        ("Access-Control-Allow-Headers", "x-amz-request-payer, x-amz-b"),
        ("Access-Control-Max-Age", "3000"),
        ("Access-Control-Allow-Credentials", "true"),
        VARY,
    ]


@pytest.mark.parametrize(
    "request_headers",
    [
        {"origin": "http://a.example"},
        {"method": "PUT"},
        {"access_control_request_headers": "x-amz-a, content-type"},
    ],
)
def test_a_request_that_no_rule_takes_is_forbidden(s3, bucket, refused, request_headers):
    set_rules(s3, bucket, AllowedOrigins=["https://a.example"], AllowedHeaders=["x-amz-a"])
    error = refused(asked, s3=s3, **request_headers)
    assert error.message.startswith("CORSResponse: This CORS request is not allowed.")
    assert error.members == {"Method": request_headers.get("method", "GET"), "ResourceType": "OBJECT"}


def test_without_a_configuration_cors_is_not_enabled(s3, bucket, refused):
    error = refused(asked, s3=s3, method="PUT")
    assert (error.code, error.status) == ("AccessForbidden", 403)
    assert error.members == {"Method": "PUT", "ResourceType": "BUCKET"}


def test_a_preflight_needs_an_origin_and_a_method(s3, bucket, refused):
    assert refused(options, s3=s3).message == "Insufficient information. Origin request header needed."
    assert refused(options, s3=s3, origin="http://a").code == "BadRequest"


def test_a_preflight_of_a_missing_bucket(s3, refused):
    error = refused(asked, s3=s3)
    assert error.message == "CORSResponse: Bucket not found"
    assert error.members == {"Method": "OPTIONS", "ResourceType": "BUCKET"}


def decorated(s3, **headers):
    response = Response(200, [])
    request = Request("GET", "/bucket/key", [], headers, MemoryBlob(b""))
    service.decorate(s3.context(), request, response)
    return dict(response.headers)


def test_an_answer_carries_the_headers_of_its_rule(s3, bucket):
    set_rules(s3, bucket, AllowedOrigins=["http://a"], MaxAgeSeconds=5)
    assert decorated(s3, origin="http://a") == {
        "Access-Control-Allow-Origin": "http://a",
        "Access-Control-Allow-Methods": "GET",
        "Access-Control-Max-Age": "5",
        "Access-Control-Allow-Credentials": "true",
        "Vary": VARY[1],
    }
    assert decorated(s3, origin="http://b") == {}
