"""The keys of usage plans."""

from __future__ import annotations

from dataclasses import replace

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.api_keys import key_of
from ruststack.services.apigateway.errors import ApiKeyNotFound, BadRequestException, ConflictException
from ruststack.services.apigateway.pages import page
from ruststack.services.apigateway.state import ApiKey
from ruststack.services.apigateway.usage_plans import plan_of


def _told(key: ApiKey) -> Output:
    told = {"id": key.id, "type": "API_KEY", "value": key.value}
    return {**told, "name": key.name} if key.name is not None else told


@operation("CreateUsagePlanKey")
def create_usage_plan_key(ctx: Context, req: Input) -> Output:
    """Let a key use a plan.

    Raises NotFoundException, BadRequestException, ConflictException.  Source: API_CreateUsagePlanKey
    """
    plan = plan_of(ctx, req)
    if req["keyType"] != "API_KEY":
        # Unknown: AWS's words; a key of another type would tell.
        raise BadRequestException("Invalid key type specified. Valid options are API_KEY")
    key = key_of(ctx, req["keyId"])
    if key.id in plan.keys:
        # Unknown: AWS's words; the same CreateUsagePlanKey twice would tell.
        raise ConflictException(f"Usage Plan {plan.id} already has the key {key.id}")
    ctx.state.usage_plans[plan.id] = replace(plan, keys=(*plan.keys, key.id))
    return _told(key)


def _key(ctx: Context, req: Input) -> ApiKey:
    """A key of the plan. Raises UsagePlanNotFound, ApiKeyNotFound."""
    if req["keyId"] not in plan_of(ctx, req).keys:
        raise ApiKeyNotFound()
    return key_of(ctx, req["keyId"])


@operation("GetUsagePlanKey")
def get_usage_plan_key(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetUsagePlanKey"""
    return _told(_key(ctx, req))


@operation("GetUsagePlanKeys")
def get_usage_plan_keys(ctx: Context, req: Input) -> Output:
    """The plan's keys whose names begin as asked for.

    Raises NotFoundException, BadRequestException.  Source: API_GetUsagePlanKeys
    """
    keys = {key_id: key_of(ctx, key_id) for key_id in plan_of(ctx, req).keys}
    prefix = req.get("nameQuery") or ""
    shown = {key_id: key for key_id, key in keys.items() if (key.name or "").startswith(prefix)}
    return page(req, shown, _told)


@operation("DeleteUsagePlanKey")
def delete_usage_plan_key(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_DeleteUsagePlanKey"""
    key, plan = _key(ctx, req), plan_of(ctx, req)
    ctx.state.usage_plans[plan.id] = replace(plan, keys=tuple(each for each in plan.keys if each != key.id))
    ctx.state.usage.get(plan.id, {}).pop(key.id, None)
    return {}
