"""What a table's description says of the global table that it is part of; of itself it says nothing there.

Source: ack-api-quirks (published probes of DynamoDB, October 2026), DDB-TABLE-201, -229, -231, -250, -252, -259, -265,
-294: a replica is described by what is otherwise with it than here.
"""

from __future__ import annotations

from typing import Any, Final

from ruststack.services.dynamodb.state import Table
from ruststack.services.dynamodb.warm_throughput import warm_throughput

VERSION: Final = "2019.11.21"
_MODE: Final = "GlobalTableSettingsReplicationMode"
_OVERRIDES: Final = "ENABLED_WITH_OVERRIDES"
_READS: Final = "ReadCapacityUnits"


def described(table: Table, now: float) -> dict[str, Any]:
    """The members of a TableDescription that global tables have."""
    stages = {region: stage for region, stage in table.replication.stages.items() if now < stage[1]}
    listed = [
        {**told, "ReplicaStatus": stages[region][0] if region in stages else told["ReplicaStatus"]}
        for region, told in table.replicas.items()
    ]
    listed += [{**told, "ReplicaStatus": status} for status, _, told in stages.values() if status == "DELETING"]
    if not listed and not table.replication.witnesses:
        return {}
    told: dict[str, Any] = {
        "GlobalTableVersion": VERSION,
        "Replicas": listed,
        _MODE: table.settings.get(_MODE, _OVERRIDES),
    }
    if table.replication.is_strong:
        told["MultiRegionConsistency"] = "STRONG"
    if table.replication.witnesses:
        told["GlobalTableWitnesses"] = [
            {"RegionName": region, "WitnessStatus": "ACTIVE"} for region in table.replication.witnesses
        ]
    return told


def entry(here: Table, there: Table, region: str) -> dict[str, Any]:
    """The ReplicaDescription of a replica in ``region``, as it is seen from another one."""
    told: dict[str, Any] = {"RegionName": region, "ReplicaStatus": "ACTIVE"}
    if "SSEDescription" in there.settings:
        told["KMSMasterKeyId"] = there.settings["SSEDescription"]["KMSMasterKeyArn"]
    told |= _override(here.throughput, there.throughput)
    told |= _on_demand(here.settings.get("OnDemandThroughput"), there.settings.get("OnDemandThroughput"))
    told["WarmThroughput"] = warm_throughput(there.throughput, there.warm)
    indexes = [_index(here, there, name) for name, index in there.indexes.items() if not index.is_local]
    if indexes:
        told["GlobalSecondaryIndexes"] = indexes
    if "TableClassSummary" in there.settings:
        told["ReplicaTableClassSummary"] = there.settings["TableClassSummary"]
    told[_MODE] = _OVERRIDES
    return told


def _index(here: Table, there: Table, name: str) -> dict[str, Any]:
    index, ours = there.indexes[name], here.indexes.get(name)
    told: dict[str, Any] = {"IndexName": name}
    if ours is not None:
        told |= _override(ours.throughput, index.throughput) | _on_demand(ours.on_demand, index.on_demand)
    told["WarmThroughput"] = warm_throughput(index.throughput, index.warm)
    return told


def _override(here: dict[str, Any], there: dict[str, Any]) -> dict[str, Any]:
    units = there.get(_READS)
    return {"ProvisionedThroughputOverride": {_READS: units}} if units and units != here.get(_READS) else {}


def _on_demand(here: dict[str, Any] | None, there: dict[str, Any] | None) -> dict[str, Any]:
    units = (there or {}).get("MaxReadRequestUnits")
    if not units or units == (here or {}).get("MaxReadRequestUnits"):
        return {}
    return {"OnDemandThroughputOverride": {"MaxReadRequestUnits": units}}
