"""Authorizers: functions (REQUEST), or the issuers of tokens (JWT)."""

from __future__ import annotations

from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.v2.deploying import touched
from ruststack.services.apigateway.v2.errors import BadRequestException
from ruststack.services.apigateway.v2.records import api_of, check_unused, found, given, page
from ruststack.services.apigateway.v2.state import Api


@operation("CreateAuthorizer")
def create_authorizer(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_CreateAuthorizer"""
    api = api_of(ctx, req)
    members = given(req, "ApiId")
    _check(api, members)
    record = {**members, "AuthorizerId": ctx.ids.lower(6)}
    api.authorizers[record["AuthorizerId"]] = record
    touched(ctx, api)
    return dict(record)


def _check(api: Api, members: dict[str, Any]) -> None:
    """Raises BadRequestException. Unknown: AWS's words; authorizers that break each rule would tell."""
    kind = members["AuthorizerType"]
    if kind not in ("REQUEST", "JWT") or (kind == "JWT" and not api.is_http):
        raise BadRequestException(f"AuthorizerType {kind} is not supported for this API")
    if kind == "JWT":
        if not (members.get("JwtConfiguration") or {}).get("Issuer"):
            raise BadRequestException("Issuer must be specified when using the JWT authorizer type")
        return
    if not members.get("AuthorizerUri"):
        raise BadRequestException("AuthorizerUri must be specified when using the REQUEST authorizer type")
    version = members.get("AuthorizerPayloadFormatVersion")
    if api.is_http and version not in ("1.0", "2.0"):
        raise BadRequestException("AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer")
    if members.get("EnableSimpleResponses") and version != "2.0":
        raise BadRequestException("EnableSimpleResponses can only be true for the payload format version 2.0")


@operation("GetAuthorizer")
def get_authorizer(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetAuthorizer"""
    return dict(found(api_of(ctx, req).authorizers, "Authorizer", req["AuthorizerId"]))


@operation("GetAuthorizers")
def get_authorizers(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_GetAuthorizers"""
    return page(req, (dict(each) for each in api_of(ctx, req).authorizers.values()))


@operation("UpdateAuthorizer")
def update_authorizer(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_UpdateAuthorizer"""
    api = api_of(ctx, req)
    kept = found(api.authorizers, "Authorizer", req["AuthorizerId"])
    record = {**kept, **given(req, "ApiId", "AuthorizerId")}
    _check(api, record)
    api.authorizers[req["AuthorizerId"]] = record
    touched(ctx, api)
    return dict(record)


@operation("DeleteAuthorizer")
def delete_authorizer(ctx: Context, req: Input) -> Output:
    """One that a route asks stays.

    Raises NotFoundException, ConflictException.  Source: API_DeleteAuthorizer
    """
    api, name = api_of(ctx, req), req["AuthorizerId"]
    found(api.authorizers, "Authorizer", name)
    asking = (each for each in api.routes.values() if each.get("AuthorizationType") != "NONE")
    check_unused("Authorizer", name, (each for each in asking if each.get("AuthorizerId") == name))
    del api.authorizers[name]
    touched(ctx, api)
    return {}


@operation("ResetAuthorizersCache")
def reset_authorizers_cache(ctx: Context, req: Input) -> Output:
    """What authorizers said on a stage of an HTTP API is forgotten.

    Raises NotFoundException, BadRequestException.  Source: API_ResetAuthorizersCache
    """
    api = api_of(ctx, req)
    if not api.is_http:
        # Unknown: AWS's words; a reset of a WebSocket API's stage would tell.
        raise BadRequestException("This operation is only supported for HTTP APIs")
    found(api.stages, "stage", req["StageName"])
    api.authorizers_reset[req["StageName"]] = api.authorizers_reset.get(req["StageName"], 0) + 1
    return {}
