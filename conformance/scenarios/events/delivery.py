"""Events: putting them, what reaches a target, and patterns."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.events.rules import MISSING, rule
from conformance.scenarios.sqs.queues import DELIVERY_S, arn_of, queue

ORDER = {"Source": "conform.shop", "DetailType": "order", "Detail": json.dumps({"id": 7, "state": "paid"})}
EVENT = {
    "id": "11111111-1111-4111-8111-111111111111",
    "detail-type": "order",
    "source": "conform.shop",
    "account": "000000000000",
    "time": "2030-01-02T03:04:05Z",
    "region": "us-east-1",
    "resources": [],
    "detail": {"state": "paid", "sum": 12.5, "tags": ["a", "b"], "note": None, "address": "10.0.0.7"},
}


@scenario("events/put_events")
def put_events(t: Driver) -> None:
    """Every accepted entry has an id; one that lacks something fails alone."""
    events = t.client("events")
    events.put_events(Entries=[ORDER])
    when = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    events.put_events(Entries=[{**ORDER, "Time": when, "Resources": ["arn:aws:s3:::bucket"]}])
    t.step("incomplete")
    without = [{name: value for name, value in ORDER.items() if name != leave} for leave in ORDER]
    events.put_events(Entries=[ORDER, *without])
    events.put_events(Entries=[{**ORDER, "Detail": "no json"}, {**ORDER, "Detail": "[]"}])


@scenario("events/put_events_refused")
def put_events_refused(t: Driver) -> None:
    """Ten entries go at once, and no more than their size allows; a bus that is not there swallows them."""
    events = t.client("events")
    t.fails("ValidationException", events.put_events, Entries=[ORDER] * 11)
    large = {**ORDER, "Detail": json.dumps({"x": "x" * 1_048_577})}
    t.fails("ValidationException", events.put_events, Entries=[large])
    t.step("a bus that is not there")
    t.tries(events.put_events, Entries=[{**ORDER, "EventBusName": "conform-never-made"}])


@scenario("events/deliver_to_queue")
def deliver_to_queue(t: Driver) -> None:
    """A matching event reaches the target as a JSON envelope; one that does not match does not."""
    events, sqs = t.client("events"), t.client("sqs")
    url = queue(t)
    name = rule(t, EventPattern=json.dumps({"source": ["conform.shop"], "detail": {"state": ["paid"]}}))
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn_of(t, url)}])
    open_order = {**ORDER, "Detail": json.dumps({"id": 8, "state": "open"})}
    events.put_events(Entries=[open_order, ORDER])
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=DELIVERY_S)


@scenario("events/deliver_transformed")
def deliver_transformed(t: Driver) -> None:
    """A target may get another text: a constant, a part of the event, or a template with parts of it."""
    events, sqs = t.client("events"), t.client("sqs")
    for tag, how in (
        ("input", {"Input": '{"constant": true}'}),
        ("path", {"InputPath": "$.detail"}),
        (
            "template",
            {
                "InputTransformer": {
                    "InputPathsMap": {"id": "$.detail.id", "state": "$.detail.state"},
                    "InputTemplate": '{"order": <id>, "says": "it is <state>"}',
                }
            },
        ),
    ):
        t.step(tag)
        url = queue(t, tag)
        name = rule(t, tag, EventPattern=json.dumps({"source": [f"conform.{tag}"]}))
        events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn_of(t, url), **how}])
        events.put_events(Entries=[{**ORDER, "Source": f"conform.{tag}"}])
        sqs.receive_message(QueueUrl=url, WaitTimeSeconds=DELIVERY_S)


def tested(t: Driver, *patterns: dict[str, Any]) -> None:
    """Ask for each pattern whether the event matches it (recorded)."""
    for pattern in patterns:
        t.client("events").test_event_pattern(Event=json.dumps(EVENT), EventPattern=json.dumps(pattern))


@scenario("events/pattern_values")
def pattern_values(t: Driver) -> None:
    """Values match exactly, any of a list, deep in the detail, and each of an event's list by itself."""
    tested(
        t,
        {"source": ["conform.shop"]},
        {"source": ["other", "conform.shop"]},
        {"source": ["conform"]},
        {"detail": {"state": ["paid"], "sum": [12.5]}},
        {"detail": {"state": ["PAID"]}},
        {"detail": {"tags": ["b"]}},
        {"detail": {"note": [None]}},
        {"detail": {"missing": ["x"]}},
    )


@scenario("events/pattern_operators")
def pattern_operators(t: Driver) -> None:
    """Prefix, suffix, anything-but, numeric, exists, wildcard, case, address and $or are understood."""
    tested(
        t,
        {"source": [{"prefix": "conform."}]},
        {"source": [{"suffix": ".shop"}]},
        {"source": [{"prefix": {"equals-ignore-case": "CONFORM."}}]},
        {"source": [{"equals-ignore-case": "Conform.Shop"}]},
        {"source": [{"wildcard": "con*shop"}]},
        {"detail": {"state": [{"anything-but": "open"}]}},
        {"detail": {"state": [{"anything-but": ["open", "paid"]}]}},
        {"detail": {"state": [{"anything-but": {"prefix": "pa"}}]}},
        {"detail": {"sum": [{"numeric": [">", 12, "<=", 12.5]}]}},
        {"detail": {"sum": [{"numeric": ["=", 13]}]}},
        {"detail": {"missing": [{"exists": False}]}},
        {"detail": {"state": [{"exists": False}]}},
        {"detail": {"address": [{"cidr": "10.0.0.0/24"}]}},
        {"$or": [{"source": ["other"]}, {"detail-type": ["order"]}]},
    )


@scenario("events/pattern_refused")
def pattern_refused(t: Driver) -> None:
    """A pattern that is no JSON object, and an event that is none, are refused."""
    events = t.client("events")
    event = json.dumps(EVENT)
    for pattern in ("nonsense", "{'bad': 'quotation'}", '["a list"]', '{"not": closed'):
        t.fails("InvalidEventPatternException", events.test_event_pattern, Event=event, EventPattern=pattern)
    t.step("events")
    good = json.dumps({"source": ["conform.shop"]})
    t.fails("ValidationException", events.test_event_pattern, Event="plain text", EventPattern=good)


@scenario("events/missing")
def missing(t: Driver) -> None:
    """What was never made says so, in its own words."""
    events = t.client("events")
    name = t.name()
    t.fails(MISSING, events.describe_rule, Name=name)
    t.fails(MISSING, events.describe_event_bus, Name=name)
    t.fails(MISSING, events.describe_archive, ArchiveName=name[:48])
    t.fails(MISSING, events.describe_connection, Name=name)
    t.fails(MISSING, events.describe_api_destination, Name=name)
    t.fails(
        MISSING,
        events.list_tags_for_resource,
        ResourceARN=f"arn:aws:events:{t.region}:{t.account_id()}:event-bus/{name}",
    )
