"""One invocation of an execution's function: what it is given, and what its answer means."""

from __future__ import annotations

import json
from typing import Any, Final

from ruststack.kit import Context, Input, Output, ServiceError, operation
from ruststack.services.lambda_.durable import tokens
from ruststack.services.lambda_.durable.changes import Error, close, failure, happened
from ruststack.services.lambda_.durable.pausing import hold
from ruststack.services.lambda_.durable.state import Execution
from ruststack.services.lambda_.durable.told import millis, moment, replayed, unseen
from ruststack.services.lambda_.durable.told import operation as told
from ruststack.services.lambda_.durable.updates import MIB, SYNCHRONOUS_BYTES, most_result_bytes
from ruststack.services.lambda_.targets import Target, target_of

_INPUT_BYTES: Final = SYNCHRONOUS_BYTES - MIB
_PENDING: Final = frozenset(
    (("STEP", "PENDING"), ("WAIT", "STARTED"), ("CALLBACK", "STARTED"), ("CHAINED_INVOKE", "STARTED"))
)
# A function that crashes again and again is given up after some minutes.
# Source: jogold/cloudstructs#362 ("recovered from the last checkpoint after a growing backoff — and the recovery budget
# is bounded (~9 attempts)"). Unknown: the waits; the history of a function that always times out would tell.
_ATTEMPTS: Final = 9
_LONGEST_WAIT_S: Final = 60.0
# Source: AWS's local runner (MAX_CONSECUTIVE_INVALID_PENDING_ATTEMPTS).
_IDLE_ATTEMPTS: Final = 3


@operation("BeginDurableInvocation")
def begin_durable_invocation(ctx: Context, req: Input) -> Output:
    """The function is to be invoked with ``Payload``, if any. An operation of our own: no client can call it.

    An execution whose function is gone has failed. Source: AWS's local runner.
    """
    execution: Execution | None = ctx.state.executions.get(req["Id"])
    if execution is None or not is_wanted(execution):
        return {}
    try:
        target = target_of_execution(ctx, execution)
    except ServiceError as error:
        gone = {"ErrorMessage": error.message, "ErrorType": error.code}
        close(ctx.state.executions, execution, ctx.clock.now(), "FAILED", error=gone)
        return {}
    execution.invocation, execution.invoked = ctx.ids.uuid(), ctx.clock.now()
    execution.is_due, execution.retry_at = False, None
    event = _event(execution)
    execution.seen = execution.changes
    return {"RequestId": execution.invocation, "Payload": event, "Target": target}


def is_wanted(execution: Execution) -> bool:
    """Whether an invocation is to begin now."""
    return execution.status == "RUNNING" and execution.is_due and not execution.invocation


def target_of_execution(ctx: Context, execution: Execution) -> Target:
    """The version that an execution runs, for as long as it takes. Raises ResourceNotFoundException."""
    target = target_of(ctx, execution.function, execution.version)
    return target._replace(which=target.which._replace(qualifier=execution.qualifier))


def _event(execution: Execution) -> bytes:
    """Source: AWS's SDKs (DurableExecutionInvocationInput); of the size, AWS's local runner."""
    operations, size, following = [], 0, ""
    for place, each in enumerate(replayed(execution)):
        operation = json.dumps(told(each, millis), separators=(",", ":"))
        size += len(operation)
        if size > _INPUT_BYTES:
            following = tokens.marker(str(place))
            break
        operations.append(operation)
    head = {
        "DurableExecutionArn": execution.arn,
        "CheckpointToken": tokens.checkpoint_token(execution),
        "UpdatedOperationIds": [each.id for each in unseen(execution)],
    }
    state = f'{{"Operations":[{",".join(operations)}],"NextMarker":{json.dumps(following)}}}'
    return f'{json.dumps(head, separators=(",", ":"))[:-1]},"InitialExecutionState":{state}}}'.encode()


@operation("EndDurableInvocation")
def end_durable_invocation(ctx: Context, req: Input) -> Output:
    """An invocation is over: ``Payload`` is its answer, ``Error`` what X-Amz-Function-Error says; after one that
    ``IsFinal`` there is no other. An operation of our own: no client can call it.
    """
    execution: Execution | None = ctx.state.executions.get(req["Id"])
    if execution is None or execution.invocation != req["RequestId"]:
        return {}
    execution.invocation = ""
    now = ctx.clock.now()
    if not execution.is_open:
        _completed(execution, now, req["RequestId"], None)
    elif req["Error"]:
        execution.failures = _ATTEMPTS if req["IsFinal"] else execution.failures + 1
        _fail(ctx, execution, now, req["RequestId"], error_of(req["Payload"]))
    else:
        _judge(ctx, execution, now, req["RequestId"], req["Payload"])
    hold(execution, now)
    execution.watch.tell()
    return {}


