"""Operations as AWS tells them: in answers with times, in what a function is invoked with in milliseconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from ruststack.services.lambda_.durable.state import Execution, Operation

Moment = Callable[[float], Any]


def moment(seconds: float) -> datetime:
    """A time to the millisecond."""
    return datetime.fromtimestamp(millis(seconds) / 1000, UTC)


def millis(seconds: float) -> int:
    return round(seconds * 1000)


def operation(given: Operation, when: Moment) -> dict[str, Any]:
    """An operation; what it has not is left out."""
    told: dict[str, Any] = {
        "Id": given.id,
        "ParentId": given.parent or None,
        "Name": given.name or None,
        "Type": given.type,
        "SubType": given.sub_type or None,
        "StartTimestamp": when(given.started),
        "EndTimestamp": None if given.ended is None else when(given.ended),
        "Status": given.status,
        **_DETAILS[given.type](given, when),
    }
    return {name: value for name, value in told.items() if value is not None}


def _outcome(given: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {"Result": given.result, "Error": None if given.error is None else dict(given.error)}
    return {name: value for name, value in told.items() if value is not None}


def _execution(given: Operation, when: Moment) -> dict[str, Any]:
    return {"ExecutionDetails": {"InputPayload": given.input or ""}}


def _context(given: Operation, when: Moment) -> dict[str, Any]:
    replays = {"ReplayChildren": True} if given.replays_children else {}
    return {"ContextDetails": {**replays, **_outcome(given)}}


def _step(given: Operation, when: Moment) -> dict[str, Any]:
    following = {} if given.due is None else {"NextAttemptTimestamp": when(given.due)}
    return {"StepDetails": {"Attempt": given.attempt, **following, **_outcome(given)}}


def _wait(given: Operation, when: Moment) -> dict[str, Any]:
    return {"WaitDetails": {} if given.due is None else {"ScheduledEndTimestamp": when(given.due)}}


def _callback(given: Operation, when: Moment) -> dict[str, Any]:
    return {"CallbackDetails": {"CallbackId": given.callback_id, **_outcome(given)}}


def _chained(given: Operation, when: Moment) -> dict[str, Any]:
    return {"ChainedInvokeDetails": _outcome(given)}


_DETAILS: dict[str, Callable[[Operation, Moment], dict[str, Any]]] = {
    "EXECUTION": _execution,
    "CONTEXT": _context,
    "STEP": _step,
    "WAIT": _wait,
    "CALLBACK": _callback,
    "CHAINED_INVOKE": _chained,
}


def replayed(execution: Execution) -> Iterator[Operation]:
    """The operations that a function needs for its replay: not those inside contexts that have ended.

    Source: GetDurableExecutionState ("Completed operations with children don't include child operation details since
    they don't need to be replayed"); ContextOptions, ReplayChildren.
    """
    hidden: set[str] = set()
    for each in execution.operations.values():
        parent = execution.operations.get(each.parent)
        if parent is not None and (parent.id in hidden or (parent.ended is not None and not parent.replays_children)):
            hidden.add(each.id)
        else:
            yield each


def unseen(execution: Execution) -> list[Operation]:
    """What has changed since the function last heard, the earliest change first."""
    changed = [each for each in execution.operations.values() if each.changed > execution.seen]
    return sorted(changed, key=lambda each: each.changed)
