"""What clients ask of executions: GetDurableExecution, ListDurableExecutionsByFunction, StopDurableExecution,
DeleteDurableExecution.
"""

from __future__ import annotations

from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.durable.changes import close
from ruststack.services.lambda_.durable.finding import execution_of
from ruststack.services.lambda_.durable.pages import page
from ruststack.services.lambda_.durable.state import Execution
from ruststack.services.lambda_.durable.timers import expires
from ruststack.services.lambda_.durable.told import moment
from ruststack.services.lambda_.durable.updates import check_error
from ruststack.services.lambda_.errors import InvalidParameterValueException, ResourceConflictException
from ruststack.services.lambda_.names import function_arn, function_of, named, version_of


@operation("GetDurableExecution")
def get_durable_execution(ctx: Context, req: Input) -> Output:
    """With input, result and error, unless they are not wanted.

    Raises ResourceNotFoundException.  Source: API_GetDurableExecution
    """
    execution = execution_of(ctx, req["DurableExecutionArn"])
    with_data = req.get("IncludeExecutionData") is not False
    output = {
        **_summary(ctx, execution),
        "Version": execution.version,
        "DurableConfig": dict(execution.config),
        "ExecutionDataIncluded": with_data,
        "TraceHeader": {"XAmznTraceId": execution.trace} if execution.trace else None,
        "ExpectedExecutionTimeoutTimestamp": moment(expires(execution)) if execution.is_open else None,
        "PauseDetails": _pause(execution, with_data),
    }
    if with_data:
        error = None if execution.error is None else dict(execution.error)
        output |= {"InputPayload": execution.input, "Result": execution.result, "Error": error}
    return {name: value for name, value in output.items() if value is not None}


def _pause(execution: Execution, with_data: bool) -> Output | None:
    pause = execution.pause
    if pause is None:
        return None
    reason = {"Reason": pause.reason} if with_data and pause.reason is not None else {}
    return {"PauseRequestTimestamp": moment(pause.asked), "ExecutionTimeoutPaused": pause.stops_clock, **reason}


def _summary(ctx: Context, execution: Execution) -> dict[str, Any]:
    """Source of the function's ARN: aws/aws-durable-execution-sdk-python#735 ("with the qualifier the execution was
    started with").
    """
    told: dict[str, Any] = {
        "DurableExecutionArn": execution.arn,
        "DurableExecutionName": execution.name,
        "FunctionArn": f"{function_arn(ctx.region, ctx.account, execution.function)}:{execution.qualifier}",
        "Status": execution.status,
        "StartTimestamp": moment(execution.started),
    }
    if execution.ended is not None:
        told["EndTimestamp"] = moment(execution.ended)
    return told


@operation("ListDurableExecutionsByFunction")
def list_durable_executions_by_function(ctx: Context, req: Input) -> Output:
    """The newest first; ReverseOrder begins with the oldest.

    Raises ResourceNotFoundException, InvalidParameterValueException.  Source: API_ListDurableExecutionsByFunction
    """
    statuses = req.get("Statuses") or ()
    if len(statuses) > 1:
        # Source: the words of AWS, as floci-io/floci has them.
        raise InvalidParameterValueException("Cannot filter by more than one status")
    which = named(ctx, req["FunctionName"], req.get("Qualifier"))
    function = function_of(ctx, which)
    version = version_of(ctx, which)[1].number if which.qualifier else None
    now = ctx.clock.now()
    found: list[Execution] = [
        each
        for each in ctx.state.executions.values()
        if each.function == function.name and each.is_kept(now) and _is_asked_for(each, req, version)
    ]
    if not req.get("ReverseOrder"):
        found.reverse()
    told, following = page([(each.id, _summary(ctx, each) | _key(each)) for each in found], req)
    return {"DurableExecutions": told, **following}


def _key(execution: Execution) -> dict[str, str]:
    arn = execution.config.get("KMSKeyArn")
    return {"KMSKeyArn": arn} if arn else {}


def _is_asked_for(execution: Execution, req: Input, version: str | None) -> bool:
    after, before, started = req.get("StartedAfter"), req.get("StartedBefore"), moment(execution.started)
    return (
        version in (None, execution.version)
        and req.get("DurableExecutionName") in (None, execution.name)
        and execution.status in (req.get("Statuses") or (execution.status,))
        and (after is None or started > after)
        and (before is None or started < before)
    )


@operation("StopDurableExecution")
def stop_durable_execution(ctx: Context, req: Input) -> Output:
    """An execution that has ended stays as it is, and tells when it did.

    Raises ResourceNotFoundException, InvalidParameterValueException.
    Source: API_StopDurableExecution; AWS's local runner; that no error given is an empty one: floci-io/floci
    """
    execution = execution_of(ctx, req["DurableExecutionArn"])
    error = {name: value for name, value in (req.get("Error") or {}).items() if value is not None}
    check_error(error)
    if execution.is_open:
        close(ctx.state.executions, execution, ctx.clock.now(), "STOPPED", error=error)
    assert execution.ended is not None
    return {"StopTimestamp": moment(execution.ended)}


@operation("DeleteDurableExecution")
def delete_durable_execution(ctx: Context, req: Input) -> Output:
    """Gone at once.

    Raises ResourceNotFoundException, ResourceConflictException.  Source: API_DeleteDurableExecution
    """
    execution = execution_of(ctx, req["DurableExecutionArn"])
    if execution.is_open:
        # Unknown: the words; deleting a running execution would tell.
        raise ResourceConflictException("The durable execution is not in a terminal state.")
    del ctx.state.executions[execution.id]
    ctx.response_status = 202
    return {"DeletionRequestTimestamp": moment(ctx.clock.now())}
