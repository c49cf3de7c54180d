"""What may not be asked of replicas, in DynamoDB's words.

Source: ack-api-quirks (published probes of DynamoDB, October 2026), DDB-TABLE-202, -203, -222, -223, -224, -225, -257,
-258, -260, -261, -265, -266, -267, -294, -297, -306, -307, -309, -313, -442, -444.

A provisioned table may have replicas although DynamoDB wants its writes scaled first ("Table write capacity should
either be Pay-Per-Request or AutoScaled."): there is no Application Auto Scaling here to ask.
"""

from __future__ import annotations

from typing import Any, Final

from ruststack.kit import Context, Input
from ruststack.services.dynamodb import stages
from ruststack.services.dynamodb.errors import (
    GlobalTableInUse,
    InvalidParameter,
    NotImplementedHere,
    ResourceInUseException,
    ValidationException,
)
from ruststack.services.dynamodb.regions import check_strong, check_supported
from ruststack.services.dynamodb.state import Table

_KINDS: Final = ("Create", "Update", "Delete", "Disassociate")
_ALONE: Final = (
    *("ProvisionedThroughput", "BillingMode", "StreamSpecification", "GlobalSecondaryIndexUpdates", "TableClass"),
    *("SSESpecification", "DeletionProtectionEnabled", "OnDemandThroughput", "WarmThroughput"),
)
_OVERRIDES: Final = ("ProvisionedThroughputOverride", "OnDemandThroughputOverride")
_ACTIONS: Final = (*_OVERRIDES, "KMSMasterKeyId", "TableClassOverride")
_MANY: Final = "Update table operation with more than one"
_A_DAY_S: Final = 24 * 3600.0
_OTHERS: Final = 2


def check_request(ctx: Context, req: Input) -> None:
    """What is wrong whatever the table is.

    Raises ValidationException.  Unknown: which of several faults is told; an UpdateTable with two would tell.
    """
    updates, witnesses = req.get("ReplicaUpdates") or [], req.get("GlobalTableWitnessUpdates") or []
    if not updates:
        return
    is_of_many = witnesses or req.get("MultiRegionConsistency")
    if any(req.get(name) is not None for name in _ALONE):
        if is_of_many:
            raise ValidationException("Requests that modify replicas or witnesses must not also modify other fields")
        raise InvalidParameter("Replica modification must be the only operation in the request")
    kind = _kind(updates)
    regions = _regions(updates)
    if ctx.region in regions:
        raise ValidationException(
            "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or "
            "UpdateTable as required."
        )
    for region in regions:
        check_supported(ctx, region)
    if is_of_many:
        _check_many(ctx, req, kind, regions)
    elif kind == "Create" and len(regions) > 1:
        raise _too_many()


def _kind(updates: list[dict[str, Any]]) -> str:
    """The one kind of action that is asked for."""
    kinds = {kind for update in updates for kind in _KINDS if update.get(kind) is not None}
    if len(kinds) > 1:
        raise ValidationException(f"{_MANY} type of replica actions not allowed.")
    if not kinds or any(not _is_action(update) for update in updates):
        raise ValidationException("There are no actions specified in the Replica Update Action of the request.")
    [kind] = kinds
    if kind == "Disassociate":
        raise NotImplementedHere("dynamodb.UpdateTable with ReplicaUpdates of Disassociate")
    return kind


def _is_action(update: dict[str, Any]) -> bool:
    wanted = update.get("Update")
    if wanted is None:
        return any(update.get(kind) is not None for kind in _KINDS)
    of_indexes = (index.get(name) for index in wanted.get("GlobalSecondaryIndexes") or () for name in _OVERRIDES)
    return any(wanted.get(name) for name in _ACTIONS) or any(of_indexes)


def _regions(updates: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(action["RegionName"] for update in updates for action in update.values() if action))


def _witnesses(req: Input, kind: str) -> list[str]:
    updates = req.get("GlobalTableWitnessUpdates") or ()
    return [update[kind]["RegionName"] for update in updates if update.get(kind)]


def _too_many() -> ValidationException:
    return ValidationException(f"{_MANY} create or delete replica actions not allowed")


def _check_many(ctx: Context, req: Input, kind: str, regions: list[str]) -> None:
    """A global table of strong consistency is made at once: of three regions, one of which may be a witness."""
    mode, made = req.get("MultiRegionConsistency"), _witnesses(req, "Create")
    if made and mode != "STRONG":
        raise ValidationException(
            "MultiRegionConsistency must be set as STRONG when GlobalTableWitnessUpdates parameter is present."
        )
    if mode and kind != "Create":
        raise ValidationException(
            "Only Replica Create actions are supported when MultiRegionConsistency parameter is provided."
        )
    if mode == "STRONG":
        check_strong(ctx, [*regions, *made])
        if set(regions) & set(made):
            raise ValidationException("Cannot target multiple regions with the same action")
        if ctx.region in made:
            raise ValidationException(
                "Cannot add a witness in the same region as an existing replica when creating a global table with "
                "MultiRegionConsistency set to STRONG."
            )
        if len(regions) + len(made) != _OTHERS:
            raise ValidationException(
                "Unsupported replica count for global tables with MultiRegionConsistency set to STRONG."
            )
    elif kind == "Create" and len(regions) > 1:
        raise _too_many()


