"""APIs: made, also at once with a route, an integration and a stage; read, listed, changed and deleted."""

from __future__ import annotations

from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.rest_apis import api_id_of
from ruststack.services.apigateway.tag_rules import check_tags
from ruststack.services.apigateway.v2.deploying import touched
from ruststack.services.apigateway.v2.errors import BadRequestException
from ruststack.services.apigateway.v2.integrations import HTTP_TIMEOUT_MS
from ruststack.services.apigateway.v2.records import api_of, epoch, given, page
from ruststack.services.apigateway.v2.routes import new_route
from ruststack.services.apigateway.v2.stages import new_stage
from ruststack.services.apigateway.v2.state import Api

_DEFAULT: Final = "$default"
_QUICK: Final = ("ApiId", "Target", "RouteKey", "CredentialsArn", "Tags")
_LOCAL: Final = "localhost"


@operation("CreateApi")
def create_api(ctx: Context, req: Input) -> Output:
    """With ``Target``, an HTTP API that sends everything there, and is deployed as its changes come.

    Raises BadRequestException.  Source: API_CreateApi
    """
    if req["ProtocolType"] not in ("HTTP", "WEBSOCKET"):
        raise BadRequestException("Invalid protocol specified. Must be one of [HTTP, WEBSOCKET]")
    _check(req["ProtocolType"], req)
    tags = check_tags(req.get("Tags"))
    api = new_api(ctx, given(req, *_QUICK), tags)
    if req.get("Target"):
        _quick_create(ctx, api, req)
    return tell(ctx, api)


def _check(kind: str, req: Input) -> None:
    """Raises BadRequestException."""
    if kind == "WEBSOCKET":
        if not req.get("RouteSelectionExpression"):
            raise BadRequestException("RouteSelectionExpression is required for WEBSOCKET protocol")
        for member in ("CorsConfiguration", "Target"):
            if req.get(member):
                raise BadRequestException(f"{member} is not supported for WEBSOCKET protocol")
    cors = req.get("CorsConfiguration")
    if cors and cors.get("AllowCredentials") and "*" in cors.get("AllowOrigins", ()):
        raise BadRequestException("allowCredentials is not supported if allowOrigins contains '*'")


def new_api(ctx: Context, members: dict[str, Any], tags: dict[str, str]) -> Api:
    """An API without routes, kept. Raises BadRequestException, ConflictException for the id that a tag asks for."""
    api_id = api_id_of(ctx, tags)
    record = {
        "ApiId": api_id,
        "ApiKeySelectionExpression": "$request.header.x-api-key",
        "CreatedDate": epoch(ctx),
        "DisableExecuteApiEndpoint": False,
        "IpAddressType": "ipv4",
        "RouteSelectionExpression": "$request.method $request.path",
        **members,
    }
    api = Api(api_id, record, tags)
    ctx.state.apis[api_id] = api
    return api


def _quick_create(ctx: Context, api: Api, req: Input) -> None:
    target, name = req["Target"], ctx.ids.lower(7)
    is_function = target.startswith("arn:") and ":lambda:" in target
    api.integrations[name] = {
        "ApiGatewayManaged": True,
        "ConnectionType": "INTERNET",
        "IntegrationId": name,
        "IntegrationMethod": "POST" if is_function else "ANY",
        "IntegrationType": "AWS_PROXY" if is_function else "HTTP_PROXY",
        "IntegrationUri": target,
        "PayloadFormatVersion": "2.0" if is_function else "1.0",
        "TimeoutInMillis": HTTP_TIMEOUT_MS,
        **given({"CredentialsArn": req.get("CredentialsArn")}),
    }
    route_key = req.get("RouteKey") or _DEFAULT
    new_route(ctx, api, {"RouteKey": route_key, "Target": f"integrations/{name}", "ApiGatewayManaged": True})
    new_stage(ctx, api, {"StageName": _DEFAULT, "AutoDeploy": True, "ApiGatewayManaged": True})
    touched(ctx, api)


def tell(ctx: Context, api: Api) -> Output:
    """An API as AWS tells it; its endpoint is on this server where that was asked by its own name."""
    scheme = "https" if api.is_http else "wss"
    host = ctx.request.headers.get("host", "") if ctx.request is not None else ""
    name, _, port = host.partition(":")
    if port and (name == _LOCAL or name.endswith(f".{_LOCAL}")):
        endpoint = f"{scheme[:-1]}://{api.id}.execute-api.{_LOCAL}:{port}"
    else:
        endpoint = f"{scheme}://{api.id}.execute-api.{ctx.region}.amazonaws.com"
    return {"ApiEndpoint": endpoint, **api.record, "Tags": dict(api.tags)}


@operation("GetApi")
def get_api(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetApi"""
    return tell(ctx, api_of(ctx, req))


@operation("GetApis")
def get_apis(ctx: Context, req: Input) -> Output:
    """In the order in which they were made.

    Raises BadRequestException.  Source: API_GetApis
    """
    return page(req, (tell(ctx, api) for api in ctx.state.apis.values()))


@operation("UpdateApi")
def update_api(ctx: Context, req: Input) -> Output:
    """Members that are there replace those of before. ``Target`` is for APIs that were made with one.

    Raises NotFoundException, BadRequestException.  Source: API_UpdateApi
    """
    api = api_of(ctx, req)
    _check(api.record["ProtocolType"], {**api.record, **given(req)})
    managed = next((name for name, each in api.integrations.items() if each.get("ApiGatewayManaged")), None)
    if req.get("Target") and managed is None:
        # Unknown: AWS's words; UpdateApi with a target of an API without one would tell.
        raise BadRequestException("Target can only be updated for APIs that were created with it")
    api.record = {**api.record, **given(req, *_QUICK)}
    if req.get("Target") and managed is not None:
        api.integrations[managed] = {**api.integrations[managed], "IntegrationUri": req["Target"]}
    touched(ctx, api)
    return tell(ctx, api)


@operation("DeleteApi")
def delete_api(ctx: Context, req: Input) -> Output:
    """With all that is in it.

    Raises NotFoundException, BadRequestException.  Source: API_DeleteApi
    """
    api = api_of(ctx, req)
    for name, domain in ctx.state.domain_names.items():
        if any(mapping["ApiId"] == api.id for mapping in domain.mappings.values()):
            # Unknown: AWS's words; deleting a mapped API would tell.
            raise BadRequestException(f"Please remove all API mappings of the domain name {name} first.")
    del ctx.state.apis[api.id]
    return {}


@operation("DeleteCorsConfiguration")
def delete_cors_configuration(ctx: Context, req: Input) -> Output:
    """None is no error.

    Raises NotFoundException.  Source: API_DeleteCorsConfiguration
    """
    api = api_of(ctx, req)
    api.record = {name: value for name, value in api.record.items() if name != "CorsConfiguration"}
    touched(ctx, api)
    return {}
