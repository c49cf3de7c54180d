"""REST APIs: made, read, listed, changed and deleted."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, Final

from ruststack.kit import Context, Input, Output, ServiceError, operation
from ruststack.services.apigateway import endpoints, patches
from ruststack.services.apigateway.default_models import default_models
from ruststack.services.apigateway.errors import BadRequestException, ConflictException
from ruststack.services.apigateway.finding import api_of
from ruststack.services.apigateway.members import fields, members
from ruststack.services.apigateway.pages import page
from ruststack.services.apigateway.patches import ADD_REMOVE, ANY, REPLACE, Draft, Patch, Rule
from ruststack.services.apigateway.state import Resource, RestApi, Settings
from ruststack.services.apigateway.tag_rules import check_tags
from ruststack.services.apigateway.usage_plans import without_api

LARGEST_COMPRESSION: Final = 10_485_760
CUSTOM_IDS: Final = ("_custom_id_", "ms-custom-id")
_CUSTOM_ID: Final = re.compile(r"[a-z0-9-]{1,63}")


def _policy(draft: Draft, patch: Patch) -> None:
    draft["policy"] = patch.value or None


RULES: Final = {
    "/name": Rule(REPLACE, patches.needed("name", "API name cannot be empty")),
    "/description": Rule(REPLACE, patches.text("description")),
    "/version": Rule(REPLACE, patches.text("version")),
    "/policy": Rule(REPLACE, _policy),
    "/apiKeySource": Rule(REPLACE, patches.choice("api_key_source", "HEADER", "AUTHORIZER")),
    "/minimumCompressionSize": Rule(REPLACE, patches.integer("minimum_compression_size", 0, LARGEST_COMPRESSION)),
    "/disableExecuteApiEndpoint": Rule(REPLACE, patches.flag("disable_execute_api_endpoint")),
    "/securityPolicy": Rule(REPLACE, patches.text("security_policy")),
    "/endpointAccessMode": Rule(REPLACE, patches.choice("endpoint_access_mode", "BASIC", "STRICT")),
    "/binaryMediaTypes/{}": Rule(ANY, patches.element("binary_media_types")),
    "/endpointConfiguration/types/{}": Rule(REPLACE, endpoints.set_type),
    "/endpointConfiguration/ipAddressType": Rule(REPLACE, endpoints.set_addresses),
    "/endpointConfiguration/vpcEndpointIds": Rule(ADD_REMOVE, endpoints.set_vpc_endpoint),
}


@operation("CreateRestApi")
def create_rest_api(ctx: Context, req: Input) -> Output:
    """A new API with a root resource and two models; ``cloneFrom`` gives it another's resources, models and the rest.

    Raises BadRequestException, NotFoundException.  Source: API_CreateRestApi
    """
    _check(req)
    settings = Settings(**_settings(req))
    tags = check_tags(req.get("tags"))
    source = api_of(ctx, {"restApiId": req["cloneFrom"]}) if req.get("cloneFrom") else None
    api = new_api(ctx, settings, tags)
    if source is not None:
        _clone(source, api)
    return tell(api, has_tags=bool(tags))


def _check(req: Input) -> None:
    if not req["name"]:
        # Unknown: the words; a CreateRestApi with an empty name would tell.
        raise BadRequestException("API name cannot be empty")
    if req.get("description") == "":
        raise BadRequestException("Description cannot be an empty string")
    size = req.get("minimumCompressionSize")
    if size is not None and not 0 <= size <= LARGEST_COMPRESSION:
        raise BadRequestException(
            "Invalid minimum compression size, must be between 0 and 10485760. Specify null to disable compression."
        )


def _settings(req: Input) -> dict[str, Any]:
    given = fields(Settings, req)
    given["endpoint_configuration"] = endpoints.endpoint_configuration(req.get("endpointConfiguration"))
    return {**given, "binary_media_types": given.get("binary_media_types") or None}


def api_id_of(ctx: Context, tags: dict[str, str]) -> str:
    """A new id; or the one that a tag asks for, as LocalStack's and ministack's users do, so that URLs can be fixed.

    Raises BadRequestException, ConflictException.
    """
    wanted = next((tags[name] for name in CUSTOM_IDS if name in tags), None)
    if wanted is None:
        return ctx.ids.lower(10)
    if _CUSTOM_ID.fullmatch(wanted) is None:
        raise BadRequestException(f"An id must be of lower-case letters, digits and hyphens: {wanted}")
    if wanted in ctx.state.apis:
        raise ConflictException(f"There is an API with the id {wanted}")
    return wanted


def new_api(ctx: Context, settings: Settings, tags: dict[str, str]) -> RestApi:
    """An API without methods, put among the others."""
    api_id, root_id = api_id_of(ctx, tags), ctx.ids.lower(10)
    api = RestApi(api_id, int(ctx.clock.now()), root_id, settings, tags)
    api.resources[root_id] = Resource(root_id, "/")
    api.models = {model.name: model for model in default_models(ctx)}
    ctx.state.apis[api_id] = api
    return api


def _clone(source: RestApi, api: RestApi) -> None:
    """Everything of the other API but its id, deployments and stages; its root becomes this one's."""
    root, old = api.root_resource_id, source.root_resource_id
    for resource in source.resources.values():
        parent = root if resource.parent_id == old else resource.parent_id
        place = root if resource.id == old else resource.id
        api.resources[place] = replace(resource, id=place, parent_id=parent)
    api.models = dict(source.models)
    api.request_validators = dict(source.request_validators)
    api.authorizers = dict(source.authorizers)
    api.gateway_responses = dict(source.gateway_responses)
    api.documentation_parts = dict(source.documentation_parts)


