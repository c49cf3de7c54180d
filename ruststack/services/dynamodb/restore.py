"""RestoreTableFromBackup, RestoreTableToPointInTime: a new table with the items that another one had.

Indexes may be left out or come with other throughput; streams, time to live and tags do not come along.

Source: API_RestoreTableFromBackup, API_RestoreTableToPointInTime; developer guide, "Restoring a table".
"""

from __future__ import annotations

from typing import Any

import orjson

from ruststack.core.fork import fork
from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb import stages, storage
from ruststack.services.dynamodb.backups import backup_named
from ruststack.services.dynamodb.continuous_backups import backed_table
from ruststack.services.dynamodb.description import describe_change
from ruststack.services.dynamodb.errors import (
    InvalidRestoreTimeException,
    PointInTimeRecoveryUnavailableException,
    TableAlreadyExistsException,
    ValidationException,
)
from ruststack.services.dynamodb.history import seconds
from ruststack.services.dynamodb.indexing import catch_up
from ruststack.services.dynamodb.placement import Place
from ruststack.services.dynamodb.schema import index_of
from ruststack.services.dynamodb.state import Table


@operation("RestoreTableFromBackup")
def restore_table_from_backup(ctx: Context, req: Input) -> Output:
    """The table is ACTIVE at once, and the answer says CREATING, as AWS's does.

    Raises BackupNotFoundException, TableAlreadyExistsException.  Source: API_RestoreTableFromBackup
    """
    backup = backup_named(ctx, req["BackupArn"])
    summary = {"SourceBackupArn": backup.arn, "SourceTableArn": backup.table.arn, "RestoreDateTime": backup.created}
    return _restored(ctx, req, fork(backup.table), summary)


@operation("RestoreTableToPointInTime", is_read_only=False)
def restore_table_to_point_in_time(ctx: Context, req: Input) -> Output:
    """The items as they were at RestoreDateTime, or as they are.

    Raises TableNotFoundException, TableAlreadyExistsException, PointInTimeRecoveryUnavailableException,
    InvalidRestoreTimeException, ValidationException.  Source: API_RestoreTableToPointInTime
    """
    given = req.get("SourceTableArn") or req.get("SourceTableName")
    if given is None:
        raise ValidationException("Either SourceTableArn or SourceTableName must be specified")
    source = backed_table(ctx, given)
    if source.history is None:
        raise PointInTimeRecoveryUnavailableException(source.name)
    now = ctx.clock.now()
    moment = now if req.get("UseLatestRestorableTime") else _moment(req)
    if not source.history.earliest(now) <= moment <= now:
        raise InvalidRestoreTimeException()
    summary = {"SourceTableArn": source.arn, "RestoreDateTime": moment}
    return _restored(ctx, req, as_of(ctx, source, moment), summary)


def as_of(ctx: Context, source: Table, moment: float) -> Table:
    """A copy of the table as it was; point-in-time recovery is on."""
    table: Table = fork(source)
    table.stream, table.history = "", None
    table.part()
    assert source.history is not None
    for change in reversed(source.history.changes):
        if change.at <= moment:
            break
        _undo(ctx, table, Place(change.token, change.sort), change.before)
    return table


def _moment(req: Input) -> float:
    if req.get("RestoreDateTime") is None:
        raise ValidationException("Either RestoreDateTime or UseLatestRestorableTime must be specified")
    return seconds(req["RestoreDateTime"])


def _undo(ctx: Context, table: Table, place: Place, before: bytes | None) -> None:
    if before is None:
        storage.remove(ctx, table, place)
    else:
        storage.put(ctx, table, place, orjson.loads(before))


def _restored(ctx: Context, req: Input, table: Table, summary: dict[str, Any]) -> Output:
    name = req["TargetTableName"]
    if name in ctx.state.tables or stages.leaving(ctx, name) is not None:
        raise TableAlreadyExistsException(name)
    table.name, table.arn = name, f"arn:aws:dynamodb:{ctx.region}:{ctx.account}:table/{name}"
    table.id, table.created = ctx.ids.uuid(), ctx.clock.now()
    table.stream, table.history, table.ttl, table.tags = "", None, "", {}
    table.part()
    table.billing_mode = req.get("BillingModeOverride") or table.billing_mode
    table.throughput = dict(req.get("ProvisionedThroughputOverride") or table.throughput)
    table.settings = {name: value for name, value in table.settings.items() if name == "TableClassSummary"}
    table.settings |= {"DeletionProtectionEnabled": False}
    for index in table.indexes.values():
        catch_up(index)
    for title, is_local in (("LocalSecondaryIndexOverride", True), ("GlobalSecondaryIndexOverride", False)):
        if req.get(title) is not None:
            _override(table, req[title], is_local)
    if (given := req.get("VectorIndexOverride")) is not None:
        _override_vectors(table, given)
    table.settings["RestoreSummary"] = {**summary, "RestoreInProgress": False}
    ctx.state.tables[name] = table
    table.leaving = {}
    stages.begin(ctx, table, "CREATING")
    description = describe_change(table, "CREATING")
    description["RestoreSummary"] = {**summary, "RestoreInProgress": True}
    return {"TableDescription": description}


def _override(table: Table, given: list[dict[str, Any]], is_local: bool) -> None:
    """Keep the indexes that are named alone. Raises ValidationException for one that was not there."""
    kept = {index.name: index for index in (index_of(each, is_local, table.definitions) for each in given)}
    for name, wanted in kept.items():
        index = table.indexes.get(name)
        if index is None or index.key != wanted.key or index.is_local is not is_local:
            raise ValidationException(f"One or more parameter values were invalid: no index {name} in the source")
        index.throughput = wanted.throughput
    for name in [index.name for index in table.indexes.values() if index.is_local is is_local]:
        if name not in kept:
            del table.indexes[name]


def _override_vectors(table: Table, given: list[dict[str, Any]]) -> None:
    """Keep the vector indexes that are named alone. Raises ValidationException for one that was not there."""
    for each in given:
        if each["IndexName"] not in table.vectors:
            raise ValidationException(
                f"One or more parameter values were invalid: no index {each['IndexName']} in the source"
            )
    kept = {each["IndexName"] for each in given}
    table.vectors = {name: index for name, index in table.vectors.items() if name in kept}