def _completed(execution: Execution, now: float, request_id: str, error: Error | None) -> None:
    details: dict[str, Any] = {
        "StartTimestamp": moment(execution.invoked),
        "EndTimestamp": moment(now),
        "RequestId": request_id,
        "Error": None if error is None else failure(error),
    }
    happened(execution, "InvocationCompleted", now, None, **details)


def _fail(ctx: Context, execution: Execution, now: float, request_id: str, error: Error) -> None:
    """The function was not done: it is invoked again, until that has failed too often."""
    _completed(execution, now, request_id, error)
    if execution.failures >= _ATTEMPTS:
        close(ctx.state.executions, execution, now, "FAILED", error=error)
        return
    execution.is_due = False
    execution.retry_at = now + min(2.0 ** (execution.failures - 1), _LONGEST_WAIT_S)


def error_of(payload: str) -> dict[str, Any]:
    """The error of a function that has failed, in the words of executions."""
    try:
        told_error = json.loads(payload)
    except ValueError:
        told_error = payload
    if not isinstance(told_error, dict):
        return {"ErrorMessage": str(told_error)}
    trace = told_error.get("stackTrace")
    error = {
        "ErrorMessage": _text(told_error.get("errorMessage")),
        "ErrorType": _text(told_error.get("errorType")),
        "StackTrace": [str(line) for line in trace] if isinstance(trace, list) and trace else None,
    }
    return {name: value for name, value in error.items() if value is not None}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _judge(ctx: Context, execution: Execution, now: float, request_id: str, payload: str) -> None:
    answer = _answer(payload)
    wrong = _wrong(execution, answer)
    if wrong:
        error: Error = {"ErrorMessage": wrong, "ErrorType": "InvalidParameterValueException"}
        _completed(execution, now, request_id, error)
        execution.idle += answer["Status"] == "PENDING"
        if answer["Status"] != "PENDING" or execution.idle >= _IDLE_ATTEMPTS:
            close(ctx.state.executions, execution, now, "FAILED", error=error)
        else:
            execution.is_due = True
        return
    execution.failures = execution.idle = 0
    has_failed = answer["Status"] == "FAILED"
    error = answer.get("Error") or {}
    _completed(execution, now, request_id, error if has_failed else None)
    if has_failed:
        close(ctx.state.executions, execution, now, "FAILED", error=error)
    elif answer["Status"] == "SUCCEEDED":
        close(ctx.state.executions, execution, now, "SUCCEEDED", answer.get("Result") or "")
    else:
        execution.is_due = execution.is_due or execution.changes > execution.seen


def _answer(payload: str) -> dict[str, Any]:
    """Status, Result and Error of an answer, each of its type or not there."""
    try:
        given = json.loads(payload)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        return {"Status": ""}
    kinds = (("Status", str), ("Result", str), ("Error", dict))
    return {"Status": "", **{name: given[name] for name, kind in kinds if isinstance(given.get(name), kind)}}


def _wrong(execution: Execution, answer: dict[str, Any]) -> str:
    """Why an answer will not do. Source: the words of AWS's local runner; of a status that is none, floci-io/floci."""
    status, result = answer["Status"], answer.get("Result")
    most = most_result_bytes(execution)
    if status == "FAILED" and result is not None:
        return "Cannot provide a Result for FAILED status."
    if status == "SUCCEEDED" and answer.get("Error") is not None:
        return "Cannot provide an Error for SUCCEEDED status."
    if status == "SUCCEEDED" and len((result or "").encode("utf-8", "surrogatepass")) > most:
        return f"Execution output payload size must be less than or equal to {most} bytes."
    if status == "PENDING" and not _waits(execution):
        return "Cannot return PENDING status with no pending operations."
    return "" if status in ("SUCCEEDED", "FAILED", "PENDING") else "Invalid Status in invocation output."


def _waits(execution: Execution) -> bool:
    """Whether something is to come that the function does not know of yet."""
    if execution.is_due or execution.changes > execution.seen or execution.pause is not None:
        return True
    return any((each.type, each.status) in _PENDING for each in execution.operations.values())


@operation("ResumeDurableInvocation")
def resume_durable_invocation(ctx: Context, req: Input) -> Output:
    """The invocation that was under way is lost with the server that ran it: the function replays in another one.

    An operation of our own: no client can call it.
    """
    execution: Execution | None = ctx.state.executions.get(req["Id"])
    if execution is not None and execution.is_open and execution.invocation:
        execution.invocation = ""
        execution.is_due = True
        hold(execution, ctx.clock.now())
    return {}
