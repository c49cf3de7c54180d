"""Integrations: the backends of routes."""

from __future__ import annotations

from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.v2.deploying import touched
from ruststack.services.apigateway.v2.errors import BadRequestException
from ruststack.services.apigateway.v2.records import api_of, check_unused, found, given, page
from ruststack.services.apigateway.v2.state import Api

HTTP_TIMEOUT_MS: Final = 30000
_WEBSOCKET_TIMEOUT_MS: Final = 29000
_SHORTEST_MS: Final = 50
_HTTP_TYPES: Final = ("AWS_PROXY", "HTTP_PROXY")
_TYPES: Final = ("AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK")


@operation("CreateIntegration")
def create_integration(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_CreateIntegration"""
    api = api_of(ctx, req)
    members = given(req, "ApiId")
    _check(api, members)
    integration_id = ctx.ids.lower(7)
    record = {**_usual(api, members), **members, "IntegrationId": integration_id}
    api.integrations[integration_id] = record
    touched(ctx, api)
    return dict(record)


def _check(api: Api, members: dict[str, Any]) -> None:
    """Raises BadRequestException. Unknown: AWS's words; integrations that break each rule would tell."""
    kind = members.get("IntegrationType")
    if kind not in (_HTTP_TYPES if api.is_http else _TYPES):
        raise BadRequestException(f"IntegrationType {kind} is not supported for this API")
    if kind != "MOCK" and not members.get("IntegrationUri") and not members.get("IntegrationSubtype"):
        raise BadRequestException("IntegrationUri is required")
    version = members.get("PayloadFormatVersion")
    if version is not None and version not in ("1.0", "2.0"):
        raise BadRequestException(f"PayloadFormatVersion {version} is not supported")
    longest = HTTP_TIMEOUT_MS if api.is_http else _WEBSOCKET_TIMEOUT_MS
    timeout = members.get("TimeoutInMillis")
    if timeout is not None and not _SHORTEST_MS <= timeout <= longest:
        raise BadRequestException(f"Timeout should be between {_SHORTEST_MS} ms and {longest} ms")


def _usual(api: Api, members: dict[str, Any]) -> dict[str, Any]:
    """What AWS tells of an integration that nobody has said."""
    usual: dict[str, Any] = {"ConnectionType": "INTERNET", "PayloadFormatVersion": "1.0"}
    if api.is_http:
        usual["TimeoutInMillis"] = HTTP_TIMEOUT_MS
    else:
        usual["IntegrationResponseSelectionExpression"] = "${integration.response.statuscode}"
        usual["PassthroughBehavior"] = "WHEN_NO_MATCH"
        usual["TimeoutInMillis"] = _WEBSOCKET_TIMEOUT_MS
    if members["IntegrationType"] == "AWS_PROXY" and "IntegrationSubtype" not in members:
        usual["IntegrationMethod"] = "POST"
    return usual


@operation("GetIntegration")
def get_integration(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetIntegration"""
    return dict(found(api_of(ctx, req).integrations, "Integration", req["IntegrationId"]))


@operation("GetIntegrations")
def get_integrations(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_GetIntegrations"""
    return page(req, (dict(each) for each in api_of(ctx, req).integrations.values()))


@operation("UpdateIntegration")
def update_integration(ctx: Context, req: Input) -> Output:
    """Parameters are added to; one of empty text is taken away.

    Raises NotFoundException, BadRequestException.  Source: API_UpdateIntegration
    """
    api = api_of(ctx, req)
    integration = found(api.integrations, "Integration", req["IntegrationId"])
    record = {**integration, **given(req, "ApiId", "IntegrationId")}
    for member in ("RequestParameters", "ResponseParameters"):
        if req.get(member) is not None:
            merged = {**(integration.get(member) or {}), **req[member]}
            record[member] = {name: value for name, value in merged.items() if value}
    _check(api, record)
    api.integrations[req["IntegrationId"]] = record
    touched(ctx, api)
    return dict(record)


@operation("DeleteIntegration")
def delete_integration(ctx: Context, req: Input) -> Output:
    """One that a route goes to stays.

    Raises NotFoundException, ConflictException.  Source: API_DeleteIntegration
    """
    api, name = api_of(ctx, req), req["IntegrationId"]
    found(api.integrations, "Integration", name)
    target = f"integrations/{name}"
    check_unused("Integration", name, (each for each in api.routes.values() if each.get("Target") == target))
    del api.integrations[name]
    api.integration_responses.pop(name, None)
    touched(ctx, api)
    return {}
