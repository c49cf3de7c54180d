"""Which operation a request means, by AWS's own models."""

from __future__ import annotations

from functools import cache

import pytest

from ruststack.core.blobs import EMPTY
from ruststack.core.http import Request
from ruststack.gateway.errors import InvalidURI
from ruststack.gateway.route import Router
from ruststack.model import load


@cache
def router(service):
    return Router(load(service))


def route(service, method, target, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request(method, target, [], named, EMPTY)
    operation, labels = router(service).find(request, request.path)
    return (operation and operation.name), labels


@pytest.mark.parametrize(
    "method, target, operation, labels",
    [
        ("GET", "/", "ListBuckets", {}),
        ("GET", "/b", "ListObjects", {"Bucket": "b"}),
        ("GET", "/b/", "ListObjects", {"Bucket": "b"}),
        ("GET", "/b?list-type=2", "ListObjectsV2", {"Bucket": "b"}),
        ("GET", "/b?list-type=1", "ListObjects", {"Bucket": "b"}),
        ("GET", "/b?versions", "ListObjectVersions", {"Bucket": "b"}),
        ("GET", "/b?uploads=", "ListMultipartUploads", {"Bucket": "b"}),
        ("GET", "/b?analytics", "ListBucketAnalyticsConfigurations", {"Bucket": "b"}),
        ("GET", "/b?analytics&id=x", "GetBucketAnalyticsConfiguration", {"Bucket": "b"}),
        ("GET", "/b?lifecycle", "GetBucketLifecycleConfiguration", {"Bucket": "b"}),
        ("PUT", "/b?notification", "PutBucketNotificationConfiguration", {"Bucket": "b"}),
        ("PUT", "/b", "CreateBucket", {"Bucket": "b"}),
        ("HEAD", "/b", "HeadBucket", {"Bucket": "b"}),
        ("POST", "/b?delete", "DeleteObjects", {"Bucket": "b"}),
        ("GET", "/b/k", "GetObject", {"Bucket": "b", "Key": "k"}),
        ("GET", "/b/k?x-id=GetObject", "GetObject", {"Bucket": "b", "Key": "k"}),
        ("GET", "/b//k//", "GetObject", {"Bucket": "b", "Key": "/k//"}),
        ("GET", "/b/a/../b", "GetObject", {"Bucket": "b", "Key": "a/../b"}),
        ("GET", "/b/a%2Fb+c%20d%3D", "GetObject", {"Bucket": "b", "Key": "a/b+c d="}),
        ("GET", "/b/%E2%82%AC", "GetObject", {"Bucket": "b", "Key": "€"}),
        ("GET", "/b/k?uploadId=u", "ListParts", {"Bucket": "b", "Key": "k"}),
        ("GET", "/b/k?attributes", "GetObjectAttributes", {"Bucket": "b", "Key": "k"}),
        ("PUT", "/b/k?partNumber=1&uploadId=u", "UploadPart", {"Bucket": "b", "Key": "k"}),
        ("DELETE", "/b/k?uploadId=u", "AbortMultipartUpload", {"Bucket": "b", "Key": "k"}),
        ("POST", "/b/k?uploads", "CreateMultipartUpload", {"Bucket": "b", "Key": "k"}),
        ("POST", "/b/k?uploadId=u", "CompleteMultipartUpload", {"Bucket": "b", "Key": "k"}),
        ("POST", "/b/k?select&select-type=2", "SelectObjectContent", {"Bucket": "b", "Key": "k"}),
        ("PATCH", "/b", None, {}),
        ("PUT", "/", None, {}),
        ("POST", "/b", None, {}),
    ],
)
def test_s3_by_method_path_and_query(method, target, operation, labels):
    assert route("s3", method, target) == (operation, labels)


def test_a_copy_source_makes_a_put_a_copy():
    assert route("s3", "PUT", "/b/k", x_amz_copy_source="a/b")[0] == "CopyObject"
    assert route("s3", "PUT", "/b/k?partNumber=1&uploadId=u", x_amz_copy_source="a/b")[0] == "UploadPartCopy"
    assert route("s3", "PUT", "/b/k")[0] == "PutObject"


def test_raw_utf8_in_a_path_is_read():
    assert route("s3", "GET", "/b/€".encode().decode("latin-1"))[1]["Key"] == "€"


def test_a_path_that_is_not_utf8_is_refused():
    with pytest.raises(InvalidURI):
        route("s3", "GET", "/b/%ff")


@pytest.mark.parametrize(
    "method, target, operation, labels",
    [
        ("GET", "/2015-03-31/functions", "ListFunctions", {}),
        ("GET", "/2015-03-31/functions/", "ListFunctions", {}),
        ("GET", "/2015-03-31/functions/f", "GetFunction", {"FunctionName": "f"}),
        ("POST", "/2015-03-31/functions/f/invocations", "Invoke", {"FunctionName": "f"}),
        ("GET", "/2015-03-31/functions/arn%3Aaws%3Alambda", "GetFunction", {"FunctionName": "arn:aws:lambda"}),
        ("GET", "/2015-03-31/nothing", None, {}),
    ],
)
def test_lambda_by_path(method, target, operation, labels):
    assert route("lambda", method, target) == (operation, labels)


def test_an_arn_with_slashes_fits_a_greedy_or_plain_label():
    assert route("apigateway", "GET", "/tags/arn%3Aaws%3Aapigateway%3A%3A%2Frestapis%2Fx")[1] == {
        "resource_arn": "arn:aws:apigateway::/restapis/x"
    }


@pytest.mark.parametrize("service", ["s3", "lambda", "apigateway", "apigatewayv2"])
def test_every_operation_is_found_by_its_own_request(service):
    missed = []
    for operation in load(service).operations.values():
        if operation.is_shadowed:
            continue
        path = "/".join(f"v-{s.label}" if s.label else s.literal for s in operation.template.segments)
        query = [name if value is None else f"{name}={value}" for name, value in operation.template.query]
        query += [f"{rule.name}=1" for rule in operation.discriminators if rule.place == "query"]
        headers = {rule.name: "1" for rule in operation.discriminators if rule.place == "header"}
        request = Request(operation.method, f"/{path}?{'&'.join(query)}", [], headers, EMPTY)
        found, labels = router(service).find(request, request.path)
        if found is not operation or set(labels) != set(operation.template.labels):
            missed.append((operation.name, found and found.name, labels))
    assert missed == []
