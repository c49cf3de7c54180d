"""FilterLogEvents: events of a group's streams that match a pattern, merged in the order of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import merge
from typing import Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.logs.errors import InvalidParameterException
from ruststack.services.logs.naming import group_asked, name_in_token, now_ms, token_of
from ruststack.services.logs.patterns import PatternError, compile_pattern
from ruststack.services.logs.positions import Place, event_id, place_of
from ruststack.services.logs.read_events import PAGE_BYTES, PAGE_EVENTS
from ruststack.services.logs.state import LogEvent, LogGroup, LogStream, message_bytes

# Source: API_FilterLogEvents, startFromHead: 2024-01-01.
_FIRST_BACKWARDS_MS: Final = 1_704_067_200_000
# Pages may be empty though more follows: so that no request holds up the others for long.
_PAGE_SEARCHED: Final = 250_000

Matches = Callable[[str], bool]
Found = tuple[LogEvent, str]


@operation("FilterLogEvents")
def filter_log_events(ctx: Context, req: Input) -> Output:
    """Both times are included. A page ends after so many events, bytes, or events looked at.

    Raises InvalidParameterException, ResourceNotFoundException, ValidationException.  Source: API_FilterLogEvents
    """
    names, prefix = req.get("logStreamNames"), req.get("logStreamNamePrefix")
    if names is not None and prefix is not None:
        # Unknown: the words; the request would tell.
        raise InvalidParameterException("logStreamNames and logStreamNamePrefix are mutually exclusive parameters.")
    matches = _matcher(req.get("filterPattern") or "")
    is_forward, after = _direction(req)
    group = group_asked(ctx, req)
    streams = [group.stream(name) for name in dict.fromkeys(names)] if names is not None else _streams(group, prefix)
    start = max(req.get("startTime") or 0, group.oldest(now_ms(ctx)))
    found = _in_order(streams, start, req.get("endTime"), is_forward, after)
    page, token = _page(found, matches, req.get("limit") or PAGE_EVENTS, is_forward)
    output: Output = {"events": [_told(event, name) for event, name in page], "searchedLogStreams": []}
    if token is not None:
        output["nextToken"] = token
    return output


def _matcher(text: str) -> Matches:
    """Raises InvalidParameterException: for odd characters it does not say which (lucagrulla/cw#181)."""
    try:
        return compile_pattern(text).matches
    except PatternError as error:
        raise InvalidParameterException(str(error) if error.is_told else "Invalid filter pattern") from None


def _direction(req: Input) -> tuple[bool, Place | None]:
    """Whether the oldest come first, and where the page before ended."""
    if req.get("nextToken") is not None:
        return _read_token(req["nextToken"])
    is_forward = req.get("startFromHead") is not False
    if not is_forward and req.get("startTime") is not None and req["startTime"] < _FIRST_BACKWARDS_MS:
        # Unknown: the words; the request would tell.
        raise InvalidParameterException(
            "startFromHead can be false only when startTime is on or after Jan 1, 2024 00:00:00 UTC."
        )
    return is_forward, None


def _streams(group: LogGroup, prefix: str | None) -> list[LogStream]:
    return [stream for name, stream in group.streams.items() if name.startswith(prefix or "")]


def _in_order(
    streams: list[LogStream], start: int, end: int | None, is_forward: bool, after: Place | None
) -> Iterator[Found]:
    parts = [part for stream in streams if (part := _part(stream, start, end, is_forward, after)) is not None]
    return merge(*parts, key=lambda found: found[0], reverse=not is_forward)


def _part(
    stream: LogStream, start: int, end: int | None, is_forward: bool, after: Place | None
) -> Iterator[Found] | None:
    """A stream's events between the times and beyond a place, each with the stream's name; None for none."""
    low = stream.first_from(start)
    high = len(stream.events) if end is None else stream.first_from(end + 1)
    if after is not None:
        if is_forward:
            low = max(low, stream.first_after(after))
        else:
            high = min(high, stream.first_at(after))
    if high <= low:
        return None
    name, events = stream.name, stream.events
    indexes = range(low, high) if is_forward else range(high - 1, low - 1, -1)
    return ((events[index], name) for index in indexes)


def _page(found: Iterator[Found], matches: Matches, limit: int, is_forward: bool) -> tuple[list[Found], str | None]:
    page: list[Found] = []
    size = searched = 0
    last: LogEvent | None = None
    for event, name in found:
        if len(page) >= limit or searched >= _PAGE_SEARCHED:
            assert last is not None
            return page, _token(last, is_forward)
        if matches(event.message):
            size += message_bytes(event.message)
            if size > PAGE_BYTES and page:
                assert last is not None
                return page, _token(last, is_forward)
            page.append((event, name))
        last, searched = event, searched + 1
    return page, None


def _told(event: LogEvent, name: str) -> Output:
    return {
        "logStreamName": name,
        "timestamp": event.timestamp,
        "message": event.message,
        "ingestionTime": event.ingested,
        "eventId": event_id(event),
    }


def _token(event: LogEvent, is_forward: bool) -> str:
    time, number = place_of(event)
    return token_of(f"{'f' if is_forward else 'b'} {time} {number}")


def _read_token(token: str) -> tuple[bool, Place]:
    pieces = name_in_token(token).split(" ")
    if len(pieces) != 3 or pieces[0] not in ("f", "b") or not all(p.isascii() and p.isdigit() for p in pieces[1:]):
        raise InvalidParameterException("The specified nextToken is invalid.")
    return pieces[0] == "f", (int(pieces[1]), int(pieces[2]))
