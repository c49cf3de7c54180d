"""Log events: putting, reading, filtering, and queries."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.logs.groups import MISSING, group, stream

LONG_AGO_MS = 1_000_000_000_000
FAR_AHEAD_MS = 4_000_000_000_000


def now_ms() -> int:
    """AWS takes events of the last fourteen days only, so their time cannot be a constant."""
    return int(datetime.now(UTC).timestamp() * 1000)


def put(t: Driver, name: str, messages: list[str], tag: str = "stream") -> dict[str, Any]:
    """Put one event (recorded) for each message, a millisecond apart."""
    start = now_ms()
    entries = [{"timestamp": start + number, "message": each} for number, each in enumerate(messages)]
    answer: dict[str, Any] = t.client("logs").put_log_events(logGroupName=name, logStreamName=tag, logEvents=entries)
    return answer


@scenario("logs/events_read")
def events_read(t: Driver) -> None:
    """Events come back in order, the latest first page unless asked otherwise, with tokens both ways."""
    logs = t.client("logs")
    name = group(t)
    stream(t, name)
    put(t, name, ["one", "two", "three"])
    where = {"logGroupName": name, "logStreamName": "stream"}
    page = logs.get_log_events(**where, startFromHead=True, limit=2)
    logs.get_log_events(**where, startFromHead=True, limit=2, nextToken=page.get("nextForwardToken", "none"))
    t.step("from the end")
    logs.get_log_events(**where, limit=2)
    t.step("an empty stream")
    stream(t, name, "empty")
    logs.get_log_events(logGroupName=name, logStreamName="empty")


@scenario("logs/events_refused")
def events_refused(t: Driver) -> None:
    """Events need a group and a stream that are there, an order in time, and a message."""
    logs = t.client("logs", parameter_validation=False)
    name = group(t)
    stream(t, name)
    now = now_ms()
    event = {"timestamp": now, "message": "x"}
    missing = {"logGroupName": f"{name}-none", "logStreamName": "stream", "logEvents": [event]}
    t.fails(MISSING, logs.put_log_events, **missing)
    where = {"logGroupName": name, "logStreamName": "stream"}
    t.fails(MISSING, logs.put_log_events, **{**where, "logStreamName": "none"}, logEvents=[event])
    earlier = {"timestamp": now - 1000, "message": "y"}
    t.fails("InvalidParameterException", logs.put_log_events, **where, logEvents=[event, earlier])
    t.fails("InvalidParameterException", logs.put_log_events, **where, logEvents=[{**event, "message": ""}])
    t.fails("InvalidParameterException", logs.put_log_events, **where, logEvents=[])
    t.fails("InvalidParameterException", logs.get_log_events, **where, limit=10001)
    t.fails(MISSING, logs.get_log_events, logGroupName=name, logStreamName="none")


@scenario("logs/events_out_of_time")
def events_out_of_time(t: Driver) -> None:
    """Events that are too old or too far ahead are left out, and the answer says which."""
    logs = t.client("logs")
    name = group(t)
    stream(t, name)
    where = {"logGroupName": name, "logStreamName": "stream"}
    logs.put_log_events(**where, logEvents=[{"timestamp": LONG_AGO_MS, "message": "old"}])
    logs.put_log_events(**where, logEvents=[{"timestamp": FAR_AHEAD_MS, "message": "new"}])
    logs.get_log_events(**where)


@scenario("logs/events_filtered")
def events_filtered(t: Driver) -> None:
    """A filter is a word, a phrase, several words, an exclusion, or conditions on JSON."""
    logs = t.client("logs")
    name = group(t)
    stream(t, name)
    put(t, name, ["ERROR disk full", "INFO all well", "ERROR out of memory", json.dumps({"level": "WARN", "took": 12})])
    for pattern in (
        "",
        "ERROR",
        '"disk full"',
        "ERROR memory",
        "ERROR -disk",
        '{ $.level = "WARN" }',
        "{ $.took > 20 }",
    ):
        logs.filter_log_events(logGroupName=name, filterPattern=pattern)


@scenario("logs/events_filtered_streams")
def events_filtered_streams(t: Driver) -> None:
    """Filtering goes over all streams of a group, some of them, or those with a prefix."""
    logs = t.client("logs")
    name = group(t)
    for tag in ("a1", "a2", "b1"):
        stream(t, name, tag)
        put(t, name, [f"in {tag}"], tag)
    logs.filter_log_events(logGroupName=name, logStreamNames=["a1", "b1"])
    logs.filter_log_events(logGroupName=name, logStreamNamePrefix="a")
    t.step("refused")
    both = {"logStreamNames": ["a1"], "logStreamNamePrefix": "a"}
    t.fails("InvalidParameterException", logs.filter_log_events, logGroupName=name, **both)
    t.fails(MISSING, logs.filter_log_events, logGroupName=f"{name}-none")
    t.fails("InvalidParameterException", logs.filter_log_events, logGroupName=name, limit=10001)
    t.fails("InvalidParameterException", logs.filter_log_events, logGroupName=name, nextToken="nonsense")


@scenario("logs/query_life")
def query_life(t: Driver) -> None:
    """A query is started, and its results are asked for by its id."""
    logs = t.client("logs")
    name = group(t)
    stream(t, name)
    put(t, name, ["one"])
    span = {"startTime": 0, "endTime": FAR_AHEAD_MS // 1000}
    started = logs.start_query(logGroupName=name, **span, queryString="fields @message")
    logs.describe_queries(logGroupName=name)
    t.step("refused")
    t.fails(MISSING, logs.start_query, logGroupName=f"{name}-none", **span, queryString="fields @message")
    t.fails(MISSING, logs.get_query_results, queryId="11111111-1111-4111-8111-111111111111")
    t.tries(logs.stop_query, queryId=started["queryId"])
