"""API keys and the usage plans behind them: who may call, how fast, and how often.

Source: developer guide, "Usage plans and API keys for REST APIs in API Gateway", "Choose an API key source".
"""

from __future__ import annotations

from ruststack.services.apigateway import usage
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.gateway_errors import InvalidApiKey, QuotaExceeded, Throttled
from ruststack.services.apigateway.execution.throttling import Buckets
from ruststack.services.apigateway.state import APIGatewayState, ApiKey, ApiStage, Throttle, UsagePlan


def admit(call: Call, state: APIGatewayState, value: str | None, method_key: str, buckets: Buckets) -> None:
    """Let a request with this key pass, and count it. Raises InvalidApiKey, Throttled, QuotaExceeded."""
    key = _key_of(state, value)
    if key is None:
        raise InvalidApiKey
    plan, stage = _plan_of(state, key, call)
    call.api_key, call.api_key_id = key.value, key.id
    now = call.epoch_ms / 1000
    for name, throttle in ((method_key, (stage.throttle or {}).get(method_key)), ("", plan.throttle)):
        if throttle is not None and not _flows(throttle, buckets, (plan.id, key.id, name), now):
            raise Throttled
    if usage.remaining(state, plan, key.id, usage.today(now)) < 1:
        raise QuotaExceeded
    _count(call, plan, key)


def _key_of(state: APIGatewayState, value: str | None) -> ApiKey | None:
    if not value:
        return None
    return next((each for each in state.api_keys.values() if each.value == value and each.enabled), None)


def _plan_of(state: APIGatewayState, key: ApiKey, call: Call) -> tuple[UsagePlan, ApiStage]:
    """The plan that joins key and stage. Raises InvalidApiKey."""
    for plan in state.usage_plans.values():
        if key.id in plan.keys:
            for stage in plan.api_stages:
                if stage.api_id == call.api_id and stage.stage == call.stage:
                    return plan, stage
    raise InvalidApiKey


def _flows(throttle: Throttle, buckets: Buckets, bucket: object, now: float) -> bool:
    if throttle.rate_limit is None and throttle.burst_limit is None:
        return True
    rate = throttle.rate_limit if throttle.rate_limit is not None else 10000.0
    burst = throttle.burst_limit if throttle.burst_limit is not None else max(rate, 1.0)
    return buckets.take(bucket, now, rate, burst)


def _count(call: Call, plan: UsagePlan, key: ApiKey) -> None:
    assert call.world.perform is not None
    params = {"usagePlanId": plan.id, "keyId": key.id}
    call.world.perform("apigateway", "CountUse", params, account=call.account, region=call.region)
