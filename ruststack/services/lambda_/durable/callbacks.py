"""Callbacks: what somebody outside answers, SendDurableExecutionCallbackSuccess, -Failure and -Heartbeat."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.durable import tokens
from ruststack.services.lambda_.durable.changes import failure, happened, payload, put, wake
from ruststack.services.lambda_.durable.state import Execution, Operation
from ruststack.services.lambda_.durable.timers import expires
from ruststack.services.lambda_.durable.updates import check_error
from ruststack.services.lambda_.errors import CallbackTimeoutException, InvalidParameterValueException


@operation("SendDurableExecutionCallbackSuccess")
def send_durable_execution_callback_success(ctx: Context, req: Input) -> Output:
    """The result is handed to the function as it is, a text.

    Raises InvalidParameterValueException, CallbackTimeoutException.
    Source: API_SendDurableExecutionCallbackSuccess
    """
    execution, waiting = _open(ctx, req["CallbackId"])
    given: Any = req.get("Result")
    data = b"" if given is None else given.read() if hasattr(given, "read") else bytes(given)
    result = data.decode("utf-8", "replace") if data else None
    done = _end(ctx, execution, replace(waiting, status="SUCCEEDED", result=result))
    happened(execution, "CallbackSucceeded", ctx.clock.now(), done, Result=payload(result))
    return {}


@operation("SendDurableExecutionCallbackFailure")
def send_durable_execution_callback_failure(ctx: Context, req: Input) -> Output:
    """The error is handed to the function, where one is given.

    Raises InvalidParameterValueException, CallbackTimeoutException.
    Source: API_SendDurableExecutionCallbackFailure
    """
    error = {name: value for name, value in (req.get("Error") or {}).items() if value is not None}
    check_error(error)
    execution, waiting = _open(ctx, req["CallbackId"])
    done = _end(ctx, execution, replace(waiting, status="FAILED", error=error))
    happened(execution, "CallbackFailed", ctx.clock.now(), done, Error=failure(error))
    return {}


@operation("SendDurableExecutionCallbackHeartbeat")
def send_durable_execution_callback_heartbeat(ctx: Context, req: Input) -> Output:
    """The time between heartbeats begins again; the callback's whole time does not.

    Raises InvalidParameterValueException, CallbackTimeoutException.
    Source: API_SendDurableExecutionCallbackHeartbeat
    """
    execution, waiting = _open(ctx, req["CallbackId"])
    if waiting.heartbeat_s:
        due = ctx.clock.now() + waiting.heartbeat_s
        # Not a change that the function is told of.
        execution.operations[waiting.id] = replace(waiting, heartbeat_due=due)
        execution.watch.tell()
    return {}


def _end(ctx: Context, execution: Execution, ended: Operation) -> Operation:
    done = put(execution, replace(ended, ended=ctx.clock.now()))
    wake(execution)
    execution.watch.tell()
    return done


def _open(ctx: Context, callback_id: str) -> tuple[Execution, Operation]:
    """The callback, if somebody waits for it still: a time that is up counts even before anybody was told.

    Source: the words of AWS, as floci-io/floci has them.
    """
    token = tokens.read(callback_id)
    if token is None:
        raise InvalidParameterValueException("Invalid callback id")
    execution: Execution | None = ctx.state.executions.get(token.execution)
    waiting = execution.operations.get(token.part) if execution is not None else None
    if execution is None or waiting is None or waiting.callback_id != callback_id:
        raise CallbackTimeoutException()
    now = ctx.clock.now()
    times = (expires(execution), waiting.times_out, waiting.heartbeat_due)
    is_late = any(due is not None and due <= now for due in times)
    if not execution.is_open or waiting.status != "STARTED" or is_late:
        raise CallbackTimeoutException()
    return execution, waiting
