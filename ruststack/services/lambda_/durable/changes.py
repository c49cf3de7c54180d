"""How an execution changes: operations, events of its history, and its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ruststack.services.lambda_.durable.state import Event, Execution, Operation

Error = Mapping[str, Any]

_CHAINED: Final = {
    "SUCCEEDED": "ChainedInvokeSucceeded",
    "TIMED_OUT": "ChainedInvokeTimedOut",
    "STOPPED": "ChainedInvokeStopped",
    "FAILED": "ChainedInvokeFailed",
}


def put(execution: Execution, operation: Operation) -> Operation:
    """The operation is as given from now on, and the function is to hear of it."""
    execution.changes += 1
    placed = replace(operation, changed=execution.changes)
    execution.operations[operation.id] = placed
    return placed


def happened(execution: Execution, kind: str, at: float, operation: Operation | None, **details: Any) -> None:
    """Note an event; ``details`` are AWS's, without those that are None."""
    told = {name: value for name, value in details.items() if value is not None}
    if operation is None:
        execution.events.append(Event(kind, at, told))
        return
    event = Event(kind, at, told, operation.id, operation.name, operation.sub_type, operation.parent)
    execution.events.append(event)


def payload(given: str | None) -> dict[str, Any]:
    """An event's input or result."""
    return {"Truncated": False} if given is None else {"Payload": given, "Truncated": False}


def failure(error: Error | None) -> dict[str, Any]:
    """An event's error."""
    return {"Truncated": False} if error is None else {"Payload": dict(error), "Truncated": False}


def wake(execution: Execution) -> None:
    """The function is to be invoked, as soon as it is not running."""
    execution.is_due = True


def close(
    executions: Mapping[str, Execution],
    execution: Execution,
    now: float,
    status: str,
    result: str | None = None,
    error: Error | None = None,
) -> None:
    """The execution's end; an operation of another one that has waited for it ends as well."""
    execution.status, execution.ended, execution.result, execution.error = status, now, result, error
    execution.is_due, execution.retry_at, execution.pause, execution.last = False, None, None, None
    root = put(execution, replace(execution.operations[execution.id], status=status, ended=now))
    if status == "SUCCEEDED":
        happened(execution, "ExecutionSucceeded", now, root, Result=payload(result))
    elif status == "TIMED_OUT":
        # The error is the execution's alone. Source: floci-io/floci, which says so of AWS.
        happened(execution, "ExecutionTimedOut", now, root)
    else:
        kind = "ExecutionStopped" if status == "STOPPED" else "ExecutionFailed"
        happened(execution, kind, now, root, Error=failure(error))
    execution.watch.tell()
    if execution.parent is not None:
        _tell_parent(executions, execution, now)


def _tell_parent(executions: Mapping[str, Execution], execution: Execution, now: float) -> None:
    assert execution.parent is not None
    parent = executions.get(execution.parent[0])
    if parent is None:
        return
    error = execution.error
    if execution.status == "TIMED_OUT":
        message = f"CHAINED_INVOKE timed out after {execution.timeout_s} seconds."
        error = {"ErrorMessage": message, "ErrorType": "ChainedInvoke.Timeout"}
    finish_chained(parent, execution.parent[1], now, execution.status, execution.result, error)


def finish_chained(
    execution: Execution, operation_id: str, now: float, status: str, result: str | None, error: Error | None
) -> None:
    """What a chained invocation came to; nothing if nobody waits for it any more."""
    operation = execution.operations.get(operation_id)
    if operation is None or operation.status != "STARTED" or not execution.is_open:
        return
    done = put(execution, replace(operation, status=status, result=result, error=error, ended=now))
    if status == "SUCCEEDED":
        happened(execution, _CHAINED[status], now, done, Result=payload(result))
    else:
        happened(execution, _CHAINED[status], now, done, Error=failure(error))
    wake(execution)
    execution.watch.tell()
