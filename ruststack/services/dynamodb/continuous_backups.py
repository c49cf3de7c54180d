"""UpdateContinuousBackups, DescribeContinuousBackups: point-in-time recovery on and off.

Source: API_UpdateContinuousBackups, API_PointInTimeRecoveryDescription.
"""

from __future__ import annotations

from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb.errors import TableNotFoundException
from ruststack.services.dynamodb.history import History
from ruststack.services.dynamodb.state import Table


@operation("UpdateContinuousBackups")
def update_continuous_backups(ctx: Context, req: Input) -> Output:
    """What is switched off is forgotten; how long to remember may change while it is on.

    Raises TableNotFoundException.  Source: API_UpdateContinuousBackups
    """
    table, wanted = backed_table(ctx, req["TableName"]), req["PointInTimeRecoverySpecification"]
    if not wanted["PointInTimeRecoveryEnabled"]:
        table.history = None
    else:
        table.history = table.history or History(ctx.clock.now())
        table.history.days = wanted.get("RecoveryPeriodInDays") or table.history.days
    return {"ContinuousBackupsDescription": _described(ctx, table)}


@operation("DescribeContinuousBackups")
def describe_continuous_backups(ctx: Context, req: Input) -> Output:
    """Raises TableNotFoundException.  Source: API_DescribeContinuousBackups"""
    return {"ContinuousBackupsDescription": _described(ctx, backed_table(ctx, req["TableName"]))}


def backed_table(ctx: Context, name: str) -> Table:
    """A table by its name or ARN. Raises TableNotFoundException."""
    table: Table | None = ctx.state.tables.get(name.rpartition("/")[2])
    if table is None:
        raise TableNotFoundException(name)
    return table


def _described(ctx: Context, table: Table) -> dict[str, Any]:
    """Continuous backups are on for every table; recovery to a moment is what can be switched."""
    recovery: dict[str, Any] = {"PointInTimeRecoveryStatus": "DISABLED"}
    if table.history is not None:
        now = ctx.clock.now()
        recovery = {
            "PointInTimeRecoveryStatus": "ENABLED",
            "RecoveryPeriodInDays": table.history.days,
            "EarliestRestorableDateTime": table.history.earliest(now),
            "LatestRestorableDateTime": now,
        }
    return {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery}
