"""UpdateTable: throughput, billing, indexes, and the settings of a table. What it changes is changed at once; with
the setting for it, tables and indexes say for a while that it is under way."""

from __future__ import annotations

from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb import encryption, replica_checks, replicas, stages, stream_settings, vector_updates
from ruststack.services.dynamodb.description import describe, describe_change, describe_index
from ruststack.services.dynamodb.errors import (
    InvalidParameter,
    LimitExceededException,
    NotImplementedHere,
    ResourceNotFoundException,
    ValidationException,
)
from ruststack.services.dynamodb.indexing import fill
from ruststack.services.dynamodb.replica_description import VERSION
from ruststack.services.dynamodb.schema import MAX_UNITS, check_billing_units, check_new_index, index_of
from ruststack.services.dynamodb.state import Index, Table, table_name
from ruststack.services.dynamodb.tables import table_named
from ruststack.services.dynamodb.throughput import UNITS, changed, described

_WANTED: Final = (
    "ProvisionedThroughput",
    "BillingMode",
    "StreamSpecification",
    "GlobalSecondaryIndexUpdates",
    "VectorIndexUpdates",
    "SSESpecification",
    "ReplicaUpdates",
    "TableClass",
    "DeletionProtectionEnabled",
    "OnDemandThroughput",
    "WarmThroughput",
    "GlobalTableSettingsReplicationMode",
)
_MODE: Final = "GlobalTableSettingsReplicationMode"
_MOST_UPDATES: Final = 5
Update = dict[str, Any]


@operation("UpdateTable")
def update_table(ctx: Context, req: Input) -> Output:
    """The answer says UPDATING and shows the throughput of before, as AWS's does; the next request sees the change.

    What it changes of keys, throughput, encryption and table class is changed with all replicas.

    Raises ValidationException, ResourceNotFoundException, LimitExceededException, ResourceInUseException.
    Source: API_UpdateTable; architect/dynalite's tests.
    """
    _check(ctx, req)
    stages.check_there(ctx, table_name(req["TableName"]))
    table = table_named(ctx, req)
    replica_checks.check_idle(ctx, req, table)
    updates: list[Update] = req.get("GlobalSecondaryIndexUpdates") or []
    _check_stages(req, table, updates, ctx.clock.now())
    _check_throughput(req, table, updates)
    _check_indexes(req, table, updates)
    vector_updates.check(req, table, _definitions(req), ctx.clock.now())
    stream_settings.check_change(table, req.get("StreamSpecification"))
    encryption.check(req.get("SSESpecification"))
    replica_checks.check_change(ctx, req, table)
    before = describe(table)
    gone = _change_all(ctx, req, table, updates)
    _change_settings(req, table)
    stream_settings.change(ctx, table, req.get("StreamSpecification"))
    replicas.change(ctx, req, table)
    description = _described(req, table, updates, gone, before)
    vector_updates.tell(req, description, before)
    return {"TableDescription": description}


def _change_all(ctx: Context, req: Input, table: Table, updates: list[Update]) -> list[Index]:
    """What is changed with all replicas. Returns the table's indexes that were deleted."""
    gone: list[Index] = []
    units = table.throughput.get("ReadCapacityUnits")
    for there, member in replicas.members(ctx, table):
        is_other = member is not table
        lost = _change_indexes(there, req, member, updates)
        has_own_reads = is_other and member.throughput.get("ReadCapacityUnits") != units
        _change_throughput(there, req, member, has_own_reads=has_own_reads)
        if req.get("TableClass"):
            member.settings["TableClassSummary"] = {"TableClass": req["TableClass"]}
        if not is_other or not (req.get("SSESpecification") or {}).get("KMSMasterKeyId"):
            encryption.change(there, member, req.get("SSESpecification"))  # keys are of one region
        _begin_stages(there, req, member, updates, lost)
        gone = gone if is_other else lost
    return gone


