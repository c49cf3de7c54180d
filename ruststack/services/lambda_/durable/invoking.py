"""Invocations of durable functions, as who invokes them sees it."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final, NamedTuple

from ruststack.core.functions import CannotRun, Outcome
from ruststack.kit import Context
from ruststack.services.lambda_.admission import admitted
from ruststack.services.lambda_.durable import driving, starting
from ruststack.services.lambda_.durable.state import Execution
from ruststack.services.lambda_.errors import InvalidParameterValueException, UnqualifiedDurable
from ruststack.services.lambda_.targets import Target

_SYNCHRONOUS_S: Final = 15 * 60


class Run(NamedTuple):
    """What came of an execution that somebody has waited for."""

    arn: str
    outcome: Outcome


def check(target: Target, name: str | None, kind: str) -> bool:
    """Whether the function is durable. Raises InvalidParameterValueException.

    Source: serverless/serverless#13589 and aws-samples/serverless-patterns#2975, which quote AWS.
    """
    config = starting.config_of(target)
    if config is None:
        if name:
            # Unknown: the words; invoking a function that is not durable with a name would tell.
            raise InvalidParameterValueException(
                f"You cannot use DurableExecutionName with a function that is not durable: {target.which.arn}"
            )
        return False
    if not target.which.qualifier:
        raise UnqualifiedDurable()
    if kind == "RequestResponse" and config["ExecutionTimeout"] > _SYNCHRONOUS_S:
        raise InvalidParameterValueException(
            "You cannot synchronously invoke a durable function with an executionTimeout greater than 15 minutes."
        )
    return True


def start(
    ctx: Context,
    target: Target,
    payload: bytes,
    trace: str,
    name: str | None,
    tenant: str = "",
    *,
    is_synchronous: bool,
) -> Execution:
    """The execution, which goes on beside the request. Raises DurableExecutionAlreadyStartedException."""
    home = driving.at_home(ctx.world, target.which.account, target.which.region)
    text = (payload or b"{}").decode("utf-8", "replace")
    params = starting.given(target, text, name or "", trace, tenant, is_synchronous=is_synchronous)
    assert ctx.world.perform is not None
    started = ctx.world.perform("lambda", "StartDurableExecution", params, account=home.account, region=home.region)
    execution: Execution = home.state.executions[(started or {})["Id"]]
    driving.drive(home, execution)
    return execution


async def run(
    ctx: Context, target: Target, payload: bytes, trace: str, name: str | None = None, tenant: str = ""
) -> Run:
    """Begin an execution, or join one, and wait for its end.

    Raises TooManyRequestsException; CannotRun if the server was reset meanwhile.
    """
    with admitted(target):
        execution = start(ctx, target, payload, trace, name, tenant, is_synchronous=True)
    if execution.is_open:
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        ctx.live.spawn(_tell_end(execution, ended))
        await ended
    if execution.is_open:
        raise CannotRun("InternalError", "The server was reset while the function ran.")
    return Run(execution.arn, _outcome(execution))


async def _tell_end(execution: Execution, ended: asyncio.Future[None]) -> None:
    """Work of the live world ends at a reset, and with it the wait."""
    try:
        while execution.is_open:
            await execution.watch.changed()
    finally:
        if not ended.done():
            ended.set_result(None)


def _outcome(execution: Execution) -> Outcome:
    """What a function's error looks like to who invokes it.

    Unknown: the payload of executions that timed out or were stopped; invoking such a function would tell.
    """
    if execution.status == "SUCCEEDED":
        return Outcome((execution.result or "").encode("utf-8", "surrogatepass"))
    error = execution.error or {}
    names = (("errorMessage", "ErrorMessage"), ("errorType", "ErrorType"), ("stackTrace", "StackTrace"))
    told: dict[str, Any] = {name: error[given] for name, given in names if error.get(given) is not None}
    return Outcome(json.dumps(told, separators=(",", ":")).encode(), "Unhandled")
