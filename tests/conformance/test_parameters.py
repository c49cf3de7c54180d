"""Parameters read back from the wire: botocore writes the request of every operation, and reading gives its input."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from urllib.parse import urlencode, urlsplit

import pytest
from botocore.awsrequest import prepare_request_dict
from botocore.serialize import create_serializer

from conformance.digests import DIGESTS
from conformance.exchange import Request
from conformance.parameters import parse, said
from conformance.parameters.parse import operation_model, service_model
from ruststack.model import load
from tests.oracle.values import Full, Values

SERVICES = ("s3", "dynamodb", "sqs", "sns", "sts", "iam", "lambda", "apigateway", "events", "logs", "ssm",
            "secretsmanager", "cloudwatch", "ec2", "route53", "cloudfront")  # fmt: skip
# Its two members Event and Events travel as the same element: the wire does not tell them apart.
AMBIGUOUS = ("PutBucketNotification",)


@cache
def serializer(protocol):
    return create_serializer(protocol, include_validation=False)


def sent(service, name, parameters, protocol=""):
    """The request that botocore makes of the parameters."""
    operation = operation_model(service, name)
    found = serializer(protocol or operation.service_model.resolved_protocol).serialize_to_request(
        parameters, operation
    )
    prepare_request_dict(found, endpoint_url="http://localhost:4566")
    body = found["body"]
    body = urlencode(body, doseq=True).encode() if isinstance(body, dict) else body
    body = body.encode() if isinstance(body, str) else bytes(body or b"")
    where = urlsplit(found["url"])
    target = where.path + (f"?{where.query}" if where.query else "")
    return Request(found["method"], target, tuple((n, str(v)) for n, v in found["headers"].items()), body)


def plain(value):
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value


@pytest.mark.parametrize(
    ("service", "protocol"),
    [*((service, "") for service in SERVICES), ("cloudwatch", "smithy-rpc-v2-cbor"), ("cloudwatch", "query")],
)
def test_the_input_of_every_operation_is_read_back(service, protocol):
    found = service_model(service)
    values = Values(Full(), protocol or found.resolved_protocol, False)
    for name in set(found.operation_names) - {*AMBIGUOUS}:
        shape = load(service).operations[name].input
        given = values.structure(shape) if shape else {}
        if "Expires" in given:
            given["Expires"] = datetime(2030, 1, 2, tzinfo=UTC)
        parsed = parse(sent(service, name, given, protocol), f"{service}.{name}")
        assert (name, parsed.parameters, parsed.rest) == (name, plain(given), ())


def get(target, *headers, host="localhost:4566"):
    return Request("GET", target, (("Host", host), *headers))


@pytest.mark.parametrize(
    ("host", "bucket"),
    [
        ("photos.s3.amazonaws.com", "photos"),
        ("my.photos.s3.eu-west-1.amazonaws.com", "my.photos"),
        ("photos.localhost:4566", "photos"),
        ("photos.s3.localhost.localstack.cloud:4566", "photos"),
    ],
)
def test_a_bucket_may_stand_in_the_host(host, bucket):
    assert parse(get("/a/b%20c", host=host), "s3.GetObject").parameters == {"Bucket": bucket, "Key": "a/b c"}


def test_a_host_that_names_no_bucket_leaves_the_path_alone():
    for host in ("localhost:4566", "127.0.0.1:4566", "s3.amazonaws.com", "s3.eu-west-1.amazonaws.com"):
        assert parse(get("/b/k", host=host), "s3.GetObject").parameters == {"Bucket": "b", "Key": "k"}


def test_what_the_model_does_not_explain_is_named():
    request = get("/b/k?partNumber=x&odd=1", ("X-Odd", "1"), ("Range", "bytes=0-1"))
    parsed = parse(request, "s3.GetObject")
    assert parsed.parameters == {"Bucket": "b", "Key": "k", "PartNumber": "x", "Range": "bytes=0-1"}
    assert parsed.rest == ("query partNumber", "query odd", "header x-odd")


@pytest.mark.parametrize(
    ("body", "rest"),
    [
        (b'{"QueueName": 5}', ("body/QueueName",)),
        (b'{"Nonsense": 5}', ("body/Nonsense",)),
        (b'{"QueueName"', ("body",)),
        (b"[]", ("body",)),
        (b"\xff", ("body",)),
        (b"[" * 100_000, ("body",)),
    ],
)
def test_a_body_in_disorder_is_told_and_raises_nothing(body, rest):
    request = Request("POST", "/", (("X-Amz-Target", "AmazonSQS.CreateQueue"),), body)
    assert parse(request, "sqs.CreateQueue").rest == rest


def test_an_operation_that_no_model_has_cannot_be_read():
    assert parse(get("/"), "s3.Preflight") is None
    assert parse(get("/"), "") is None
    assert parse(get("/"), "nothing.Nothing") is None


def test_chunk_frames_are_taken_off():
    headers = (
        ("Content-Encoding", "gzip,aws-chunked"),
        ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
        ("x-amz-trailer", "x-amz-checksum-crc32"),
    )
    request = Request("PUT", "/b/k", headers, b"3\r\nabc\r\n1\r\nd\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n")
    assert parse(request, "s3.PutObject").parameters == {
        "Bucket": "b",
        "Key": "k",
        "ContentEncoding": "gzip",
        "Body": b"abcd",
        "ChecksumCRC32": "AAAAAA==",
    }
    assert parse(replace(request, body=b"5\r\nabc"), "s3.PutObject").rest == ("body",)


def test_what_every_sdk_adds_is_not_what_the_caller_said():
    crc = DIGESTS["x-amz-checksum-crc32"]
    headers = (("x-amz-checksum-crc32", crc(b"abc")), ("x-amz-sdk-checksum-algorithm", "CRC32"))
    request = Request("PUT", "/b/k", headers, b"abc")
    assert said(parse(request, "s3.PutObject")) == {"Bucket": "b", "Key": "k", "Body": b"abc"}
    wrong = parse(replace(request, headers=(("x-amz-checksum-crc32", crc(b"abd")),)), "s3.PutObject")
    assert said(wrong)["ChecksumCRC32"] == crc(b"abd")
