"""ExportApi: an HTTP API as an OpenAPI 3 document, which ImportApi takes back.

Source: API_ExportApi; developer guide, "Exporting HTTP APIs from API Gateway".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.openapi.exporting import written
from ruststack.services.apigateway.v2.errors import BadRequestException, NotFoundException
from ruststack.services.apigateway.v2.records import api_of, found
from ruststack.services.apigateway.v2.state import Api, Record, Snapshot

_ANY: Final = "x-amazon-apigateway-any-method"
_INTEGRATION: Final = {
    "IntegrationType": "type",
    "IntegrationSubtype": "integrationSubtype",
    "IntegrationMethod": "httpMethod",
    "IntegrationUri": "uri",
    "ConnectionType": "connectionType",
    "ConnectionId": "connectionId",
    "CredentialsArn": "credentials",
    "Description": "description",
    "PayloadFormatVersion": "payloadFormatVersion",
    "TimeoutInMillis": "timeoutInMillis",
    "RequestParameters": "requestParameters",
    "ResponseParameters": "responseParameters",
}


@operation("ExportApi", is_read_only=True)
def export_api(ctx: Context, req: Input) -> Output:
    """The API as a stage shows it, or as it is edited.

    Raises NotFoundException, BadRequestException.  Source: API_ExportApi
    """
    api = api_of(ctx, req)
    if not api.is_http:
        raise BadRequestException("Exporting is not supported for WEBSOCKET protocol")
    if req["Specification"] != "OAS30" or req["OutputType"] not in ("JSON", "YAML"):
        raise BadRequestException("Only OAS30 as JSON or YAML can be exported")
    stage = req.get("StageName")
    with_extensions = req.get("IncludeExtensions") is not False
    document = _document(api, _shown(api, stage) if stage else api.snapshot(), stage, ctx.region, with_extensions)
    return {"body": written(document, f"application/{req['OutputType'].lower()}")}


def _shown(api: Api, stage: str) -> Snapshot:
    """Raises NotFoundException."""
    deployment = api.deployments.get(found(api.stages, "stage", stage).get("DeploymentId", ""))
    if deployment is None:
        raise NotFoundException("Deployment")
    return deployment.snapshot


def _document(api: Api, snapshot: Snapshot, stage: str | None, region: str, with_extensions: bool) -> dict[str, Any]:
    record = snapshot.api
    info = {"title": record["Name"], "version": record.get("Version") or "1.0"}
    if record.get("Description"):
        info["description"] = record["Description"]
    url = f"https://{api.id}.execute-api.{region}.amazonaws.com/{{basePath}}"
    base = "" if stage in (None, "$default") else str(stage)
    document: dict[str, Any] = {
        "openapi": "3.0.1",
        "info": info,
        "servers": [{"url": url, "variables": {"basePath": {"default": base}}}],
        "paths": _paths(snapshot, with_extensions),
    }
    if api.tags:
        document["tags"] = [{"name": key, "x-amazon-apigateway-tag-value": value} for key, value in api.tags.items()]
    schemes = {each["Name"]: _scheme(each, with_extensions) for each in snapshot.authorizers.values()}
    if schemes:
        document["components"] = {"securitySchemes": schemes}
    if with_extensions:
        if record.get("CorsConfiguration"):
            document["x-amazon-apigateway-cors"] = _lower(record["CorsConfiguration"])
        if record.get("DisableExecuteApiEndpoint"):
            document["x-amazon-apigateway-endpoint-configuration"] = {"disableExecuteApiEndpoint": True}
        document["x-amazon-apigateway-importexport-version"] = "1.0"
    return document


def _paths(snapshot: Snapshot, with_extensions: bool) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for route in snapshot.routes.values():
        method, _, path = route["RouteKey"].partition(" ")
        verb = _ANY if method in ("ANY", "$default") else method.lower()
        paths.setdefault(path or "/$default", {})[verb] = _operation(snapshot, route, with_extensions)
    return paths


def _operation(snapshot: Snapshot, route: Record, with_extensions: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"responses": {"default": {"description": f"Default response for {route['RouteKey']}"}}}
    if route["RouteKey"] == "$default":
        told["isDefaultRoute"] = True
    if route.get("OperationName"):
        told["operationId"] = route["OperationName"]
    authorizer = snapshot.authorizers.get(route.get("AuthorizerId") or "")
    if authorizer is not None and route["AuthorizationType"] != "NONE":
        told["security"] = [{authorizer["Name"]: list(route.get("AuthorizationScopes") or ())}]
    if route["AuthorizationType"] == "AWS_IAM" and with_extensions:
        told["x-amazon-apigateway-auth"] = {"type": "AWS_IAM"}
    integration = snapshot.integrations.get((route.get("Target") or "").rpartition("/")[2])
    if integration is not None and with_extensions:
        told["x-amazon-apigateway-integration"] = _integration(integration)
    return told


def _integration(integration: Record) -> dict[str, Any]:
    told = {name: integration[member] for member, name in _INTEGRATION.items() if member in integration}
    told["type"] = told["type"].lower()
    if integration.get("TlsConfig"):
        told["tlsConfig"] = _lower(integration["TlsConfig"])
    return told


def _scheme(authorizer: Record, with_extensions: bool) -> dict[str, Any]:
    if authorizer["AuthorizerType"] == "JWT":
        scheme: dict[str, Any] = {"type": "oauth2"}
    else:
        header = (authorizer.get("IdentitySource") or ["Authorization"])[0].rpartition(".")[2]
        scheme = {"type": "apiKey", "name": header, "in": "header"}
    if with_extensions:
        kept = {
            name: value for name, value in authorizer.items() if name not in ("AuthorizerId", "Name", "AuthorizerType")
        }
        told = {"type": authorizer["AuthorizerType"].lower(), **_lower(kept)}
        if "authorizerCredentialsArn" in told:
            told["authorizerCredentials"] = told.pop("authorizerCredentialsArn")
        told["identitySource"] = ",".join(authorizer.get("IdentitySource") or ())
        if "JwtConfiguration" in authorizer:
            told["jwtConfiguration"] = _lower(authorizer["JwtConfiguration"])
        scheme["x-amazon-apigateway-authorizer"] = told
    return scheme


def _lower(members: Mapping[str, Any]) -> dict[str, Any]:
    """Members as documents spell them."""
    return {name[:1].lower() + name[1:]: value for name, value in members.items()}
