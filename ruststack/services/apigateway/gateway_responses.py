"""Gateway responses: what the gateway itself answers, by type."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import patches
from ruststack.services.apigateway.errors import NotFoundException
from ruststack.services.apigateway.finding import api_of
from ruststack.services.apigateway.gateway_defaults import STATUSES, default
from ruststack.services.apigateway.members import members
from ruststack.services.apigateway.pages import page
from ruststack.services.apigateway.patches import ANY, Draft, Patch, Rule, Setter
from ruststack.services.apigateway.state import GatewayResponse, RestApi


def _entry(field: str) -> Setter:
    set_entry = patches.entry(field)

    def set_kept(draft: Draft, patch: Patch) -> None:
        set_entry(draft, patch)
        draft[field] = draft[field] or {}

    return set_kept


RULES: Final = {
    "/statusCode": Rule(ANY, patches.text("status_code")),
    "/responseParameters/{}": Rule(ANY, _entry("response_parameters")),
    "/responseTemplates/{}": Rule(ANY, _entry("response_templates")),
}


@operation("PutGatewayResponse")
def put_gateway_response(ctx: Context, req: Input) -> Output:
    """Answer otherwise than by default. Unknown: the status where none is given; a PutGatewayResponse would tell.

    Raises NotFoundException.  Source: API_PutGatewayResponse
    """
    api = api_of(ctx, req)
    kind = req["responseType"]
    response = GatewayResponse(
        kind,
        req.get("statusCode") or STATUSES[kind],
        req.get("responseParameters") or {},
        req.get("responseTemplates") or {},
    )
    api.gateway_responses[kind] = response
    return members(response)


def _found(api: RestApi, kind: str) -> GatewayResponse:
    return api.gateway_responses.get(kind) or default(kind)


@operation("GetGatewayResponse")
def get_gateway_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetGatewayResponse"""
    return members(_found(api_of(ctx, req), req["responseType"]))


@operation("GetGatewayResponses")
def get_gateway_responses(ctx: Context, req: Input) -> Output:
    """All types on one page, unless a limit is given.

    Raises NotFoundException, BadRequestException.  Source: API_GetGatewayResponses
    """
    api = api_of(ctx, req)
    return page(req, {kind: _found(api, kind) for kind in STATUSES}, members)


@operation("UpdateGatewayResponse")
def update_gateway_response(ctx: Context, req: Input) -> Output:
    """What was a default is one no longer.

    Raises NotFoundException, BadRequestException.  Source: API_UpdateGatewayResponse
    """
    api = api_of(ctx, req)
    kind = req["responseType"]
    response = replace(_found(api, kind), default_response=False)
    changed = patches.patched(response, req, RULES, patches.by_path)
    api.gateway_responses[kind] = changed
    return members(changed)


@operation("DeleteGatewayResponse")
def delete_gateway_response(ctx: Context, req: Input) -> Output:
    """Answer as by default again.

    Raises NotFoundException.  Source: API_DeleteGatewayResponse; recorded answers
    """
    api = api_of(ctx, req)
    if req["responseType"] not in api.gateway_responses:
        raise NotFoundException("Gateway response type not defined on api")
    del api.gateway_responses[req["responseType"]]
    return {}
