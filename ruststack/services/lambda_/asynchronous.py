"""Asynchronous invocations: run beside the request, tried again after waits, and told of when they are over.

Source: developer guide, "How Lambda handles errors and retries with asynchronous invocation" (invocation-async).
An event is part of the state until it is over: a server that was killed runs it once more after its next start, as
Lambda too delivers an event at least once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from ruststack.core.functions import CannotRun, Outcome
from ruststack.kit import Context, ServiceError, World
from ruststack.services.lambda_.admission import admitted
from ruststack.services.lambda_.destinations import Ending, deliver
from ruststack.services.lambda_.errors import TooManyRequestsException
from ruststack.services.lambda_.state import LATEST, Function, QueuedEvent
from ruststack.services.lambda_.targets import Target, target_of

_RETRIES: Final = 2
_MOST_AGE_S: Final = 6 * 3600
_MINUTE_S: Final = 60.0
_LONGEST_WAIT_S: Final = 300.0


def enqueue(
    ctx: Context, target: Target, payload: bytes, client_context: str, trace_id: str, tenant_id: str = ""
) -> None:
    """Keep the event, and run it beside the request."""
    which = target.which
    event = {
        "RequestId": ctx.request_id,
        "FunctionArn": which.arn,
        "Payload": payload,
        "ClientContext": client_context,
        "TraceId": trace_id,
        "TenantId": tenant_id,
    }
    at_home = _at_home(ctx.world, which.account, which.region, ctx.request_id)
    _note(at_home, "KeepEvent", **event)
    ctx.live.spawn(_see_through(at_home))


def resume(ctx: Context) -> None:
    """Go on with the events of a state that was put back."""
    for request_id in list(ctx.state.events):
        ctx.live.spawn(_see_through(_at_home(ctx.world, ctx.account, ctx.region, request_id)))


def _at_home(world: World, account: str, region: str, request_id: str) -> Context:
    """Where the function is, whoever has invoked it."""
    assert world.state_of is not None
    return Context(
        "lambda", "Invoke", account, region, None, request_id, world.state_of("lambda", account, region), world
    )


def _note(ctx: Context, operation: str, **params: Any) -> None:
    assert ctx.world.perform is not None
    ctx.world.perform(
        "lambda", operation, {"RequestId": ctx.request_id, **params}, account=ctx.account, region=ctx.region
    )


async def _see_through(ctx: Context) -> None:
    """Run the event until it is over. A function that is deleted meanwhile forgets it."""
    while (event := ctx.state.events.get(ctx.request_id)) is not None:
        wait_s = event.due - ctx.clock.now()
        if wait_s > 0:
            await ctx.live.sleep(wait_s)
        try:
            target = target_of(ctx, event.arn)
        except ServiceError:
            _note(ctx, "ForgetEvent")
            return
        event, outcome, error = await _attempt(ctx, event, target)
        ending = _ending(ctx, event, target, outcome, error)
        if ending is None:
            seconds = _wait_s(event, error)
            _note(ctx, "PutOffEvent", Attempts=event.attempts, Refusals=event.refusals, Seconds=seconds)
            continue
        try:
            await deliver(ctx, target, ending)
        except ServiceError:
            _note(ctx, "ForgetEvent")
            raise
        _note(ctx, "ForgetEvent")


async def _attempt(
    ctx: Context, event: QueuedEvent, target: Target
) -> tuple[QueuedEvent, Outcome | None, ServiceError | CannotRun | None]:
    """The event as it is after a run; what came of that, or why there was none."""
    invocation = target.invocation(
        event.request_id, event.payload, event.client_context, event.trace_id, event.tenant_id
    )
    ran = event
    try:
        with admitted(target):
            ran = replace(event, attempts=event.attempts + 1)
            return ran, await ctx.live.functions.invoke(target.revision, invocation), None
    except (TooManyRequestsException, CannotRun) as error:
        return replace(ran, refusals=event.refusals + 1), None, error


def _ending(
    ctx: Context,
    event: QueuedEvent,
    target: Target,
    outcome: Outcome | None,
    error: ServiceError | CannotRun | None,
) -> Ending | None:
    """How it ended; None if it is to be tried again."""
    condition = ""
    if outcome is not None and not outcome.error:
        condition = "Success"
    elif isinstance(error, TooManyRequestsException) and target.function.reserved == 0:
        condition = "ZeroReservedConcurrency"
    elif outcome is not None and event.attempts > _retries(target):
        condition = "RetriesExhausted"
    elif ctx.clock.now() - event.since + _wait_s(event, error) > _most_age_s(target):
        condition = "EventAgeExceeded"
    if not condition:
        return None
    status = error.status if isinstance(error, ServiceError) else 200
    return Ending(condition, event.request_id, event.payload, event.attempts, outcome, status, str(error or ""))


def _wait_s(event: QueuedEvent, error: ServiceError | CannotRun | None) -> float:
    """A minute before the first retry and two before the second; where nothing ran, a second and twice that each time.

    Source: as above: "Lambda waits one minute before the second attempt, and two minutes between the second and third";
    "The retry interval increases exponentially from 1 second after the first attempt to a maximum of 5 minutes".
    """
    if error is not None:
        return float(min(2.0 ** (event.refusals - 1), _LONGEST_WAIT_S))
    return _MINUTE_S * event.attempts


def config_of(function: Function, qualifier: str) -> dict[str, Any]:
    """The EventInvokeConfig of what was invoked; an empty one if it has none."""
    return function.event_invoke.get(qualifier or LATEST) or {}


def _retries(target: Target) -> int:
    retries: int = config_of(target.function, target.which.qualifier).get("MaximumRetryAttempts", _RETRIES)
    return retries


def _most_age_s(target: Target) -> int:
    age_s: int = config_of(target.function, target.which.qualifier).get("MaximumEventAgeInSeconds", _MOST_AGE_S)
    return age_s
