"""What time alone brings about in an execution: the end of waits, new attempts, timeouts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.durable.changes import close, failure, happened, put, wake
from ruststack.services.lambda_.durable.state import Execution, Operation

_TOTAL_S = 366 * 86_400


def expires(execution: Execution) -> float:
    """When the execution times out. Source: PauseDurableExecution, ExecutionTimeoutPaused."""
    latest = execution.started + _TOTAL_S
    pause = execution.pause
    if pause is not None and pause.began is not None and pause.stops_clock:
        return latest
    return min(execution.started + execution.timeout_s + execution.paused_s, latest)


def next_due(execution: Execution) -> float:
    """When something is due in it."""
    times = [due for each in execution.operations.values() for due in _times(each)]
    if execution.retry_at is not None and not execution.is_due:
        times.append(execution.retry_at)
    return min([expires(execution), *times])


def _times(given: Operation) -> Iterator[float]:
    is_waiting = given.status == ("PENDING" if given.type == "STEP" else "STARTED")
    for due in (given.due, given.times_out, given.heartbeat_due):
        if due is not None and is_waiting:
            yield due


@operation("FireDurableTimers")
def fire_durable_timers(ctx: Context, req: Input) -> Output:
    """Do what is due by now. An operation of our own: no client can call it."""
    execution: Execution | None = ctx.state.executions.get(req["Id"])
    now = ctx.clock.now()
    if execution is None or not execution.is_open:
        return {}
    if expires(execution) <= now:
        # Source: the words of AWS's local runner.
        error = {"ErrorMessage": f"Execution timed out after {execution.timeout_s} seconds."}
        close(ctx.state.executions, execution, now, "TIMED_OUT", error=error)
        return {}
    fire(execution, now)
    if execution.retry_at is not None and execution.retry_at <= now:
        execution.retry_at = None
        wake(execution)
    return {}


def fire(execution: Execution, now: float) -> None:
    """End waits and callbacks whose time is up, and make steps ready for their next attempt, in their order."""
    due = [(at, each.id) for each in execution.operations.values() for at in _times(each) if at <= now]
    for at, operation_id in sorted(due):
        given = execution.operations[operation_id]
        if given.type == "STEP" and given.status == "PENDING":
            put(execution, replace(given, status="READY", due=None))
        elif given.type == "WAIT" and given.status == "STARTED":
            done = put(execution, replace(given, status="SUCCEEDED", ended=now))
            happened(execution, "WaitSucceeded", now, done, Duration=round((given.due or at) - given.started))
        elif given.type == "CALLBACK" and given.status == "STARTED":
            _time_out(execution, given, now, is_heartbeat=at == given.heartbeat_due != given.times_out)
        else:
            continue
        wake(execution)


def _time_out(execution: Execution, given: Operation, now: float, is_heartbeat: bool) -> None:
    """Source: the words of AWS's local runner; that the event tells the type alone: floci-io/floci, which says so."""
    message = "Callback timed out on heartbeat" if is_heartbeat else "Callback timed out"
    kind = "Callback.Heartbeat" if is_heartbeat else "Callback.Timeout"
    error = {"ErrorMessage": message, "ErrorType": kind}
    done = put(execution, replace(given, status="TIMED_OUT", error=error, ended=now))
    happened(execution, "CallbackTimedOut", now, done, Error=failure({"ErrorType": kind}))
