"""The updates of a checkpoint, judged one after the other before any of them counts.

Source: the validators of AWS's local runners (aws/aws-durable-execution-sdk-python, -js), which have the service's
words; OperationUpdate for the sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from ruststack.kit import Input
from ruststack.services.lambda_.durable.changes import failure, payload
from ruststack.services.lambda_.durable.state import Event, Execution, Operation
from ruststack.services.lambda_.durable.told import moment
from ruststack.services.lambda_.errors import InvalidParameterValueException as Invalid

MIB: Final = 1024 * 1024
SYNCHRONOUS_BYTES: Final = 6 * MIB
_ACTIONS: Final = {
    "EXECUTION": ("SUCCEED", "FAIL"),
    "CONTEXT": ("START", "SUCCEED", "FAIL"),
    "STEP": ("START", "SUCCEED", "FAIL", "RETRY"),
    "WAIT": ("START", "CANCEL"),
    "CALLBACK": ("START",),
    "CHAINED_INVOKE": ("START",),
}
_STATUSES: Final = {"SUCCEED": "SUCCEEDED", "FAIL": "FAILED"}


class Chained(NamedTuple):
    """What a chained invocation comes to at once: an error, an execution that it begins, or neither."""

    details: Mapping[str, Any]
    error: Mapping[str, Any] | None = None
    child: Execution | None = None


@dataclass(slots=True)
class Draft:
    """What becomes of an execution if all updates are taken.

    ``operations`` are those that change, in their order, and ``children`` the executions that chained invocations
    begin; ``ending`` is the update that ends the execution itself. ``callback_id`` makes the id of an operation's
    callback, ``resolve`` finds what a chained invocation invokes.
    """

    execution: Execution
    now: float
    callback_id: Callable[[str], str]
    resolve: Callable[[Operation, Input], Chained]
    operations: dict[str, Operation] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    children: list[Execution] = field(default_factory=list)
    ending: Input | None = None

    def existing(self, operation_id: str) -> Operation | None:
        return self.operations.get(operation_id) or self.execution.operations.get(operation_id)

    def put(self, given: Operation) -> Operation:
        # What changes last comes last.
        self.operations.pop(given.id, None)
        self.operations[given.id] = given
        return given

    def happened(self, kind: str, given: Operation, **details: Any) -> None:
        told = {name: value for name, value in details.items() if value is not None}
        self.events.append(Event(kind, self.now, told, given.id, given.name, given.sub_type, given.parent))


def judge(draft: Draft, updates: Sequence[Input]) -> None:
    """Fill the draft. Raises InvalidParameterValueException."""
    _check_together(updates)
    for update in updates:
        _check(draft, update)
        if update["Type"] == "EXECUTION":
            draft.ending = update
        else:
            _APPLY[update["Type"]](draft, update, draft.existing(update["Id"]))


def _check_together(updates: Sequence[Input]) -> None:
    endings = [update for update in updates if update["Type"] == "EXECUTION"]
    if len(endings) > 1:
        raise Invalid("Cannot checkpoint multiple EXECUTION updates.")
    if endings and updates[-1]["Type"] != "EXECUTION":
        raise Invalid("EXECUTION checkpoint must be the last update.")
    seen: dict[str, Input] = {}
    for update in updates:
        before = seen.get(update["Id"])
        if before is not None and not _may_follow(before, update):
            raise Invalid("Cannot update the same operation twice in a single request.")
        seen[update["Id"]] = update


def _may_follow(before: Input, update: Input) -> bool:
    """A step or a context may begin and end in one checkpoint."""
    return before["Type"] in ("STEP", "CONTEXT") and before["Action"] == "START" and update["Action"] != "START"


def _check(draft: Draft, update: Input) -> None:
    kind, action = update["Type"], update["Action"]
    existing = draft.existing(update["Id"]) if kind != "EXECUTION" else None
    if existing is not None:
        _check_consistent(existing, update)
    parent = update.get("ParentId")
    if parent:
        found = draft.existing(parent)
        if found is None or found.type != "CONTEXT":
            raise Invalid("Invalid parent operation id.")
    _check_sizes(draft.execution, update)
    if action not in _ACTIONS[kind]:
        raise Invalid("Invalid action for the given operation type.")
    if action == "FAIL" and update.get("Payload") is not None:
        raise Invalid("Cannot provide a Payload for FAIL action.")
    if action == "SUCCEED" and update.get("Error") is not None:
        raise Invalid("Cannot provide an Error for SUCCEED action.")


def _check_consistent(existing: Operation, update: Input) -> None:
    if update["Type"] != existing.type:
        raise Invalid("Inconsistent operation type.")
    if update.get("SubType") not in (None, existing.sub_type):
        raise Invalid("Inconsistent operation subtype.")
    if update.get("Name") not in (None, existing.name):
        raise Invalid("Inconsistent operation name.")
    if update.get("ParentId") not in (None, existing.parent):
        raise Invalid("Inconsistent parent operation id.")


def _check_sizes(execution: Execution, update: Input) -> None:
    """Source: OperationUpdate, Payload and Error; the words as AWS's users report them (with the limit of then)."""
    size, kind = len((update.get("Payload") or "").encode()), update["Type"]
    most = most_result_bytes(execution) if kind == "EXECUTION" else MIB
    if size > most:
        raise Invalid(
            f"{_SUBJECTS.get(kind, f'{kind} output')} payload size must be less than or equal to {most} bytes."
        )
    check_error(update.get("Error"))


