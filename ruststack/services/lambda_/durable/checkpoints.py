"""Checkpoints: what a function reports of its work, and the state that it goes on from."""

from __future__ import annotations

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.durable import chained, timers, tokens
from ruststack.services.lambda_.durable.changes import close, put
from ruststack.services.lambda_.durable.finding import identity
from ruststack.services.lambda_.durable.pages import page
from ruststack.services.lambda_.durable.state import Checkpointed, Execution
from ruststack.services.lambda_.durable.told import moment, replayed, unseen
from ruststack.services.lambda_.durable.told import operation as told
from ruststack.services.lambda_.durable.updates import Draft, judge
from ruststack.services.lambda_.errors import InvalidParameterValueException


@operation("CheckpointDurableExecution")
def checkpoint_durable_execution(ctx: Context, req: Input) -> Output:
    """All updates count, or none. The answer tells what has changed since the function last heard, these updates too.

    Sent again with the same ClientToken, the last checkpoint gets the answer that it got. One that ends the execution
    gets no new token, nor does one while a pause is asked for: the function is to stop then.

    Raises InvalidParameterValueException.
    Source: API_CheckpointDurableExecution; AWS's local runners; of the end, floci-io/floci
    """
    execution = _of_token(ctx, req)
    last = execution.last
    if last is not None and req.get("ClientToken") == last.client_token and req["CheckpointToken"] == last.given:
        return dict(last.answer)
    _check_token(execution, req["CheckpointToken"])
    draft = Draft(
        execution,
        ctx.clock.now(),
        lambda each: tokens.written(tokens.Token(execution.id, each, ctx.ids.hex(16))),
        lambda begun, options: chained.resolve(ctx, execution, begun, options),
    )
    judge(draft, req.get("Updates") or ())
    _take(ctx, draft)
    answer = _answer(execution)
    if req.get("ClientToken") and "CheckpointToken" in answer:
        execution.last = Checkpointed(req["ClientToken"], req["CheckpointToken"], answer)
    execution.watch.tell()
    return answer


def _of_token(ctx: Context, req: Input) -> Execution:
    """An execution that is not there is no other error than a token that is not valid."""
    execution_id, token = identity(ctx, req["DurableExecutionArn"]), tokens.read(req["CheckpointToken"])
    if token is not None and token.execution != execution_id:
        # Source: the words of AWS, as floci-io/floci has them.
        raise InvalidParameterValueException("Checkpoint token is not valid for the durable execution ARN")
    execution: Execution | None = ctx.state.executions.get(execution_id)
    if execution is None or token is None:
        raise InvalidParameterValueException("Invalid checkpoint token")
    return execution


def _check_token(execution: Execution, given: str) -> None:
    """Source: the words of AWS's local runners."""
    if not execution.is_open or not execution.invocation or given != tokens.checkpoint_token(execution):
        raise InvalidParameterValueException("Invalid checkpoint token")


def _take(ctx: Context, draft: Draft) -> None:
    execution, ending = draft.execution, draft.ending
    for each in draft.operations.values():
        put(execution, each)
    execution.events += draft.events
    for child in draft.children:
        ctx.state.executions[child.id] = child
    execution.checkpoints += 1
    if ending is None:
        timers.fire(execution, draft.now)
    elif ending["Action"] == "SUCCEED":
        close(ctx.state.executions, execution, draft.now, "SUCCEEDED", ending.get("Payload") or "")
    else:
        close(ctx.state.executions, execution, draft.now, "FAILED", error=ending.get("Error") or {})


def _answer(execution: Execution) -> Output:
    if execution.status != "RUNNING":
        state: Output = {"Operations": []} if execution.is_open else {"Operations": _news(execution)}
        if execution.is_open:
            execution.is_due = True  # what the function is not told now, it is told when it is resumed
        return {"NewExecutionState": state}
    news = _news(execution)
    execution.seen, execution.is_due = execution.changes, False
    return {"CheckpointToken": tokens.checkpoint_token(execution), "NewExecutionState": {"Operations": news}}


def _news(execution: Execution) -> list[Output]:
    return [told(each, moment) for each in unseen(execution)]


@operation("GetDurableExecutionState")
def get_durable_execution_state(ctx: Context, req: Input) -> Output:
    """For the function alone, while it runs: the token is its current one.

    Raises InvalidParameterValueException.  Source: API_GetDurableExecutionState; AWS's local runners
    """
    execution = _of_token(ctx, req)
    _check_token(execution, req["CheckpointToken"])
    entries = [(str(place), told(each, moment)) for place, each in enumerate(replayed(execution))]
    operations, following = page(entries, req)
    return {"Operations": operations, **following}
