"""AWS_PROXY: the event to the member, and what becomes of a function's answer."""

from __future__ import annotations

import asyncio
import base64
import gzip
import re
import zlib
from typing import Any

import pytest

from ruststack.kit import ServiceError
from tests.services.apigateway.execution.conftest import Plane
from tests.services.apigateway.execution.functions import Failed, Raw, askers, closed, tenants

OK = {"statusCode": 200, "body": "fine"}


def test_the_event_has_every_member(plane: Plane) -> None:
    api = plane.api().method("/pets/{id}", uri=plane.function("f", lambda event: OK)).deploy()
    target = "/pets/a%20b?x=1&x=2&y=%26"
    answer = api.ask(target, accept="*/*", user_agent="me", X_Twice="one", authorization="who")
    assert (answer.status, answer.body) == (200, b"fine")
    event = plane.events[0]
    context = event.pop("requestContext")
    headers, many = event.pop("headers"), event.pop("multiValueHeaders")
    assert event == {
        "resource": "/pets/{id}",
        "path": "/pets/a%20b",
        "httpMethod": "GET",
        "queryStringParameters": {"x": "2", "y": "&"},
        "multiValueQueryStringParameters": {"x": ["1", "2"], "y": ["&"]},
        "pathParameters": {"id": "a%20b"},
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
    }
    assert many == {name: [value] for name, value in headers.items()}
    assert headers["Host"] == api.host
    assert headers["User-Agent"] == "me"
    assert headers["Authorization"] == "who"
    assert headers["X-Twice"] == "one"
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert headers["X-Forwarded-Port"] == "443"
    assert headers["X-Forwarded-Proto"] == "https"
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", headers["X-Amzn-Trace-Id"])
    assert "Connection" not in headers
    stage = plane.v1.get_stage(restApiId=api.id, stageName="dev")
    assert re.fullmatch(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000", context.pop("requestTime"))
    assert isinstance(context.pop("requestTimeEpoch"), int)
    assert context.pop("requestId") == answer.header("x-amzn-RequestId")
    assert context.pop("extendedRequestId") == answer.header("x-amz-apigw-id")
    assert context == {
        "resourceId": api.resources["/pets/{id}"],
        "resourcePath": "/pets/{id}",
        "httpMethod": "GET",
        "path": "/dev/pets/a%20b",
        "accountId": "000000000000",
        "protocol": "HTTP/1.1",
        "stage": "dev",
        "domainPrefix": api.id,
        "domainName": api.host,
        "deploymentId": stage["deploymentId"],
        "apiId": api.id,
        "identity": {
            "cognitoIdentityPoolId": None,
            "accountId": None,
            "cognitoIdentityId": None,
            "caller": None,
            "sourceIp": "127.0.0.1",
            "principalOrgId": None,
            "accessKey": None,
            "cognitoAuthenticationType": None,
            "cognitoAuthenticationProvider": None,
            "userArn": None,
            "userAgent": "me",
            "user": None,
        },
    }


@pytest.mark.parametrize("kind", ["AWS_PROXY", "AWS"])
def test_a_function_that_does_not_let_the_api_invoke_it_is_not_invoked(plane: Plane, kind: str) -> None:
    closed.add("f")
    api = plane.api().method("/pets/{id}", kind=kind, uri=plane.function("f", lambda event: OK)).deploy()
    answer = api.ask("/pets/1")
    assert (answer.status, answer.json) == (500, {"message": "Internal server error"})
    (asked,) = askers
    source = f"arn:aws:execute-api:us-east-1:000000000000:{api.id}/dev/GET"
    assert asked["SourceArns"] == [f"{source}/pets/1", f"{source}/pets/{{id}}"]
    assert (asked["Service"], asked["SourceAccount"]) == ("apigateway.amazonaws.com", "000000000000")
    assert plane.events == []


def test_with_a_role_of_the_users_own_the_policy_is_not_asked(plane: Plane) -> None:
    closed.add("f")
    role = {"credentials": "arn:aws:iam::000000000000:role/r"}
    api = plane.api().method("/pets", uri=plane.function("f", lambda event: OK), integration=role).deploy()
    assert api.ask("/pets").status == 200


@pytest.mark.parametrize("kind", ["AWS_PROXY", "AWS"])
def test_a_mapped_header_names_the_tenant(plane: Plane, kind: str) -> None:
    mapping = {"requestParameters": {"integration.request.header.X-Amz-Tenant-Id": "method.request.header.x-tenant"}}
    wanted = {"requestParameters": {"method.request.header.x-tenant": False}}
    api = plane.api().method(
        "/pets", kind=kind, uri=plane.function("f", lambda event: OK), integration=mapping, method=wanted
    )
    api.deploy().ask("/pets", x_tenant="blue")
    api.ask("/pets")
    assert tenants[-2:] == ["blue", None]


def test_what_is_not_there_is_null(plane: Plane) -> None:
    api = plane.api().method("/", uri=plane.function("f", lambda event: OK)).deploy()
    api.ask("/")
    event = plane.events[0]
    for member in ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables"):
        assert event[member] is None


@pytest.mark.parametrize(
    "address", ["/restapis/{id}/dev/_user_request_/a/b", "/_aws/execute-api/{id}/dev/a/b", "{host}/dev/a/b"]
)
def test_an_api_has_three_forms_of_address(plane: Plane, address: str) -> None:
    api = plane.api().method("/a/{rest+}", "ANY", uri=plane.function("f", lambda event: OK)).deploy()
    host = api.host if address.startswith("{host}") else "localhost"
    answer = plane.ask(host, address.replace("{host}", "").replace("{id}", api.id), "PUT", b"x")
    assert answer.status == 200
    assert (plane.events[0]["path"], plane.events[0]["pathParameters"]) == ("/a/b", {"rest": "b"})


def test_a_repeated_header_keeps_all_its_values(plane: Plane) -> None:
    api = plane.api().method("/", uri=plane.function("f", lambda event: OK)).deploy()
    plane.send(api.host, "/dev/", "GET", b"", [("tEsT", "one"), ("Test", "two")])
    assert plane.events[0]["multiValueHeaders"]["tEsT"] == ["one", "two"]
    assert plane.events[0]["headers"]["tEsT"] == "two"


def test_stage_variables_are_in_the_event_and_fill_the_uri(plane: Plane) -> None:
    plane.function("f-blue", lambda event: OK)
    uri = plane.function("f-x", lambda event: OK).replace("f-x", "f-${stageVariables.colour}")
    api = plane.api().method("/", uri=uri).deploy(variables={"colour": "blue"})
    assert api.ask("/").status == 200
    assert plane.events[0]["stageVariables"] == {"colour": "blue"}


@pytest.mark.parametrize(
    ("types", "content_type", "is_binary"),
    [
        ([], "image/png", False),
        (["image/png"], "image/png", True),
        (["image/*"], "image/png", True),
        (["*/*"], "", True),
    ],
)
def test_bodies_of_binary_media_types_come_in_base64(
    plane: Plane, types: list[str], content_type: str, is_binary: bool
) -> None:
    api = plane.api(binaryMediaTypes=types).method("/", "POST", uri=plane.function("f", lambda event: OK)).deploy()
    api.ask("/", "POST", b"\xff\x00a", **({"content_type": content_type} if content_type else {}))
    event = plane.events[0]
    assert event["isBase64Encoded"] is is_binary
    assert event["body"] == (base64.b64encode(b"\xff\x00a").decode() if is_binary else "�\x00a")


@pytest.mark.parametrize(
    ("types", "accept", "body"),
    [
        (["image/png"], "image/png", b"\xff\x00"),
        (["image/png"], "*/*", b"/wA="),
        (["image/png"], "text/html,image/png", b"/wA="),
        (["*/*"], "text/html", b"\xff\x00"),
        ([], "image/png", b"/wA="),
    ],
)
def test_the_first_type_accepted_decides_whether_an_answer_is_decoded(
    plane: Plane, types: list[str], accept: str, body: bytes
) -> None:
    given = {"statusCode": 200, "body": "/wA=", "isBase64Encoded": True, "headers": {"content-type": "image/png"}}
    api = plane.api(binaryMediaTypes=types).method("/", uri=plane.function("f", lambda event: given)).deploy()
    answer = api.ask("/", accept=accept)
    assert (answer.body, answer.header("Content-Type")) == (body, "image/png")


@pytest.mark.parametrize(
    ("given", "status", "body"),
    [
        ({}, 200, b""),
        ({"statusCode": "201", "body": "made"}, 201, b"made"),
        ({"statusCode": 204}, 204, b""),
        ({"statusCode": 418, "body": None}, 418, b""),
    ],
)
def test_no_member_of_an_answer_is_needed(plane: Plane, given: Any, status: int, body: bytes) -> None:
    api = plane.api().method("/", uri=plane.function("f", lambda event: given)).deploy()
    answer = api.ask("/")
    assert (answer.status, answer.body) == (status, body)
    assert answer.header("Content-Type") == "application/json"


@pytest.mark.parametrize(
    "given",
    [
        "text",
        None,
        [],
        3,
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": "two"},
        {"statusCode": 200, "more": 1},
        {"statusCode": 200, "headers": {"a": 1}},
        {"statusCode": 200, "headers": []},
        {"statusCode": 200, "multiValueHeaders": {"a": "b"}},
        {"statusCode": True},
        Raw(b"{"),
        Raw(b""),
    ],
)
def test_a_malformed_answer_is_a_bad_gateway(plane: Plane, given: Any) -> None:
    api = plane.api().method("/", uri=plane.function("f", lambda event: given)).deploy()
    answer = api.ask("/")
    assert (answer.status, answer.body) == (502, b'{"message": "Internal server error"}')
    assert answer.header("x-amzn-ErrorType") == "InternalServerErrorException"
    assert answer.header("Content-Type") == "application/json"


def test_a_function_that_fails_is_a_bad_gateway(plane: Plane) -> None:
    def fail(event: Any) -> Any:
        raise Failed("no")

    answer = plane.api().method("/", uri=plane.function("f", fail)).deploy().ask("/")
    assert (answer.status, answer.body) == (502, b'{"message": "Internal server error"}')


@pytest.mark.parametrize(
    ("headers", "many", "seen"),
    [
        ({"test-header": "value", "header-bool": True}, None, [("test-header", "value"), ("header-bool", "true")]),
        (None, {"test-multi": ["value1", "value2"]}, [("test-multi", "value1"), ("test-multi", "value2")]),
        ({"a": "solo"}, {"a": ["multi"]}, [("a", "multi"), ("a", "solo")]),
        ({"a": "solo"}, {"A": ["multi"]}, [("A", "multi"), ("A", "solo")]),
        ({"a": "same"}, {"a": ["same"]}, [("a", "same")]),
    ],
)
def test_headers_and_multi_value_headers_are_merged(plane: Plane, headers: Any, many: Any, seen: Any) -> None:
    """As recorded: ``test-multi: value-multi, value-solo``, in the case of multiValueHeaders."""
    given = {"statusCode": 200, "headers": headers, "multiValueHeaders": many}
    answer = plane.api().method("/", uri=plane.function("f", lambda event: given)).deploy().ask("/")
    names = {name for name, _ in seen}
    assert [pair for pair in answer.headers if pair[0] in names] == seen


def test_headers_of_the_connection_are_remapped(plane: Plane) -> None:
    given = {"statusCode": 200, "headers": {"Date": "once", "server": "mine", "connection": "x", "ETag": "e"}}
    answer = plane.api().method("/", uri=plane.function("f", lambda event: given)).deploy().ask("/")
    assert answer.header("x-amzn-Remapped-Date") == "once"
    assert answer.header("x-amzn-Remapped-Server") == "mine"
    assert answer.header("x-amzn-Remapped-Connection") == "x"
    assert answer.header("Date") != "once"
    assert answer.header("ETag") == "e"


def test_every_answer_carries_the_gateways_headers(plane: Plane) -> None:
    answer = plane.api().method("/", uri=plane.function("f", lambda event: OK)).deploy().ask("/")
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", answer.header("x-amzn-RequestId") or "")
    assert re.fullmatch(r"[A-Za-z0-9+/]{15}=", answer.header("x-amz-apigw-id") or "")
    assert re.fullmatch(r"Root=1-\w{8}-\w{24};Parent=\w{16};Sampled=0", answer.header("X-Amzn-Trace-Id") or "")
    assert (answer.header("Date") or "").endswith(" GMT")


def test_a_function_that_is_not_there_is_a_configuration_error(plane: Plane) -> None:
    class Missing(ServiceError):
        code, status = "ResourceNotFoundException", 404

    def missing(event: Any) -> Any:
        raise Missing("Function not found")

    answer = plane.api().method("/", uri=plane.function("f", missing)).deploy().ask("/")
    assert (answer.status, answer.body) == (500, b'{"message": "Internal server error"}')


def test_a_function_that_takes_too_long_times_out(plane: Plane) -> None:
    async def wait(event: Any) -> Any:
        await asyncio.sleep(2)
        return OK

    uri = plane.function("f", wait)
    api = plane.api().method("/", uri=uri, integration={"timeoutInMillis": 50}).deploy()
    answer = api.ask("/")
    assert (answer.status, answer.body) == (504, b'{"message": "Endpoint request timed out"}')


def test_a_payload_of_more_than_ten_megabytes_is_refused(plane: Plane) -> None:
    api = plane.api().method("/", "POST", uri=plane.function("f", lambda event: OK)).deploy()
    answer = api.ask("/", "POST", b"x" * (10 * 1024 * 1024 + 1))
    assert (answer.status, answer.body) == (413, b"HTTP content length exceeded 10485760 bytes.")
    assert answer.header("Content-Type") == "text; charset=utf-8"
    assert answer.header("x-amzn-RequestId") is None


def test_a_payload_that_the_function_does_not_take_is_too_long(plane: Plane) -> None:
    class TooLarge(ServiceError):
        code, status = "RequestTooLargeException", 413

    def refuse(event: Any) -> Any:
        raise TooLarge("7000000 byte payload is too large")

    answer = plane.api().method("/", uri=plane.function("f", refuse)).deploy().ask("/")
    assert (answer.status, answer.body) == (413, b'{"message": "Request Too Long"}')
    assert answer.header("x-amzn-ErrorType") == "BadRequestException"


@pytest.mark.parametrize(
    ("least", "accepted", "packed"),
    [(0, "gzip", "gzip"), (4, "br, gzip;q=0.5", "gzip"), (4, "deflate", "deflate"), (5, "gzip", None), (0, "br", None)],
)
def test_answers_are_packed_where_the_api_says_so(plane: Plane, least: int, accepted: str, packed: str | None) -> None:
    api = plane.api(minimumCompressionSize=least).method("/", uri=plane.function("f", lambda event: OK)).deploy()
    answer = api.ask("/", accept_encoding=accepted)
    assert answer.header("Content-Encoding") == packed
    unpack = {"gzip": gzip.decompress, "deflate": zlib.decompress, None: bytes}[packed]
    assert unpack(answer.body) == b"fine"


@pytest.mark.parametrize(
    ("body", "status"),
    [(gzip.compress(b"text", mtime=0), 200), (b"noise", 400), (gzip.compress(b"text", mtime=0)[:-9], 400)],
    ids=["whole", "noise", "cut"],
)
def test_requests_are_unpacked_where_the_api_says_so(plane: Plane, body: bytes, status: int) -> None:
    api = plane.api(minimumCompressionSize=0).method("/", "POST", uri=plane.function("f", lambda event: OK)).deploy()
    assert api.ask("/", "POST", body, content_encoding="gzip").status == status
    if status == 200:
        assert plane.events[0]["body"] == "text"
        assert "content-encoding" not in plane.events[0]["headers"]


def test_a_body_that_is_too_large_when_unpacked_is_refused(plane: Plane) -> None:
    api = plane.api(minimumCompressionSize=0).method("/", "POST", uri=plane.function("f", lambda event: OK)).deploy()
    body = gzip.compress(b"x" * (10 * 1024 * 1024 + 1))
    assert api.ask("/", "POST", body, content_encoding="gzip").status == 413
