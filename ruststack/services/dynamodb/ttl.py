"""Time to live: the attribute that holds when an item is over, and what takes such items away.

Source: API_UpdateTimeToLive; developer guide, TTL; the words of errors: ack-api-quirks, DDB-TABLE-442.
"""

from __future__ import annotations

from typing import Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb import storage
from ruststack.services.dynamodb.errors import TableNotFound, ValidationException
from ruststack.services.dynamodb.numbers import value_of
from ruststack.services.dynamodb.placement import Place
from ruststack.services.dynamodb.replicas import members
from ruststack.services.dynamodb.stages import leaving, status_of
from ruststack.services.dynamodb.state import StoredItem, Table, table_name
from ruststack.services.dynamodb.streams.writing import EXPIRED
from ruststack.services.dynamodb.tables import table_named

_FIVE_YEARS_S: Final = 5 * 365 * 24 * 3600


@operation("UpdateTimeToLive")
def update_time_to_live(ctx: Context, req: Input) -> Output:
    """Switch expiry on for an attribute, or off for the one that it is on for; with replicas, everywhere.

    Raises ResourceNotFoundException, ValidationException.  Source: API_UpdateTimeToLive
    """
    table, wanted = table_named(ctx, req), req["TimeToLiveSpecification"]
    if status_of(table, ctx.clock.now()) == "CREATING":
        raise TableNotFound(table.name)
    name = wanted["AttributeName"]
    if table.ttl and table.ttl != name:
        what = f"current AttributeName is {table.ttl}"
        raise ValidationException(f"TimeToLive is active on a different AttributeName: {what}")
    if wanted["Enabled"] and table.ttl:
        raise ValidationException("TimeToLive is already enabled")
    if not wanted["Enabled"] and not table.ttl:
        raise ValidationException("TimeToLive is already disabled")
    for _, member in members(ctx, table):
        member.ttl = name if wanted["Enabled"] else ""
    return {"TimeToLiveSpecification": wanted}


@operation("DescribeTimeToLive")
def describe_time_to_live(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException, ValidationException.  Source: API_DescribeTimeToLive; DDB-TABLE-442"""
    table = leaving(ctx, table_name(req["TableName"])) or table_named(ctx, req)
    status = status_of(table, ctx.clock.now())
    if status in ("CREATING", "DELETING"):
        raise ValidationException(
            f"Cannot describe time to live while table is in {status} state: Current table state is {status}"
        )
    if not table.ttl:
        return {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}
    return {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": table.ttl}}


def tick(ctx: Context) -> None:
    """Take away what is over by now, as the service itself: streams say who it was.

    AWS takes its time, up to some days; here items go when the clock is moved. What has been over for more than five
    years stays.  Source: developer guide, "Time to Live", "howitworks-ttl"
    """
    now = ctx.clock.now()
    for table in ctx.state.tables.values():
        if table.ttl:
            for stored in _expired(table, now):
                storage.remove(ctx, table, Place(stored.token, stored.sort), EXPIRED)


def _expired(table: Table, now: float) -> list[StoredItem]:
    return [stored for stored in table.rows.items() if now - _FIVE_YEARS_S < _end(stored, table.ttl) <= now]


def _end(stored: StoredItem, name: str) -> float:
    """When the item is over, in seconds since the epoch; never, for one that does not say so by a number."""
    value = storage.decode(stored).get(name)
    return float(value_of(value["N"])) if value is not None and "N" in value else float("inf")
