"""Telling the operation from the wire."""

import pytest

from conformance.exchange import Request
from conformance.operations import all_operations, error_code, identify, service_of


@pytest.mark.parametrize(
    ("method", "target", "headers", "operation"),
    [
        ("GET", "/", {}, "ListBuckets"),
        ("PUT", "/b", {}, "CreateBucket"),
        ("GET", "/b", {}, "ListObjects"),
        ("GET", "/b?list-type=2&prefix=a", {}, "ListObjectsV2"),
        ("GET", "/b?versions", {}, "ListObjectVersions"),
        ("GET", "/b?tagging", {}, "GetBucketTagging"),
        ("GET", "/b/k?tagging&versionId=1", {}, "GetObjectTagging"),
        ("GET", "/b?analytics", {}, "ListBucketAnalyticsConfigurations"),
        ("GET", "/b?analytics&id=1", {}, "GetBucketAnalyticsConfiguration"),
        ("PUT", "/b/k", {}, "PutObject"),
        ("PUT", "/b/k", {"x-amz-copy-source": "/a/b"}, "CopyObject"),
        ("PUT", "/b/k?partNumber=1&uploadId=u", {}, "UploadPart"),
        ("PUT", "/b/k?partNumber=1&uploadId=u", {"x-amz-copy-source": "/a/b"}, "UploadPartCopy"),
        ("GET", "/b/k?attributes", {"x-amz-object-attributes": "ETag"}, "GetObjectAttributes"),
        ("POST", "/b/k?uploads", {}, "CreateMultipartUpload"),
        ("POST", "/b/k?uploadId=u", {}, "CompleteMultipartUpload"),
        ("POST", "/b?delete", {}, "DeleteObjects"),
        ("HEAD", "/b/k", {}, "HeadObject"),
        ("HEAD", "/b", {}, "HeadBucket"),
        ("OPTIONS", "/b/k", {}, "Preflight"),
        ("POST", "/b", {"Content-Type": "multipart/form-data; boundary=x"}, "PostObject"),
        ("GET", "/", {"Host": "b.s3.localhost.localstack.cloud:4566"}, "ListObjects"),
        ("GET", "/k", {"Host": "b.s3.us-east-1.amazonaws.com"}, "GetObject"),
        ("GET", "/b/k", {"Host": "s3.us-east-1.amazonaws.com"}, "GetObject"),
        ("GET", "/b/k?x-id=HeadObject", {}, "HeadObject"),
    ],
)
def test_s3_operations_are_told_apart(method, target, headers, operation):
    request = Request(method, target, tuple({"Host": "localhost:4566", **headers}.items()))
    assert identify(request, "s3") == f"s3.{operation}"


def test_what_is_no_operation_has_no_name():
    assert identify(Request("PATCH", "/b/k", (("Host", "localhost"),)), "s3") == ""


def test_other_protocols_name_their_operation():
    target = Request("POST", "/", (("X-Amz-Target", "DynamoDB_20120810.PutItem"),))
    assert identify(target, "dynamodb") == "dynamodb.PutItem"
    assert identify(Request("POST", "/", (), b"Action=GetCallerIdentity&Version=1"), "sts") == "sts.GetCallerIdentity"


def test_the_service_is_in_the_credential():
    header = Request("GET", "/", (("Authorization", "AWS4-HMAC-SHA256 Credential=a/b/c/sqs/aws4_request, x"),))
    assert service_of(header) == "sqs"
    assert service_of(Request("GET", "/?X-Amz-Credential=a%2Fb%2Fc%2Fsns%2Faws4_request&x")) == "sns"
    assert service_of(Request("GET", "/")) == "s3"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<?xml version='1.0'?>\n<Error><Code>NoSuchKey</Code></Error>", "NoSuchKey"),
        (b'{"__type":"com.amazonaws.dynamodb#ResourceNotFoundException"}', "ResourceNotFoundException"),
        (b"<ListBucketResult/>", ""),
        (b"{", ""),
        (b"", ""),
    ],
)
def test_error_codes_are_read(body, code):
    assert error_code(body) == code


def test_every_modelled_operation_is_known():
    assert {"PutObject", "ListDirectoryBuckets"} <= set(all_operations("s3"))