def check_change(ctx: Context, req: Input, table: Table) -> None:
    """What the table does not allow. Raises ValidationException, ResourceInUseException."""
    updates = req.get("ReplicaUpdates") or []
    if not updates:
        return
    regions, kind = _regions(updates), _kind(updates)
    if req.get("MultiRegionConsistency") and table.replicas:
        raise ValidationException("MultiRegionConsistency parameter is unsupported on existing global table")
    if kind != "Create":
        _check_members(table, regions)
    for update in updates:
        _check_settings(table, kind, update[kind])
    if kind == "Create":
        _check_created(ctx, req, table, regions)
    elif kind == "Delete":
        _check_deleted(ctx, req, table, regions)


def _check_created(ctx: Context, req: Input, table: Table, regions: list[str]) -> None:
    if table.replication.is_strong:
        raise ValidationException("Cannot add replicas to a global table with strong MultiRegionConsistency")
    if any(_is_there(ctx, table.name, region) for region in regions):
        raise ValidationException(
            f"Failed to create a the new replica of table with name: ‘{table.name}’ because one or more replicas "
            "already existed as tables."
        )
    if req.get("MultiRegionConsistency") == "STRONG" and table.count:
        # Source: developer guide, V2globaltables_HowItWorks. Unknown: the words; such a request would tell.
        raise ValidationException("A global table of strong MultiRegionConsistency is made of an empty table.")


def _is_there(ctx: Context, name: str, region: str) -> bool:
    there = ctx.in_region(region)
    return name in there.state.tables or stages.leaving(there, name) is not None


def _check_members(table: Table, regions: list[str]) -> None:
    if unknown := [region for region in regions if region not in table.replicas]:
        raise _no_part("replicas", unknown)


def _no_part(what: str, regions: list[str]) -> ValidationException:
    return ValidationException(
        f"Update global table operation failed because one or more {what} were not part of the global table. Please "
        f"retry the request without these {what}: [{', '.join(regions)}]."
    )


def _check_deleted(ctx: Context, req: Input, table: Table, regions: list[str]) -> None:
    named = _witnesses(req, "Delete")
    if unknown := [region for region in named if region not in table.replication.witnesses]:
        raise _no_part("witnesses", unknown)
    if table.replication.is_strong:
        if set(table.replication.witnesses) - set(named):
            raise ValidationException("Update table delete operation does not include all witnesses.")
        if set(table.replicas) - set(regions):
            raise _one_only()
    elif len(regions) > 1:
        raise _too_many()
    for region in regions:
        there = ctx.in_region(region)
        other: Table = there.state.tables[table.name]
        check_protection(there, other)
        if not table.replication.is_strong:
            check_source(there, other)


def _one_only() -> ValidationException:
    return ValidationException(
        "Deletion of only one table replica is not supported for global tables with MultiRegionConsistency set to "
        "STRONG."
    )


def check_protection(ctx: Context, table: Table) -> None:
    """A replica's protection names its region. Raises ValidationException."""
    if table.settings.get("DeletionProtectionEnabled"):
        raise ValidationException(
            f"Cannot delete table {table.name} in region {ctx.region} because it has deletion protection enabled. "
            "Disable deletion protection first."
        )


def check_source(ctx: Context, table: Table) -> None:
    """What replicas were made from stays as long as one of them is there, for a day. Raises ValidationException."""
    made, now = table.replication.made, ctx.clock.now()
    if any(region in table.replicas and now - at < _A_DAY_S for region, at in made.items()):
        raise ValidationException(
            "Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the "
            "table in the last 24 hours."
        )


def check_table_deleted(ctx: Context, table: Table) -> None:
    """A table that has replicas may be deleted, by itself. Raises ValidationException."""
    check_protection(ctx, table)
    if table.replication.is_strong:
        raise _one_only()
    check_source(ctx, table)


def _check_settings(table: Table, kind: str, wanted: dict[str, Any]) -> None:
    if kind == "Delete":
        return
    _check_key(table, kind, wanted.get("KMSMasterKeyId"))
    is_on_demand = table.billing_mode == "PAY_PER_REQUEST"
    if is_on_demand and kind == "Update" and wanted.get("ProvisionedThroughputOverride"):
        what = "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        raise ValidationException(f"{what}PAY_PER_REQUEST")
    if not is_on_demand and wanted.get("OnDemandThroughputOverride"):
        raise ValidationException(
            "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED"
        )


def _check_key(table: Table, kind: str, key: str | None) -> None:
    """Replicas have keys of one kind; a replica's key is changed in its own region."""
    if (kind == "Update" or not table.has_own_key) and key:
        raise InvalidParameter("KMSMasterKeyId must be specified for each replica.")
    if kind == "Create" and table.has_own_key:
        if not key:
            raise InvalidParameter("KMSMasterKeyId must be specified for each replica.")
        if key == "alias/aws/dynamodb":
            raise InvalidParameter("All replica keys must either be Customer Managed CMK or AWS Managed CMK.")


def check_idle(ctx: Context, req: Input, table: Table) -> None:
    """Nothing of the global table is under way. Raises ResourceInUseException, which does not say what is."""
    now = ctx.clock.now()
    coming = [name for name, (_, until, _) in table.replication.stages.items() if now < until]
    if (not table.replicas and not coming) or (table.ready <= now and not coming):
        return
    wanted = [update["Create"]["RegionName"] for update in req.get("ReplicaUpdates") or () if update.get("Create")]
    if any(region in table.replicas and region in coming for region in wanted):
        known = ", ".join(sorted([ctx.region, *table.replicas]))
        raise ResourceInUseException(
            f"Global table with name: '{table.name}' already exists with replicas in regions: '{known}'."
        )
    raise GlobalTableInUse()
