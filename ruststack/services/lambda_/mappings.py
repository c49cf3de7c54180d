"""Event source mappings: their life. Whoever polls the sources is told of each change by the event ``Mapping``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ruststack.core.arn import partition_of
from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_ import event_sources
from ruststack.services.lambda_.errors import (
    InvalidParameterValueException,
    ResourceConflictException,
    ResourceNotFoundException,
)
from ruststack.services.lambda_.names import Named, home, is_number, named
from ruststack.services.lambda_.pages import page
from ruststack.services.lambda_.state import LATEST, Mapped, TumblingWindow

_PAGE = 100
_UNREAD = "No records processed"


@operation("CreateEventSourceMapping")
def create_event_source_mapping(ctx: Context, req: Input) -> Output:
    """Enabled at once, if it is to be; the answer says that it is being created.

    Raises InvalidParameterValueException, ResourceConflictException.
    Source: API_CreateEventSourceMapping; recorded answers; recordings/lambda/source_*.yaml
    """
    members = event_sources.created(ctx, req)
    which = _function(ctx, req["FunctionName"])
    source = event_sources.require(ctx, members)
    _check_double(ctx, which, members)
    is_enabled = req.get("Enabled") is not False
    mapped = Mapped(ctx.ids.uuid(), which.arn, members, is_enabled, ctx.clock.now(), tags=dict(req.get("Tags") or {}))
    mapped.checkpoints = event_sources.latest(ctx, members, source)
    ctx.state.mappings[mapped.uuid] = mapped
    ctx.emit("Mapping", uuid=mapped.uuid)
    return _described(ctx, mapped, "Creating" if is_enabled else "Disabled")


def _function(ctx: Context, given: str) -> Named:
    which = named(ctx, given)
    function = home(ctx, which).functions.get(which.name)
    qualifier = which.qualifier or LATEST
    if function is None or (
        function.version(qualifier) is None if is_number(qualifier) else qualifier not in function.aliases
    ):
        raise InvalidParameterValueException("Function does not exist")
    return which


def _check_double(ctx: Context, which: Named, members: Mapping[str, Any]) -> None:
    """Raises ResourceConflictException."""
    keys = ("EventSourceArn", "SelfManagedEventSource", "Topics")
    for mapped in ctx.state.mappings.values():
        is_same = all(mapped.members.get(key) == members.get(key) for key in keys)
        if is_same and mapped.function_arn == which.arn:
            raise ResourceConflictException(
                f"{_double(which, members)} already exists. "
                f"Please update or delete the existing mapping with UUID {mapped.uuid}"
            )


def _double(which: Named, members: Mapping[str, Any]) -> str:
    arn, kind = members.get("EventSourceArn"), event_sources.kind_of(members)
    if kind == "sqs":
        return f'An event source mapping with SQS arn (" {arn} ") and function (" {which.name} ")'
    if members.get("SelfManagedEventSource"):
        endpoints = members["SelfManagedEventSource"].get("Endpoints") or {}
        servers = ",".join(server for listed in endpoints.values() for server in listed)
        topics = ",".join(members.get("Topics") or ())
        return f'An event source mapping with event source ("{servers}"), function ("{which.arn}"), topics ("{topics}")'
    return f'The event source arn (" {arn} ") and function (" {which.name} ") provided mapping'


@operation("GetEventSourceMapping")
def get_event_source_mapping(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_GetEventSourceMapping; recorded answers"""
    return _told(ctx, _existing(ctx, req))


@operation("ListEventSourceMappings")
def list_event_source_mappings(ctx: Context, req: Input) -> Output:
    """Of one source or one function, or all.  Source: API_ListEventSourceMappings"""
    source = req.get("EventSourceArn")
    function = named(ctx, req["FunctionName"]).arn if req.get("FunctionName") else None
    entries = [
        (mapped.uuid, _told(ctx, mapped))
        for mapped in ctx.state.mappings.values()
        if source in (None, mapped.members.get("EventSourceArn")) and function in (None, mapped.function_arn)
    ]
    mappings, following = page(entries, req, _PAGE)
    return {"EventSourceMappings": mappings, **following}


@operation("UpdateEventSourceMapping")
def update_event_source_mapping(ctx: Context, req: Input) -> Output:
    """Changes what is given, at once; the answer says what is going on.

    Raises ResourceNotFoundException, InvalidParameterValueException.
    Source: API_UpdateEventSourceMapping; recorded answers
    """
    mapped = _existing(ctx, req)
    members = {**mapped.members, **event_sources.given(req)}
    event_sources.check(event_sources.kind_of(members), members)
    function_arn = _function(ctx, req["FunctionName"]).arn if req.get("FunctionName") else mapped.function_arn
    is_enabled = req.get("Enabled")
    mapped.members, mapped.function_arn, mapped.modified = members, function_arn, ctx.clock.now()
    if is_enabled is not None:
        mapped.is_enabled = is_enabled
    ctx.emit("Mapping", uuid=mapped.uuid)
    doing = {None: "Updating", True: "Enabling", False: "Disabling"}
    return _described(ctx, mapped, doing[is_enabled])


@operation("DeleteEventSourceMapping")
def delete_event_source_mapping(ctx: Context, req: Input) -> Output:
    """Gone at once; the answer says that it is being deleted.

    Raises ResourceNotFoundException.  Source: API_DeleteEventSourceMapping; recorded answers
    """
    mapped = _existing(ctx, req)
    del ctx.state.mappings[mapped.uuid]
    ctx.emit("Mapping", uuid=mapped.uuid)
    return _described(ctx, mapped, "Deleting")


@operation("AdvanceEventSourceMapping")
def advance_event_source_mapping(ctx: Context, req: Input) -> Output:
    """A shard was processed up to a record. An operation of the poller's: no client can call it."""
    mapped: Mapped | None = ctx.state.mappings.get(req["UUID"])
    if mapped is not None:
        mapped.checkpoints[req["ShardId"]] = req["SequenceNumber"]
        mapped.windows.pop(req["ShardId"], None)
        if req.get("Window") is not None:
            window = req["Window"]
            mapped.windows[req["ShardId"]] = TumblingWindow(window["Start"], window["End"], window["State"])
    return {}


def _existing(ctx: Context, req: Input) -> Mapped:
    mapped: Mapped | None = ctx.state.mappings.get(req["UUID"])
    if mapped is None:
        raise ResourceNotFoundException()
    return mapped


def _told(ctx: Context, mapped: Mapped) -> Output:
    return _described(ctx, mapped, "Enabled" if mapped.is_enabled else "Disabled")


def _described(ctx: Context, mapped: Mapped, state: str) -> Output:
    arn = f"arn:{partition_of(ctx.region)}:lambda:{ctx.region}:{ctx.account}:event-source-mapping:{mapped.uuid}"
    told: Output = {
        "UUID": mapped.uuid,
        "FunctionArn": mapped.function_arn,
        "EventSourceMappingArn": arn,
        **mapped.members,
        "LastModified": datetime.fromtimestamp(mapped.modified, UTC),
        "State": state,
        "StateTransitionReason": event_sources.reason(mapped.members),
    }
    if event_sources.has_results(mapped.members):
        told["LastProcessingResult"] = mapped.progress.result or _UNREAD
    return told
