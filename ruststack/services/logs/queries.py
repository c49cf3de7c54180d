"""StartQuery, GetQueryResults, DescribeQueries, StopQuery, GetLogRecord: Logs Insights."""

from __future__ import annotations

import base64
from bisect import bisect_left
from operator import itemgetter
from typing import Any, Final

import orjson

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.logs.errors import (
    InvalidParameterException,
    MalformedQueryException,
    NotImplementedHere,
    ResourceNotFoundException,
)
from ruststack.services.logs.insights import Malformed, NotHere, Query, compile_query
from ruststack.services.logs.insights.rows import Row, Source, spelled
from ruststack.services.logs.naming import group_identified, group_named, name_in_token, now_ms, page_of, token_of
from ruststack.services.logs.state import LogGroup, message_bytes

_SOURCES: Final = ("logGroupName", "logGroupNames", "logGroupIdentifiers")
_MOST_ROWS: Final = 10_000
# Queries that are remembered, the oldest goes first.
_MOST_QUERIES: Final = 100
_PAGE: Final = 10_000


@operation("StartQuery")
def start_query(ctx: Context, req: Input) -> Output:
    """It has run when the answer is given.

    Raises InvalidParameterException, MalformedQueryException, ResourceNotFoundException; 501 for SQL, PPL, and what of
    Logs Insights QL is not here.  Source: API_StartQuery
    """
    if (req.get("queryLanguage") or "CWLI") != "CWLI":
        raise NotImplementedHere(f"logs.StartQuery in {req['queryLanguage']}")
    groups = _groups(ctx, req)
    if req["startTime"] > req["endTime"]:
        # Unknown: the words; a span that ends before it begins would tell.
        raise InvalidParameterException("End time should not be less than start time.")
    query = _compiled(req["queryString"])
    number, now = ctx.ids.uuid(), now_ms(ctx)
    queries = ctx.state.queries
    while len(queries) >= _MOST_QUERIES:
        del queries[next(iter(queries))]
    queries[number] = {
        "queryId": number,
        "queryString": _sourced(req, groups[0]),
        "createTime": now,
        "logGroupName": groups[0].name,
        **_results(ctx, req, query, groups),
    }
    return {"queryId": number}


@operation("GetQueryResults")
def get_query_results(ctx: Context, req: Input) -> Output:
    """Raises InvalidParameterException, ResourceNotFoundException.  Source: API_GetQueryResults"""
    query = _query(ctx, req["queryId"])
    rows, start, limit = query["rows"], 0, req.get("maxItems") or _PAGE
    if req.get("nextToken"):
        told = name_in_token(req["nextToken"])
        if not (told.isascii() and told.isdigit()):
            raise InvalidParameterException("The specified nextToken is invalid.")
        start = int(told)
    output: Output = {
        "queryLanguage": "CWLI",
        "results": [[{"field": name, "value": value} for name, value in row] for row in rows[start : start + limit]],
        "statistics": query["statistics"],
        "status": "Complete",
    }
    if start + limit < len(rows):
        output["nextToken"] = token_of(str(start + limit))
    return output