def tell(api: RestApi, *, has_tags: bool = True, warnings: list[str] | None = None) -> Output:
    """An API as the operations tell it; lists leave tags out, answers about one API have them though there be none."""
    told = {"id": api.id, "createdDate": api.created_date, "rootResourceId": api.root_resource_id}
    told.update(members(api.settings))
    if api.settings.policy is not None:
        told["policy"] = escaped(api.settings.policy)
    if has_tags:
        told["tags"] = dict(api.tags)
    if warnings:
        told["warnings"] = warnings
    return told


def escaped(policy: str) -> str:
    """A policy as it is told: quoted as inside a JSON string, though it stands in one already.

    Source: terraform-provider-aws, rest_api.go, which puts quotes around what it gets and reads that as JSON.
    """
    return json.dumps(policy, ensure_ascii=False)[1:-1]


@operation("GetRestApi")
def get_rest_api(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetRestApi"""
    return tell(api_of(ctx, req))


@operation("GetRestApis")
def get_rest_apis(ctx: Context, req: Input) -> Output:
    """The APIs, without their tags unless they have some.  Source: API_GetRestApis"""
    return page(req, ctx.state.apis, lambda api: tell(api, has_tags=bool(api.tags)))


@operation("UpdateRestApi")
def update_rest_api(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_UpdateRestApi"""
    api = api_of(ctx, req)
    api.settings = patches.patched(api.settings, req, RULES, refuse)
    return tell(api)


def refuse(patch: Patch, rules: patches.Rules, rule: Rule | None) -> ServiceError:
    """Unknown: the words for an operation that a path does not take; ``add`` to /name would tell."""
    return BadRequestException(f"Invalid patch path {patch.path}")


@operation("DeleteRestApi")
def delete_rest_api(ctx: Context, req: Input) -> Output:
    """The API goes with all that is in it; usage plans forget its stages.

    Raises NotFoundException.  Source: API_DeleteRestApi
    """
    api = api_of(ctx, req)
    for plan in list(ctx.state.usage_plans.values()):
        ctx.state.usage_plans[plan.id] = without_api(plan, api.id)
    del ctx.state.apis[api.id]
    return {}
