"""StartLiveTail: events as they come, over one answer that stays open."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.logs.errors import InvalidParameterException, SessionTimeoutException
from ruststack.services.logs.metric_filters import checked_pattern
from ruststack.services.logs.naming import group_identified
from ruststack.services.logs.state import LogEvent, LogGroup
from ruststack.services.logs.tails import Tail

# Source: API_StartLiveTail: an update has 500 events at most, and a session ends after three hours.
_UPDATE_EVENTS: Final = 500
_SESSION_S: Final = 3 * 3600
# AWS sends an update each second, events or not; here events are sent as they come, and nothing so often that clients
# know that the session lives.
_SILENCE_S: Final = 5.0


@operation("StartLiveTail", is_read_only=True)
def start_live_tail(ctx: Context, req: Input) -> Output:
    """Events that come after the start; all of them, where AWS would send a sample of 500 a second.

    Raises InvalidParameterException, ResourceNotFoundException.  Source: API_StartLiveTail
    """
    names, prefixes = req.get("logStreamNames"), req.get("logStreamNamePrefixes")
    if names is not None and prefixes is not None:
        # Unknown: the words; the request would tell.
        raise InvalidParameterException("logStreamNames and logStreamNamePrefixes are mutually exclusive parameters.")
    groups = [group_identified(ctx, each) for each in dict.fromkeys(req["logGroupIdentifiers"])]
    if (names is not None or prefixes is not None) and len(groups) > 1:
        # Unknown: the words; the request would tell.
        raise InvalidParameterException("Log streams can be specified for one log group only.")
    matches = checked_pattern(req.get("logEventFilterPattern") or "").matches
    start = {
        "requestId": ctx.request_id,
        "sessionId": ctx.ids.uuid(),
        **{name: req[name] for name in _ECHOED if req.get(name) is not None},
    }
    tail = _tail(ctx, groups, _streams(names, prefixes), matches)
    return {"responseStream": _updates(ctx.state.tails, tail, start)}


_ECHOED: Final = ("logGroupIdentifiers", "logStreamNames", "logStreamNamePrefixes", "logEventFilterPattern")


def _streams(names: list[str] | None, prefixes: list[str] | None) -> Callable[[str], bool]:
    if names is not None:
        return frozenset(names).__contains__
    if prefixes is not None:
        starts = tuple(prefixes)
        return lambda name: name.startswith(starts)
    return lambda name: True


def _tail(
    ctx: Context, groups: list[LogGroup], is_wanted: Callable[[str], bool], matches: Callable[[str], bool]
) -> Tail:
    identifiers = {group.name: f"{ctx.account}:{group.name}" for group in groups}
    waiting: deque[Output] = deque()

    def see(group: str, stream: str, event: LogEvent) -> bool:
        if group not in identifiers or not is_wanted(stream) or not matches(event.message):
            return False
        waiting.append(
            {
                # Unknown: whether the account stands before the name; a session that sees an event would tell.
                "logGroupIdentifier": identifiers[group],
                "logStreamName": stream,
                "message": event.message,
                "timestamp": event.timestamp,
                "ingestionTime": event.ingested,
            }
        )
        return True

    return Tail(see, waiting, asyncio.Event())


async def _updates(tails: set[Tail], tail: Tail, start: Output) -> AsyncIterator[dict[str, Any]]:
    ends = asyncio.get_running_loop().time() + _SESSION_S
    tails.add(tail)
    try:
        yield {"sessionStart": start}
        while asyncio.get_running_loop().time() < ends:
            yield {"sessionUpdate": {"sessionMetadata": {"sampled": False}, "sessionResults": _taken(tail.waiting)}}
            if not tail.waiting:
                tail.has_come.clear()
                await _until(tail.has_come)
        raise SessionTimeoutException("The Live Tail session has timed out.")
    finally:
        tails.discard(tail)


def _taken(waiting: deque[Output]) -> list[Output]:
    return [waiting.popleft() for _ in range(min(len(waiting), _UPDATE_EVENTS))]


async def _until(event: asyncio.Event) -> None:
    """Until the event, or until the silence has lasted long enough."""
    try:
        async with asyncio.timeout(_SILENCE_S):
            await event.wait()
    except TimeoutError:
        pass
