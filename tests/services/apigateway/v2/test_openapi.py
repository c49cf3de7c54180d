"""HTTP APIs from OpenAPI documents, and back."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from ruststack.kit import ServiceError
from tests.services.apigateway.v2.conftest import GatewayV2

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"


def document(**more: Any) -> dict[str, Any]:
    proxy = {"type": "aws_proxy", "httpMethod": "POST", "uri": FUNCTION, "payloadFormatVersion": "2.0"}
    return {
        "openapi": "3.0.1",
        "info": {"title": "pets", "version": "2", "description": "all of them"},
        "servers": [{"url": "https://example.com/base/deep"}],
        "tags": [{"name": "team", "x-amazon-apigateway-tag-value": "a"}],
        "x-amazon-apigateway-cors": {"allowOrigins": ["*"], "maxAge": 60},
        "components": {
            "securitySchemes": {
                "jwt": {
                    "type": "oauth2",
                    "x-amazon-apigateway-authorizer": {
                        "type": "jwt",
                        "jwtConfiguration": {"issuer": "https://i", "audience": ["a"]},
                        "identitySource": "$request.header.Authorization",
                    },
                },
                "guard": {
                    "type": "apiKey",
                    "x-amazon-apigateway-authorizer": {
                        "type": "request",
                        "authorizerUri": FUNCTION,
                        "authorizerPayloadFormatVersion": "2.0",
                        "enableSimpleResponses": True,
                        "identitySource": "$request.header.Auth",
                    },
                },
            },
            "x-amazon-apigateway-integrations": {"shared": proxy},
        },
        "paths": {
            "/pets/{id}": {
                "get": {
                    "operationId": "GetPet",
                    "security": [{"jwt": ["read"]}],
                    "x-amazon-apigateway-integration": proxy,
                },
                "x-amazon-apigateway-any-method": {
                    "security": [{"guard": []}],
                    "x-amazon-apigateway-integration": {"$ref": "#/components/x-amazon-apigateway-integrations/shared"},
                },
            },
            "/$default": {
                "x-amazon-apigateway-any-method": {
                    "x-amazon-apigateway-integration": {
                        "type": "http_proxy",
                        "httpMethod": "ANY",
                        "uri": "https://else.example/",
                        "requestParameters": {"append:header.a": "b"},
                    }
                }
            },
        },
        **more,
    }


def told(gateway: GatewayV2, api: str) -> Any:
    """All that an API is, without the ids that are by chance."""
    integrations = {each["IntegrationId"]: each for each in gateway.GetIntegrations(ApiId=api)["Items"]}
    records = gateway.GetAuthorizers(ApiId=api)["Items"]
    authorizers = {each["AuthorizerId"]: each["Name"] for each in records}
    routes = []
    for route in gateway.GetRoutes(ApiId=api)["Items"]:
        integration = {**integrations.get(route.get("Target", "").rpartition("/")[2], {}), "IntegrationId": ""}
        guard = authorizers.get(route.get("AuthorizerId", ""))
        routes.append({**route, "RouteId": "", "Target": integration, "AuthorizerId": guard})
    routes.sort(key=lambda each: each["RouteKey"])
    kept = dict.fromkeys(("ApiId", "ApiEndpoint"), "")
    shown = [{**each, "AuthorizerId": ""} for each in records]
    return {**gateway.GetApi(ApiId=api), **kept}, routes, sorted(shown, key=lambda each: each["Name"])


@pytest.mark.parametrize("dump", [json.dumps, yaml.safe_dump])
def test_a_document_becomes_an_api(gateway: GatewayV2, dump: Any) -> None:
    made = gateway.ImportApi(Body=dump(document()))
    assert (made["Name"], made["Version"], made["Description"]) == ("pets", "2", "all of them")
    assert made["CorsConfiguration"] == {"AllowOrigins": ["*"], "MaxAge": 60}
    assert made["Tags"] == {"team": "a"}
    _, routes, authorizers = told(gateway, made["ApiId"])
    assert [each["Name"] for each in authorizers] == ["guard", "jwt"]
    by_key = {route["RouteKey"]: route for route in routes}
    assert sorted(by_key) == ["$default", "ANY /pets/{id}", "GET /pets/{id}"]
    get = by_key["GET /pets/{id}"]
    assert (get["AuthorizationType"], get["AuthorizerId"], get["AuthorizationScopes"]) == ("JWT", "jwt", ["read"])
    assert (get["OperationName"], get["Target"]["PayloadFormatVersion"]) == ("GetPet", "2.0")
    assert by_key["ANY /pets/{id}"]["AuthorizationType"] == "CUSTOM"
    assert by_key["$default"]["Target"]["RequestParameters"] == {"append:header.a": "b"}


@pytest.mark.parametrize("kind", ["JSON", "YAML"])
def test_what_is_exported_is_imported_again(gateway: GatewayV2, kind: str) -> None:
    made = gateway.ImportApi(Body=json.dumps(document()))["ApiId"]
    body = gateway.ExportApi(ApiId=made, Specification="OAS30", OutputType=kind)["body"]
    again = gateway.ImportApi(Body=body.decode())["ApiId"]
    assert told(gateway, again) == told(gateway, made)


@pytest.mark.parametrize("kind", ["JSON", "YAML"])
def test_what_was_made_by_hand_is_exported_and_imported_again(gateway: GatewayV2, kind: str) -> None:
    cors = {"AllowOrigins": ["https://a"], "AllowMethods": ["*"], "AllowCredentials": True, "MaxAge": 5}
    made = gateway.CreateApi(
        Name="a",
        ProtocolType="HTTP",
        CorsConfiguration=cors,
        DisableExecuteApiEndpoint=True,
        Version="3",
        Tags={"a": "b"},
    )["ApiId"]
    jwt = gateway.CreateAuthorizer(
        ApiId=made,
        Name="jwt",
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": "https://i", "Audience": ["a", "b"]},
    )["AuthorizerId"]
    request = gateway.CreateAuthorizer(
        ApiId=made,
        Name="request",
        AuthorizerType="REQUEST",
        AuthorizerUri=FUNCTION,
        AuthorizerPayloadFormatVersion="1.0",
        EnableSimpleResponses=False,
        AuthorizerCredentialsArn="arn:aws:iam::000000000000:role/r",
        AuthorizerResultTtlInSeconds=0,
        IdentitySource=["$request.header.A", "$context.stage"],
    )["AuthorizerId"]
    bare = {"AuthorizerUri": FUNCTION, "AuthorizerPayloadFormatVersion": "2.0", "EnableSimpleResponses": True}
    gateway.CreateAuthorizer(ApiId=made, Name="z", AuthorizerType="REQUEST", IdentitySource=[], **bare)
    integrations = [
        {"IntegrationType": "AWS_PROXY", "IntegrationUri": FUNCTION, "PayloadFormatVersion": "2.0", "Description": "d"},
        {
            "IntegrationType": "HTTP_PROXY",
            "IntegrationMethod": "ANY",
            "IntegrationUri": "https://else.example/{proxy}",
            "TlsConfig": {"ServerNameToVerify": "else.example"},
            "ConnectionType": "VPC_LINK",
            "ConnectionId": "link",
            "TimeoutInMillis": 1000,
            "ResponseParameters": {"200": {"append:header.a": "b"}},
        },
        {
            "IntegrationType": "AWS_PROXY",
            "IntegrationSubtype": "SQS-SendMessage",
            "CredentialsArn": "arn:aws:iam::000000000000:role/r",
            "RequestParameters": {"QueueUrl": "$request.header.queue", "MessageBody": "$request.body"},
        },
    ]
    targets = [
        f"integrations/{gateway.CreateIntegration(ApiId=made, **each)['IntegrationId']}" for each in integrations
    ]
    for key, target, more in (
        ("$default", targets[0], {"AuthorizationType": "AWS_IAM"}),
        ("ANY /a/{proxy+}", targets[1], {"AuthorizationType": "CUSTOM", "AuthorizerId": request}),
        ("POST /a", targets[2], {"AuthorizationType": "JWT", "AuthorizerId": jwt, "AuthorizationScopes": ["x", "y"]}),
        ("GET /a", targets[0], {"OperationName": "get"}),
    ):
        gateway.CreateRoute(ApiId=made, RouteKey=key, Target=target, **more)
    gateway.CreateRoute(ApiId=made, RouteKey="GET /nowhere")
    body = gateway.ExportApi(ApiId=made, Specification="OAS30", OutputType=kind)["body"]
    again = gateway.ImportApi(Body=body.decode())["ApiId"]
    assert told(gateway, again) == told(gateway, made)


def test_an_export_of_a_stage_without_extensions(gateway: GatewayV2) -> None:
    made = gateway.ImportApi(Body=json.dumps(document()))["ApiId"]
    asked = {"ApiId": made, "Specification": "OAS30", "OutputType": "JSON", "StageName": "dev"}
    with pytest.raises(ServiceError):
        gateway.ExportApi(**asked)
    gateway.CreateStage(ApiId=made, StageName="dev", AutoDeploy=True)
    body = json.loads(gateway.ExportApi(**asked, IncludeExtensions=False)["body"])
    assert body["servers"][0]["variables"]["basePath"]["default"] == "dev"
    assert "x-amazon-apigateway-integration" not in json.dumps(body)


def test_an_api_is_imported_anew(gateway: GatewayV2) -> None:
    api = gateway.api()
    gateway.route(api, "GET /old")
    gateway.CreateStage(ApiId=api, StageName="dev", AutoDeploy=True)
    before = gateway.GetStage(ApiId=api, StageName="dev")["DeploymentId"]
    gateway.ReimportApi(ApiId=api, Body=json.dumps(document()))
    assert "GET /old" not in {route["RouteKey"] for route in gateway.GetRoutes(ApiId=api)["Items"]}
    assert gateway.GetStage(ApiId=api, StageName="dev")["DeploymentId"] != before


@pytest.mark.parametrize(("wanted", "key"), [("ignore", "/a"), ("prepend", "/base/deep/a"), ("split", "/base/a")])
def test_base_paths(gateway: GatewayV2, wanted: str, key: str) -> None:
    given = json.dumps(document(paths={"/a": {"get": {}}}))
    made = gateway.ImportApi(Body=given, Basepath=wanted)
    assert gateway.GetRoutes(ApiId=made["ApiId"])["Items"][0]["RouteKey"] == f"GET {key}"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "nonsense",
        "{}",
        '{"swagger": "2.0", "info": {"title": "x"}}',
        '{"openapi": "3.0.1"}',
        '{"openapi": "3.0.1", "info": 3, "paths": 4}',
        '{"openapi": "3.0.1", "info": {"title": "x"}, "paths": {"no": {"get": {}}}}',
    ],
)
def test_what_is_no_definition_leaves_nothing_behind(gateway: GatewayV2, body: str) -> None:
    with pytest.raises(ServiceError) as raised:
        gateway.ImportApi(Body=body)
    assert raised.value.code == "BadRequestException"
    assert gateway.GetApis() == {"Items": []}


@pytest.mark.parametrize("wrong", [{"Specification": "OAS20"}, {"OutputType": "XML"}, {"StageName": "none"}])
def test_exports_that_cannot_be(gateway: GatewayV2, wrong: dict[str, str]) -> None:
    asked = {"ApiId": gateway.api(), "Specification": "OAS30", "OutputType": "JSON", **wrong}
    with pytest.raises(ServiceError):
        gateway.ExportApi(**asked)
