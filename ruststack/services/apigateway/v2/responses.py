"""Route responses and integration responses: what goes back over a WebSocket."""

from __future__ import annotations

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.v2.deploying import touched
from ruststack.services.apigateway.v2.errors import BadRequestException, ConflictException
from ruststack.services.apigateway.v2.records import api_of, found, given, page
from ruststack.services.apigateway.v2.state import Api, Record

_NO_RECORDS: dict[str, Record] = {}


def _of_route(ctx: Context, req: Input) -> tuple[Api, dict[str, Record]]:
    """The API, and the responses of a route of its. Raises NotFoundException."""
    api = api_of(ctx, req)
    found(api.routes, "Route", req["RouteId"])
    return api, api.route_responses.get(req["RouteId"], _NO_RECORDS)


def _of_integration(ctx: Context, req: Input) -> tuple[Api, dict[str, Record]]:
    """The API, and the responses of an integration of its. Raises NotFoundException."""
    api = api_of(ctx, req)
    found(api.integrations, "Integration", req["IntegrationId"])
    return api, api.integration_responses.get(req["IntegrationId"], _NO_RECORDS)


def _check_key(responses: dict[str, Record], member: str, key: str, own: str = "") -> None:
    """Raises ConflictException. Unknown: AWS's words; a second response with the same key would tell."""
    if any(each[member] == key and name != own for name, each in responses.items()):
        raise ConflictException(f"A response with the key {key} already exists")


@operation("CreateRouteResponse")
def create_route_response(ctx: Context, req: Input) -> Output:
    """Its key is ``$default``.

    Raises NotFoundException, BadRequestException, ConflictException.  Source: API_CreateRouteResponse
    """
    api, responses = _of_route(ctx, req)
    if req["RouteResponseKey"] != "$default":
        raise BadRequestException("RouteResponseKey must be $default")
    _check_key(responses, "RouteResponseKey", req["RouteResponseKey"])
    record = {**given(req, "ApiId", "RouteId"), "RouteResponseId": ctx.ids.lower(6)}
    api.route_responses.setdefault(req["RouteId"], {})[record["RouteResponseId"]] = record
    touched(ctx, api)
    return dict(record)


@operation("GetRouteResponse")
def get_route_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetRouteResponse"""
    return dict(found(_of_route(ctx, req)[1], "RouteResponse", req["RouteResponseId"]))


@operation("GetRouteResponses")
def get_route_responses(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_GetRouteResponses"""
    return page(req, (dict(each) for each in _of_route(ctx, req)[1].values()))


@operation("UpdateRouteResponse")
def update_route_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, ConflictException.  Source: API_UpdateRouteResponse"""
    api, responses = _of_route(ctx, req)
    name = req["RouteResponseId"]
    record = {**found(responses, "RouteResponse", name), **given(req, "ApiId", "RouteId", "RouteResponseId")}
    _check_key(responses, "RouteResponseKey", record["RouteResponseKey"], name)
    responses[name] = record
    touched(ctx, api)
    return dict(record)


@operation("DeleteRouteResponse")
def delete_route_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteRouteResponse"""
    api, responses = _of_route(ctx, req)
    found(responses, "RouteResponse", req["RouteResponseId"])
    del responses[req["RouteResponseId"]]
    touched(ctx, api)
    return {}


@operation("CreateIntegrationResponse")
def create_integration_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, ConflictException.  Source: API_CreateIntegrationResponse"""
    api, responses = _of_integration(ctx, req)
    _check_key(responses, "IntegrationResponseKey", req["IntegrationResponseKey"])
    record = {**given(req, "ApiId", "IntegrationId"), "IntegrationResponseId": ctx.ids.lower(6)}
    api.integration_responses.setdefault(req["IntegrationId"], {})[record["IntegrationResponseId"]] = record
    touched(ctx, api)
    return dict(record)


@operation("GetIntegrationResponse")
def get_integration_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetIntegrationResponse"""
    return dict(found(_of_integration(ctx, req)[1], "IntegrationResponse", req["IntegrationResponseId"]))


@operation("GetIntegrationResponses")
def get_integration_responses(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_GetIntegrationResponses"""
    return page(req, (dict(each) for each in _of_integration(ctx, req)[1].values()))


@operation("UpdateIntegrationResponse")
def update_integration_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, ConflictException.  Source: API_UpdateIntegrationResponse"""
    api, responses = _of_integration(ctx, req)
    name = req["IntegrationResponseId"]
    kept = found(responses, "IntegrationResponse", name)
    record = {**kept, **given(req, "ApiId", "IntegrationId", "IntegrationResponseId")}
    _check_key(responses, "IntegrationResponseKey", record["IntegrationResponseKey"], name)
    responses[name] = record
    touched(ctx, api)
    return dict(record)


@operation("DeleteIntegrationResponse")
def delete_integration_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteIntegrationResponse"""
    api, responses = _of_integration(ctx, req)
    found(responses, "IntegrationResponse", req["IntegrationResponseId"])
    del responses[req["IntegrationResponseId"]]
    touched(ctx, api)
    return {}
