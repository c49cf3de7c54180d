"""Every member of every operation, given what it is not: AWS's kind of answer, no failure of ours, nothing changed."""

from __future__ import annotations

import importlib
import itertools
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import orjson
import pytest

from ruststack.app import App
from ruststack.config import Config
from ruststack.core.blobs import MemoryBlob
from ruststack.core.http import Request, Response
from ruststack.core.portable import Writer
from ruststack.gateway.exchange import Exchange
from ruststack.model import Member, Operation, Shape, load
from tests.services.apigateway.conftest import PROXY

MODEL = load("apigateway")
SIGNED = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/apigateway/aws4_request, SignedHeaders=host, Signature=0"
WRONG: tuple[Any, ...] = (
    *(None, True, "", "x", "23", "a b", "/", "~1", "é" * 300, "\x00", "٣", "²", "-1", "nan", "1e999"),
    *(-1, 0, 1.5, 10**30, [], [None], ["x"], ["x", "x"], [[]], {}, {"x": None}, {"": "x"}, {"x": {}}, {"x": "y"}),
)
PATHS = ("/", "//", "/x", "/x/y", "/*/*/caching/enabled", "/variables/~", "/requestModels/~0~1", "é", "/name")
DEEPEST = 4
ERRORS = {
    *("BadRequestException", "NotFoundException", "ConflictException", "ValidationException"),
    *("SerializationException", "TooManyRequestsException", "UnauthorizedException", "LimitExceededException"),
}
LIVE = {"TestInvokeMethod", "TestInvokeAuthorizer"}  # these call backends: the data plane's own tests have them


class Line:
    """An emulator that is spoken to past the socket; what fails in it is noted."""

    def __init__(self) -> None:
        self.crashes: list[BaseException] = []
        self.app = App(Config(log="errors"))
        self.app.pipeline.log = self
        self.names: dict[str, Any] = {}

    def request(self, service: str, title: str, status: int, code: str) -> None:
        pass

    def refused(self, error: BaseException) -> None:
        pass

    def crashed(self, error: BaseException, title: str) -> None:
        self.crashes.append(error)

    def send(self, method: str, target: str, body: bytes) -> Response:
        headers = {"host": "localhost:4566", "content-length": str(len(body)), "authorization": SIGNED}
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        request = Request(method, target, raw, headers, MemoryBlob(b""))
        exchange = Exchange(request, self.app.pipeline.serve(request), True)
        if exchange.response is None:
            request.body = MemoryBlob(body)
            exchange.response = exchange.resume()
        return exchange.response

    def call(self, name: str, params: dict[str, Any]) -> tuple[int, Any]:
        """Status and document of the answer, whose form has been looked at."""
        response = self.send(*written(MODEL.operations[name], params))
        told = json.loads(response.body) if isinstance(response.body, bytes) and response.body[:1] == b"{" else {}
        if response.status >= 300 and response.status != 501:
            kind = dict(response.headers)["x-amzn-ErrorType"]
            assert kind in ERRORS, (name, params, response.status, told)
            assert told.get("message") or kind == "SerializationException", (name, params, told)
        return response.status, told

    def state(self) -> bytes:
        return orjson.dumps([Writer().tree(state) for _, state in self.app.store.states("apigateway")])


def written(operation: Operation, params: dict[str, Any]) -> tuple[str, str, bytes]:
    """A request of an operation, whatever is in its members."""
    assert operation.input is not None
    target, query, body = operation.raw["http"]["requestUri"], [], {}
    payload: bytes | None = None
    for name, value in params.items():
        member = operation.input.members[name]
        if member.location == "uri":
            target = target.replace(f"{{{member.wire}}}", quote(plain(value), safe="") or "%20")
        elif member.location == "querystring":
            pairs = value.items() if isinstance(value, dict) else [(member.wire, value)]
            query += [(key, plain(each)) for key, each in pairs]
        elif name == operation.input.payload:
            payload = value.encode() if isinstance(value, str) else json.dumps(value).encode()
        elif not member.location:
            body[member.wire] = value
    if payload is None:
        payload = json.dumps(body).encode() if operation.method != "GET" else b""
    joined = "&".join([*target.split("?")[1:], *([urlencode(query, errors="replace")] if query else [])])
    return operation.method, target.split("?")[0] + (f"?{joined}" if joined else ""), payload


def plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@pytest.fixture(scope="module")
def line() -> Line:
    line = Line()

    def made(operation: str, **params: Any) -> Any:
        status, told = line.call(operation, params)
        assert status < 300, told
        return told

    api = made("CreateRestApi", name="a")
    method = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    made("PutMethod", **method, authorizationType="NONE")
    made("PutIntegration", **method, type="MOCK")
    made("PutMethodResponse", **method, statusCode="200")
    made("PutIntegrationResponse", **method, statusCode="200")
    deployment = made("CreateDeployment", restApiId=api["id"], stageName="dev")["id"]
    plan = made("CreateUsagePlan", name="a", quota={"limit": 1, "period": "DAY"})["id"]
    key = made("CreateApiKey", name="a")["id"]
    made("CreateUsagePlanKey", usagePlanId=plan, keyId=key, keyType="API_KEY")
    made("CreateDomainName", domainName="a.example.com")
    made("CreateBasePathMapping", domainName="a.example.com", basePath="a", restApiId=api["id"])
    part = made("CreateDocumentationPart", restApiId=api["id"], location={"type": "API"}, properties="{}")["id"]
    made("CreateDocumentationVersion", restApiId=api["id"], documentationVersion="1")
    authorizer = made("CreateAuthorizer", restApiId=api["id"], name="a", type="TOKEN", authorizerUri=PROXY)["id"]
    validator = made("CreateRequestValidator", restApiId=api["id"], name="a")["id"]
    link = made("CreateVpcLink", name="a", targetArns=["arn:aws:a:b:c:d"])["id"]
    line.names = {
        **method,
        "parentId": api["rootResourceId"],
        "statusCode": "200",
        "deploymentId": deployment,
        "stageName": "dev",
        "usagePlanId": plan,
        "keyId": key,
        "keyType": "API_KEY",
        "apiKey": key,
        "domainName": "a.example.com",
        "basePath": "a",
        "documentationPartId": part,
        "documentationVersion": "1",
        "authorizerId": authorizer,
        "requestValidatorId": validator,
        "modelName": "Empty",
        "responseType": "THROTTLED",
        "vpcLinkId": link,
        "resourceArn": f"arn:aws:apigateway:us-east-1::/restapis/{api['id']}",
        "exportType": "oas30",
        "authorizationType": "NONE",
        "contentType": "application/json",
        "targetArns": ["arn:aws:a:b:c:d"],
        "pathPart": "x",
        "startDate": "2026-01-01",
        "endDate": "2026-01-02",
        "authorizerUri": PROXY,
        "body": '{"openapi": "3.0.1", "info": {"title": "a"}}',
        "schema": '{"type": "object"}',
        "properties": "{}",
    }
    return line


