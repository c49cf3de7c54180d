"""Log streams: CreateLogStream, DescribeLogStreams, DeleteLogStream."""

from __future__ import annotations

from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.logs.errors import InvalidParameterException, ResourceAlreadyExistsException
from ruststack.services.logs.naming import group_asked, group_named, name_in_token, now_ms, page_of, token_of
from ruststack.services.logs.positions import sequence_token
from ruststack.services.logs.state import LogGroup, LogStream, message_bytes


@operation("CreateLogStream")
def create_log_stream(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException, ResourceAlreadyExistsException.  Source: API_CreateLogStream"""
    group, name = group_named(ctx, req["logGroupName"]), req["logStreamName"]
    if name in group.streams:
        raise ResourceAlreadyExistsException("The specified log stream already exists")
    group.streams[name] = LogStream(name, now_ms(ctx))
    return {}


@operation("DeleteLogStream")
def delete_log_stream(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_DeleteLogStream"""
    group = group_named(ctx, req["logGroupName"])
    stream = group.stream(req["logStreamName"])
    group.stored_bytes -= sum(message_bytes(event.message) for event in stream.events)
    del group.streams[stream.name]
    return {}


@operation("DescribeLogStreams")
def describe_log_streams(ctx: Context, req: Input) -> Output:
    """In the order of names, or of each stream's last event.

    Raises ResourceNotFoundException, InvalidParameterException, ValidationException.  Source: API_DescribeLogStreams
    """
    prefix, descending = req.get("logStreamNamePrefix"), bool(req.get("descending"))
    is_by_time = req.get("orderBy") == "LastEventTime"
    if is_by_time and prefix is not None:
        raise InvalidParameterException("Cannot order by LastEventTime with a logStreamNamePrefix.")
    group = group_asked(ctx, req)
    if is_by_time:
        page, token = _page_by_time(group, req, descending)
    else:
        names = [name for name in group.streams if name.startswith(prefix or "")]
        page, token = page_of(names, req, descending=descending)
    oldest = group.oldest(now_ms(ctx))
    output: Output = {"logStreams": [describe(group, group.streams[name], oldest) for name in page]}
    if token is not None:
        output["nextToken"] = token
    return output


def _page_by_time(group: LogGroup, req: Input, descending: bool) -> tuple[list[str], Any]:
    """Streams without events come before all others."""
    places = sorted(
        ((stream.events[-1].timestamp if stream.events else 0, name) for name, stream in group.streams.items()),
        reverse=descending,
    )
    if req.get("nextToken") is not None:
        time, _, name = name_in_token(req["nextToken"]).partition(" ")
        if not (time.isascii() and time.isdigit()):
            raise InvalidParameterException("The specified nextToken is invalid.")
        last = (int(time), name)
        places = [place for place in places if (place < last if descending else place > last)]
    limit = req.get("limit") or 50
    page = places[:limit]
    token = token_of(f"{page[-1][0]} {page[-1][1]}") if len(places) > limit else None
    return [name for _, name in page], token


def describe(group: LogGroup, stream: LogStream, oldest: int) -> Output:
    """A stream as DescribeLogStreams tells it: times of events once there are some; never its size any more."""
    told: Output = {"logStreamName": stream.name, "creationTime": stream.created}
    if stream.newest_ingestion:
        told["lastIngestionTime"] = stream.newest_ingestion
        told["uploadSequenceToken"] = sequence_token(stream.newest_ingestion)
    kept = stream.events and stream.events[-1].timestamp >= oldest
    if kept:
        first = stream.first_from(oldest)
        told["firstEventTimestamp"] = stream.events[first].timestamp
        told["lastEventTimestamp"] = stream.events[-1].timestamp
    told["arn"] = f"{group.arn}:log-stream:{stream.name}"
    told["storedBytes"] = 0
    return told
