"""Authorizers: who decides whether a request may go on."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import patches
from ruststack.services.apigateway.errors import (
    AuthorizerNotFound,
    BadRequestException,
    ConflictException,
)
from ruststack.services.apigateway.finding import api_of, api_with, stage_of
from ruststack.services.apigateway.members import fields, members
from ruststack.services.apigateway.pages import page
from ruststack.services.apigateway.patches import ANY, REPLACE, Draft, Patch, Rule
from ruststack.services.apigateway.state import Authorizer, RestApi

_URI: Final = re.compile(r"arn:aws[a-z-]*:apigateway:[a-z0-9-]+:lambda:path/\s*2015-03-31/functions/.+/invocations")
_LONGEST_TTL_S: Final = 3600
_KINDS: Final = {"TOKEN": "custom", "REQUEST": "custom", "COGNITO_USER_POOLS": "cognito_user_pools"}


def _providers(draft: Draft, patch: Patch) -> None:
    """``replace`` sets the only provider."""
    if patch.op == "replace":
        draft["provider_arns"] = (patch.value,) if patch.value else None
    else:
        patches.element("provider_arns")(draft, patch)


RULES: Final = {
    "/authorizerUri": Rule(REPLACE, patches.text("authorizer_uri")),
    "/authorizerCredentials": Rule(REPLACE, patches.text("authorizer_credentials")),
    "/authorizerResultTtlInSeconds": Rule(
        REPLACE, patches.integer("authorizer_result_ttl_in_seconds", 0, _LONGEST_TTL_S)
    ),
    "/authType": Rule(REPLACE, patches.text("auth_type")),
    "/identitySource": Rule(ANY, patches.text("identity_source")),
    "/identityValidationExpression": Rule(REPLACE, patches.text("identity_validation_expression")),
    "/name": Rule(REPLACE, patches.needed("name", "Authorizer name cannot be empty")),
    "/providerARNs": Rule(ANY, _providers),
    "/type": Rule(REPLACE, patches.choice("type", *_KINDS, "JWT")),
}


@operation("CreateAuthorizer")
def create_authorizer(ctx: Context, req: Input) -> Output:
    """Raises BadRequestException, ConflictException, also for an API that is not there.

    Source: API_CreateAuthorizer; recorded answers
    """
    api: RestApi | None = ctx.state.apis.get(req["restApiId"])
    if api is None:
        raise ConflictException("Unable to complete operation due to concurrent modification. Please try again later.")
    authorizer = made(ctx, fields(Authorizer, req))
    if any(each.name == authorizer.name for each in api.authorizers.values()):
        # Unknown: AWS's words; two authorizers of one name would tell.
        raise ConflictException(
            f"Authorizer name must be unique. Authorizer {authorizer.name} already exists in this RestApi."
        )
    api.authorizers[authorizer.id] = authorizer
    return members(authorizer)


def made(ctx: Context, given: dict[str, Any]) -> Authorizer:
    """A checked authorizer with an id, and the kind that goes with its type. Raises BadRequestException."""
    kind = given.get("auth_type") or _KINDS.get(given["type"])
    authorizer = Authorizer(**{**given, "id": ctx.ids.lower(6), "auth_type": kind})
    check(authorizer)
    return authorizer


def check(authorizer: Authorizer) -> None:
    """Raises BadRequestException.

    Unknown: AWS's words, but for a URI that names no function; an authorizer without each of these would tell.
    """
    if not authorizer.name:
        raise BadRequestException("Authorizer name cannot be empty")
    ttl = authorizer.authorizer_result_ttl_in_seconds
    if ttl is not None and not 0 <= ttl <= _LONGEST_TTL_S:
        raise BadRequestException(f"Authorizer result TTL must be between 0 and {_LONGEST_TTL_S} seconds")
    if authorizer.type in ("TOKEN", "REQUEST") and _URI.fullmatch(authorizer.authorizer_uri or "") is None:
        raise BadRequestException(
            f"Invalid Authorizer URI: {authorizer.authorizer_uri or ''}. Authorizer URI should be a valid API Gateway "
            "ARN that represents a Lambda function invocation."
        )
    if authorizer.type == "COGNITO_USER_POOLS" and not authorizer.provider_arns:
        raise BadRequestException("Cognito User Pools authorizers need a provider ARN")


def _found(ctx: Context, req: Input) -> tuple[RestApi, Authorizer]:
    """Raises AuthorizerNotFound."""
    api = api_with(ctx, req, AuthorizerNotFound())
    authorizer = api.authorizers.get(req["authorizerId"])
    if authorizer is None:
        raise AuthorizerNotFound()
    return api, authorizer


@operation("GetAuthorizer")
def get_authorizer(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetAuthorizer"""
    return members(_found(ctx, req)[1])


@operation("GetAuthorizers")
def get_authorizers(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_GetAuthorizers"""
    return page(req, api_of(ctx, req).authorizers, members)


@operation("UpdateAuthorizer")
def update_authorizer(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_UpdateAuthorizer"""
    api, authorizer = _found(ctx, req)
    changed = patches.patched(authorizer, req, RULES, patches.by_operation)
    if changed.type != authorizer.type:
        changed = replace(changed, auth_type=_KINDS.get(changed.type, changed.auth_type))
    check(changed)
    api.authorizers[changed.id] = changed
    return members(changed)


@operation("DeleteAuthorizer")
def delete_authorizer(ctx: Context, req: Input) -> Output:
    """What a method refers to cannot be deleted.

    Raises NotFoundException, ConflictException.  Source: API_DeleteAuthorizer; hashicorp/terraform-provider-aws#14812
    """
    api, authorizer = _found(ctx, req)
    for resource in api.resources.values():
        for verb, method in resource.resource_methods.items():
            if method.authorizer_id == authorizer.id:
                raise ConflictException(
                    f"Cannot delete authorizer '{authorizer.name}', is referenced in method: {verb}/{resource.path}"
                )
    del api.authorizers[authorizer.id]
    return {}


@operation("FlushStageAuthorizersCache")
def flush_stage_authorizers_cache(ctx: Context, req: Input) -> Output:
    """What authorizers said on a stage is forgotten.

    Raises NotFoundException.  Source: API_FlushStageAuthorizersCache
    """
    api, stage = stage_of(ctx, req)
    api.stages[stage.stage_name] = replace(stage, authorizers_flushed=stage.authorizers_flushed + 1)
    return {}
