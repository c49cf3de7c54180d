"""Global tables: replicas in other regions, each a table of its own there, with the same items.

A write in one region is in all of them at once; AWS takes about a second, and lets the last writer win.

Source: API_ReplicationGroupUpdate; developer guide, "Global tables" (version 2019.11.21).
Unknown: whether DescribeTable lists the region itself; the words for a replica that is there, or is not there: a
global table of two regions, described, and changed so in AWS, would tell.
"""

from __future__ import annotations

from typing import Any, Final

from ruststack.core.fork import fork
from ruststack.kit import Context, Input
from ruststack.services.dynamodb.errors import ValidationException
from ruststack.services.dynamodb.state import Table

VERSION: Final = "2019.11.21"
_KINDS: Final = ("Create", "Update", "Delete")


def check(ctx: Context, req: Input, table: Table) -> None:
    """Raises ValidationException."""
    updates = req.get("ReplicaUpdates") or []
    if len(updates) > 1:
        raise ValidationException("Only one replica can be created, updated or deleted in a request")
    for update in updates:
        kinds = [kind for kind in _KINDS if update.get(kind)]
        if len(kinds) != 1:
            raise ValidationException("A replica update names one of Create, Update and Delete")
        region = update[kinds[0]]["RegionName"]
        if kinds[0] == "Create":
            _check_new(ctx, table, region)
        elif region not in table.replicas:
            raise ValidationException(f"There is no replica of the table {table.name} in {region}")


def _check_new(ctx: Context, table: Table, region: str) -> None:
    if region == ctx.region or region in table.replicas:
        raise ValidationException(f"There is a replica of the table {table.name} in {region} already")
    if table.name in ctx.in_region(region).state.tables:
        raise ValidationException(
            f"Failed to create a the new replica of table with name: '{table.name}' because one or more replicas "
            "already existed as tables."
        )


def change(ctx: Context, req: Input, table: Table) -> None:
    """Make or remove replicas; all of them know of each other. What was asked for has been checked."""
    for update in req.get("ReplicaUpdates") or []:
        if update.get("Create"):
            _create(ctx, table, update["Create"])
        elif update.get("Delete"):
            _delete(ctx, table, update["Delete"]["RegionName"])
        else:
            wanted = update["Update"]
            table.replicas[wanted["RegionName"]] |= _told(wanted)


def _create(ctx: Context, table: Table, wanted: dict[str, Any]) -> None:
    region = wanted["RegionName"]
    there = ctx.in_region(region)
    replica: Table = fork(table)
    replica.arn = f"arn:aws:dynamodb:{region}:{ctx.account}:table/{table.name}"
    replica.id, replica.created = ctx.ids.uuid(), ctx.clock.now()
    replica.stream, replica.history, replica.tags = "", None, {}
    replica.ready, replica.leaving = 0.0, {}
    replica.settings = {name: value for name, value in table.settings.items() if "Stream" not in name}
    for other, told in table.replicas.items():
        replica.replicas[other] = dict(told)
        ctx.in_region(other).state.tables[table.name].replicas[region] = _told(wanted)
    replica.replicas[ctx.region] = _told({"RegionName": ctx.region})
    table.replicas[region] = _told(wanted)
    there.state.tables[table.name] = replica


def _delete(ctx: Context, table: Table, region: str) -> None:
    ctx.in_region(region).state.tables.pop(table.name, None)
    leave(ctx, table, region)


def leave(ctx: Context, table: Table, region: str) -> None:
    """The replica in ``region`` is gone: nobody names it any more."""
    for other in table.replicas:
        known: Table | None = ctx.in_region(other).state.tables.get(table.name)
        if known is not None:
            known.replicas.pop(region, None)
    table.replicas.pop(region, None)


def _told(wanted: dict[str, Any]) -> dict[str, Any]:
    """A ReplicaDescription."""
    told = {"RegionName": wanted["RegionName"], "ReplicaStatus": "ACTIVE"}
    for name in ("KMSMasterKeyId", "ProvisionedThroughputOverride", "OnDemandThroughputOverride"):
        if wanted.get(name):
            told[name] = wanted[name]
    if wanted.get("TableClassOverride"):
        told["ReplicaTableClassSummary"] = {"TableClass": wanted["TableClassOverride"]}
    return told


def described(table: Table) -> dict[str, Any]:
    """What a table's description says of its replicas."""
    if not table.replicas:
        return {}
    return {"GlobalTableVersion": VERSION, "Replicas": [table.replicas[region] for region in sorted(table.replicas)]}
