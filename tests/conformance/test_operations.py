"""Telling the operation from the wire."""

import pytest

from conformance.exchange import Request, Response
from conformance.operations import all_operations, code_of, error_code, identify, service_of, signing_name


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


def json_rpc(target):
    return Request("POST", "/", (("X-Amz-Target", target),))


def form(body):
    return Request("POST", "/", (("Content-Type", "application/x-www-form-urlencoded"),), body)


@pytest.mark.parametrize(
    ("request_", "service", "operation"),
    [
        (json_rpc("DynamoDB_20120810.PutItem"), "dynamodb", "PutItem"),
        (form(b"Action=GetCallerIdentity&Version=1"), "sts", "GetCallerIdentity"),
        (Request("GET", "/?Action=GetCallerIdentity&Version=1"), "sts", "GetCallerIdentity"),
        (
            Request("POST", "/service/GraniteServiceVersion20100801/operation/PutMetricData"),
            "cloudwatch",
            "PutMetricData",
        ),
        (Request("GET", "/2015-03-31/functions/"), "lambda", "ListFunctions"),
        (Request("GET", "/2015-03-31/functions/f?Qualifier=1"), "lambda", "GetFunction"),
        (Request("POST", "/2015-03-31/functions/f/invocations"), "lambda", "Invoke"),
        (Request("GET", "/2018-10-31/layers?find=LayerVersion&Arn=a"), "lambda", "GetLayerVersionByArn"),
        (Request("GET", "/2018-10-31/layers"), "lambda", "ListLayers"),
        (Request("POST", "/restapis?mode=import"), "apigateway", "ImportRestApi"),
        (Request("POST", "/restapis"), "apigateway", "CreateRestApi"),
        (Request("PUT", "/restapis/a/resources/b/methods/GET/responses/200"), "apigateway", "PutMethodResponse"),
        (Request("GET", "/v2/apis/a/routes"), "apigatewayv2", "GetRoutes"),
        (Request("PUT", "/2017-03-31/tags/arn%3Aaws%3Alambda"), "lambda", None),
        (Request("POST", "/2017-03-31/tags/arn%3Aaws%3Alambda"), "lambda", "TagResource"),
        (json_rpc("DynamoDB_20120810.Nonsense"), "dynamodb", None),
        (form(b"Action=Nonsense"), "sts", None),
        (Request("GET", "/nowhere"), "lambda", None),
        (Request("GET", "/restapis/a/dev/_user_request_/x"), "execute-api", "Invoke"),
    ],
)
def test_every_protocol_names_its_operation(request_, service, operation):
    assert identify(request_, service) == (f"{service}.{operation}" if operation else "")


def signed(scope, method="POST", target="/", **headers):
    credential = f"AWS4-HMAC-SHA256 Credential=a/b/c/{scope}/aws4_request, x"
    return Request(method, target, (("Authorization", credential), *headers.items()))


@pytest.mark.parametrize(
    ("request_", "service"),
    [
        (signed("sqs"), "sqs"),
        (signed("monitoring"), "cloudwatch"),
        (signed("states"), "stepfunctions"),
        (signed("s3", "GET", "/b/k"), "s3"),
        (signed("s3", "PATCH", "/b/k"), "s3"),
        (signed("dynamodb", **{"X-Amz-Target": "DynamoDB_20120810.PutItem"}), "dynamodb"),
        (signed("dynamodb", **{"X-Amz-Target": "DynamoDBStreams_20120810.GetRecords"}), "dynamodbstreams"),
        (signed("dynamodb"), "dynamodb"),
        (signed("apigateway", "GET", "/restapis"), "apigateway"),
        (signed("apigateway", "GET", "/v2/apis"), "apigatewayv2"),
        (signed("lambda", "GET", "/2015-03-31/functions"), "lambda"),
        (signed("execute-api", "GET", "/dev/x"), "execute-api"),
        (signed("execute-api", "POST", "/dev/@connections/c"), "apigatewaymanagementapi"),
        (signed("no-such-service"), "no-such-service"),
        (Request("GET", "/?X-Amz-Credential=a%2Fb%2Fc%2Fsns%2Faws4_request&x"), "sns"),
        (Request("GET", "/"), "s3"),
        (json_rpc("AWSEvents.PutEvents"), "events"),
        (json_rpc("AmazonSSM.GetParameter"), "ssm"),
        (json_rpc("secretsmanager.GetSecretValue"), "secretsmanager"),
        (json_rpc("Logs_20140328.PutLogEvents"), "logs"),
        (json_rpc("AmazonSQS.SendMessage"), "sqs"),
        (Request("POST", "/service/CloudWatch/operation/PutMetricData"), "cloudwatch"),
        (form(b"Action=AssumeRoleWithWebIdentity&RoleArn=a"), "sts"),
        (Request("GET", "/restapis/a/dev/_user_request_/x"), "execute-api"),
    ],
)
def test_the_service_is_told(request_, service):
    assert service_of(request_) == service


