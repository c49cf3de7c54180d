"""Events that are not over, as part of the state: operations of Lambda's own, which no client can call."""

from __future__ import annotations

from dataclasses import replace

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.state import QueuedEvent


@operation("KeepEvent")
def keep_event(ctx: Context, req: Input) -> Output:
    """An event was taken, and is owed to its function from now on."""
    now = ctx.clock.now()
    ctx.state.events[req["RequestId"]] = QueuedEvent(
        req["RequestId"],
        req["FunctionArn"],
        req["Payload"],
        req["ClientContext"],
        req["TraceId"],
        now,
        now,
        tenant_id=req.get("TenantId") or "",
    )
    return {}


@operation("PutOffEvent")
def put_off_event(ctx: Context, req: Input) -> Output:
    """It was tried, and is to be tried again after so many seconds."""
    event = ctx.state.events.get(req["RequestId"])
    if event is not None:
        due = ctx.clock.now() + req["Seconds"]
        ctx.state.events[event.request_id] = replace(event, due=due, attempts=req["Attempts"], refusals=req["Refusals"])
    return {}


@operation("ForgetEvent")
def forget_event(ctx: Context, req: Input) -> Output:
    """It is over, however it ended."""
    ctx.state.events.pop(req["RequestId"], None)
    return {}
