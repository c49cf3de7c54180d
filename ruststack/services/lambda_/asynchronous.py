"""Asynchronous invocations: run beside the request, tried again after waits, and told of when they are over.

Source: developer guide, "How Lambda handles errors and retries with asynchronous invocation" (invocation-async).
Events that wait are no state: a restart or a restore forgets them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ruststack.core.functions import CannotRun, Outcome
from ruststack.kit import Context, ServiceError
from ruststack.services.lambda_.admission import admitted
from ruststack.services.lambda_.destinations import Ending, deliver
from ruststack.services.lambda_.errors import TooManyRequestsException
from ruststack.services.lambda_.state import LATEST, Function
from ruststack.services.lambda_.targets import Target, target_of

_RETRIES: Final = 2
_MOST_AGE_S: Final = 6 * 3600
_MINUTE_S: Final = 60.0
_LONGEST_WAIT_S: Final = 300.0


@dataclass(slots=True)
class Queued:
    """One event on its way. ``attempts`` counts runs, ``refusals`` those that came to none."""

    ctx: Context
    arn: str
    request_id: str
    payload: bytes
    client_context: str
    trace_id: str
    since: float
    attempts: int = 0
    refusals: int = 0


def enqueue(ctx: Context, target: Target, payload: bytes, client_context: str, trace_id: str) -> None:
    """Run the event beside the request."""
    event = Queued(ctx, target.which.arn, ctx.request_id, payload, client_context, trace_id, ctx.clock.now())
    ctx.live.spawn(_see_through(event))


async def _see_through(event: Queued) -> None:
    """Run the event until it is over. A function that is deleted meanwhile forgets it."""
    while True:
        try:
            target = target_of(event.ctx, event.arn)
        except ServiceError:
            return
        outcome, error = await _attempt(event, target)
        ending = _ending(event, target, outcome, error)
        if ending is not None:
            await deliver(event.ctx, target, ending)
            return
        await event.ctx.live.sleep(_wait_s(event, error))


async def _attempt(event: Queued, target: Target) -> tuple[Outcome | None, ServiceError | CannotRun | None]:
    """What came of a run, or why there was none."""
    invocation = target.invocation(event.request_id, event.payload, event.client_context, event.trace_id)
    try:
        with admitted(target):
            event.attempts += 1
            return await event.ctx.live.functions.invoke(target.revision, invocation), None
    except (TooManyRequestsException, CannotRun) as error:
        event.refusals += 1
        return None, error


def _ending(
    event: Queued, target: Target, outcome: Outcome | None, error: ServiceError | CannotRun | None
) -> Ending | None:
    """How it ended; None if it is to be tried again."""
    condition = ""
    if outcome is not None and not outcome.error:
        condition = "Success"
    elif isinstance(error, TooManyRequestsException) and target.function.reserved == 0:
        condition = "ZeroReservedConcurrency"
    elif outcome is not None and event.attempts > _retries(target):
        condition = "RetriesExhausted"
    elif event.ctx.clock.now() - event.since + _wait_s(event, error) > _most_age_s(target):
        condition = "EventAgeExceeded"
    if not condition:
        return None
    status = error.status if isinstance(error, ServiceError) else 200
    return Ending(condition, event.request_id, event.payload, event.attempts, outcome, status, str(error or ""))


def _wait_s(event: Queued, error: ServiceError | CannotRun | None) -> float:
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
