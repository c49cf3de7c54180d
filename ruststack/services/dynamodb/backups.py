"""CreateBackup, DescribeBackup, ListBackups, DeleteBackup: a table as it was, kept apart from it.

Source: API_CreateBackup and the pages beside it.
"""

from __future__ import annotations

from typing import Any

from ruststack.core.fork import fork
from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb import vectors
from ruststack.services.dynamodb.continuous_backups import backed_table
from ruststack.services.dynamodb.description import describe, key_elements
from ruststack.services.dynamodb.errors import BackupNotFoundException
from ruststack.services.dynamodb.history import seconds
from ruststack.services.dynamodb.state import Backup, Table

_PAGE = 100


@operation("CreateBackup")
def create_backup(ctx: Context, req: Input) -> Output:
    """The backup is AVAILABLE at once, and the answer says CREATING, as AWS's does. Names may repeat.

    Raises TableNotFoundException.  Source: API_CreateBackup
    """
    table = backed_table(ctx, req["TableName"])
    now = ctx.clock.now()
    arn = f"{table.arn}/backup/{int(now * 1000):014d}-{ctx.ids.hex(8)}"
    kept: Table = fork(table)
    kept.stream, kept.history = "", None
    kept.part()
    ctx.state.backups[arn] = backup = Backup(arn, req["BackupName"], now, kept)
    return {"BackupDetails": {**_details(backup), "BackupStatus": "CREATING"}}


@operation("DescribeBackup")
def describe_backup(ctx: Context, req: Input) -> Output:
    """Raises BackupNotFoundException.  Source: API_DescribeBackup"""
    return {"BackupDescription": _described(backup_named(ctx, req["BackupArn"]))}


@operation("DeleteBackup")
def delete_backup(ctx: Context, req: Input) -> Output:
    """Raises BackupNotFoundException.  Source: API_DeleteBackup"""
    backup = backup_named(ctx, req["BackupArn"])
    del ctx.state.backups[backup.arn]
    description = _described(backup)
    description["BackupDetails"]["BackupStatus"] = "DELETED"
    return {"BackupDescription": description}


@operation("ListBackups")
def list_backups(ctx: Context, req: Input) -> Output:
    """Backups from the oldest to the newest; those of one table, and of a time, if the request says so.

    Source: API_ListBackups
    """
    name, after, limit = req.get("TableName"), req.get("ExclusiveStartBackupArn"), req.get("Limit") or _PAGE
    low, high = req.get("TimeRangeLowerBound"), req.get("TimeRangeUpperBound")
    wanted = [
        backup
        for backup in ctx.state.backups.values()
        if (name is None or backup.table.name == name.rpartition("/")[2])
        and (low is None or backup.created >= seconds(low))
        and (high is None or backup.created < seconds(high))
        and req.get("BackupType") in (None, "ALL", "USER")
    ]
    if after is not None:
        arns = [backup.arn for backup in wanted]
        wanted = wanted[arns.index(after) + 1 :] if after in arns else wanted
    page = wanted[:limit]
    output: Output = {"BackupSummaries": [_summary(backup) for backup in page]}
    if len(wanted) > len(page):
        output["LastEvaluatedBackupArn"] = page[-1].arn
    return output


def backup_named(ctx: Context, arn: str) -> Backup:
    """Raises BackupNotFoundException."""
    backup: Backup | None = ctx.state.backups.get(arn)
    if backup is None:
        raise BackupNotFoundException(arn)
    return backup


def _details(backup: Backup) -> dict[str, Any]:
    return {
        "BackupArn": backup.arn,
        "BackupName": backup.name,
        "BackupSizeBytes": backup.table.size,
        "BackupStatus": "AVAILABLE",
        "BackupType": "USER",
        "BackupCreationDateTime": backup.created,
    }


def _summary(backup: Backup) -> dict[str, Any]:
    table = backup.table
    return {"TableName": table.name, "TableId": table.id, "TableArn": table.arn, **_details(backup)}


def _described(backup: Backup) -> dict[str, Any]:
    table = backup.table
    described = describe(table)
    source: dict[str, Any] = {
        "TableName": table.name,
        "TableId": table.id,
        "TableArn": table.arn,
        "TableSizeBytes": table.size,
        "KeySchema": key_elements(table.key),
        "TableCreationDateTime": table.created,
        "ProvisionedThroughput": {
            name: described["ProvisionedThroughput"][name] for name in ("ReadCapacityUnits", "WriteCapacityUnits")
        },
        "ItemCount": table.count,
        "BillingMode": table.billing_mode,
    }
    return {
        "BackupDetails": _details(backup),
        "SourceTableDetails": source,
        "SourceTableFeatureDetails": _features(table, described),
    }


def _features(table: Table, described: dict[str, Any]) -> dict[str, Any]:
    features: dict[str, Any] = {}
    for title in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        if title in described:
            names = ("IndexName", "KeySchema", "Projection")
            features[title] = [{name: index[name] for name in names} for index in described[title]]
    if table.vectors:
        features["VectorIndexes"] = [vectors.described(index) for index in table.vectors.values()]
    if "StreamSpecification" in table.settings:
        features["StreamDescription"] = table.settings["StreamSpecification"]
    if table.ttl:
        features["TimeToLiveDescription"] = {"TimeToLiveStatus": "ENABLED", "AttributeName": table.ttl}
    return features
