"""Method responses: what a method may answer to clients."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import methods, patches
from ruststack.services.apigateway.errors import (
    BadRequestException,
    ConflictException,
    NotFoundException,
    StatusCodeNotFound,
)
from ruststack.services.apigateway.finding import method_of
from ruststack.services.apigateway.members import fields, members
from ruststack.services.apigateway.patches import ANY, Rule
from ruststack.services.apigateway.state import Method, MethodResponse, Resource, RestApi

_PARAMETER: Final = re.compile(r"method\.response\.(header|multivalueheader)\.\S+")


def _check_parameter(name: str, value: object = None) -> None:
    """Raises BadRequestException for what is no parameter of a response."""
    if _PARAMETER.fullmatch(name) is None:
        raise BadRequestException(
            "Invalid mapping expression specified: Validation Result: warnings : [], errors : "
            f"[Invalid mapping expression specified: {name}]"
        )


RULES: Final = {
    "/responseModels/{}": Rule(
        ANY, patches.entry("response_models", missing=NotFoundException("Content-Type specified was not found"))
    ),
    "/responseParameters/{}": Rule(
        ANY,
        patches.entry(
            "response_parameters",
            patches.truth,
            NotFoundException("Invalid parameter name specified"),
            _check_parameter,
        ),
    ),
}


@operation("PutMethodResponse")
def put_method_response(ctx: Context, req: Input) -> Output:
    """A new response; one that is there is not replaced.

    Raises NotFoundException, ConflictException, BadRequestException.  Source: API_PutMethodResponse
    """
    api, resource, method = method_of(ctx, req)
    given = {name: value for name, value in fields(MethodResponse, req).items() if value != {}}
    response = MethodResponse(**given)
    if response.status_code in (method.method_responses or {}):
        raise ConflictException("Response already exists for this resource")
    for name in response.response_parameters or ():
        _check_parameter(name)
    methods.check_models(api, response.response_models)
    _keep(api, resource, method, response)
    return members(response)


def _found(method: Method, req: Input) -> MethodResponse:
    """Raises StatusCodeNotFound."""
    response = (method.method_responses or {}).get(req["statusCode"])
    if response is None:
        raise StatusCodeNotFound()
    return response


def _keep(api: RestApi, resource: Resource, method: Method, response: MethodResponse) -> None:
    responses = {**(method.method_responses or {}), response.status_code: response}
    methods.keep(api, resource, replace(method, method_responses=responses))


@operation("GetMethodResponse")
def get_method_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetMethodResponse"""
    return members(_found(method_of(ctx, req)[2], req))


@operation("UpdateMethodResponse")
def update_method_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_UpdateMethodResponse; recorded answers"""
    api, resource, method = method_of(ctx, req)
    response = patches.patched(_found(method, req), req, RULES, patches.by_path)
    methods.check_models(api, response.response_models)
    _keep(api, resource, method, response)
    return members(response)


@operation("DeleteMethodResponse")
def delete_method_response(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteMethodResponse"""
    api, resource, method = method_of(ctx, req)
    gone = _found(method, req).status_code
    kept = {code: each for code, each in (method.method_responses or {}).items() if code != gone}
    methods.keep(api, resource, replace(method, method_responses=kept or None))
    return {}
