"""How an execution begins: by an invocation, or by another execution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.durable.changes import happened, payload, put
from ruststack.services.lambda_.durable.state import Execution, Operation
from ruststack.services.lambda_.errors import DurableExecutionAlreadyStartedException
from ruststack.services.lambda_.names import function_arn
from ruststack.services.lambda_.targets import Target


def config_of(target: Target) -> Mapping[str, Any] | None:
    """The DurableConfig of what is invoked, if it has one."""
    config: Mapping[str, Any] | None = target.version.settings.get("DurableConfig")
    return config


@operation("StartDurableExecution")
def start_durable_execution(ctx: Context, req: Input) -> Output:
    """An execution by this name, which may be there already. An operation of our own: no client can call it.

    Raises DurableExecutionAlreadyStartedException.
    Source: developer guide, "Idempotency" (durable-execution-idempotency), its table; the model's words for Invoke.
    """
    forget_old(ctx)
    before = _of_name(ctx, req["FunctionName"], req["Name"]) if req.get("Name") else None
    if before is not None:
        # Source: the words of AWS, as floci-io/floci has them; another version is another execution there too.
        if (before.input, before.version) != (req["Input"], req["Version"]):
            raise DurableExecutionAlreadyStartedException(f"Execution already started: {before.arn}")
        return {"Id": before.id}
    execution = made(ctx, req)
    ctx.state.executions[execution.id] = execution
    return {"Id": execution.id}


def _of_name(ctx: Context, function: str, name: str) -> Execution | None:
    """Unknown: whether names are unique within a function, as Invoke's documentation has it, or within an account and
    region, as the developer guide has it; one name for two functions would tell. Here it is the function.
    """
    found: Execution
    for found in ctx.state.executions.values():
        if (found.function, found.name) == (function, name):
            return found
    return None


def forget_old(ctx: Context) -> None:
    """Executions whose retention period is over are gone."""
    now = ctx.clock.now()
    for old in [each.id for each in ctx.state.executions.values() if not each.is_kept(now)]:
        del ctx.state.executions[old]


def made(ctx: Context, req: Input, parent: tuple[str, str] | None = None) -> Execution:
    """A new execution, which is not kept yet."""
    now, execution_id = ctx.clock.now(), ctx.ids.uuid()
    name = req.get("Name") or ctx.ids.uuid()
    function = f"{function_arn(ctx.region, ctx.account, req['FunctionName'])}:{req['Version']}"
    execution = Execution(
        id=execution_id,
        name=name,
        arn=f"{function}/durable-execution/{name}/{execution_id}",
        function=req["FunctionName"],
        qualifier=req["Qualifier"],
        version=req["Version"],
        started=now,
        config=req["Config"],
        input=req["Input"],
        is_synchronous=req["IsSynchronous"],
        trace=req["Trace"],
        tenant=req["TenantId"],
        parent=parent,
    )
    root = put(execution, Operation(execution_id, "EXECUTION", "STARTED", now, name=name, input=req["Input"]))
    happened(
        execution,
        "ExecutionStarted",
        now,
        root,
        Input=payload(req["Input"]),
        ExecutionTimeout=execution.timeout_s,
    )
    return execution


def given(target: Target, text: str, name: str, trace: str, tenant: str, *, is_synchronous: bool) -> Input:
    """What StartDurableExecution is to be given."""
    return {
        "FunctionName": target.function.name,
        "Qualifier": target.which.qualifier,
        "Version": target.version.number,
        "Config": dict(config_of(target) or {}),
        "Name": name,
        "Input": text,
        "IsSynchronous": is_synchronous,
        "Trace": trace,
        "TenantId": tenant,
    }
