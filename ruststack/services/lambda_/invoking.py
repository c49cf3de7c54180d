"""Invocations: Invoke, InvokeAsync, InvokeWithResponseStream. They change no state."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

from ruststack.core.functions import CannotRun, Invocation, Outcome, Streamed
from ruststack.kit import Context, Input, Output, ServiceError, operation
from ruststack.services.lambda_ import payloads
from ruststack.services.lambda_.admission import admit, admitted
from ruststack.services.lambda_.asynchronous import enqueue
from ruststack.services.lambda_.durable import invoking as durable
from ruststack.services.lambda_.errors import (
    InvalidRuntimeException,
    ResourceConflictException,
)
from ruststack.services.lambda_.invokers import check_account
from ruststack.services.lambda_.state import Running
from ruststack.services.lambda_.targets import Target, target_of
from ruststack.services.lambda_.tenancy import check_tenant
from ruststack.services.lambda_.tracing import trace_of


@operation("Invoke", is_read_only=True)
async def invoke(ctx: Context, req: Input) -> Output:
    """Run a function and answer with what came of it; by Event only promise to, by DryRun not even that.

    Raises ResourceNotFoundException, InvalidRequestContentException, RequestTooLargeException,
    TooManyRequestsException, ResourceConflictException, InvalidRuntimeException, RecursiveInvocationException.
    Source: API_Invoke; recorded answers
    """
    kind, name = req.get("InvocationType") or "RequestResponse", req.get("DurableExecutionName")
    target = target_of(ctx, req["FunctionName"], req.get("Qualifier"))
    tenant_id = req.get("TenantId") or ""
    check_account(ctx, target.which, target.function)
    check_tenant(target.version, tenant_id)
    is_durable = durable.check(target, name, kind)
    payload = bytes(req.get("Payload") or b"")
    payloads.check(payload, kind == "Event")
    context = payloads.client_context(req.get("ClientContext"))
    if kind == "DryRun":
        return {"StatusCode": 204}
    trace_id = trace_of(ctx, target)
    ctx.response_headers.append(("X-Amzn-Trace-Id", trace_id))
    if kind == "Event" and is_durable:
        started = durable.start(ctx, target, payload, trace_id, name, tenant_id, is_synchronous=False)
        return {"StatusCode": 202, "DurableExecutionArn": started.arn}
    if kind == "Event":
        enqueue(ctx, target, payload, context, trace_id, tenant_id)
        return {"StatusCode": 202}
    beside: Output = {}
    if is_durable:
        arn, outcome = await run_durably(ctx, target, payload, trace_id, name, tenant_id)
        beside["DurableExecutionArn"] = arn
    else:
        outcome = await run(ctx, target, target.invocation(ctx.request_id, payload, context, trace_id, tenant_id))
    ctx.response_headers += [("Content-Type", "application/json"), ("x-amzn-Remapped-Content-Length", "0")]
    return _answer(target, outcome, req.get("LogType") == "Tail") | beside


async def run_durably(
    ctx: Context, target: Target, payload: bytes, trace_id: str, name: str | None, tenant_id: str
) -> durable.Run:
    """Run a durable function to the end. Raises ResourceConflictException if the server was reset meanwhile."""
    try:
        return await durable.run(ctx, target, payload, trace_id, name, tenant_id)
    except CannotRun as error:
        raise cannot_run(error) from error


async def run(ctx: Context, target: Target, invocation: Invocation) -> Outcome:
    """Run a function once. Raises TooManyRequestsException, ResourceConflictException, InvalidRuntimeException."""
    with admitted(target):
        try:
            return await ctx.live.functions.invoke(target.revision, invocation)
        except CannotRun as error:
            raise cannot_run(error) from error


def cannot_run(error: CannotRun) -> ServiceError:
    """Why a function cannot be run at all, in the words of AWS where it has some."""
    if error.code == "InvalidRuntime":
        return InvalidRuntimeException(str(error))
    # AWS refuses while the function's State is Failed; the reason is added, for there it is in GetFunction only.
    return ResourceConflictException(
        "The operation cannot be performed at this time. The function is currently in the following state: Failed. "
        f"{error}"
    )


def _answer(target: Target, outcome: Outcome, with_log: bool) -> Output:
    output: Output = {
        "StatusCode": 200,
        "ExecutedVersion": target.version.number,
        "Payload": outcome.payload,
    }
    if outcome.error:
        output["FunctionError"] = outcome.error
    if with_log:
        output["LogResult"] = base64.b64encode(outcome.log).decode()
    return output


@operation("InvokeAsync", is_read_only=True)
def invoke_async(ctx: Context, req: Input) -> Output:
    """What Invoke is by Event, in its oldest form. Raises as Invoke does.  Source: API_InvokeAsync"""
    target = target_of(ctx, req["FunctionName"])
    check_account(ctx, target.which, target.function)
    check_tenant(target.version, "")
    is_durable = durable.check(target, None, "Event")
    given: Any = req["InvokeArgs"]
    payload = given.read() if hasattr(given, "read") else bytes(given)
    payloads.check(payload, True)
    trace_id = trace_of(ctx, target)
    if is_durable:
        durable.start(ctx, target, payload, trace_id, None, is_synchronous=False)
    else:
        enqueue(ctx, target, payload, "", trace_id)
    return {"Status": 202}


@operation("InvokeWithResponseStream", is_read_only=True)
async def invoke_with_response_stream(ctx: Context, req: Input) -> Output:
    """The answer of a function in the pieces in which it comes; how it ended comes last.

    Unknown: whether AWS lets a durable function be invoked so; such a call would tell. Here its result is one piece.

    Raises as Invoke does.  Source: API_InvokeWithResponseStream
    """
    target = target_of(ctx, req["FunctionName"], req.get("Qualifier"))
    tenant_id = req.get("TenantId") or ""
    check_account(ctx, target.which, target.function)
    check_tenant(target.version, tenant_id)
    is_durable = durable.check(target, None, "RequestResponse")
    payload = bytes(req.get("Payload") or b"")
    payloads.check(payload, False)
    context = payloads.client_context(req.get("ClientContext"))
    output: Output = {"StatusCode": 200, "ExecutedVersion": target.version.number}
    if req.get("InvocationType") == "DryRun":
        return {"StatusCode": 204}
    with_log = req.get("LogType") == "Tail"
    trace_id = trace_of(ctx, target)
    ctx.response_headers.append(("X-Amzn-Trace-Id", trace_id))
    if is_durable:
        _, outcome = await run_durably(ctx, target, payload, trace_id, None, tenant_id)
        return output | {"EventStream": _events(outcome, None, with_log)}
    running = admit(target)
    streamed: Streamed | Outcome | None = None
    try:
        invocation = target.invocation(ctx.request_id, payload, context, trace_id, tenant_id)
        streamed = await ctx.live.functions.stream(target.revision, invocation)
    except CannotRun as error:
        raise cannot_run(error) from error
    finally:
        if streamed is None:
            running.count -= 1
    return output | {"EventStream": _events(streamed, running, with_log)}


async def _events(
    streamed: Streamed | Outcome, running: Running | None, with_log: bool
) -> AsyncIterator[dict[str, Any]]:
    try:
        if isinstance(streamed, Outcome):
            outcome = streamed
            if not outcome.error:
                yield {"PayloadChunk": {"Payload": outcome.payload}}
        else:
            async for piece in streamed.pieces:
                yield {"PayloadChunk": {"Payload": piece}}
            outcome = await streamed.outcome
    finally:
        if running is not None:
            running.count -= 1
    yield {"InvokeComplete": _completion(outcome, with_log)}


def _completion(outcome: Outcome, with_log: bool) -> dict[str, str]:
    completion = {}
    if outcome.error:
        completion["ErrorCode"] = outcome.error
        completion["ErrorDetails"] = outcome.payload.decode("utf-8", "replace")
    if with_log:
        completion["LogResult"] = base64.b64encode(outcome.log).decode()
    return completion
