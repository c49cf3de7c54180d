"""Event buses, their permissions and archives."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from conformance.scenarios import Driver, scenario
from conformance.scenarios.events.rules import MISSING, PATTERN


@scenario("events/bus_life")
def bus_life(t: Driver) -> None:
    """An account has a default bus, and makes others of its own."""
    events = t.client("events")
    name = t.name()
    events.describe_event_bus()
    events.create_event_bus(Name=name, Tags=[{"Key": "colour", "Value": "blue"}])
    events.describe_event_bus(Name=name)
    events.list_event_buses(NamePrefix="conform-")
    t.fails("ResourceAlreadyExistsException", events.create_event_bus, Name=name)
    t.step("deleted")
    events.delete_event_bus(Name=name)
    t.fails(MISSING, events.describe_event_bus, Name=name)
    events.delete_event_bus(Name=name)


@scenario("events/bus_refused")
def bus_refused(t: Driver) -> None:
    """The default bus is neither made nor deleted; names are checked."""
    events = t.client("events")
    t.fails("ResourceAlreadyExistsException", events.create_event_bus, Name="default")
    t.fails("ValidationException", events.delete_event_bus, Name="default")
    t.fails("ValidationException", events.create_event_bus, Name="a b")
    t.fails("ValidationException", events.create_event_bus, Name="a/b")


@scenario("events/bus_rules")
def bus_rules(t: Driver) -> None:
    """A rule belongs to its bus: the same name may be on two, and a bus with rules stays."""
    events = t.client("events")
    name = t.name()
    events.create_event_bus(Name=name)
    for bus in ("default", name):
        events.put_rule(Name=name, EventBusName=bus, EventPattern=PATTERN)
        events.describe_rule(Name=name, EventBusName=bus)
    events.list_rules(EventBusName=name)
    t.step("a bus that is not there")
    t.fails(MISSING, events.put_rule, Name=name, EventBusName=f"{name}-none", EventPattern=PATTERN)
    t.fails(MISSING, events.list_rules, EventBusName=f"{name}-none")
    t.step("schedules are for the default bus alone")
    minute = {"Name": f"{name}-rate", "ScheduleExpression": "rate(1 minute)"}
    t.fails("ValidationException", events.put_rule, **minute, EventBusName=name)
    t.step("a bus with rules stays")
    t.tries(events.delete_event_bus, Name=name)


@scenario("events/bus_permissions")
def bus_permissions(t: Driver) -> None:
    """Permissions are statements of the bus's policy: added, shown, taken away one by one or all."""
    events = t.client("events")
    name = t.name()
    events.create_event_bus(Name=name)
    grant = {"EventBusName": name, "Action": "events:PutEvents"}
    events.put_permission(**grant, Principal="*", StatementId="all")
    events.put_permission(**grant, Principal="111122223333", StatementId="one")
    events.describe_event_bus(Name=name)
    events.remove_permission(EventBusName=name, StatementId="all")
    events.describe_event_bus(Name=name)
    t.fails(MISSING, events.remove_permission, EventBusName=name, StatementId="all")
    events.remove_permission(EventBusName=name, RemoveAllPermissions=True)
    events.describe_event_bus(Name=name)
    t.step("a bus that is not there")
    missing = {**grant, "EventBusName": f"{name}-none"}
    t.fails(MISSING, events.put_permission, **missing, Principal="*", StatementId="all")


@scenario("events/archive_life")
def archive_life(t: Driver) -> None:
    """An archive keeps a bus's events, is changed, listed and deleted."""
    events = t.client("events")
    bus, name = t.name("bus"), t.name()
    source = events.create_event_bus(Name=bus)["EventBusArn"]
    make = {"ArchiveName": name[:48], "EventSourceArn": source}
    events.create_archive(**make, Description="before", EventPattern=PATTERN, RetentionDays=1)
    events.describe_archive(ArchiveName=name[:48])
    events.update_archive(ArchiveName=name[:48], Description="after", RetentionDays=2)
    events.describe_archive(ArchiveName=name[:48])
    events.list_archives(EventSourceArn=source)
    t.fails("ResourceAlreadyExistsException", events.create_archive, **make)
    t.step("deleted")
    events.delete_archive(ArchiveName=name[:48])
    t.fails(MISSING, events.describe_archive, ArchiveName=name[:48])


@scenario("events/archive_refused")
def archive_refused(t: Driver) -> None:
    """An archive and a replay need a bus or archive that is there, and an end after the start."""
    events = t.client("events")
    here = f"arn:aws:events:{t.region}:{t.account_id()}"
    name = t.name()[:48]
    t.fails(MISSING, events.create_archive, ArchiveName=name, EventSourceArn=f"{here}:event-bus/conform-none")
    t.fails(MISSING, events.describe_archive, ArchiveName=name)
    t.fails(MISSING, events.delete_archive, ArchiveName=name)
    t.fails("ValidationException", events.update_archive, ArchiveName=name)
    t.fails(MISSING, events.list_archives, EventSourceArn=f"{here}:event-bus/conform-none")
    t.fails(MISSING, events.describe_replay, ReplayName=name)
    start = {
        "ReplayName": name,
        "EventSourceArn": f"{here}:archive/conform-none",
        "EventStartTime": datetime(2030, 1, 1, tzinfo=UTC),
        "EventEndTime": datetime(2030, 1, 2, tzinfo=UTC),
        "Destination": {"Arn": f"{here}:event-bus/default"},
    }
    t.fails("ValidationException", events.start_replay, **start)


@scenario("events/connection_life")
def connection_life(t: Driver) -> None:
    """A connection and a destination that uses it are made, described and deleted."""
    events = t.client("events")
    name = t.name()
    keys = {"ApiKeyName": "x-key", "ApiKeyValue": "not-a-real-secret"}
    made = events.create_connection(
        Name=name, AuthorizationType="API_KEY", AuthParameters={"ApiKeyAuthParameters": keys}
    )
    events.describe_connection(Name=name)
    how = {"HttpMethod": "POST", "InvocationEndpoint": "https://example.com/conform"}
    events.create_api_destination(Name=name, ConnectionArn=made["ConnectionArn"], **how)
    events.describe_api_destination(Name=name)
    events.list_api_destinations(NamePrefix=name)
    t.step("deleted")
    events.delete_api_destination(Name=name)
    t.fails(MISSING, events.describe_api_destination, Name=name)
    events.delete_connection(Name=name)


@scenario("events/default_bus_policy")
def default_bus_policy(t: Driver) -> None:
    """A whole policy may be put on a bus at once."""
    events = t.client("events")
    name = t.name()
    arn = events.create_event_bus(Name=name)["EventBusArn"]
    statement = {
        "Sid": "whole",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{t.account_id()}:root"},
        "Action": "events:PutEvents",
        "Resource": arn,
    }
    events.put_permission(EventBusName=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    events.describe_event_bus(Name=name)