@pytest.mark.parametrize(
    ("host", "service"),
    [
        ("sqs.us-east-1.amazonaws.com", "sqs"),
        ("iam.amazonaws.com", "iam"),
        ("dynamodb.localhost:4566", "dynamodb"),
        ("streams.dynamodb.us-east-1.amazonaws.com", "dynamodbstreams"),
        ("a1b2.execute-api.us-east-1.amazonaws.com", "execute-api"),
        ("a1b2.lambda-url.us-east-1.on.aws", "lambda-url"),
        ("b.s3.us-east-1.amazonaws.com", "s3"),
        ("sqs.s3.localhost.localstack.cloud:4566", "s3"),
        ("events.s3-website.localhost.localstack.cloud", "s3"),
        ("localhost:4566", "s3"),
        ("127.0.0.1:4566", "s3"),
    ],
)
def test_an_unsigned_request_is_told_by_its_host(host, service):
    assert service_of(Request("POST", "/", (("Host", host),))) == service


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<?xml version='1.0'?>\n<Error><Code>NoSuchKey</Code></Error>", "NoSuchKey"),
        (b'{"__type":"com.amazonaws.dynamodb#ResourceNotFoundException"}', "ResourceNotFoundException"),
        (b'{"code":"Thrown:http://internal.amazon.com/coral/"}', "Thrown"),
        (
            b'<ErrorResponse xmlns="x"><Error><Type>Sender</Type><Code>NoSuchEntity</Code></Error></ErrorResponse>',
            "NoSuchEntity",
        ),
        (
            b"<?xml version='1.0'?><Response><Errors><Error><Code>InvalidVpc</Code></Error></Errors></Response>",
            "InvalidVpc",
        ),
        (b"\xa1\x66__type\x78\x1bcom.amazonaws#LimitExceeded", "LimitExceeded"),
        (b"<ListBucketResult/>", ""),
        (b"{", ""),
        (b"", ""),
    ],
)
def test_error_codes_are_read(body, code):
    assert error_code(body) == code


def test_an_error_may_stand_in_a_header():
    old = (("x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender"),)
    assert (
        code_of(Response(400, "", old, b'{"__type":"a#QueueDoesNotExist"}'))
        == "AWS.SimpleQueueService.NonExistentQueue"
    )
    named = (("x-amzn-ErrorType", "ResourceNotFoundException:http://internal"),)
    assert code_of(Response(404, "", named, b'{"Message":"Function not found"}')) == "ResourceNotFoundException"
    assert code_of(Response(400, "", named, b"<Error><Code>Body</Code></Error>")) == "Body"


def test_a_service_without_a_model_has_no_operations():
    assert all_operations("execute-api") == ()


def test_every_modelled_operation_is_known():
    assert {"PutObject", "ListDirectoryBuckets"} <= set(all_operations("s3"))


@pytest.mark.parametrize(
    ("service", "name"), [("cloudwatch", "monitoring"), ("s3", "s3"), ("execute-api", "execute-api")]
)
def test_a_service_signs_by_a_name_of_its_own(service, name):
    assert signing_name(service) == name
