"""Global tables: replicas in other regions, each a table of its own there, with the same items.

A write in one region is in all of them at once; AWS takes about a second, and lets the last writer win.
Keys, indexes, throughput, billing, table class and time to live are of all of them; tags, policies, recovery, insights
and protection are of each one.

Source: API_ReplicationGroupUpdate; developer guide, "Global tables" (version 2019.11.21); ack-api-quirks (published
probes of DynamoDB, October 2026), DDB-TABLE-204, -221, -226, -230, -251, -265, -295, -296, -305.
"""

from __future__ import annotations

from typing import Any, Final

from ruststack.core.fork import fork
from ruststack.kit import Context, Input
from ruststack.services.dynamodb import encryption, stages, stream_settings
from ruststack.services.dynamodb.replica_description import entry
from ruststack.services.dynamodb.state import Replication, Table
from ruststack.services.dynamodb.streams.writing import close_stream

_STREAM: Final = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
_COMMON: Final = ("TableClassSummary", "OnDemandThroughput")
Member = tuple[Context, Table]


def members(ctx: Context, table: Table) -> list[Member]:
    """The table and its replicas, each with its region's state at hand; the table comes first."""
    others = [ctx.in_region(region) for region in table.replicas]
    return [(ctx, table), *((there, there.state.tables[table.name]) for there in others)]


def change(ctx: Context, req: Input, table: Table) -> None:
    """Make, change or remove replicas and witnesses. What was asked for has been checked."""
    updates = req.get("ReplicaUpdates") or ()
    if updates and req.get("MultiRegionConsistency") == "STRONG":
        table.replication.is_strong = True
    for update in updates:
        if update.get("Create"):
            _create(ctx, table, update["Create"])
        elif update.get("Delete"):
            _delete(ctx, table, update["Delete"]["RegionName"])
        else:
            there = ctx.in_region(update["Update"]["RegionName"])
            _override(there.state.tables[table.name], update["Update"])
    for update in req.get("GlobalTableWitnessUpdates") or ():
        _witness(ctx, table, update)
    refresh(ctx, table)


def refresh(ctx: Context, table: Table) -> None:
    """Tell each replica of what has changed with the others."""
    if table.replicas:
        _join(members(ctx, table))


def _join(group: list[Member]) -> None:
    """All of these know of each other, in the order in which they were made."""
    ordered = sorted(group, key=lambda member: member[1].created)
    for _, here in group:
        here.replicas = {
            there.region: entry(here, table, there.region) for there, table in ordered if table is not here
        }


def _create(ctx: Context, table: Table, wanted: dict[str, Any]) -> None:
    region = wanted["RegionName"]
    if region in table.replicas:
        return  # named twice in a request
    there, group = ctx.in_region(region), members(ctx, table)
    if not table.stream:
        stream_settings.change(ctx, table, _STREAM)
    replica = _copy(there, table)
    stream_settings.change(there, replica, table.settings["StreamSpecification"])
    if "SSEDescription" in table.settings:
        encryption.change(there, replica, {"Enabled": True, "KMSMasterKeyId": wanted.get("KMSMasterKeyId")})
    _override(replica, wanted)
    there.state.tables[table.name] = replica
    table.replication.made[region] = ctx.clock.now()
    for _, member in group:
        _begin(ctx, member, region, "CREATING")
    stages.begin(there, replica, "CREATING")
    _join([*group, (there, replica)])


def _copy(there: Context, table: Table) -> Table:
    replica: Table = fork(table)
    replica.arn = f"arn:aws:dynamodb:{there.region}:{there.account}:table/{table.name}"
    replica.id, replica.created = there.ids.uuid(), there.clock.now()
    replica.stream, replica.history, replica.tags = "", None, {}
    replica.destinations, replica.insights, replica.leaving, replica.ready = {}, {}, {}, 0.0
    replica.settings = {name: table.settings[name] for name in _COMMON if name in table.settings}
    replica.settings["DeletionProtectionEnabled"] = False
    replica.replication = Replication(
        is_strong=table.replication.is_strong,
        witnesses=list(table.replication.witnesses),
        # What is set for writes is set everywhere.
        scaling={name: {"Write": each["Write"]} for name, each in table.replication.scaling.items() if "Write" in each},
    )
    return replica


def _override(replica: Table, wanted: dict[str, Any]) -> None:
    """What a replica has for itself."""
    if wanted.get("ProvisionedThroughputOverride") and replica.billing_mode == "PROVISIONED":
        replica.throughput = {**replica.throughput, **wanted["ProvisionedThroughputOverride"]}
    if wanted.get("OnDemandThroughputOverride"):
        known = replica.settings.get("OnDemandThroughput") or {}
        replica.settings["OnDemandThroughput"] = {**known, **wanted["OnDemandThroughputOverride"]}
    if wanted.get("TableClassOverride"):
        replica.settings["TableClassSummary"] = {"TableClass": wanted["TableClassOverride"]}
    for given in wanted.get("GlobalSecondaryIndexes") or ():
        index = replica.indexes.get(given["IndexName"])  # an index that is not there is passed by: DDB-TABLE-307
        if index is not None:
            index.throughput = {**index.throughput, **(given.get("ProvisionedThroughputOverride") or {})}
            index.on_demand = {**index.on_demand, **(given.get("OnDemandThroughputOverride") or {})}


def _delete(ctx: Context, table: Table, region: str) -> None:
    there = ctx.in_region(region)
    gone: Table = there.state.tables.pop(table.name)
    stages.leave(there, gone)
    close_stream(there, gone)
    there.state.policies.pop(gone.arn, None)
    leave(there, gone)


def leave(ctx: Context, table: Table) -> None:
    """The table is gone, or about to be: its replicas know of it no more."""
    left = members(ctx, table)[1:]
    table.replicas = {}
    for there, other in left:
        told = other.replicas.pop(ctx.region)
        other.replication.made.pop(ctx.region, None)
        _begin(there, other, ctx.region, "DELETING", told)
        if not other.replicas:
            other.replication.scaling, other.replication.is_strong = {}, False
    _join(left)


def _begin(ctx: Context, table: Table, region: str, status: str, told: dict[str, Any] | None = None) -> None:
    """A replica is CREATING or DELETING from now on, for as long as the settings say."""
    now, delay = ctx.clock.now(), ctx.world.settings.dynamodb_table_delay
    known = table.replication.stages
    table.replication.stages = {name: stage for name, stage in known.items() if stage[1] > now and name != region}
    if delay:
        table.replication.stages[region] = (status, now + delay, told)


def _witness(ctx: Context, table: Table, update: dict[str, Any]) -> None:
    """A witness has no table. Without replicas the table is one of its region alone again."""
    for _, member in members(ctx, table):
        if update.get("Create"):
            member.replication.witnesses = [update["Create"]["RegionName"]]
        else:
            member.replication.witnesses = []
