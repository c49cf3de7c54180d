"""APIs as documents: what is imported, what an import refuses, what is exported, and the way there and back."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from ruststack.services.apigateway.errors import BadRequestException, NotFoundException
from tests.services.apigateway.conftest import PROXY, Gateway

LAMBDA = {"type": "aws_proxy", "httpMethod": "POST", "uri": PROXY, "passthroughBehavior": "when_no_match"}
MOCK = {
    "type": "mock",
    "requestTemplates": {"application/json": '{"statusCode": 200}'},
    "responses": {"default": {"statusCode": "200"}, "4\\d{2}": {"statusCode": "400"}},
}
SWAGGER: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "Pets", "version": "1.0.0", "description": "ours"},
    "basePath": "/v1/shop",
    "consumes": ["application/json", "application/xml"],
    "x-amazon-apigateway-binary-media-types": ["image/png"],
    "x-amazon-apigateway-api-key-source": "AUTHORIZER",
    "x-amazon-apigateway-request-validators": {"all": {"validateRequestBody": True, "validateRequestParameters": True}},
    "x-amazon-apigateway-request-validator": "all",
    "x-amazon-apigateway-gateway-responses": {
        "DEFAULT_4XX": {"responseParameters": {"gatewayresponse.header.a": "'b'"}}
    },
    "x-amazon-apigateway-documentation": {
        "documentationParts": [{"location": {"type": "API"}, "properties": {"description": "all of it"}}]
    },
    "securityDefinitions": {
        "ours": {
            "type": "apiKey",
            "name": "X-Token",
            "in": "header",
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {
                "type": "token",
                "authorizerUri": PROXY,
                "authorizerResultTtlInSeconds": 300,
            },
        },
        "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
        "sigv4": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "awsSigv4",
        },
    },
    "security": [{"ours": []}],
    "paths": {
        "/pets": {
            "parameters": [{"name": "page", "in": "query", "type": "string"}],
            "get": {
                "responses": {
                    "200": {
                        "description": "fine",
                        "schema": {"$ref": "#/definitions/Pets"},
                        "headers": {"X-Count": {"type": "string"}},
                    }
                },
                "x-amazon-apigateway-integration": MOCK,
            },
            "post": {
                "operationId": "makePet",
                "security": [{"api_key": []}],
                "parameters": [{"in": "body", "name": "Pet", "schema": {"$ref": "#/definitions/Pet"}}],
                "responses": {},
                "x-amazon-apigateway-integration": LAMBDA,
            },
        },
        "/{proxy+}": {
            "x-amazon-apigateway-any-method": {
                "security": [{"sigv4": []}],
                "x-amazon-apigateway-integration": {
                    "type": "http_proxy",
                    "httpMethod": "ANY",
                    "uri": "http://example.com/{proxy}",
                    "requestParameters": {"integration.request.path.proxy": "method.request.path.proxy"},
                },
            }
        },
    },
    "definitions": {
        "Pet": {"type": "object", "properties": {"name": {"type": "string"}}},
        "Pets": {"type": "array", "items": {"$ref": "#/definitions/Pet"}},
    },
}
OPENAPI: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "Pets", "version": "2"},
    "servers": [{"url": "https://example.com/{base}", "variables": {"base": {"default": "/prod"}}}],
    "components": {
        "schemas": {"Pet": {"type": "object"}},
        "parameters": {"Id": {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}},
        "responses": {"Fine": {"description": "fine", "headers": {"A": {"schema": {"type": "string"}}}}},
    },
    "paths": {
        "/pets/{id}": {
            "put": {
                "parameters": [
                    {"$ref": "#/components/parameters/Id"},
                    {"name": "X-Trace", "in": "header", "required": True},
                ],
                "requestBody": {"content": {"application/json": {"schema": {"type": "object", "title": "inline"}}}},
                "responses": {"200": {"$ref": "#/components/responses/Fine"}, "default": {"description": "else"}},
                "x-amazon-apigateway-integration": LAMBDA,
            }
        }
    },
}


def imported(gateway: Gateway, document: dict[str, Any], **params: Any) -> Any:
    return gateway.ImportRestApi(body=json.dumps(document).encode(), **params)


def methods(gateway: Gateway, api: str) -> dict[str, Any]:
    items = gateway.GetResources(restApiId=api, embed=["methods"])["items"]
    return {each["path"]: each.get("resourceMethods", {}) for each in items}


def test_a_swagger_document_becomes_an_api(gateway: Gateway) -> None:
    made = imported(gateway, SWAGGER)
    assert (made["name"], made["version"], made["description"]) == ("Pets", "1.0.0", "ours")
    assert (made["binaryMediaTypes"], made["apiKeySource"]) == (["image/png"], "AUTHORIZER")
    assert "tags" not in made and "warnings" not in made
    api = {"restApiId": made["id"]}
    authorizer = gateway.GetAuthorizers(**api)["items"][0]
    assert {name: authorizer[name] for name in ("name", "type", "identitySource", "authorizerResultTtlInSeconds")} == {
        "name": "ours",
        "type": "TOKEN",
        "identitySource": "method.request.header.X-Token",
        "authorizerResultTtlInSeconds": 300,
    }
    validator = gateway.GetRequestValidators(**api)["items"][0]
    assert validator["validateRequestBody"] and validator["validateRequestParameters"]
    assert gateway.GetGatewayResponse(**api, responseType="DEFAULT_4XX")["responseParameters"]
    assert json.loads(gateway.GetDocumentationParts(**api)["items"][0]["properties"]) == {"description": "all of it"}
    models = {each["name"]: json.loads(each["schema"]) for each in gateway.GetModels(**api)["items"]}
    link = f"https://apigateway.amazonaws.com/restapis/{made['id']}/models/Pet"
    assert models["Pets"] == {"type": "array", "items": {"$ref": link}}
    found = methods(gateway, made["id"])
    assert set(found) == {"/", "/pets", "/{proxy+}"}
    get = found["/pets"]["GET"]
    assert (get["authorizationType"], get["authorizerId"]) == ("CUSTOM", authorizer["id"])
    assert get["requestValidatorId"] == validator["id"]
    assert get["requestParameters"] == {"method.request.querystring.page": False}
    assert get["methodResponses"]["200"]["responseModels"] == {"application/json": "Pets"}
    assert get["methodResponses"]["200"]["responseParameters"] == {"method.response.header.X-Count": False}
    assert get["methodIntegration"]["integrationResponses"] == {
        "200": {"statusCode": "200"},
        "400": {"statusCode": "400", "selectionPattern": "4\\d{2}"},
    }
    post = found["/pets"]["POST"]
    assert (post["authorizationType"], post["apiKeyRequired"], post["operationName"]) == ("NONE", True, "makePet")
    assert post["requestModels"] == {"application/json": "Pet", "application/xml": "Pet"}
    proxy = found["/{proxy+}"]["ANY"]
    assert proxy["authorizationType"] == "AWS_IAM"
    assert proxy["requestParameters"] == {"method.request.path.proxy": True}
    assert proxy["methodIntegration"]["connectionType"] == "INTERNET"


def test_an_openapi_document_in_yaml_becomes_an_api(gateway: Gateway) -> None:
    made = gateway.ImportRestApi(body=yaml.safe_dump(OPENAPI).encode())
    assert made["warnings"] == ["Response 'default' was ignored: it is no status"]
    put = methods(gateway, made["id"])["/pets/{id}"]["PUT"]
    assert put["requestParameters"] == {"method.request.path.id": True, "method.request.header.X-Trace": True}
    assert put["methodResponses"] == {
        "200": {"statusCode": "200", "responseParameters": {"method.response.header.A": False}}
    }
    name = put["requestModels"]["application/json"]
    assert name.startswith("MODEL")
    schema = gateway.GetModel(restApiId=made["id"], modelName=name)["schema"]
    assert json.loads(schema) == {"type": "object", "title": "inline"}


@pytest.mark.parametrize(
    ("mode", "paths"),
    [
        ({}, {"/", "/pets", "/{proxy+}"}),
        ({"basepath": "ignore"}, {"/", "/pets", "/{proxy+}"}),
        ({"basepath": "prepend"}, {"/", "/v1", "/v1/shop", "/v1/shop/pets", "/v1/shop/{proxy+}"}),
        ({"basepath": "split"}, {"/", "/shop", "/shop/pets", "/shop/{proxy+}"}),
    ],
)
def test_the_base_path_goes_before_or_not(gateway: Gateway, mode: dict[str, str], paths: set[str]) -> None:
    made = imported(gateway, SWAGGER, parameters=mode)
    assert set(methods(gateway, made["id"])) == paths


def test_a_servers_path_is_a_base_path(gateway: Gateway) -> None:
    made = imported(gateway, OPENAPI, parameters={"basepath": "prepend"})
    assert "/prod/pets/{id}" in methods(gateway, made["id"])


def test_an_imports_parameters(gateway: Gateway) -> None:
    made = imported(gateway, SWAGGER, parameters={"endpointConfigurationTypes": "REGIONAL", "ignore": "documentation"})
    assert made["endpointConfiguration"]["types"] == ["REGIONAL"]
    assert gateway.GetDocumentationParts(restApiId=made["id"])["items"] == []


def broken(**changes: Any) -> bytes:
    return json.dumps({**OPENAPI, **changes}).encode()


def at_pets(integration: Any) -> dict[str, Any]:
    return {"/pets": {"get": {"responses": {}, "x-amazon-apigateway-integration": integration}}}


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + number)}: &{chr(98 + number)} [{','.join([f'*{chr(97 + number)}'] * 10)}]\n" for number in range(9)
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"nonsense",
        b"[1]",
        b"\xff",
        b"{",
        b"a: &a [*a]",
        b"? [a]\n: b\n",
        b"[" * 5000,
        b'{"a":' * 5000,
        BOMB.encode(),
        b"openapi: 3.0.1\nx:\n" + b"- a\n" * 300_000,
        b"!!python/object:os.system {}",
        broken(openapi="2"),
        broken(paths={"/a b": {"get": {}}}),
        broken(paths=at_pets({"type": "x"})),
        broken(paths=at_pets({"type": "aws_proxy", "httpMethod": "POST", "uri": "x"})),
        broken(paths=at_pets({**MOCK, "responses": {"default": {}}})),
        broken(components={"schemas": {"a-b": {}}}),
        broken(**{"x-amazon-apigateway-api-key-source": "x"}),
        broken(**{"x-amazon-apigateway-minimum-compression-size": -1}),
        broken(paths={"/{a}": {}, "/{b}": {}}),
    ],
)
def test_a_document_that_is_refused_leaves_nothing(gateway: Gateway, body: bytes) -> None:
    place = gateway.api()
    before = gateway.GetResources(restApiId=place["restApiId"])
    with pytest.raises(BadRequestException):
        gateway.ImportRestApi(body=body)
    for mode in ("merge", "overwrite"):
        with pytest.raises(BadRequestException):
            gateway.PutRestApi(restApiId=place["restApiId"], body=body, mode=mode)
    assert len(gateway.GetRestApis()["items"]) == 1
    assert gateway.GetResources(restApiId=place["restApiId"]) == before


@pytest.mark.parametrize("info", [{}, [], {"title": ""}, {"title": []}])
def test_a_new_api_needs_a_title(gateway: Gateway, info: Any) -> None:
    with pytest.raises(BadRequestException):
        gateway.ImportRestApi(body=broken(info=info))


@pytest.mark.parametrize("value", [None, True, 1, "x", [], [1], {}, {"x": None}])
@pytest.mark.parametrize("member", ["paths", "components", "servers", "security", "tags", "x-amazon-apigateway-policy"])
def test_members_of_the_wrong_type_break_nothing(gateway: Gateway, member: str, value: Any) -> None:
    assert imported(gateway, {**OPENAPI, member: value})["name"] == "Pets"


@pytest.mark.parametrize("value", [None, True, 1, "x", [], [1], {}, {"x": None}, {"200": 1}])
@pytest.mark.parametrize("member", ["parameters", "requestBody", "responses", "security", "operationId"])
def test_members_of_an_operation_of_the_wrong_type_break_nothing(gateway: Gateway, member: str, value: Any) -> None:
    assert imported(gateway, {**OPENAPI, "paths": {"/a": {"get": {member: value}}}})["name"] == "Pets"


def test_errors_say_where(gateway: Gateway) -> None:
    with pytest.raises(BadRequestException) as caught:
        gateway.ImportRestApi(body=broken(paths=at_pets({"type": "http", "httpMethod": "GET", "uri": "x"})))
    assert caught.value.message == (
        "Errors found during import:\n\tUnable to put integration on 'GET' for resource at path '/pets': "
        "Invalid HTTP endpoint specified for URI"
    )


def test_warnings_may_be_errors(gateway: Gateway) -> None:
    with pytest.raises(BadRequestException, match="Warnings found during import:"):
        imported(gateway, OPENAPI, failOnWarnings=True)


def put(gateway: Gateway, api: str, document: dict[str, Any], **params: Any) -> Any:
    return gateway.PutRestApi(restApiId=api, body=json.dumps(document).encode(), **params)


def test_a_document_is_merged_into_an_api(gateway: Gateway) -> None:
    place = gateway.api(binaryMediaTypes=["image/heif"])
    api = place["restApiId"]
    gateway.CreateResource(restApiId=api, parentId=place["resourceId"], pathPart="kept")
    told = put(gateway, api, SWAGGER)
    assert told["binaryMediaTypes"] == ["image/heif", "image/png"]
    assert (told["name"], told["tags"], told["id"]) == ("Pets", {}, api)
    assert set(methods(gateway, api)) == {"/", "/kept", "/pets", "/{proxy+}"}
    ids = [each["id"] for each in gateway.GetAuthorizers(restApiId=api)["items"]]
    put(gateway, api, SWAGGER)
    assert [each["id"] for each in gateway.GetAuthorizers(restApiId=api)["items"]] == ids


def test_a_document_takes_an_apis_place(gateway: Gateway) -> None:
    place, deployment = gateway.deployed()
    api = place["restApiId"]
    told = put(gateway, api, SWAGGER, mode="overwrite")
    assert told["rootResourceId"] == place["resourceId"]
    assert methods(gateway, api)["/"] == {}
    assert {each["name"] for each in gateway.GetModels(restApiId=api)["items"]} == {"Pet", "Pets"}
    assert gateway.GetStage(restApiId=api, stageName="dev")["deploymentId"] == deployment
    with pytest.raises(BadRequestException, match="Enumeration value of OpenAPI import mode"):
        put(gateway, api, SWAGGER, mode="x")
    with pytest.raises(NotFoundException):
        put(gateway, "none", SWAGGER)


def exported(gateway: Gateway, api: str, kind: str, **params: Any) -> Any:
    return gateway.GetExport(restApiId=api, stageName="dev", exportType=kind, **params)


@pytest.fixture
def pets(gateway: Gateway) -> str:
    api = str(imported(gateway, SWAGGER)["id"])
    gateway.CreateDeployment(restApiId=api, stageName="dev")
    return api


def test_an_export_says_where_the_api_is(gateway: Gateway, pets: str) -> None:
    told = exported(gateway, pets, "oas30")
    assert told["contentDisposition"] == 'attachment; filename="oas30_1.0.0.json"'
    assert told["contentType"] == "application/octet-stream"
    document = json.loads(told["body"])
    assert document["openapi"] == "3.0.1"
    assert document["servers"] == [
        {
            "url": f"https://{pets}.execute-api.us-east-1.amazonaws.com/{{basePath}}",
            "variables": {"basePath": {"default": "dev"}},
        }
    ]
    get = document["paths"]["/pets"]["get"]
    assert get["responses"]["200"] == {
        "description": "200 response",
        "headers": {"X-Count": {"schema": {"type": "string"}}},
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pets"}}},
    }
    assert get["parameters"] == [{"name": "page", "in": "query", "schema": {"type": "string"}}]
    assert document["components"]["schemas"]["Pets"]["items"] == {"$ref": "#/components/schemas/Pet"}
    assert "x-amazon-apigateway-integration" not in get


@pytest.mark.parametrize("kind", ["oas30", "swagger"])
@pytest.mark.parametrize("accepts", ["application/json", "application/yaml"])
def test_what_is_exported_with_all_extensions_makes_the_same_api(
    gateway: Gateway, pets: str, kind: str, accepts: str
) -> None:
    told = exported(gateway, pets, kind, accepts=accepts, parameters={"extensions": "apigateway"})
    copy = gateway.ImportRestApi(body=told["body"].encode())["id"]

    def shown(api: str) -> Any:
        models = {each["name"]: each["schema"] for each in gateway.GetModels(restApiId=api)["items"]}
        authorizers = gateway.GetAuthorizers(restApiId=api)["items"]
        settings = gateway.GetRestApi(restApiId=api)
        whole = json.dumps([methods(gateway, api), models, authorizers, settings["binaryMediaTypes"]], sort_keys=True)
        ids = [api, *(each["id"] for each in gateway.GetResources(restApiId=api)["items"])]
        ids += [each["id"] for each in authorizers]
        ids += [each["id"] for each in gateway.GetRequestValidators(restApiId=api)["items"]]
        for number, each in enumerate(ids):
            whole = whole.replace(each, f"<{number}>")
        return json.loads(whole)

    assert shown(copy) == shown(pets)


def test_an_exported_integration_is_without_what_is_usual(gateway: Gateway, pets: str) -> None:
    told = exported(gateway, pets, "oas30", parameters={"extensions": "integrations"})
    assert json.loads(told["body"])["paths"]["/pets"]["post"]["x-amazon-apigateway-integration"] == LAMBDA


def test_an_export_shows_what_was_deployed(gateway: Gateway, pets: str) -> None:
    gateway.DeleteResource(
        restApiId=pets,
        resourceId=next(
            each["id"] for each in gateway.GetResources(restApiId=pets)["items"] if each["path"] == "/pets"
        ),
    )
    assert "/pets" in json.loads(exported(gateway, pets, "swagger")["body"])["paths"]


def test_exports_that_cannot_be(gateway: Gateway, pets: str) -> None:
    with pytest.raises(NotFoundException, match="Invalid stage identifier specified"):
        gateway.GetExport(restApiId=pets, stageName="none", exportType="oas30")
    for params in ({"exportType": "raml"}, {"exportType": "oas30", "accepts": "text/plain"}):
        with pytest.raises(BadRequestException):
            gateway.GetExport(restApiId=pets, stageName="dev", **params)


def test_documentation_is_imported(gateway: Gateway) -> None:
    api = gateway.api()["restApiId"]
    parts = [{"location": {"type": "API"}, "properties": {"description": "a"}}]
    body = json.dumps({"documentationParts": parts}).encode()
    first = gateway.ImportDocumentationParts(restApiId=api, body=body)
    assert first["warnings"] == [] and len(first["ids"]) == 1
    assert gateway.ImportDocumentationParts(restApiId=api, body=body)["ids"] == first["ids"]
    other = json.dumps(SWAGGER).encode()
    gateway.ImportDocumentationParts(restApiId=api, body=other, mode="overwrite")
    assert len(gateway.GetDocumentationParts(restApiId=api)["items"]) == 1
    with pytest.raises(BadRequestException):
        gateway.ImportDocumentationParts(restApiId=api, body=b"[]")
    lost = json.dumps({"documentationParts": [{"location": {}}]}).encode()
    with pytest.raises(BadRequestException, match="Warnings found during import"):
        gateway.ImportDocumentationParts(restApiId=api, body=lost, failOnWarnings=True)
