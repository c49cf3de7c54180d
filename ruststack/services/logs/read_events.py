"""GetLogEvents: a stream's events, page by page, forwards and backwards."""

from __future__ import annotations

from typing import Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.logs.naming import group_asked, now_ms
from ruststack.services.logs.positions import Place, backward_token, forward_token, place_of, read_token
from ruststack.services.logs.state import LogEvent, LogStream, message_bytes

PAGE_EVENTS: Final = 10_000
PAGE_BYTES: Final = 1_048_576


@operation("GetLogEvents")
def get_log_events(ctx: Context, req: Input) -> Output:
    """The latest page, unless startFromHead or a token says otherwise; tokens lead both ways, and are never absent.

    At an end, the token that leads beyond is the one that led there.
    Raises InvalidParameterException, ResourceNotFoundException, ValidationException.  Source: API_GetLogEvents
    """
    group = group_asked(ctx, req)
    stream = group.stream(req["logStreamName"])
    start = max(req.get("startTime") or 0, group.oldest(now_ms(ctx)))
    low, high = stream.first_from(start), _end(stream, req)
    is_forward, place = bool(req.get("startFromHead")), (start, 0)
    if req.get("nextToken") is not None:
        is_forward, place = read_token(req["nextToken"])
        if is_forward:
            low = max(low, stream.first_after(place))
        else:
            high = min(high, stream.first_at(place))
    events = _page(stream, low, high, is_forward, req.get("limit") or PAGE_EVENTS)
    back, forth = _around(events, is_forward, place)
    return {
        "events": [
            {"timestamp": each.timestamp, "message": each.message, "ingestionTime": each.ingested} for each in events
        ],
        "nextForwardToken": forward_token(forth),
        "nextBackwardToken": backward_token(back),
    }


def _end(stream: LogStream, req: Input) -> int:
    end = req.get("endTime")
    return len(stream.events) if end is None else stream.first_from(end)


def _page(stream: LogStream, low: int, high: int, is_forward: bool, limit: int) -> list[LogEvent]:
    """The first, or the last, events between two indexes that fit on a page."""
    if high <= low:
        return []
    within = stream.events[low : min(high, low + limit)] if is_forward else stream.events[max(low, high - limit) : high]
    size = 0
    for count, event in enumerate(within if is_forward else reversed(within)):
        size += message_bytes(event.message)
        if size > PAGE_BYTES and count:
            return within[:count] if is_forward else within[-count:]
    return within


def _around(events: list[LogEvent], is_forward: bool, place: Place) -> tuple[Place, Place]:
    """The places before and after a page; an empty one is where its token said."""
    if events:
        return place_of(events[0]), place_of(events[-1])
    time, number = place
    if is_forward:
        return (time, number + 1), place
    return place, (time, max(number - 1, 0))
