"""VectorIndexUpdates of UpdateTable: one vector index at a time comes or goes, as a global secondary index does.

One that goes is gone at once, and the answer says DELETING.

Source: aws/agent-toolkit-for-aws, vector-search.md.
Unknown: the words where an index is there already, or is not: those of global indexes here; an UpdateTable of each kind
would tell.
"""

from __future__ import annotations

from typing import Any

from ruststack.kit import Context, Input
from ruststack.services.dynamodb import stages
from ruststack.services.dynamodb.errors import (
    InvalidParameter,
    LimitExceededException,
    ResourceNotFoundException,
    ValidationException,
)
from ruststack.services.dynamodb.state import Table
from ruststack.services.dynamodb.vector_checks import check_new_vector_index, check_on_demand
from ruststack.services.dynamodb.vectors import fill, vector_index_of


def check(req: Input, table: Table, definitions: dict[str, str], now: float) -> None:
    """There is no more than one. Raises ValidationException, LimitExceededException and others."""
    check_on_demand(table, req.get("BillingMode"))
    for update in req.get("VectorIndexUpdates") or ():
        action = update.get("Create") or update.get("Delete")
        if action is None:
            raise InvalidParameter("One of VectorIndexUpdate.Create, VectorIndexUpdate.Delete must not be null")
        name = action["IndexName"]
        if stages.is_one_online(table, now, but=name):
            raise LimitExceededException(stages.ONE_AT_A_TIME)
        stages.check_no_iops_change(table, now)
        if update.get("Create"):
            if name in table.indexes or name in table.vectors:
                raise ValidationException("Attempting to create an index which already exists")
            mode = req.get("BillingMode") or table.billing_mode
            check_new_vector_index(table, action, {**table.definitions, **definitions}, mode)
        elif name not in table.vectors:
            raise ResourceNotFoundException(f"Requested resource not found: Index {name} for table {table.name}")


def change(ctx: Context, req: Input, table: Table) -> None:
    """What has been checked, done."""
    for update in req.get("VectorIndexUpdates") or ():
        if given := update.get("Create"):
            index = vector_index_of(given, table.definitions)
            fill(table, index)
            table.vectors[index.name] = index
            stages.begin_index(ctx, index, "CREATING")
        else:
            del table.vectors[update["Delete"]["IndexName"]]


def tell(req: Input, description: dict[str, Any], before: dict[str, Any]) -> None:
    """What is under way, in the answer."""
    for update in req.get("VectorIndexUpdates") or ():
        if update.get("Create"):
            description["VectorIndexes"][-1].update(IndexStatus="CREATING", Backfilling=False)
        else:
            gone = [each for each in before["VectorIndexes"] if each["IndexName"] == update["Delete"]["IndexName"]]
            description.setdefault("VectorIndexes", []).append({**gone[0], "IndexStatus": "DELETING"})
