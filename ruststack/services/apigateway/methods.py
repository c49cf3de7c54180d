"""Methods: what clients may call on a resource, and what is asked of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import patches
from ruststack.services.apigateway.errors import BadRequestException, ConflictException, NotFoundException
from ruststack.services.apigateway.finding import method_of, resource_of
from ruststack.services.apigateway.members import fields, members
from ruststack.services.apigateway.patches import ADD_REMOVE, ANY, REPLACE, Rule
from ruststack.services.apigateway.state import Method, Resource, RestApi

VERBS: Final = ("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY")
_AUTHORIZATIONS: Final = ("NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS", "JWT")
_WITH_AUTHORIZER: Final = ("CUSTOM", "COGNITO_USER_POOLS", "JWT")
_PARAMETER: Final = re.compile(
    r"method\.request\.(path|querystring|header|multivalueheader|multivaluequerystring)\.\S+"
)
_NO_SUCH_MODEL: Final = NotFoundException("Content-Type specified was not found")
_NO_SUCH_PARAMETER: Final = NotFoundException("Invalid parameter name specified")


def check_parameter(name: str, value: object = None) -> None:
    """Raises BadRequestException for what is no parameter of a request."""
    if _PARAMETER.fullmatch(name) is None:
        raise BadRequestException(
            "Invalid mapping expression specified: Validation Result: warnings : [], errors : "
            f"[Invalid mapping expression specified: {name}]"
        )


RULES: Final = {
    "/apiKeyRequired": Rule(REPLACE, patches.flag("api_key_required")),
    "/authorizationScopes": Rule(ADD_REMOVE, patches.element("authorization_scopes")),
    "/authorizationType": Rule(REPLACE, patches.text("authorization_type")),
    "/authorizerId": Rule(REPLACE, patches.text("authorizer_id")),
    "/operationName": Rule(REPLACE, patches.text("operation_name")),
    "/requestModels/{}": Rule(ANY, patches.entry("request_models", missing=_NO_SUCH_MODEL)),
    "/requestParameters/{}": Rule(
        ANY, patches.entry("request_parameters", patches.truth, _NO_SUCH_PARAMETER, check_parameter)
    ),
    "/requestValidatorId": Rule(REPLACE, patches.text("request_validator_id")),
}


@operation("PutMethod")
def put_method(ctx: Context, req: Input) -> Output:
    """A new method; one that is there is not replaced.

    Raises NotFoundException, ConflictException, BadRequestException.  Source: API_PutMethod; recorded answers
    """
    api, resource = resource_of(ctx, req)
    method = Method(**_given(req))
    if method.http_method not in VERBS:
        # Unknown: the words; a PutMethod of FETCH would tell.
        raise BadRequestException(f"Invalid HttpMethod specified. Valid options are {','.join(VERBS)}")
    if method.http_method in resource.resource_methods:
        raise ConflictException("Method already exists for this resource")
    for name in method.request_parameters or ():
        check_parameter(name)
    method = checked(api, method)
    keep(api, resource, method)
    return members(method)


def _given(req: Input) -> dict[str, Any]:
    given = fields(Method, req)
    given["authorization_scopes"] = given.get("authorization_scopes") or None
    return {name: value for name, value in given.items() if value != {}}


def checked(api: RestApi, method: Method) -> Method:
    """The method, if what it refers to is there; without authorizer where its authorization asks for none.

    Raises BadRequestException.
    """
    kind = method.authorization_type
    if kind not in _AUTHORIZATIONS:
        raise BadRequestException(
            "Invalid authorization type specified. Valid options are NONE, AWS_IAM, CUSTOM, COGNITO_USER_POOLS and JWT"
        )
    if kind in _WITH_AUTHORIZER and method.authorizer_id not in api.authorizers:
        raise BadRequestException(
            "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS "
            "requires a valid authorizer."
        )
    if method.request_validator_id is not None and method.request_validator_id not in api.request_validators:
        raise BadRequestException("Invalid Request Validator identifier specified")
    check_models(api, method.request_models)
    return method if kind in _WITH_AUTHORIZER else replace(method, authorizer_id=None)


def check_models(api: RestApi, models: Any) -> None:
    """Raises BadRequestException. Unknown: the words; a PutMethod with a model that is not there would tell."""
    for name in (models or {}).values():
        if name not in api.models:
            raise BadRequestException(f"Invalid model identifier specified: {name}")


def keep(api: RestApi, resource: Resource, method: Method) -> None:
    """Put a method in its place."""
    methods = {**resource.resource_methods, method.http_method: method}
    api.resources[resource.id] = replace(resource, resource_methods=methods)


@operation("GetMethod")
def get_method(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetMethod"""
    return members(method_of(ctx, req)[2])


@operation("UpdateMethod")
def update_method(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_UpdateMethod; recorded answers"""
    api, resource, method = method_of(ctx, req)
    method = checked(api, patches.patched(method, req, RULES, patches.by_path))
    keep(api, resource, method)
    return members(method)


@operation("DeleteMethod")
def delete_method(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteMethod"""
    api, resource, method = method_of(ctx, req)
    kept = {name: each for name, each in resource.resource_methods.items() if name != method.http_method}
    api.resources[resource.id] = replace(resource, resource_methods=kept)
    return {}