_SUBJECTS: Final = {"EXECUTION": "Execution output", "CHAINED_INVOKE": "CHAINED_INVOKE input"}


def most_result_bytes(execution: Execution) -> int:
    """How large the result of an execution may be."""
    return SYNCHRONOUS_BYTES if execution.is_synchronous else MIB


def check_error(error: Input | None) -> None:
    """Raises InvalidParameterValueException for more than 1 MB."""
    texts = [text for value in (error or {}).values() for text in (value if isinstance(value, list) else [value])]
    if sum(len(text.encode()) for text in texts if text) > MIB:
        raise Invalid(f"Error object size must be less than or equal to {MIB} bytes.")


def _started(draft: Draft, update: Input) -> Operation:
    return Operation(
        update["Id"],
        update["Type"],
        "STARTED",
        draft.now,
        update.get("ParentId") or "",
        update.get("Name") or "",
        update.get("SubType") or "",
    )


def _outcome(update: Input) -> dict[str, Any]:
    """The details of an event that ends something."""
    error = update.get("Error")
    if update["Action"] == "FAIL" or error is not None:
        return {"Error": failure(error)}
    return {"Result": payload(update.get("Payload"))}


def _apply_context(draft: Draft, update: Input, existing: Operation | None) -> None:
    if update["Action"] == "START":
        if existing is not None:
            raise Invalid("Cannot start a CONTEXT that already exist.")
        draft.happened("ContextStarted", draft.put(_started(draft, update)))
        return
    if existing is not None and existing.status != "STARTED":
        raise Invalid("Invalid current CONTEXT state to close.")
    ended = replace(
        existing or _started(draft, update),
        status=_STATUSES[update["Action"]],
        result=update.get("Payload"),
        error=update.get("Error"),
        replays_children=bool((update.get("ContextOptions") or {}).get("ReplayChildren")),
        ended=draft.now,
    )
    draft.happened(
        "ContextSucceeded" if ended.status == "SUCCEEDED" else "ContextFailed", draft.put(ended), **_outcome(update)
    )


