"""Request validators: what is checked before a request goes to the backend."""

from __future__ import annotations

from typing import Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import patches
from ruststack.services.apigateway.errors import BadRequestException, ConflictException, RequestValidatorNotFound
from ruststack.services.apigateway.finding import api_of, api_with
from ruststack.services.apigateway.members import fields, members
from ruststack.services.apigateway.pages import page
from ruststack.services.apigateway.patches import REPLACE, Rule
from ruststack.services.apigateway.state import RequestValidator, RestApi

RULES: Final = {
    "/name": Rule(REPLACE, patches.needed("name", "Request Validator name cannot be blank")),
    "/validateRequestParameters": Rule(REPLACE, patches.flag("validate_request_parameters")),
    "/validateRequestBody": Rule(REPLACE, patches.flag("validate_request_body")),
}


@operation("CreateRequestValidator")
def create_request_validator(ctx: Context, req: Input) -> Output:
    """Raises BadRequestException, also for an API that is not there.  Source: recorded answers"""
    api: RestApi | None = ctx.state.apis.get(req["restApiId"])
    if api is None:
        raise BadRequestException("Invalid REST API identifier specified")
    if req.get("name") == "":
        raise BadRequestException("Request Validator name cannot be blank")
    validator = RequestValidator(**{**fields(RequestValidator, req), "id": ctx.ids.lower(6)})
    api.request_validators[validator.id] = validator
    return members(validator)


def _found(ctx: Context, req: Input) -> tuple[RestApi, RequestValidator]:
    """Raises RequestValidatorNotFound."""
    api = api_with(ctx, req, RequestValidatorNotFound())
    validator = api.request_validators.get(req["requestValidatorId"])
    if validator is None:
        raise RequestValidatorNotFound()
    return api, validator


@operation("GetRequestValidator")
def get_request_validator(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetRequestValidator"""
    return members(_found(ctx, req)[1])


@operation("GetRequestValidators")
def get_request_validators(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_GetRequestValidators"""
    return page(req, api_of(ctx, req).request_validators, members)


@operation("UpdateRequestValidator")
def update_request_validator(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_UpdateRequestValidator; recorded answers"""
    api, validator = _found(ctx, req)
    changed = patches.patched(validator, req, RULES, patches.by_operation)
    api.request_validators[changed.id] = changed
    return members(changed)


@operation("DeleteRequestValidator")
def delete_request_validator(ctx: Context, req: Input) -> Output:
    """What a method refers to cannot be deleted.

    Raises NotFoundException, ConflictException.  Source: API_DeleteRequestValidator
    """
    api, validator = _found(ctx, req)
    for resource in api.resources.values():
        for verb, method in resource.resource_methods.items():
            if method.request_validator_id == validator.id:
                # Unknown: AWS's words, told here as it tells of models; a DeleteRequestValidator would tell.
                raise ConflictException(
                    f"Cannot delete validator '{validator.id}', is referenced in method request: {resource.path}/{verb}"
                )
    del api.request_validators[validator.id]
    return {}
