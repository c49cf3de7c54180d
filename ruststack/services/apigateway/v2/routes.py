"""Routes: which requests or messages go where."""

from __future__ import annotations

import re
from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.v2.deploying import touched
from ruststack.services.apigateway.v2.errors import BadRequestException, ConflictException, NotFoundException
from ruststack.services.apigateway.v2.records import api_of, found, given, page
from ruststack.services.apigateway.v2.state import Api

_HTTP_KEY: Final = re.compile(r"\$default|(?:ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) (?:/[^/\s]*)+")
_TARGET: Final = "integrations/"


@operation("CreateRoute")
def create_route(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException, ConflictException.  Source: API_CreateRoute"""
    api = api_of(ctx, req)
    _check(api, req, "")
    record = new_route(ctx, api, given(req, "ApiId"))
    touched(ctx, api)
    return record


def new_route(ctx: Context, api: Api, members: dict[str, Any]) -> dict[str, Any]:
    """A route, kept."""
    route_id = ctx.ids.lower(7)
    record = {"ApiKeyRequired": False, "AuthorizationType": "NONE", **members, "RouteId": route_id}
    api.routes[route_id] = record
    return dict(record)


def is_route_key(key: str) -> bool:
    """Whether an HTTP API may have a route with this key."""
    return _HTTP_KEY.fullmatch(key) is not None


def _check(api: Api, req: Input, route_id: str) -> None:
    """Raises BadRequestException, ConflictException, NotFoundException."""
    key, target = req.get("RouteKey"), req.get("Target")
    if key is not None:
        if api.is_http and not is_route_key(key):
            raise BadRequestException(
                "The provided route key is not formatted properly for HTTP protocol. "
                'Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"'
            )
        if any(each["RouteKey"] == key and name != route_id for name, each in api.routes.items()):
            raise ConflictException(f"Route with key {key} already exists for this API")
    if target:
        # Unknown: AWS's words, and whether it looks the integration up; routes to x and integrations/x would tell.
        if not target.startswith(_TARGET):
            raise BadRequestException(f"Target {target} is not valid. It must be of the form integrations/<id>")
        if target.removeprefix(_TARGET) not in api.integrations:
            raise NotFoundException("Integration", target.removeprefix(_TARGET))


@operation("GetRoute")
def get_route(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetRoute"""
    return dict(found(api_of(ctx, req).routes, "Route", req["RouteId"]))


@operation("GetRoutes")
def get_routes(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_GetRoutes"""
    return page(req, (dict(route) for route in api_of(ctx, req).routes.values()))


@operation("UpdateRoute")
def update_route(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException, ConflictException.  Source: API_UpdateRoute"""
    api = api_of(ctx, req)
    route = found(api.routes, "Route", req["RouteId"])
    _check(api, req, req["RouteId"])
    record = {**route, **given(req, "ApiId", "RouteId")}
    api.routes[req["RouteId"]] = record
    touched(ctx, api)
    return dict(record)


@operation("DeleteRoute")
def delete_route(ctx: Context, req: Input) -> Output:
    """With its responses.

    Raises NotFoundException.  Source: API_DeleteRoute
    """
    api = api_of(ctx, req)
    found(api.routes, "Route", req["RouteId"])
    del api.routes[req["RouteId"]]
    api.route_responses.pop(req["RouteId"], None)
    touched(ctx, api)
    return {}


@operation("DeleteRouteRequestParameter")
def delete_route_request_parameter(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteRouteRequestParameter"""
    api, key = api_of(ctx, req), req["RequestParameterKey"]
    route = found(api.routes, "Route", req["RouteId"])
    parameters = route.get("RequestParameters", {})
    if key not in parameters:
        raise NotFoundException("request parameter", key)
    kept = {name: value for name, value in parameters.items() if name != key}
    api.routes[req["RouteId"]] = {**route, "RequestParameters": kept}
    touched(ctx, api)
    return {}