@operation("DescribeQueries")
def describe_queries(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_DescribeQueries; recorded answers"""
    name, status = req.get("logGroupName"), req.get("status") or "Complete"
    if name is not None:
        group_named(ctx, name)
    found = {
        number: each
        for number, each in ctx.state.queries.items()
        if name in (None, each["logGroupName"]) and status == "Complete" and req.get("queryLanguage") in (None, "CWLI")
    }
    page, token = page_of(found, {**req, "limit": req.get("maxResults")}, most=1000)
    names = ("queryId", "queryString", "createTime", "logGroupName")
    told = [{"queryLanguage": "CWLI", "status": "Complete"} | {key: found[each][key] for key in names} for each in page]
    output: Output = {"queries": told}
    if token is not None:
        output["nextToken"] = token
    return output


@operation("StopQuery")
def stop_query(ctx: Context, req: Input) -> Output:
    """No query runs for so long that it could be stopped.

    Raises ResourceNotFoundException, InvalidParameterException.  Source: API_StopQuery: "If the query has already
    ended, the operation returns an error indicating that the specified query is not running"
    """
    _query(ctx, req["queryId"])
    # Unknown: the words; stopping a query that has ended would tell.
    raise InvalidParameterException(f"Query with id {req['queryId']} is not running.")


@operation("GetLogRecord")
def get_log_record(ctx: Context, req: Input) -> Output:
    """All fields of the event that a result's @ptr leads to.

    Raises InvalidParameterException, ResourceNotFoundException.  Source: API_GetLogRecord
    """
    try:
        group_name, stream_name, time, number = orjson.loads(base64.b64decode(req["logRecordPointer"], validate=True))
        place = int(time), int(number)
    except (ValueError, TypeError):
        # Unknown: the words; a pointer that is none would tell.
        raise InvalidParameterException("The specified logRecordPointer is invalid.") from None
    group = group_named(ctx, str(group_name))
    events = group.stream(str(stream_name)).events
    index = bisect_left(events, place)
    if index == len(events) or (events[index].timestamp, events[index].number) != place:
        raise ResourceNotFoundException("The specified log record does not exist.")
    row = Row(Source(ctx.account, group.name, str(stream_name), events[index]))
    values = {name: value for name, value in row.whole().items() if value is not None}
    return {
        "logRecord": {
            name: value if isinstance(value, str) else str(int(value)) if value == int(value) else str(value)
            for name, value in values.items()
        }
    }


def _sourced(req: Input, group: LogGroup) -> str:
    """The query as DescribeQueries tells it.  Source: recorded answers"""
    start, end = req["startTime"] * 1000, req["endTime"] * 1000 + 999
    return f'SOURCE "{group.name}" START={start} END={end} | {req["queryString"]}'


def _groups(ctx: Context, req: Input) -> list[LogGroup]:
    given = [name for name in _SOURCES if req.get(name)]
    if len(given) != 1:
        # Unknown: the words; a query of no group would tell.
        raise InvalidParameterException(f"Exactly one of {', '.join(_SOURCES)} must be specified.")
    named = req[given[0]]
    return [group_identified(ctx, each) for each in dict.fromkeys([named] if isinstance(named, str) else named)]


def _compiled(text: str) -> Query:
    """Raises MalformedQueryException, NotImplementedHere."""
    try:
        return compile_query(text)
    except Malformed as error:
        raise MalformedQueryException(str(error)) from None
    except NotHere as what:
        raise NotImplementedHere(f"logs.StartQuery with {what}") from None


def _results(ctx: Context, req: Input, query: Query, groups: list[LogGroup]) -> dict[str, Any]:
    rows, scanned = _rows(ctx, req, groups)
    count = len(rows)
    found, matched = query.run(rows)
    limit = req.get("limit") or query.limit or _MOST_ROWS
    fields = query.fields if query.has_groups else [*query.fields, "@ptr"]
    return {
        "rows": tuple(_told(row, fields) for row in found[:limit]),
        "statistics": {
            "recordsMatched": float(matched),
            "recordsScanned": float(count),
            "bytesScanned": float(scanned),
        },
    }


def _told(row: Row, fields: list[str]) -> tuple[tuple[str, str], ...]:
    """The fields that a row has, as text."""
    values = [(name, row.get(name)) for name in fields]
    return tuple((name, spelled(value)) for name, value in values if value is not None)


def _rows(ctx: Context, req: Input, groups: list[LogGroup]) -> tuple[list[Row], int]:
    """The events of the span, the newest first, and their bytes."""
    start, end = req["startTime"] * 1000, req["endTime"] * 1000 + 999
    found = []
    for group in groups:
        oldest = group.oldest(now_ms(ctx))
        for stream in group.streams.values():
            low, high = stream.first_from(max(start, oldest)), stream.first_from(end + 1)
            found += [(event, group.name, stream.name) for event in stream.events[low:high]]
    # Streams are in order: sorting merges them, and need not compare much.
    found.sort(key=itemgetter(0))
    found.reverse()
    scanned = sum(message_bytes(event.message) for event, _, _ in found)
    return [Row(Source(ctx.account, group, stream, event)) for event, group, stream in found], scanned


def _query(ctx: Context, number: str) -> dict[str, Any]:
    query: dict[str, Any] | None = ctx.state.queries.get(number)
    if query is None:
        # Unknown: the words; an id that is not there would tell.
        raise ResourceNotFoundException(f"Query with id {number} does not exist.")
    return query
