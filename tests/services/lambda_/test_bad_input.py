"""Every member of every operation, given what it is not: AWS's kind of answer each time, never a failure of ours."""

from __future__ import annotations

import base64
import http.client
import json
import os
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import pytest

from ruststack import RustStack
from ruststack.model import Member, Operation, Shape, load
from tests.services.lambda_.conftest import ARN, CODE, ROLE, Workers

MODEL = load("lambda")
SHARE = 1 if "FUZZ_EXAMPLES" in os.environ else 3
DEEPEST = 4
SIGNED = (
    "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0"
)
WRONG: tuple[Any, ...] = (
    None,
    True,
    "",
    "?",
    "x" * 300,
    "\x00",
    "é" * 40,
    "arn:aws:lambda",
    "arn:aws:lambda:us-east-1:000000000000:function:f:live:more",
    "arn:aws:sqs:us-east-1:000000000000:queue",
    "23",
    -1,
    0,
    1.5,
    10**30,
    [],
    [None],
    [[]],
    ["x"],
    [{}],
    {},
    {"x": None},
    {"x": {}},
    {"": "x"},
)
SOUND = {
    "FunctionName": "f",
    "NamespacedFunctionName": "f",
    "FunctionUrlFunctionName": "f",
    "UnqualifiedFunctionName": "f",
    "RoleArn": ROLE,
    "Runtime": "python3.12",
    "Handler": "index.handler",
    "LayerName": "layer",
    "LayerNameOrArn": "layer",
    "LayerVersionArn": "arn:aws:lambda:us-east-1:000000000000:layer:layer:1",
    "TaggableResource": f"{ARN}:f",
    "Arn": "arn:aws:sqs:us-east-1:000000000000:queue",
    "Alias": "live",
    "Qualifier": "1",
    "VersionWithLatestPublished": "1",
    "Principal": "s3.amazonaws.com",
    "Action": "lambda:InvokeFunction",
    "LayerPermissionAllowedAction": "lambda:GetLayerVersion",
    "LayerPermissionAllowedPrincipal": "*",
    "StatementId": "s",
    "UUIDString": "01234567-89ab-cdef-0123-456789abcdef",
    "CodeSigningConfigArn": "arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-0123456789abcdef0",
    "Pattern": "{}",
}


