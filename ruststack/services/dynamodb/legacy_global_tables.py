"""Global tables of version 2017.11.29, as DynamoDB answers today: none can be made, and so there are none.

Source: ack-api-quirks (published probes of DynamoDB, October 2026), DDB-GLOBALTABLE-001 to -004,
DDB-GLOBALTABLESETTINGS-001: CreateGlobalTable is refused everywhere, also of empty tables of one kind with streams,
before it is looked whether they are there; global tables of version 2019.11.21 are not seen by these operations.
"""

from __future__ import annotations

from typing import Final, NoReturn

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb.errors import GlobalTableNotFoundException, InvalidParameter, ValidationException
from ruststack.services.dynamodb.regions import LEGACY

_OVER: Final = "DynamoDB global tables version 2017.11.29 is not supported"
_INSTEAD: Final = (
    f"{_OVER}. We recommend using DynamoDB global tables version 2019.11.21, instead of version 2017.11.29 (Legacy)."
)


@operation("CreateGlobalTable")
def create_global_table(ctx: Context, req: Input) -> Output:
    """Raises ValidationException.  Source: also radkawar/stackd's recording of DynamoDB (September 2026): no regions"""
    if not req["ReplicationGroup"]:
        raise InvalidParameter("Global table must have atleast one replica")
    if ctx.region not in LEGACY:
        supported = f"supported regions are : [{', '.join(LEGACY)}]"
        raise InvalidParameter(f"{_OVER} in this region '{ctx.region}', {supported}")
    raise InvalidParameter(_INSTEAD)


@operation("UpdateGlobalTable")
def update_global_table(ctx: Context, req: Input) -> Output:
    """A replica cannot be made, whether or not there is such a global table.

    Raises ValidationException, GlobalTableNotFoundException.
    """
    updates = req["ReplicaUpdates"]
    if not updates or any(not update.get("Create") and not update.get("Delete") for update in updates):
        raise ValidationException("One or more parameter values were invalid")
    if any(update.get("Create") for update in updates):
        raise InvalidParameter(_INSTEAD)
    _not_found(req)


@operation("DescribeGlobalTable")
def describe_global_table(ctx: Context, req: Input) -> Output:
    """Raises GlobalTableNotFoundException."""
    raise GlobalTableNotFoundException(
        f"Global table not found: Global table with name: '{req['GlobalTableName']}' does not exist."
    )


@operation("ListGlobalTables")
def list_global_tables(ctx: Context, req: Input) -> Output:
    """There are none; DynamoDB answers InternalServerError of a region that there is not, and here nothing is wrong."""
    return {"GlobalTables": []}


@operation("DescribeGlobalTableSettings")
def describe_global_table_settings(ctx: Context, req: Input) -> Output:
    """Raises GlobalTableNotFoundException."""
    _not_found(req)


@operation("UpdateGlobalTableSettings")
def update_global_table_settings(ctx: Context, req: Input) -> Output:
    """Raises GlobalTableNotFoundException."""
    _not_found(req)


def _not_found(req: Input) -> NoReturn:
    raise GlobalTableNotFoundException(f"Global table with name: '{req['GlobalTableName']}' does not exist.")
