"""What keys have used of their plans, by day, and what is left of their quotas.

Days and periods are UTC's; a WEEK begins on Sunday. Source: API_GetUsage, API_UpdateUsage; Developer Guide, "Usage
plans and API keys". Unknown: what is told as left where a plan has no quota; GetUsage of such a plan would tell.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import patches
from ruststack.services.apigateway.errors import ApiKeyNotFound, BadRequestException
from ruststack.services.apigateway.pages import page
from ruststack.services.apigateway.patches import REPLACE, Draft, Patch, Rule
from ruststack.services.apigateway.state import APIGatewayState, UsagePlan
from ruststack.services.apigateway.usage_plans import plan_of

_NO_QUOTA: Final = (1 << 31) - 1
_LONGEST_DAYS: Final = 90


@operation("CountUse")
def count_use(ctx: Context, req: Input) -> None:
    """Note one request of a key. No client can ask for it: requests that pass do, so that the journal holds them."""
    day = today(ctx.clock.now()).isoformat()
    days = ctx.state.usage.setdefault(req["usagePlanId"], {}).setdefault(req["keyId"], {})
    days[day] = days.get(day, 0) + 1


def today(now: float) -> date:
    """The day in UTC."""
    return datetime.fromtimestamp(now, UTC).date()


def remaining(state: APIGatewayState, plan: UsagePlan, key_id: str, day: date) -> int:
    """What a key may still use at the end of a day; never less than nothing."""
    quota = plan.quota
    if quota is None or quota.limit is None:
        return _NO_QUOTA
    start = period_start(day, quota.period or "DAY")
    limit = quota.limit + state.granted.get(plan.id, {}).get(key_id, {}).get(start.isoformat(), 0)
    if start <= today(plan.created) <= day:
        limit -= quota.offset or 0
    days = state.usage.get(plan.id, {}).get(key_id, {})
    used = sum(number for each, number in days.items() if start.isoformat() <= each <= day.isoformat())
    return max(0, limit - used)


def period_start(day: date, period: str) -> date:
    """The first day of the DAY, WEEK or MONTH that a day is in."""
    if period == "MONTH":
        return day.replace(day=1)
    return day - timedelta(days=(day.weekday() + 1) % 7) if period == "WEEK" else day


@operation("GetUsage")
def get_usage(ctx: Context, req: Input) -> Output:
    """For each key and day, what was used and what was left; keys come in pages.

    Raises NotFoundException, BadRequestException.  Source: API_GetUsage
    """
    plan = plan_of(ctx, req)
    first, last = _day(req["startDate"]), _day(req["endDate"])
    if first > last or (last - first).days >= _LONGEST_DAYS:
        raise BadRequestException("Invalid date range specified.")
    key = req.get("keyId")
    if key and key not in plan.keys:
        raise ApiKeyNotFound()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    keys = [key] if key else plan.keys
    shown = page(req, {each: each for each in keys}, lambda each: each)
    lines = {each: _line(ctx, plan, each, days) for each in shown["items"]}
    dates = {"startDate": req["startDate"], "endDate": req["endDate"]}
    return {**shown, "usagePlanId": plan.id, **dates, "items": lines}


def _day(text: str) -> date:
    """Raises BadRequestException."""
    try:
        time.strptime(text, "%Y-%m-%d")
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequestException("Invalid date specified. Dates are written YYYY-MM-DD.") from None


def _line(ctx: Context, plan: UsagePlan, key_id: str, days: list[date]) -> list[list[int]]:
    used: dict[str, int] = ctx.state.usage.get(plan.id, {}).get(key_id, {})
    return [[used.get(day.isoformat(), 0), remaining(ctx.state, plan, key_id, day)] for day in days]


def _set_remaining(draft: Draft, patch: Patch) -> None:
    draft["remaining"] = patches.whole(patch.value)


_RULES: Final = {"/remaining": Rule(REPLACE, _set_remaining)}


@operation("UpdateUsage")
def update_usage(ctx: Context, req: Input) -> Output:
    """Say how much a key has left in this period.

    Raises NotFoundException, BadRequestException.  Source: API_UpdateUsage
    """
    plan, key_id = plan_of(ctx, req), req["keyId"]
    if key_id not in plan.keys:
        raise ApiKeyNotFound()
    if plan.quota is None:
        # Unknown: AWS's words; an UpdateUsage of a plan without a quota would tell.
        raise BadRequestException("Usage Plan has no quota")
    draft: dict[str, Any] = {}
    patches.apply(draft, patches.patches_of(req), _RULES, patches.by_operation)
    day = today(ctx.clock.now())
    if draft:
        _grant(ctx.state, plan, key_id, day, draft["remaining"])
    told = day.isoformat()
    return {
        "usagePlanId": plan.id,
        "startDate": told,
        "endDate": told,
        "items": {key_id: _line(ctx, plan, key_id, [day])},
    }


def _grant(state: APIGatewayState, plan: UsagePlan, key_id: str, day: date, wanted: int) -> None:
    assert plan.quota is not None
    start = period_start(day, plan.quota.period or "DAY").isoformat()
    grants = state.granted.setdefault(plan.id, {}).setdefault(key_id, {})
    days = state.usage.get(plan.id, {}).get(key_id, {})
    used = sum(number for each, number in days.items() if start <= each <= day.isoformat())
    offset = (plan.quota.offset or 0) if start <= today(plan.created).isoformat() <= day.isoformat() else 0
    grants[start] = wanted + used + offset - (plan.quota.limit or 0)
