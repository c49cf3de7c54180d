"""Function URLs over HTTP, with workers that are played."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from ruststack import RustStack
from ruststack.core.functions import CannotRun, Outcome, Streamed
from tests.services.lambda_.conftest import CODE, REGION, ROLE, Workers

PRELUDE = "application/vnd.awslambda.http-integration-response"


class Url:
    """A function with a URL, and what its worker was asked."""

    def __init__(self, stack: RustStack, client: Any) -> None:
        stack.reset()
        self.workers = stack._app.live._functions = Workers()
        self.client = client
        self.place = urlsplit(stack.endpoint_url)
        client.create_function(
            FunctionName="f", Runtime="python3.12", Handler="index.handler", Role=ROLE, Code={"ZipFile": CODE}
        )

    def make(self, auth_type: str = "NONE", is_open: bool = True, **params: Any) -> None:
        url = self.client.create_function_url_config(FunctionName="f", AuthType=auth_type, **params)["FunctionUrl"]
        self.host = urlsplit(url).netloc
        if is_open:
            self.client.add_permission(
                FunctionName="f",
                StatementId="url",
                Action="lambda:InvokeFunctionUrl",
                Principal="*",
                FunctionUrlAuthType=auth_type,
            )

    def answer(self, payload: Any) -> None:
        self.workers.play = lambda *_: Outcome(payload if isinstance(payload, bytes) else json.dumps(payload).encode())

    def send(
        self, method: str = "GET", target: str = "/", body: bytes | None = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection(self.place.hostname or "", self.place.port)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, target, body, {"Host": self.host, **named})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    @property
    def event(self) -> Any:
        return json.loads(self.workers.invoked[-1][1].payload)


@pytest.fixture(scope="module")
def stack() -> Iterator[RustStack]:
    with RustStack() as stack:
        yield stack


@pytest.fixture(scope="module")
def client(stack: RustStack) -> Any:
    return boto3.client(
        "lambda",
        endpoint_url=stack.endpoint_url,
        region_name=REGION,
        aws_access_key_id="000000000000",
        aws_secret_access_key="x",
        config=Config(retries={"max_attempts": 0}),
    )


@pytest.fixture
def url(stack: RustStack, client: Any) -> Url:
    return Url(stack, client)


def test_a_request_becomes_an_event(url):
    url.make()
    url.answer({"a": 1})
    status, headers, body = url.send("GET", "/a%20b?x=1&x=2&y=%41", Cookie="a=1; b=2", User_Agent="me", X_Mine="1")
    assert (status, headers["Content-Type"], json.loads(body)) == (200, "application/json", {"a": 1})
    assert headers["Date"].endswith(" GMT")
    event, url_id = url.event, url.host.partition(".")[0]
    told = event.pop("requestContext")
    assert told.pop("time").endswith(" +0000")
    assert told.pop("timeEpoch") > 1_700_000_000_000
    assert told.pop("requestId") == headers["x-amzn-RequestId"] == url.workers.invoked[-1][1].request_id
    assert told == {
        "accountId": "anonymous",
        "apiId": url_id,
        "domainName": f"{url_id}.lambda-url.us-east-1.localhost",
        "domainPrefix": url_id,
        "http": {
            "method": "GET",
            "path": "/a%20b",
            "protocol": "HTTP/1.1",
            "sourceIp": "127.0.0.1",
            "userAgent": "me",
        },
        "routeKey": "$default",
        "stage": "$default",
    }
    sent = event.pop("headers")
    assert sent.pop("x-amzn-trace-id").startswith("Root=1-")
    assert sent == {
        "host": url.host,
        "user-agent": "me",
        "x-mine": "1",
        "accept-encoding": "identity",
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-port": str(url.place.port),
        "x-forwarded-proto": "http",
    }
    assert event == {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/a%20b",
        "rawQueryString": "x=1&x=2&y=%41",
        "cookies": ["a=1", "b=2"],
        "queryStringParameters": {"x": "1,2", "y": "A"},
        "isBase64Encoded": False,
    }


def test_a_url_has_a_path_too_where_names_do_not_resolve(url):
    url.make()
    url_id = url.host.partition(".")[0]
    assert url.send("GET", f"/_aws/lambda-url/{url_id}/a/b?x=1", Host="localhost")[0] == 200
    assert (url.event["rawPath"], url.event["requestContext"]["apiId"]) == ("/a/b", url_id)


@pytest.mark.parametrize(
    ("kind", "body", "told", "is_encoded"),
    [
        ("application/json", b'{"a": 1}', '{"a": 1}', False),
        ("text/plain; charset=utf-8", "\u00e9".encode(), "\u00e9", False),
        ("application/x-www-form-urlencoded", b"a=1", "YT0x", True),
        ("application/octet-stream", b"\x00\xff", "AP8=", True),
        ("text/plain", b"\xff", "/w==", True),
    ],
)
def test_bodies_are_text_or_base64(url, kind, body, told, is_encoded):
    url.make()
    url.send("POST", "/", body, Content_Type=kind)
    assert (url.event["body"], url.event["isBase64Encoded"]) == (told, is_encoded)


def test_an_answer_may_have_status_headers_and_cookies(url):
    url.make()
    url.answer(
        {
            "statusCode": 201,
            "headers": {"Content-Type": "text/plain", "X-Count": 2},
            "cookies": ["a=1; Secure", "b=2"],
            "body": "aGVsbG8=",
            "isBase64Encoded": True,
        }
    )
    status, headers, body = url.send()
    assert (status, headers["Content-Type"], headers["X-Count"], body) == (201, "text/plain", "2", b"hello")
    assert headers.get_all("Set-Cookie") == ["a=1; Secure", "b=2"]


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        ("Hello", b"Hello"),
        ([1, 2], b"[1,2]"),
        (None, b"null"),
        (5, b"5"),
        ({"body": "x"}, b'{"body":"x"}'),
        (b"no JSON", b"no JSON"),
    ],
)
def test_an_answer_without_a_status_is_the_body(url, payload, told):
    url.make()
    url.answer(payload)
    status, headers, body = url.send()
    assert (status, headers["Content-Type"], body) == (200, "application/json", told)


@pytest.mark.parametrize(
    "payload",
    [
        {"statusCode": "x"},
        {"statusCode": 99},
        {"statusCode": 200, "headers": {"a b": "c"}},
        {"statusCode": 200, "headers": {"a": "b\r\nc: d"}},
        {"statusCode": 200, "headers": {"a": "\u4e2d"}},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "cookies": "a"},
        {"statusCode": 200, "body": "?", "isBase64Encoded": True},
    ],
)
def test_an_answer_that_cannot_be_sent_is_an_error(url, payload):
    url.make()
    url.answer(payload)
    assert url.send()[::2] == (502, b"Internal Server Error")


def test_an_error_of_the_function_is_not_told(url):
    url.make()
    url.workers.play = lambda *_: Outcome(b'{"errorMessage": "secret"}', "Unhandled")
    assert url.send()[::2] == (502, b"Internal Server Error")
    url.workers.broken = CannotRun("InvalidRuntime", "no")
    assert url.send()[::2] == (502, b"Internal Server Error")


def test_a_url_that_is_not_there(url):
    url.make()
    url.client.delete_function_url_config(FunctionName="f")
    status, headers, body = url.send()
    assert (status, headers["x-amzn-ErrorType"], body) == (403, "AccessDeniedException", b'{"Message":null}')


def test_a_url_for_everybody_asks_for_a_permission(url):
    url.make(is_open=False)
    status, headers, body = url.send()
    assert (status, headers["x-amzn-ErrorType"]) == (403, "AccessDeniedException")
    assert json.loads(body)["Message"].startswith("Forbidden")
    assert url.workers.invoked == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 200),
        ({"Principal": {"AWS": ["*"]}}, 200),
        ({"Action": ["lambda:GetFunction", "lambda:InvokeFunctionUrl"]}, 200),
        ({"Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": ["NONE"]}}}, 200),
        ({"Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}}, 403),
        ({"Action": "lambda:InvokeFunction"}, 403),
        ({"Principal": {"Service": "s3.amazonaws.com"}}, 403),
        ({"Effect": "Deny"}, 403),
    ],
)
def test_the_policy_says_who_may(url, changes, status):
    url.make(is_open=False)
    statement = {"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunctionUrl", **changes}
    url.client.put_resource_policy(
        ResourceArn="arn:aws:lambda:us-east-1:000000000000:function:f", Policy=json.dumps({"Statement": [statement]})
    )
    assert url.send()[0] == status


def test_a_url_for_signers_asks_for_a_signature(url):
    url.make("AWS_IAM", is_open=False)
    assert url.send()[0] == 403
    signed = "AWS4-HMAC-SHA256 Credential={}/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0"
    assert url.send(Authorization=signed.format("000000000000"))[0] == 200
    assert url.event["requestContext"]["accountId"] == "000000000000"
    assert url.event["requestContext"]["authorizer"]["iam"]["accessKey"] == "000000000000"
    assert url.send(Authorization=signed.format("111111111111"))[0] == 403


@pytest.fixture(scope="module")
def strict() -> Iterator[RustStack]:
    """A server that verifies signatures."""
    with RustStack(verify_signatures=True) as stack:
        yield stack


def signed(url: Url, body: bytes = b"", secret: str = "test", region: str = REGION, auth: Any = SigV4Auth) -> Any:
    """Target and headers of a signed request."""
    request = AWSRequest("POST", f"https://{url.host}/a%20b?x=1", data=body)
    auth(Credentials("000000000000", secret), "lambda", region).add_auth(request)
    return request.url.partition(url.host)[2], dict(request.headers.items())


def test_signatures_are_verified_where_they_are_to_be(strict):
    client = strict.client("lambda", config=Config(retries={"max_attempts": 0}))
    url = Url(strict, client)
    url.make("AWS_IAM", is_open=False)
    for auth in (SigV4Auth, SigV4QueryAuth):
        target, headers = signed(url, auth=auth)
        assert url.send("POST", target, b"", **headers)[0] == 200
    target, headers = signed(url, b"{}")
    assert url.send("POST", target, b"{}", **headers)[0] == 200
    for wrong in (signed(url, b"other"), signed(url, b"{}", "other")):
        status, told, body = url.send("POST", wrong[0], b"{}", **wrong[1])
        assert (status, told["x-amzn-ErrorType"]) == (403, "InvalidSignatureException")
        assert json.loads(body) == {
            "message": "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
        }
    target, headers = signed(url, b"{}", region="eu-west-1")
    assert json.loads(url.send("POST", target, b"{}", **headers)[2]) == {
        "message": "Credential should be scoped to a valid region. "
    }
    status, told, body = url.send("POST", "/", b"{}")
    assert (status, told["x-amzn-ErrorType"]) == (403, "AccessDeniedException")
    assert json.loads(body)["Message"].startswith("Forbidden")


def test_too_many_requests_are_refused(url):
    url.make()
    url.client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
    status, headers, body = url.send()
    assert (status, headers["x-amzn-ErrorType"]) == (429, "TooManyRequestsException")
    assert json.loads(body) == {
        "Type": "User",
        "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded",
        "message": "Rate Exceeded.",
    }


CORS = {
    "AllowOrigins": ["https://example.com"],
    "AllowMethods": ["GET", "POST"],
    "AllowHeaders": ["x-mine"],
    "ExposeHeaders": ["x-yours"],
    "AllowCredentials": True,
    "MaxAge": 60,
}


def test_browsers_are_answered_for_the_function(url):
    url.make(Cors=CORS)
    status, headers, _ = url.send("OPTIONS", "/", Origin="https://example.com", Access_Control_Request_Method="GET")
    told = {name: value for name, value in headers.items() if name.startswith(("Access", "Vary"))}
    assert status == 200
    assert told == {
        "Access-Control-Allow-Origin": "https://example.com",
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": "x-yours",
        "Access-Control-Allow-Methods": "GET,POST",
        "Access-Control-Allow-Headers": "x-mine",
        "Access-Control-Max-Age": "60",
        "Vary": "Origin",
    }
    assert url.workers.invoked == []


def test_answers_to_allowed_origins_say_so(url):
    url.make(Cors=CORS)
    assert url.send(Origin="https://example.com")[1]["Access-Control-Allow-Origin"] == "https://example.com"
    assert url.send(Origin="https://example.org")[1]["Access-Control-Allow-Origin"] is None


def test_without_a_configuration_the_function_answers_browsers(url):
    url.make()
    url.send("OPTIONS", "/", Origin="https://example.com", Access_Control_Request_Method="GET")
    assert url.event["requestContext"]["http"]["method"] == "OPTIONS"


async def pieces(*data: bytes):
    for each in data:
        yield each


async def given(outcome: Outcome) -> Outcome:
    return outcome


def stream(url: Url, kind: str, *data: bytes, error: str = "") -> None:
    url.workers.play = lambda *_: Streamed(kind, pieces(*data), given(Outcome(b"", error)))


def test_a_stream_has_its_head_before_eight_zero_bytes(url):
    url.make(InvokeMode="RESPONSE_STREAM")
    head = json.dumps({"statusCode": 202, "headers": {"content-type": "text/html"}, "cookies": ["a=1"]}).encode()
    stream(url, PRELUDE, head[:10], head[10:] + bytes(3), bytes(5) + b"<p>", b"</p>")
    status, headers, body = url.send()
    assert (status, headers["Content-Type"], headers["Set-Cookie"], body) == (202, "text/html", "a=1", b"<p></p>")


def test_a_stream_without_a_head_has_the_runtimes_type(url):
    url.make(InvokeMode="RESPONSE_STREAM")
    stream(url, "text/plain", b"a", b"b")
    status, headers, body = url.send()
    assert (status, headers["Content-Type"], body) == (200, "text/plain", b"ab")


def test_a_stream_that_breaks_off_breaks_the_connection(url):
    url.make(InvokeMode="RESPONSE_STREAM")
    stream(url, "text/plain", b"a", error="Unhandled")
    with pytest.raises(http.client.IncompleteRead):
        url.send()


@pytest.mark.parametrize("data", [b"", b"no head", b"[]" + bytes(8), b"{" + bytes(8)])
def test_a_stream_with_a_broken_head_is_an_error(url, data):
    url.make(InvokeMode="RESPONSE_STREAM")
    stream(url, PRELUDE, data)
    assert url.send()[0] == 502


def test_an_alias_has_a_url_of_its_own(url):
    url.client.publish_version(FunctionName="f")
    url.client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    url.host = urlsplit(
        url.client.create_function_url_config(FunctionName="f", Qualifier="live", AuthType="NONE")["FunctionUrl"]
    ).netloc
    assert url.send()[0] == 403
    url.client.add_permission(
        FunctionName="f",
        Qualifier="live",
        StatementId="url",
        Action="lambda:InvokeFunctionUrl",
        Principal="*",
        FunctionUrlAuthType="NONE",
    )
    assert url.send()[0] == 200
    assert url.workers.invoked[-1][0].version == "1"
    assert url.client.get_function_url_config(FunctionName="f", Qualifier="live")["InvokeMode"] == "BUFFERED"
    assert len(url.client.list_function_url_configs(FunctionName="f")["FunctionUrlConfigs"]) == 1