class Sent(NamedTuple):
    """One request of an operation."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


def sound(shape: Shape, depth: int = 0) -> Any:
    """A value of the shape that may be sent, with what is required."""
    if shape.is_document or depth > DEEPEST:
        return "x"
    match shape.type:
        case "structure":
            names = list(shape.required) or list(shape.members)[:1]
            return {name: sound(shape.members[name].shape, depth + 1) for name in names}
        case "list":
            return [sound(shape.element.shape, depth + 1)]
        case "map":
            return {"xx": sound(shape.value.shape, depth + 1)}
        case "string":
            return SOUND.get(shape.name) or (shape.enum[0] if shape.enum else "x")
        case "boolean":
            return True
        case "blob":
            return base64.b64encode(CODE).decode()
    return max(int(shape.raw.get("min") or 1), 1)


def inputs(shape: Shape, depth: int = 0) -> Iterator[Any]:
    """Inputs with one member, at any depth, that is not what the model says."""
    if shape.type == "structure" and depth <= DEEPEST:
        good = sound(shape, depth)
        if depth == 0 and "Code" in good:
            good["Code"] = {"ZipFile": base64.b64encode(CODE).decode()}
        for name in shape.required:
            yield {key: each for key, each in good.items() if key != name}
        for name, member in shape.members.items():
            yield from ({**good, name: each} for each in _given(member, depth))
    elif shape.type == "list" and depth <= DEEPEST:
        yield from ([each] for each in _given(shape.element, depth))
    elif shape.type == "map" and depth <= DEEPEST:
        yield from ({"xx": each} for each in _given(shape.value, depth))


def _given(member: Member, depth: int) -> Iterator[Any]:
    yield from WRONG
    low, high = member.trait("min"), member.trait("max")
    if member.shape.type in ("integer", "long", "float", "double"):
        yield from (each for each in (low, high) if each is not None)
        yield from (each + sign for each, sign in ((low, -1), (high, 1)) if each is not None)
    yield from inputs(member.shape, depth + 1)


def request(operation: Operation, params: dict[str, Any]) -> Sent:
    """The parameters where the model wants them; what cannot stand in an address or header goes as text."""
    assert operation.input is not None
    path, query, headers, rest = operation.raw["http"]["requestUri"], [], {"Authorization": SIGNED}, {}
    body = b""
    for name, value in params.items():
        member = operation.input.members[name]
        text = value if isinstance(value, str) else json.dumps(value)
        if member.location == "uri":
            path = path.replace(f"{{{member.wire}}}", quote(text, safe=""))
        elif member.location == "querystring":
            query += [(member.wire, each) for each in (value if isinstance(value, list) else [text])]
        elif member.location == "header":
            headers[member.wire] = quote(text)
        elif operation.input.payload == name:
            body = text.encode("utf-8", "surrogatepass")
        else:
            rest[member.wire] = value
    path = path.replace("{", "").replace("}", "")
    if rest and not body:
        body = json.dumps(rest).encode()
    joined = "&" if "?" in path else "?"
    return Sent(operation.method, f"{path}{joined}{urlencode(query)}" if query else path, headers, body)


@pytest.fixture(scope="module")
def stack() -> Iterator[RustStack]:
    with RustStack() as stack:
        stack._app.live._functions = Workers()
        crashes: list[str] = []
        stack._app.pipeline.log.crashed = lambda error, title: crashes.append(f"{title}: {error!r}")
        yield stack
        assert crashes == []


@pytest.fixture
def line(stack: RustStack) -> Iterator[http.client.HTTPConnection]:
    stack.reset()
    stack._app.live._functions = Workers()
    place = urlsplit(stack.endpoint_url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port)
    assert send(connection, request(MODEL.operations["CreateFunction"], FUNCTION))[0] == 201
    for operation, params in MADE:
        status, told = send(connection, request(MODEL.operations[operation], params))
        assert status in (200, 201, 202), told
    yield connection
    connection.close()


FUNCTION = {
    "FunctionName": "f",
    "Role": ROLE,
    "Runtime": "python3.12",
    "Handler": "index.handler",
    "Code": {"ZipFile": base64.b64encode(CODE).decode()},
    "Publish": True,
}
MADE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("CreateAlias", {"FunctionName": "f", "Name": "live", "FunctionVersion": "1"}),
    ("PublishLayerVersion", {"LayerName": "layer", "Content": FUNCTION["Code"]}),
    ("CreateFunctionUrlConfig", {"FunctionName": "f", "AuthType": "NONE"}),
    ("PutFunctionEventInvokeConfig", {"FunctionName": "f", "MaximumRetryAttempts": 0}),
)


def send(connection: http.client.HTTPConnection, sent: Sent) -> tuple[int, bytes]:
    connection.request(sent.method, sent.target, sent.body, sent.headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


@pytest.mark.parametrize("name", list(MODEL.operations))
def test_no_input_is_answered_with_a_failure(line: http.client.HTTPConnection, name: str) -> None:
    operation = MODEL.operations[name]
    if operation.input is None:
        return
    for number, params in enumerate(inputs(operation.input)):
        if number % SHARE:
            continue
        sent = request(operation, params)
        status, told = send(line, sent)
        assert status < 500 or status == 501, (params, told)
        if status >= 400 and operation.method != "HEAD":
            assert json.loads(told).keys() & {"message", "Message"}, (params, told)


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b"1", b'"x"', b"\xff", b"{" * 10_000, b"{}{}"])
def test_a_body_that_is_no_document_is_refused(line: http.client.HTTPConnection, body: bytes) -> None:
    for target in ("/2015-03-31/functions", "/2015-03-31/event-source-mappings", "/2018-10-31/layers/layer/versions"):
        status, told = send(line, Sent("POST", target, {"Authorization": SIGNED}, body))
        assert status == 400, told


@pytest.mark.parametrize("target", ["/2015-03-31/", "/2015-03-31/nothing", "/2015-03-31/code/a/b", "/2015-03-31/code"])
def test_what_is_no_operation_is_said(line: http.client.HTTPConnection, target: str) -> None:
    assert send(line, Sent("GET", target, {"Authorization": SIGNED}, b""))[0] in (404, 501)