def sound(line: Line, shape: Shape, depth: int = 0) -> dict[str, Any]:
    """What is required, and what makes an operation go far."""
    wanted = {*shape.required, *(name for name in ("schema", "authorizerUri", "body") if name in shape.members)}
    return {name: value(line, name, shape.members[name].shape, depth) for name in wanted}


def value(line: Line, name: str, shape: Shape, depth: int) -> Any:
    if name in line.names and depth < 1:
        return line.names[name]
    if shape.type == "structure":
        return sound(line, shape, depth + 1)
    if shape.type == "list":
        return [value(line, "", shape.element.shape, depth + 1)]
    if shape.type == "map":
        return {"x": value(line, "", shape.value.shape, depth + 1)}
    return {"boolean": True, "integer": 1, "double": 1.0}.get(shape.type, shape.enum[0] if shape.enum else "x")


def faults(line: Line, shape: Shape, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Inputs with one member, at any depth, that is not what the model says."""
    good = sound(line, shape, depth)
    for name, member in shape.members.items():
        yield {key: each for key, each in good.items() if key != name or member.location == "uri"}
        for wrong in given(line, member, depth):
            yield {**good, name: wrong}


def given(line: Line, member: Member, depth: int) -> Iterator[Any]:
    shape = member.shape
    yield from WRONG
    if depth > DEEPEST:
        return
    if shape.name == "PatchOperation" or (shape.type == "list" and shape.element.shape.name == "PatchOperation"):
        yield from ([patch] for patch in patches())
    elif shape.type == "structure":
        yield from faults(line, shape, depth + 1)
    elif shape.type == "list":
        yield from ([each] for each in given(line, shape.element, depth + 1))
    elif shape.type == "map":
        yield from ({"x": each} for each in given(line, shape.value, depth + 1))


def patches() -> Iterator[Any]:
    for op in ("add", "remove", "replace", "copy", "move", "test"):
        yield from ({"op": op, "path": path, "value": value} for path in PATHS for value in ("x", "", None))
    yield from ({"op": "replace", "path": each} for each in WRONG)
    yield from ({"op": each, "path": "/name"} for each in WRONG)
    yield from ({"path": "/name"}, {"op": "add"}, {}, {"op": "copy", "path": "/deploymentId", "from": "x"})


@pytest.mark.parametrize("name", sorted(set(MODEL.operations) - LIVE))
def test_every_member_may_be_wrong(line: Line, name: str) -> None:
    shape = MODEL.operations[name].input
    snapshot, before = line.app.snapshot(), line.state()
    every = 8 if name == "GenerateClientCertificate" else 1  # primes take their time
    for params in itertools.islice(faults(line, shape), 0, None, every) if shape is not None else ():
        status, told = line.call(name, params)
        assert not line.crashes, (params, line.crashes)
        if status == 501:
            break
        if status < 300:
            line.app.restore(snapshot)
        else:
            assert line.state() == before, (params, told)


UPDATES = {
    "rest_apis": "UpdateRestApi",
    "methods": "UpdateMethod",
    "method_responses": "UpdateMethodResponse",
    "integrations": "UpdateIntegration",
    "integration_responses": "UpdateIntegrationResponse",
    "gateway_responses": "UpdateGatewayResponse",
    "authorizers": "UpdateAuthorizer",
    "domain_names": "UpdateDomainName",
    "base_paths": "UpdateBasePathMapping",
    "stage_changes": "UpdateStage",
    "plan_changes": "UpdateUsagePlan",
    "api_keys": "UpdateApiKey",
}


@pytest.mark.parametrize("module", sorted(UPDATES))
def test_every_path_may_get_a_wrong_value(line: Line, module: str) -> None:
    rules = vars(importlib.import_module(f"ruststack.services.apigateway.{module}"))["RULES"]
    operation = MODEL.operations[UPDATES[module]]
    snapshot, before = line.app.snapshot(), line.state()
    assert operation.input is not None
    for path, rule in rules.items():
        for op in rule.ops:
            for wrong in (None, *(each for each in WRONG if isinstance(each, str))):
                patch = {"op": op, "path": path.replace("{}", "x~1y"), "value": wrong}
                params = {**sound(line, operation.input), "patchOperations": [patch]}
                status, told = line.call(operation.name, params)
                assert not line.crashes, (patch, line.crashes)
                if status < 300:
                    line.app.restore(snapshot)
                else:
                    assert line.state() == before, (patch, told)
