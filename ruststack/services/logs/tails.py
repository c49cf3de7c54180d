"""Who wants to be told of events as they come: open sessions, and functions by subscription filters."""

from __future__ import annotations

import asyncio
import base64
import gzip
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final, NamedTuple

import orjson

from ruststack.kit import Context, Output, ServiceError
from ruststack.services.logs.patterns import compile_pattern
from ruststack.services.logs.positions import event_id
from ruststack.services.logs.state import LogEvent, LogGroup


class Tail(NamedTuple):
    """An open session: ``see`` takes an event that it wants into ``waiting``, and says so."""

    see: Callable[[str, str, LogEvent], bool]
    waiting: deque[Output]
    has_come: asyncio.Event

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


_LAMBDA: Final = ":lambda:"


def tell(ctx: Context, group: LogGroup, stream: str, events: list[LogEvent]) -> None:
    """Tell of events that have come into a stream."""
    for tail in ctx.state.tails:
        # All of them are asked: any() would stop at the first that is wanted.
        if sum(tail.see(group.name, stream, event) for event in events):
            tail.has_come.set()
    # What a journal's replay does again was delivered when it was new; a replay has no request.
    if group.subscription_filters and ctx.request_id:
        for subscription in group.subscription_filters.values():
            _deliver(ctx, group, stream, subscription, events)


def _deliver(ctx: Context, group: LogGroup, stream: str, subscription: dict[str, Any], events: list[LogEvent]) -> None:
    """To a function, beside the request; other destinations cannot be made here."""
    matches = compile_pattern(subscription["filterPattern"]).matches
    wanted = [event for event in events if matches(event.message)]
    if wanted and _LAMBDA in subscription["destinationArn"]:
        payload = _payload(ctx, group, stream, subscription["filterName"], wanted)
        ctx.live.spawn(_invoke(ctx, subscription["destinationArn"], payload))


async def _invoke(ctx: Context, function: str, payload: bytes) -> None:
    params = {"FunctionName": function, "InvocationType": "Event", "Payload": payload}
    # A function that has gone, or may not be invoked now, misses its events.
    with suppress(ServiceError):
        answer = ctx.call("lambda", "Invoke", params)
        if isinstance(answer, Awaitable):
            await answer


def _payload(ctx: Context, group: LogGroup, stream: str, name: str, events: list[LogEvent]) -> bytes:
    """``{"awslogs": {"data": ...}}``: base64 of gzip of JSON.

    Source: user guide, "Subscription filters with Lambda"; Lambda developer guide, "services-cloudwatchlogs".
    """
    document = {
        "messageType": "DATA_MESSAGE",
        "owner": ctx.account,
        "logGroup": group.name,
        "logStream": stream,
        "subscriptionFilters": [name],
        "logEvents": [{"id": event_id(each), "timestamp": each.timestamp, "message": each.message} for each in events],
    }
    data = base64.b64encode(gzip.compress(orjson.dumps(document), mtime=0)).decode()
    return orjson.dumps({"awslogs": {"data": data}})