def _apply_step(draft: Draft, update: Input, existing: Operation | None) -> None:
    action = update["Action"]
    delay_s = (update.get("StepOptions") or {}).get("NextAttemptDelaySeconds")
    if (delay_s is None) == (action == "RETRY"):
        raise Invalid("Invalid StepOptions for the given action.")
    if action == "START":
        if existing is not None and existing.status != "READY":
            raise Invalid("Invalid current STEP state to start.")
        begun = replace(existing, status="STARTED") if existing is not None else _started(draft, update)
        draft.happened("StepStarted", draft.put(begun))
        return
    if existing is not None and existing.status not in ("STARTED", "READY"):
        raise Invalid(f"Invalid current STEP state to {'re-attempt' if action == 'RETRY' else 'close'}.")
    if action == "RETRY" and update.get("Payload") is not None and update.get("Error") is not None:
        raise Invalid("Cannot provide both error and payload to RETRY a STEP.")
    before = existing or _started(draft, update)
    after = replace(before, attempt=before.attempt + 1, result=update.get("Payload"), error=update.get("Error"))
    retries: dict[str, Any] = {"CurrentAttempt": after.attempt}
    if delay_s is not None:
        retries["NextAttemptDelaySeconds"] = delay_s
        after = replace(after, status="PENDING", due=draft.now + delay_s)
    else:
        after = replace(after, status=_STATUSES[action], ended=draft.now)
    has_failed = action == "FAIL" or update.get("Error") is not None
    kind = "StepFailed" if has_failed else "StepSucceeded"
    draft.happened(kind, draft.put(after), **_outcome(update), RetryDetails=retries)


def _apply_wait(draft: Draft, update: Input, existing: Operation | None) -> None:
    if update["Action"] == "CANCEL":
        if existing is None or existing.status != "STARTED":
            raise Invalid("Cannot cancel a WAIT that does not exist or has already completed.")
        cancelled = draft.put(replace(existing, status="CANCELLED", ended=draft.now))
        draft.happened("WaitCancelled", cancelled)
        return
    if existing is not None:
        raise Invalid("Cannot start a WAIT that already exist.")
    seconds = (update.get("WaitOptions") or {}).get("WaitSeconds")
    if seconds is None:
        raise Invalid("Update for WAIT operation requires WaitOptions.")
    begun = draft.put(replace(_started(draft, update), due=draft.now + seconds))
    draft.happened("WaitStarted", begun, Duration=seconds, ScheduledEndTimestamp=moment(draft.now + seconds))


def _apply_callback(draft: Draft, update: Input, existing: Operation | None) -> None:
    """A time of 0 is none. Source: CallbackOptions."""
    if existing is not None:
        raise Invalid("Cannot start a CALLBACK that already exist.")
    options = update.get("CallbackOptions") or {}
    timeout_s, heartbeat_s = options.get("TimeoutSeconds") or 0, options.get("HeartbeatTimeoutSeconds") or 0
    begun = replace(
        _started(draft, update),
        callback_id=draft.callback_id(update["Id"]),
        times_out=draft.now + timeout_s if timeout_s else None,
        heartbeat_s=heartbeat_s,
        heartbeat_due=draft.now + heartbeat_s if heartbeat_s else None,
    )
    draft.happened(
        "CallbackStarted",
        draft.put(begun),
        CallbackId=begun.callback_id,
        Timeout=timeout_s or None,
        HeartbeatTimeout=heartbeat_s or None,
    )


def _apply_chained(draft: Draft, update: Input, existing: Operation | None) -> None:
    """What cannot be invoked has failed at once: the answer to the checkpoint tells."""
    if existing is not None:
        raise Invalid("Cannot start a CHAINED_INVOKE that already exist.")
    options = update.get("ChainedInvokeOptions")
    if options is None:
        raise Invalid("Update for CHAINED_INVOKE operation requires ChainedInvokeOptions.")
    begun = replace(
        _started(draft, update),
        target=options["FunctionName"],
        tenant=options.get("TenantId") or "",
        input=update.get("Payload"),
    )
    chained = draft.resolve(begun, options)
    if chained.child is not None:
        draft.children.append(chained.child)
        begun = replace(begun, child=chained.child.id)
    draft.happened("ChainedInvokeStarted", draft.put(begun), **chained.details)
    if chained.error is not None:
        failed = draft.put(replace(begun, status="FAILED", error=chained.error, input=None, ended=draft.now))
        draft.happened("ChainedInvokeFailed", failed, Error=failure(chained.error))


_APPLY: Final[dict[str, Callable[[Draft, Input, Operation | None], None]]] = {
    "CONTEXT": _apply_context,
    "STEP": _apply_step,
    "WAIT": _apply_wait,
    "CALLBACK": _apply_callback,
    "CHAINED_INVOKE": _apply_chained,
}