def _check(ctx: Context, req: Input) -> None:
    """What is wrong whatever the table is.

    Source: architect/dynalite's tests; ack-api-quirks, DDB-TABLE-015, -048, -442.
    """
    if req.get("DisassociationProtectionEnabled"):
        raise NotImplementedHere("dynamodb.UpdateTable with DisassociationProtectionEnabled")
    if all(req.get(name) in (None, []) for name in _WANTED):
        consistency = "" if req.get("MultiRegionConsistency") else "MultiRegionConsistency, "
        raise ValidationException(
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
            "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, "
            f"{consistency}DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required"
        )
    if (mode := req.get(_MODE)) == "ENABLED_WITH_OVERRIDES":
        raise ValidationException(
            f"Value '{mode}' at '{_MODE}' failed to satisfy constraint: Only ENABLED and DISABLED settings "
            "replication are supported for a Regional Table."
        )
    replica_checks.check_request(ctx, req)
    throughput = req.get("ProvisionedThroughput")
    if req.get("BillingMode") == "PROVISIONED" and not throughput:
        raise InvalidParameter("ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
    if throughput:
        check_billing_units(throughput)
    stream_settings.check(req.get("StreamSpecification"), is_update=True)
    named: set[str] = set()
    for update in req.get("GlobalSecondaryIndexUpdates") or ():
        action = update.get("Update") or update.get("Create") or update.get("Delete")
        if action is None:
            raise InvalidParameter(
                "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                "GlobalSecondaryIndexUpdate.Delete must not be null"
            )
        name = action["IndexName"]
        if name in named:
            raise InvalidParameter(
                f"Only one global secondary index update per index is allowed simultaneously. Index: {name}"
            )
        named.add(name)


def _check_stages(req: Input, table: Table, updates: list[Update], now: float) -> None:
    """What goes on already lets this begin. Raises ResourceInUseException, LimitExceededException."""
    if req.get("ProvisionedThroughput") or req.get("BillingMode") not in (None, table.billing_mode):
        stages.check_throughput(table, now)
    for update in updates:
        name = (update.get("Create") or update.get("Update") or update["Delete"])["IndexName"]
        index = table.indexes.get(name)
        stages.index_leaving(table, name, now)
        if index is not None and not update.get("Create"):
            stages.check_index(table, index, now, is_delete=bool(update.get("Delete")))
        if not update.get("Update"):
            if stages.is_one_online(table, now, but=name):
                raise LimitExceededException(stages.ONE_AT_A_TIME)
            stages.check_no_iops_change(table, now)


def _begin_stages(ctx: Context, req: Input, table: Table, updates: list[Update], gone: list[Index]) -> None:
    """Source: ack-api-quirks, DDB-TABLE-148: changes of an index's throughput leave the table ACTIVE."""
    for index in gone:
        stages.begin_index(ctx, index, "DELETING")
        index.rows = type(index.rows)()
    table.leaving = {index.name: index for index in gone if index.ready}
    for update in updates:
        if not update.get("Delete"):
            name = (update.get("Create") or update["Update"])["IndexName"]
            stages.begin_index(ctx, table.indexes[name], "CREATING" if update.get("Create") else "UPDATING")
    others = ("ProvisionedThroughput", "BillingMode", "StreamSpecification", "ReplicaUpdates")
    if any(req.get(name) for name in (*others, "VectorIndexUpdates")) or any(
        not each.get("Update") for each in updates
    ):
        stages.begin(ctx, table, "UPDATING")


def _check_throughput(req: Input, table: Table, updates: list[Update]) -> None:
    throughput, mode = req.get("ProvisionedThroughput"), req.get("BillingMode") or table.billing_mode
    if throughput and mode == "PAY_PER_REQUEST":
        what = "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        raise InvalidParameter(f"{what}PAY_PER_REQUEST")
    if len(updates) > _MOST_UPDATES:
        raise LimitExceededException(stages.ONE_AT_A_TIME)
    asked = {each["Update"]["IndexName"]: each["Update"]["ProvisionedThroughput"] for each in updates if _has(each)}
    if any(units[name] > MAX_UNITS for units in asked.values() for name in UNITS):
        raise ValidationException(
            "This operation cannot be performed with given input values. Please contact DynamoDB service team for "
            "more info: Action Blocked: IndexUpdate"
        )
    if mode == "PROVISIONED" and table.billing_mode != "PROVISIONED":
        left = [name for name, index in table.indexes.items() if not index.is_local and name not in asked]
        if left:
            raise InvalidParameter(f"ProvisionedThroughput must be specified for index: {','.join(left)}")
    if throughput and table.billing_mode == "PROVISIONED":
        _check_change(table.throughput, throughput)


def _has(update: Update) -> bool:
    return bool(update.get("Update") and update["Update"].get("ProvisionedThroughput"))


def _check_change(now: dict[str, Any], wanted: dict[str, Any]) -> None:
    if all(now.get(name) == wanted[name] for name in UNITS):
        raise ValidationException(
            "The provisioned throughput for the table will not change. The requested value equals the current value. "
            f"Current ReadCapacityUnits provisioned for the table: {now['ReadCapacityUnits']}. "
            f"Requested ReadCapacityUnits: {wanted['ReadCapacityUnits']}. "
            f"Current WriteCapacityUnits provisioned for the table: {now['WriteCapacityUnits']}. "
            f"Requested WriteCapacityUnits: {wanted['WriteCapacityUnits']}. "
            "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
        )


def _check_indexes(req: Input, table: Table, updates: list[Update]) -> None:
    if sum(1 for each in updates if not each.get("Update")) + len(req.get("VectorIndexUpdates") or ()) > 1:
        raise LimitExceededException(stages.ONE_AT_A_TIME)
    for update in updates:
        if given := update.get("Create"):
            if given["IndexName"] in table.indexes:
                raise ValidationException("Attempting to create an index which already exists")
            mode = req.get("BillingMode") or table.billing_mode
            check_new_index(given, {**table.definitions, **_definitions(req)}, mode)
        else:
            name = (update.get("Update") or update["Delete"])["IndexName"]
            index = table.indexes.get(name)
            if index is None or index.is_local:
                raise ResourceNotFoundException(f"Requested resource not found: Index {name} for table {table.name}")


def _definitions(req: Input) -> dict[str, str]:
    return {each["AttributeName"]: each["AttributeType"] for each in req.get("AttributeDefinitions") or ()}


def _change_indexes(ctx: Context, req: Input, table: Table, updates: list[Update]) -> list[Index]:
    """Returns the indexes that were deleted."""
    gone = []
    table.definitions = {**_definitions(req), **table.definitions}
    for update in updates:
        if given := update.get("Create"):
            index = index_of(given, False, table.definitions)
            fill(table, index)
            table.indexes[index.name] = index
        elif given := update.get("Update"):
            index = table.indexes[given["IndexName"]]
            if given.get("ProvisionedThroughput"):
                index.throughput = changed(ctx, index.throughput, given["ProvisionedThroughput"])
            index.on_demand = given.get("OnDemandThroughput") or index.on_demand
            index.warm = given.get("WarmThroughput") or index.warm
        else:
            gone.append(table.indexes.pop(update["Delete"]["IndexName"]))
    vector_updates.change(ctx, req, table)
    used = {name for key in (table.key, *(each.key for each in table.indexes.values())) for name in key.names}
    used.update(name for each in table.vectors.values() for name in each.types)
    table.definitions = {name: kind for name, kind in table.definitions.items() if name in used}
    return gone


def _change_throughput(ctx: Context, req: Input, table: Table, *, has_own_reads: bool) -> None:
    mode = req.get("BillingMode") or table.billing_mode
    if mode == "PAY_PER_REQUEST" and table.billing_mode != mode:
        table.billing_changed = ctx.clock.now()
        table.throughput = {}
        for index in table.indexes.values():
            index.throughput = {}
    table.billing_mode = mode
    if req.get("ProvisionedThroughput"):
        wanted = req["ProvisionedThroughput"]
        if has_own_reads and table.throughput:
            wanted = {**wanted, "ReadCapacityUnits": table.throughput["ReadCapacityUnits"]}
        table.throughput = changed(ctx, table.throughput, wanted)


def _change_settings(req: Input, table: Table) -> None:
    if req.get("DeletionProtectionEnabled") is not None:
        table.settings["DeletionProtectionEnabled"] = req["DeletionProtectionEnabled"]
    if req.get("OnDemandThroughput"):
        table.settings["OnDemandThroughput"] = req["OnDemandThroughput"]
    if req.get(_MODE):
        table.settings[_MODE] = req[_MODE]
    if req.get("WarmThroughput"):
        table.warm = req["WarmThroughput"]


def _described(
    req: Input, table: Table, updates: list[Update], gone: list[Index], before: dict[str, Any]
) -> dict[str, Any]:
    description = describe_change(table, "UPDATING")
    if req.get("ProvisionedThroughput") and before["ProvisionedThroughput"]["ReadCapacityUnits"]:
        description["ProvisionedThroughput"] = described(table.throughput["Before"], 0)
    if req.get("ReplicaUpdates"):
        # Replicas are shown as they were: ack-api-quirks, DDB-TABLE-204, -226, -258.
        description |= {"GlobalTableVersion": VERSION, "Replicas": before.get("Replicas", [])}
        description.pop("GlobalTableWitnesses", None)
        description |= {name: before[name] for name in ("GlobalTableWitnesses",) if name in before}
    created = {each["Create"]["IndexName"] for each in updates if each.get("Create")}
    changing = {each["Update"]["IndexName"] for each in updates if each.get("Update")}
    for index in description.get("GlobalSecondaryIndexes", ()):
        if index["IndexName"] in created:
            index.update(IndexStatus="CREATING", Backfilling=False)
        elif index["IndexName"] in changing:
            index["IndexStatus"] = "UPDATING"
    for index_gone in gone:
        told = {**describe_index(index_gone, table), "IndexStatus": "DELETING"}
        description.setdefault("GlobalSecondaryIndexes", []).append(told)
    return description
