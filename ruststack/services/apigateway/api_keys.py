"""API keys: made, told without their value unless it is asked for, changed and deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import patches
from ruststack.services.apigateway.errors import (
    ApiKeyNotFound,
    BadRequestException,
    ConflictException,
    NotFoundException,
)
from ruststack.services.apigateway.members import fields, members
from ruststack.services.apigateway.pages import page
from ruststack.services.apigateway.patches import ADD_REMOVE, REPLACE, Rule
from ruststack.services.apigateway.state import ApiKey
from ruststack.services.apigateway.tag_rules import check_tags

_SHORTEST_VALUE: Final = 20
_LONGEST_VALUE: Final = 128
_LONGEST_NAME: Final = 1024
_LONGEST_DESCRIPTION: Final = 125_000
RULES: Final = {
    "/description": Rule(REPLACE, patches.text("description")),
    "/enabled": Rule(REPLACE, patches.flag("enabled")),
    "/name": Rule(REPLACE, patches.text("name")),
    "/customerId": Rule(REPLACE, patches.text("customer_id")),
    "/stages": Rule(ADD_REMOVE, patches.element("stage_keys")),
}


@operation("CreateApiKey")
def create_api_key(ctx: Context, req: Input) -> Output:
    """A key with a value of its own, or one of the gateway's; it comes disabled unless told otherwise.

    Raises BadRequestException, ConflictException, NotFoundException.  Source: API_CreateApiKey; recorded answers
    """
    given = {**fields(ApiKey, req), "name": req.get("name") or None, "tags": check_tags(req.get("tags")) or None}
    key = new_key(ctx, given, tuple(map(_stage_key, req.get("stageKeys") or ())))
    ctx.state.api_keys[key.id] = key
    return members(key)


def _stage_key(given: dict[str, str]) -> str:
    return f"{given.get('restApiId')}/{given.get('stageName')}"


def new_key(ctx: Context, given: dict[str, Any], stages: tuple[str, ...] = ()) -> ApiKey:
    """A checked key. Raises BadRequestException, ConflictException, NotFoundException."""
    _check(given)
    value = given.get("value") or ctx.ids.lower(20) + ctx.ids.lower(20)
    if any(each.value == value for each in ctx.state.api_keys.values()):
        raise ConflictException("API Key already exists")
    for stage in stages:
        _check_stage(ctx, stage)
    now = int(ctx.clock.now())
    made = {"id": ctx.ids.lower(10), "value": value, "created_date": now, "last_updated_date": now}
    return ApiKey(**{**given, **made, "stage_keys": stages})


def _check(given: dict[str, Any]) -> None:
    """Raises BadRequestException. Source: texts that LocalStack's users have; a description's is recorded."""
    value = given.get("value") or ""
    if len(given.get("name") or "") > _LONGEST_NAME:
        raise BadRequestException(f"Invalid API Key name can be at most {_LONGEST_NAME} characters.")
    if len(value) > _LONGEST_VALUE:
        raise BadRequestException(f"API Key value exceeds maximum size of {_LONGEST_VALUE} characters")
    if value and len(value) < _SHORTEST_VALUE:
        raise BadRequestException(f"API Key value should be at least {_SHORTEST_VALUE} characters")
    if len(given.get("description") or "") > _LONGEST_DESCRIPTION:
        raise BadRequestException("Invalid API Key description specified.")


def _check_stage(ctx: Context, stage: str) -> None:
    """Raises NotFoundException. Unknown: AWS's words; a stage key of a stage that is not there would tell."""
    api_id, _, name = stage.partition("/")
    api = ctx.state.apis.get(api_id)
    if api is None or name not in api.stages:
        raise NotFoundException(f"Invalid stage identifier specified: {stage}")


def key_of(ctx: Context, key_id: str) -> ApiKey:
    """Raises ApiKeyNotFound."""
    key: ApiKey | None = ctx.state.api_keys.get(key_id)
    if key is None:
        raise ApiKeyNotFound()
    return key


def _told(key: ApiKey, has_value: bool, has_tags: bool) -> Output:
    told = members(key, *(() if has_value else ("value",)))
    return {**told, "tags": dict(key.tags or {})} if has_tags else told


@operation("GetApiKey")
def get_api_key(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetApiKey"""
    return _told(key_of(ctx, req["apiKey"]), bool(req.get("includeValue")), False)


@operation("GetApiKeys")
def get_api_keys(ctx: Context, req: Input) -> Output:
    """The keys whose names begin as asked for.

    Raises BadRequestException.  Source: API_GetApiKeys. Unknown: whether names are compared with their case; a
    nameQuery in other letters would tell.
    """
    prefix, customer = req.get("nameQuery") or "", req.get("customerId")
    keys = {
        each.id: each
        for each in ctx.state.api_keys.values()
        if (each.name or "").startswith(prefix) and (not customer or each.customer_id == customer)
    }
    return page(req, keys, lambda key: _told(key, bool(req.get("includeValues")), False))


@operation("UpdateApiKey")
def update_api_key(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_UpdateApiKey; recorded answers"""
    key = key_of(ctx, req["apiKey"])
    changed = patches.patched(key, req, RULES, patches.by_operation)
    _check({"name": changed.name, "description": changed.description})
    for stage in changed.stage_keys or ():
        if stage not in key.stage_keys:
            _check_stage(ctx, stage)
    changed = replace(changed, stage_keys=changed.stage_keys or (), last_updated_date=int(ctx.clock.now()))
    ctx.state.api_keys[key.id] = changed
    return _told(changed, False, True)


@operation("DeleteApiKey")
def delete_api_key(ctx: Context, req: Input) -> Output:
    """The key goes from its usage plans too.

    Raises NotFoundException.  Source: API_DeleteApiKey
    """
    key = key_of(ctx, req["apiKey"])
    for plan in list(ctx.state.usage_plans.values()):
        if key.id in plan.keys:
            kept = tuple(each for each in plan.keys if each != key.id)
            ctx.state.usage_plans[plan.id] = replace(plan, keys=kept)
            ctx.state.usage.get(plan.id, {}).pop(key.id, None)
    del ctx.state.api_keys[key.id]
    return {}
