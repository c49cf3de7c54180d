"""Asynchronous invocations: tried again after waits, and told to destinations when they are over."""

from __future__ import annotations

from ruststack.kit import Context
from ruststack.services.lambda_.targets import Target


def enqueue(ctx: Context, target: Target, payload: bytes, client_context: str, trace_id: str) -> None:
    """Run the event beside the request."""
    ctx.live.spawn(_run(ctx, target, payload, client_context, trace_id))


async def _run(ctx: Context, target: Target, payload: bytes, client_context: str, trace_id: str) -> None:
    await ctx.live.functions.invoke(
        target.revision, target.invocation(ctx.request_id, payload, client_context, trace_id)
    )
