"""Every member of every operation, given what it is not: AWS's kind of answer, and no failure of ours."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from typing import Any

import orjson
import pytest

from ruststack.core.portable import Writer
from ruststack.model import Shape, load
from tests.services.apigateway.test_bad_input import ERRORS, Line, faults, written

MODEL = load("apigatewayv2")


def spelled(value: Any, shape: Shape) -> Any:
    """What is inside a member, as it is spelled on the wire."""
    if shape.type == "structure" and isinstance(value, dict):
        known = shape.members
        return {
            known[name].wire if name in known else name: spelled(each, known[name].shape) if name in known else each
            for name, each in value.items()
        }
    if shape.type == "list" and isinstance(value, list):
        return [spelled(each, shape.element.shape) for each in value]
    if shape.type == "map" and isinstance(value, dict):
        return {key: spelled(each, shape.value.shape) for key, each in value.items()}
    return value


class LineV2(Line):
    """Speaks to HTTP and WebSocket APIs."""

    def call(self, name: str, params: dict[str, Any]) -> tuple[int, Any]:
        shape = MODEL.operations[name].input
        assert shape is not None
        given = {each: spelled(value, shape.members[each].shape) for each, value in params.items()}
        response = self.send(*written(MODEL.operations[name], given))
        assert not isinstance(response, Awaitable)
        body = response.body
        told = json.loads(body) if isinstance(body, bytes) and body[:1] == b"{" else {}
        if response.status >= 300 and response.status != 501:
            assert dict(response.headers)["x-amzn-ErrorType"] in ERRORS, (name, params, response.status, told)
        return response.status, told

    def state(self) -> bytes:
        return orjson.dumps([Writer().tree(state) for _, state in self.app.store.states("apigatewayv2")])


@pytest.fixture(scope="module")
def line() -> LineV2:
    line = LineV2()

    def made(operation: str, **params: Any) -> Any:
        status, told = line.call(operation, params)
        assert status < 300, told
        return told

    api = {"ApiId": made("CreateApi", Name="a", ProtocolType="HTTP", Tags={"a": "b"})["apiId"]}
    integration = made("CreateIntegration", **api, IntegrationType="HTTP_PROXY", IntegrationUri="http://x/")
    name = integration["integrationId"]
    route = made("CreateRoute", **api, RouteKey="GET /a", Target=f"integrations/{name}")["routeId"]
    sources = {"IdentitySource": ["$request.header.A"], "JwtConfiguration": {"Issuer": "https://i"}}
    authorizer = made("CreateAuthorizer", **api, AuthorizerType="JWT", Name="a", **sources)["authorizerId"]
    deployment = made("CreateDeployment", **api)["deploymentId"]
    made("CreateStage", **api, StageName="dev", RouteSettings={"GET /a": {"ThrottlingBurstLimit": 1}})
    made("CreateDomainName", DomainName="a.example.com")
    mapping = made("CreateApiMapping", DomainName="a.example.com", **api, Stage="dev", ApiMappingKey="a")[
        "apiMappingId"
    ]
    route_response = made("CreateRouteResponse", **api, RouteId=route, RouteResponseKey="$default")["routeResponseId"]
    response = made("CreateIntegrationResponse", **api, IntegrationId=name, IntegrationResponseKey="/200/")
    line.names = {
        **api,
        "IntegrationId": name,
        "IntegrationResponseId": response["integrationResponseId"],
        "IntegrationType": "HTTP_PROXY",
        "IntegrationUri": "http://x/",
        "RouteId": route,
        "RouteKey": "GET /a",
        "RouteResponseId": route_response,
        "RouteResponseKey": "$default",
        "AuthorizerId": authorizer,
        "AuthorizerType": "REQUEST",
        "AuthorizerUri": "arn:aws:lambda:us-east-1:000000000000:function:f",
        "AuthorizerPayloadFormatVersion": "2.0",
        "DeploymentId": deployment,
        "StageName": "dev",
        "Stage": "dev",
        "DomainName": "a.example.com",
        "ApiMappingId": mapping,
        "ModelId": made("CreateModel", **api, Name="Pet", Schema="{}")["modelId"],
        "VpcLinkId": made("CreateVpcLink", Name="a", SubnetIds=["s"])["vpcLinkId"],
        "ResourceArn": f"arn:aws:apigateway:us-east-1::/apis/{api['ApiId']}",
        "TagKeys": ["a"],
        "Specification": "OAS30",
        "OutputType": "JSON",
        "ProtocolType": "HTTP",
        "Schema": "{}",
        "Body": '{"openapi": "3.0.1", "info": {"title": "a"}, "paths": {"/x": {"get": {}}}}',
    }
    return line


@pytest.mark.parametrize("name", sorted(MODEL.operations))
def test_every_member_may_be_wrong(line: LineV2, name: str) -> None:
    shape = MODEL.operations[name].input
    snapshot, before = line.app.snapshot(), line.state()
    for params in faults(line, shape) if shape is not None else ():
        status, _ = line.call(name, params)
        assert not line.crashes, (params, line.crashes)
        if status == 501:
            break
        if status < 300:
            line.app.restore(snapshot)
        else:
            assert line.state() == before, params
    line.app.restore(snapshot)
