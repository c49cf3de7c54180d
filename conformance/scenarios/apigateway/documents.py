"""OpenAPI in and out, and documentation."""

from __future__ import annotations

import json
from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.apigateway.apis import BAD, MISSING, api, replaced


def openapi(title: str) -> bytes:
    """A small OpenAPI 3 document with a mock integration."""
    mock: dict[str, Any] = {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "responses": {"default": {"statusCode": "200"}},
    }
    get = {"responses": {"200": {"description": "fine"}}, "x-amazon-apigateway-integration": mock}
    pet = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    return json.dumps(
        {
            "openapi": "3.0.1",
            "info": {"title": title, "version": "1.0"},
            "paths": {"/pets/{petId}": {"get": {"operationId": "getPet", **get}}},
            "components": {"schemas": {"Pet": pet}},
        }
    ).encode()


@scenario("apigateway/import")
def imported(t: Driver) -> None:
    """An OpenAPI document becomes an API with resources, methods, integrations and models."""
    client = t.client("apigateway")
    of = client.import_rest_api(body=openapi(t.name()))["id"]
    t.made("apigateway", "delete_rest_api", restApiId=of)
    client.get_rest_api(restApiId=of)
    client.get_resources(restApiId=of, embed=["methods"])
    client.get_models(restApiId=of)


@scenario("apigateway/import_over")
def import_over(t: Driver) -> None:
    """A document may take the place of an API, whose id stays."""
    client = t.client("apigateway")
    of, _ = api(t)
    client.put_rest_api(restApiId=of, mode="overwrite", body=openapi(t.name("second")))
    client.get_resources(restApiId=of)


@scenario("apigateway/import_refused")
def import_refused(t: Driver) -> None:
    """What is no OpenAPI document makes no API."""
    client = t.client("apigateway")
    t.fails(BAD, client.import_rest_api, body=b"nonsense")
    t.fails(BAD, client.import_rest_api, body=b"{}")
    t.fails(MISSING, client.put_rest_api, restApiId="abcde0abcd", mode="overwrite", body=openapi(t.name()))


@scenario("apigateway/export")
def exported(t: Driver) -> None:
    """A stage is exported as Swagger or OpenAPI."""
    client = t.client("apigateway")
    of = client.import_rest_api(body=openapi(t.name()))["id"]
    t.made("apigateway", "delete_rest_api", restApiId=of)
    client.create_deployment(restApiId=of, stageName="dev")
    stage = {"restApiId": of, "stageName": "dev"}
    client.get_export(**stage, exportType="swagger", accepts="application/json")
    client.get_export(**stage, exportType="oas30", accepts="application/json")
    t.fails(MISSING, client.get_export, restApiId=of, stageName="none", exportType="oas30")


@scenario("apigateway/documentation_life")
def documentation_life(t: Driver) -> None:
    """Parts of documentation belong to places of an API."""
    client = t.client("apigateway")
    of, _ = api(t)
    made = client.create_documentation_part(
        restApiId=of, location={"type": "API"}, properties='{"description": "first"}'
    )
    which = {"restApiId": of, "documentationPartId": made["id"]}
    client.get_documentation_part(**which)
    client.update_documentation_part(**which, **replaced("/properties", '{"description": "second"}'))
    client.get_documentation_parts(restApiId=of)
    t.step("refused")
    t.fails(BAD, client.update_documentation_part, **which, **replaced("/invalidPath", "{}"))
    t.fails(BAD, client.update_documentation_part, **which, **replaced("/properties", "{}", op="add"))
    t.step("deleted")
    client.delete_documentation_part(**which)
    t.fails(MISSING, client.get_documentation_part, **which)
    t.fails(MISSING, client.get_documentation_parts, restApiId="abcde0abcd")
