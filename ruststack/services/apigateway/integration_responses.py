"""Integration responses: how a backend's answers become those of the method."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import mappings, methods, patches
from ruststack.services.apigateway.errors import BadRequestException, NotFoundException, StatusCodeNotFound
from ruststack.services.apigateway.finding import integration_of, method_of
from ruststack.services.apigateway.members import fields, members
from ruststack.services.apigateway.patches import ANY, REPLACE, Rule
from ruststack.services.apigateway.state import Integration, IntegrationResponse, Method, Resource, RestApi

_CONTENT_TYPE: Final = re.compile(r"[\w!#$&^.+*-]+/[\w!#$&^.+*-]+(;.*)?|\$default", re.ASCII)


def _check_type(name: str, value: object = None) -> None:
    """Raises BadRequestException."""
    if _CONTENT_TYPE.fullmatch(name) is None:
        raise BadRequestException(
            f"Validation Result: warnings : [], errors : [Invalid content type specified: {name}]"
        )


RULES: Final = {
    "/contentHandling": Rule(REPLACE, patches.text("content_handling")),
    "/responseParameters/{}": Rule(
        ANY,
        patches.entry("response_parameters", missing=NotFoundException("Invalid parameter name specified")),
    ),
    "/responseTemplates/{}": Rule(
        ANY,
        patches.entry(
            "response_templates", missing=NotFoundException("Content-Type specified was not found"), check=_check_type
        ),
    ),
    "/selectionPattern": Rule(REPLACE, patches.text("selection_pattern")),
}


@operation("PutIntegrationResponse")
def put_integration_response(ctx: Context, req: Input) -> Output:
    """Set up a response, in place of any that was there.

    Raises NotFoundException, BadRequestException.  Source: API_PutIntegrationResponse; recorded answers;
    carrot/terraform-api-gateway-method-module#3 for a method without integration.
    """
    api, resource, method = method_of(ctx, req)
    integration = method.method_integration
    if integration is None:
        raise NotFoundException("No integration defined for method")
    response = IntegrationResponse(**fields(IntegrationResponse, req))
    for name in response.response_templates or ():
        _check_type(name)
    mappings.check_responses(method, response)
    _keep(api, resource, method, integration, response)
    return members(response)


def _keep(
    api: RestApi, resource: Resource, method: Method, integration: Integration, response: IntegrationResponse
) -> None:
    responses = {**(integration.integration_responses or {}), response.status_code: response}
    integration = replace(integration, integration_responses=responses)
    methods.keep(api, resource, replace(method, method_integration=integration))


def _found(integration: Integration, req: Input) -> IntegrationResponse:
    """Raises StatusCodeNotFound."""
    response = (integration.integration_responses or {}).get(req["statusCode"])
    if response is None:
        raise StatusCodeNotFound()
    return response


@operation("GetIntegrationResponse")
def get_integration_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetIntegrationResponse"""
    return members(_found(integration_of(ctx, req)[3], req))


@operation("UpdateIntegrationResponse")
def update_integration_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_UpdateIntegrationResponse"""
    api, resource, method, integration = integration_of(ctx, req)
    response = patches.patched(_found(integration, req), req, RULES, patches.by_path)
    mappings.check_responses(method, response)
    _keep(api, resource, method, integration, response)
    return members(response)


@operation("DeleteIntegrationResponse")
def delete_integration_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteIntegrationResponse"""
    api, resource, method, integration = integration_of(ctx, req)
    gone = _found(integration, req).status_code
    kept = {code: each for code, each in (integration.integration_responses or {}).items() if code != gone}
    integration = replace(integration, integration_responses=kept or None)
    methods.keep(api, resource, replace(method, method_integration=integration))
    return {}
