"""Usage plans: which stages their keys may call, and how often."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import patches
from ruststack.services.apigateway.errors import BadRequestException, NotFoundException, UsagePlanNotFound
from ruststack.services.apigateway.members import members
from ruststack.services.apigateway.pages import page
from ruststack.services.apigateway.plan_changes import change
from ruststack.services.apigateway.state import ApiStage, Quota, Throttle, UsagePlan
from ruststack.services.apigateway.tag_rules import check_tags

_PERIODS: Final = ("DAY", "WEEK", "MONTH")


@operation("CreateUsagePlan")
def create_usage_plan(ctx: Context, req: Input) -> Output:
    """Raises BadRequestException, NotFoundException.  Source: API_CreateUsagePlan; recorded answers"""
    if not req["name"]:
        # Unknown: AWS's words; a plan without a name would tell.
        raise BadRequestException("Usage plan name cannot be empty")
    stages = tuple(_api_stage(ctx, each, req["name"]) for each in req.get("apiStages") or ())
    plan = UsagePlan(
        ctx.ids.lower(6),
        req["name"],
        ctx.clock.now(),
        req.get("description") or None,
        stages,
        _throttle(req.get("throttle")),
        _quota(req.get("quota")),
        tags=check_tags(req.get("tags")) or None,
    )
    check(plan)
    ctx.state.usage_plans[plan.id] = plan
    return _told(plan)


def _api_stage(ctx: Context, given: dict[str, Any], name: str) -> ApiStage:
    """Raises BadRequestException, NotFoundException.

    Source: aws/aws-sdk#354, aws/aws-cdk#6169: AWS forgets to say which where one of the two is missing.
    """
    api_id, stage = given.get("apiId"), given.get("stage")
    if not api_id or not stage:
        raise BadRequestException("Invalid API Stage {api: %s, stage: %s} specified for usageplan %s")
    check_stage(ctx, api_id, stage, name)
    limits = {path: _throttle(each) or Throttle() for path, each in (given.get("throttle") or {}).items()}
    return ApiStage(api_id, stage, limits or None)


def check_stage(ctx: Context, api_id: str, stage: str, plan: str) -> None:
    """Raises NotFoundException."""
    api = ctx.state.apis.get(api_id)
    if api is None or stage not in api.stages:
        raise NotFoundException(f"Invalid API Stage {{api: {api_id}, stage: {stage}}} specified for usageplan {plan}")


def _throttle(given: dict[str, Any] | None) -> Throttle | None:
    return Throttle(given.get("burstLimit"), given.get("rateLimit")) if given else None


def _quota(given: dict[str, Any] | None) -> Quota | None:
    return Quota(given.get("limit"), given.get("offset", 0), given.get("period")) if given else None


def check(plan: UsagePlan) -> None:
    """Raises BadRequestException. Unknown: AWS's words; a quota without a period, or with a high offset, would tell."""
    quota = plan.quota
    if quota is None:
        return
    if quota.period not in _PERIODS:
        raise BadRequestException("Usage Plan quota period must be one of: [DAY, WEEK, MONTH]")
    if quota.limit is None or quota.limit < 0:
        raise BadRequestException("Usage Plan quota limit must be zero or more")
    if not 0 <= (quota.offset or 0) <= quota.limit:
        raise BadRequestException("Usage Plan quota offset must be between zero and the limit")


def plan_of(ctx: Context, req: Input) -> UsagePlan:
    """Raises UsagePlanNotFound."""
    plan: UsagePlan | None = ctx.state.usage_plans.get(req["usagePlanId"])
    if plan is None:
        raise UsagePlanNotFound()
    return plan


def _told(plan: UsagePlan, has_tags: bool = False) -> Output:
    told = members(plan, "keys", "created")
    return {**told, "tags": dict(plan.tags or {})} if has_tags else told


@operation("GetUsagePlan")
def get_usage_plan(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetUsagePlan"""
    return _told(plan_of(ctx, req), has_tags=True)


@operation("GetUsagePlans")
def get_usage_plans(ctx: Context, req: Input) -> Output:
    """All plans, or those of a key.

    Raises BadRequestException.  Source: API_GetUsagePlans
    """
    key = req.get("keyId")
    plans = {each.id: each for each in ctx.state.usage_plans.values() if not key or key in each.keys}
    return page(req, plans, _told)


@operation("UpdateUsagePlan")
def update_usage_plan(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_UpdateUsagePlan; recorded answers"""
    plan = plan_of(ctx, req)
    draft = {name: getattr(plan, name) for name in UsagePlan.__dataclass_fields__}
    for patch in patches.patches_of(req):
        change(draft, patch)
    changed = UsagePlan(**draft)
    check(changed)
    for each in changed.api_stages:
        if not any((each.api_id, each.stage) == (old.api_id, old.stage) for old in plan.api_stages):
            check_stage(ctx, each.api_id, each.stage, plan.id)
    ctx.state.usage_plans[plan.id] = changed
    return _told(changed, has_tags=True)


@operation("DeleteUsagePlan")
def delete_usage_plan(ctx: Context, req: Input) -> Output:
    """A plan with stages cannot be deleted.

    Raises NotFoundException, BadRequestException.  Source: API_DeleteUsagePlan; aws/aws-sdk-js#3841
    """
    plan = plan_of(ctx, req)
    for each in plan.api_stages:
        raise BadRequestException(
            f"Cannot delete Usage Plan {plan.id} because there are API Stages associated with it, including "
            f"{each.api_id}:{each.stage}"
        )
    del ctx.state.usage_plans[plan.id]
    ctx.state.usage.pop(plan.id, None)
    ctx.state.granted.pop(plan.id, None)
    return {}


def without_api(plan: UsagePlan, api_id: str) -> UsagePlan:
    """The plan without an API that is gone."""
    return replace(plan, api_stages=tuple(each for each in plan.api_stages if each.api_id != api_id))
