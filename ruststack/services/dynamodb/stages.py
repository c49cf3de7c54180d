"""What tables and indexes are at a moment: CREATING, UPDATING and DELETING take the time that the settings name.

By default they take none: an answer says CREATING, and the next one ACTIVE. What is stored is the end of a stage; all
else follows from the time, so that nothing needs to be done when a stage ends.

Source: developer guide, GSI.OnlineOps; ack-api-quirks (published probes of DynamoDB, October 2026), DDB-TABLE-148,
-149, -150, -175, -375, -376, -442, -444: the order of stages, and the words of what refuses.
Unknown: whether "Index is being deleted." is followed by two spaces, as "Index is being updated." is
(hashicorp/terraform issue 9559); an UpdateTable of an index that is DELETING would tell.
"""

from __future__ import annotations

from ruststack.kit import Context
from ruststack.services.dynamodb.errors import (
    ResourceInUseException,
    ResourceNotFoundException,
    TableNotFound,
    ValidationException,
)
from ruststack.services.dynamodb.state import Index, Table, VectorIndex, table_name

ONE_AT_A_TIME = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
OVER = float("inf")
"""A moment when every stage is over."""


def table_of(ctx: Context, name: str) -> Table:
    """The table of a request for items, by name or ARN. Raises ResourceNotFoundException; while it is CREATING, too."""
    table: Table | None = ctx.state.tables.get(table_name(name))
    if table is None or (table.ready and status_of(table, ctx.clock.now()) == "CREATING"):
        raise ResourceNotFoundException()
    return table


def begin(ctx: Context, table: Table, status: str) -> None:
    """The table is CREATING or UPDATING from now on, for as long as the settings say."""
    delay = ctx.world.settings.dynamodb_table_delay
    if delay:
        table.status, table.ready = status, ctx.clock.now() + delay


def begin_index(ctx: Context, index: Index | VectorIndex, status: str) -> None:
    """An index of a table that is there begins a stage; one that is CREATING fills up for as long again."""
    delay, now = ctx.world.settings.dynamodb_table_delay, ctx.clock.now()
    if not delay or (status == "UPDATING" and index.ready > now):
        return
    index.status, index.backfills, index.ready = status, 0.0, now + delay
    if status == "CREATING":
        index.backfills, index.ready = now + delay, now + 2 * delay


def leave(ctx: Context, table: Table) -> None:
    """The table is DELETING from now on, and forgotten after that."""
    now, delay = ctx.clock.now(), ctx.world.settings.dynamodb_table_delay
    ctx.state.leaving = {name: each for name, each in ctx.state.leaving.items() if each.ready > now}
    if delay:
        table.status, table.ready = "DELETING", now + delay
        ctx.state.leaving[table.name] = table


def leaving(ctx: Context, name: str) -> Table | None:
    """The table of that name that is DELETING."""
    table: Table | None = ctx.state.leaving.get(name)
    return table if table is not None and table.ready > ctx.clock.now() else None


def status_of(what: Table | Index | VectorIndex, now: float) -> str:
    """The status of a table, or of an index of an ACTIVE one."""
    return what.status if now < what.ready else "ACTIVE"


def index_status(index: Index | VectorIndex, table: Table, now: float) -> str:
    """The IndexStatus; indexes that are made with their table are ready with it."""
    return "CREATING" if status_of(table, now) == "CREATING" else status_of(index, now)


def is_backfilling(index: Index | VectorIndex, now: float) -> bool | None:
    """The member Backfilling; None where it does not appear."""
    return now >= index.backfills if index.backfills and now < index.ready else None


def check_readable(index: Index, now: float) -> None:
    """Raises ValidationException for an index that is not whole yet."""
    if index.ready > now and index.status == "CREATING":
        raise ValidationException(f"Cannot read from backfilling global secondary index: {index.name}")


def check_new(ctx: Context, name: str) -> None:
    """No table has the name. Raises ResourceInUseException."""
    table = ctx.state.tables.get(name)
    if table is not None and status_of(table, ctx.clock.now()) == "CREATING":
        raise _in_use(f"Table is being created: {name}")
    if table is not None or leaving(ctx, name) is not None:
        raise ResourceInUseException(f"Table already exists: {name}")


def check_there(ctx: Context, name: str, *, is_delete: bool = False) -> None:
    """The table is neither CREATING nor DELETING. Of a replica that is CREATING, only deletion knows.

    Raises ResourceInUseException, ResourceNotFoundException.  Source: ack-api-quirks, DDB-TABLE-298
    """
    if leaving(ctx, name) is not None:
        raise _in_use(f"Table is being deleted: {name}")
    table = ctx.state.tables.get(name)
    if table is None or status_of(table, ctx.clock.now()) != "CREATING":
        return
    if table.replicas:
        raise _in_use(f"Table: {name} is being used.") if is_delete else TableNotFound(name)
    raise _in_use(f"Table is being created: {name}")


def check_deletable(table: Table, now: float) -> None:
    """Nothing of the table is changing. Raises ResourceInUseException."""
    if any(each.ready > now for each in (*_indexes(table), *table.leaving.values())):
        raise _in_use("Cannot delete table while indexes are being created, updated, or deleted.")
    if table.ready > now:
        raise _in_use(f"Table: {table.name} is in the process of being updated.")


def check_throughput(table: Table, now: float) -> None:
    """Throughput and billing may change now. Raises ResourceInUseException."""
    changing = [("created", [each.name for each in table.indexes.values() if is_backfilling(each, now) is False])]
    changing.append(("deleted", [each.name for each in table.leaving.values() if each.ready > now]))
    for done, names in changing:
        if names:
            what = f"Can't change table IOPS when an index is being {done}."
            raise _in_use(f"{what} Table: {table.name} Indexes: [{', '.join(names)}]")
    if table.ready > now:
        raise _in_use(f"Table IOPS are currently being updated. Table: {table.name}")


def is_one_online(table: Table, now: float, but: str = "") -> bool:
    """Whether an index is being made or taken away, other than ``but``."""
    making = any(each.name != but and is_backfilling(each, now) is not None for each in _indexes(table))
    return making or any(each.ready > now for each in table.leaving.values())


def check_index(table: Table, index: Index, now: float, *, is_delete: bool) -> None:
    """The index may be changed or deleted now. Raises ResourceInUseException."""
    where = f"Table: {table.name} Index: {index.name}"
    if is_backfilling(index, now) is False and is_delete:
        why = "Retry deletion during backfilling phase or when the index is active."
        raise _in_use(f"Index creation is in resource allocation phase. {why} {where}")
    if is_backfilling(index, now) is False:
        raise _in_use(f"Index is being created but is not backfilling yet.  {where}")
    if index.ready > now and index.status == "UPDATING":
        raise _in_use(f"Index is being updated.  {where}")


def check_no_iops_change(table: Table, now: float) -> None:
    """Indexes may come and go now. Raises ResourceInUseException."""
    if table.ready > now and not is_one_online(table, now):
        raise _in_use(f"Can't create or delete indexes while table IOPS are being updated. Table: {table.name}")


def index_leaving(table: Table, name: str, now: float) -> None:
    """Raises ResourceInUseException for an index that is DELETING."""
    index = table.leaving.get(name)
    if index is not None and index.ready > now:
        raise _in_use(f"Index is being deleted.  Table: {table.name} Index: {name}")


def _indexes(table: Table) -> list[Index | VectorIndex]:
    return [*table.indexes.values(), *table.vectors.values()]


def _in_use(why: str) -> ResourceInUseException:
    return ResourceInUseException(f"Attempt to change a resource which is still in use: {why}")
