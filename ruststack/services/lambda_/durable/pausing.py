"""Pauses: an execution that is paused goes on waiting, and is not invoked. PauseDurableExecution,
ResumeDurableExecution.
"""

from __future__ import annotations

from dataclasses import replace

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.durable.changes import happened
from ruststack.services.lambda_.durable.finding import execution_of
from ruststack.services.lambda_.durable.state import Execution, Pause
from ruststack.services.lambda_.durable.told import moment
from ruststack.services.lambda_.errors import ResourceConflictException


@operation("PauseDurableExecution")
def pause_durable_execution(ctx: Context, req: Input) -> Output:
    """At once if nothing runs; else the function is told at its next checkpoint, which gets no new token.

    Raises ResourceNotFoundException, ResourceConflictException.  Source: API_PauseDurableExecution
    """
    execution = execution_of(ctx, req["DurableExecutionArn"])
    if execution.last_token == req.get("ClientToken") and execution.last_token:
        ctx.response_status = 202
        return {}
    if execution.status != "RUNNING":
        # Unknown: the words; pausing an execution that has ended would tell.
        raise ResourceConflictException(f"The durable execution cannot be paused: its status is {execution.status}.")
    execution.status = "PAUSING"
    stops_clock = req.get("ExecutionTimeoutPaused") is not False
    execution.pause = Pause(ctx.clock.now(), req.get("Reason"), stops_clock)
    execution.last_token = req.get("ClientToken") or ""
    hold(execution, ctx.clock.now())
    execution.watch.tell()
    ctx.response_status = 202
    return {}


def hold(execution: Execution, now: float) -> None:
    """A pause that was asked for takes hold as soon as nothing runs."""
    pause = execution.pause
    if execution.status != "PAUSING" or pause is None or execution.invocation:
        return
    execution.status = "PAUSED"
    execution.pause = replace(pause, began=now)
    happened(
        execution,
        "ExecutionPaused",
        now,
        execution.operations[execution.id],
        PauseRequestTimestamp=moment(pause.asked),
        Reason=_reason(pause.reason),
        ExecutionTimeoutPaused=pause.stops_clock,
    )


def _reason(given: str | None) -> dict[str, object] | None:
    return None if given is None else {"Payload": given, "Truncated": False}


@operation("ResumeDurableExecution")
def resume_durable_execution(ctx: Context, req: Input) -> Output:
    """What has been due meanwhile is done; the time of the pause is added to the execution's, if that was asked for.

    Raises ResourceNotFoundException, ResourceConflictException.  Source: API_ResumeDurableExecution
    """
    execution = execution_of(ctx, req["DurableExecutionArn"])
    pause, now = execution.pause, ctx.clock.now()
    ctx.response_status = 202
    if execution.last_token == req.get("ClientToken") and execution.last_token:
        return {}
    if pause is None:
        # Unknown: the words; resuming an execution that is not paused would tell.
        raise ResourceConflictException(f"The durable execution cannot be resumed: its status is {execution.status}.")
    if pause.began is not None:
        execution.paused_s += now - pause.began if pause.stops_clock else 0.0
        told = {"ResumeRequestTimestamp": moment(now), "Reason": _reason(req.get("Reason"))}
        happened(execution, "ExecutionResumed", now, execution.operations[execution.id], **told)
    execution.status, execution.pause, execution.last_token = "RUNNING", None, req.get("ClientToken") or ""
    execution.watch.tell()
    return {}
