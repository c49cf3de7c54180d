"""PutItem and DeleteItem, and what all writes share."""

from __future__ import annotations

from typing import Any, Final

import orjson

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb import capacity, conditional, storage
from ruststack.services.dynamodb.admission import TOO_DEEP, admit_item, measured
from ruststack.services.dynamodb.errors import ValidationException
from ruststack.services.dynamodb.legacy import expected
from ruststack.services.dynamodb.placement import place_of_item, place_of_key
from ruststack.services.dynamodb.programs import Programs, check_mixture
from ruststack.services.dynamodb.stages import table_of
from ruststack.services.dynamodb.state import StoredItem, Table
from ruststack.services.dynamodb.values import Item, item_size, nesting

MAX_ITEM: Final = 400 * 1024
_DEEPEST: Final = 31


@operation("PutItem")
def put_item(ctx: Context, req: Input) -> Output:
    """The item replaces the one with its key, whole.

    Raises ValidationException, ResourceNotFoundException, ConditionalCheckFailedException.  Source: API_PutItem
    """
    check_mixture(req, ("ConditionExpression",), ("Expected", "ConditionalOperator"))
    item, size, depth = measured(req["Item"])
    check_return_values(req, "ALL_OLD")
    check_measures(size, depth)
    legacy = expected(req)
    programs = Programs(req, "ConditionExpression")
    table = table_of(ctx, req["TableName"])
    place = place_of_item(item, table)
    old = storage.find(table, place)
    conditional.check(programs.condition() or legacy, programs.values, old, req)
    storage.put(ctx, table, place, item, size)
    output: Output = {}
    if req.get("ReturnValues") == "ALL_OLD" and old is not None:
        output["Attributes"] = orjson.Fragment(old.encoded)
    return with_costs(output, req, table, old, item, size)


@operation("DeleteItem")
def delete_item(ctx: Context, req: Input) -> Output:
    """An item that is not there is deleted as well.

    Raises ValidationException, ResourceNotFoundException, ConditionalCheckFailedException.  Source: API_DeleteItem
    """
    check_mixture(req, ("ConditionExpression",), ("Expected", "ConditionalOperator"))
    key = admit_item(req["Key"])
    check_return_values(req, "ALL_OLD")
    legacy = expected(req)
    programs = Programs(req, "ConditionExpression")
    table = table_of(ctx, req["TableName"])
    place = place_of_key(key, table.key)
    old = storage.find(table, place)
    conditional.check(programs.condition() or legacy, programs.values, old, req)
    storage.remove(ctx, table, place)
    output: Output = {}
    if req.get("ReturnValues") == "ALL_OLD" and old is not None:
        output["Attributes"] = orjson.Fragment(old.encoded)
    return with_costs(output, req, table, old, None, old.size if old else 0)


def check_return_values(req: Input, *allowed: str) -> None:
    """Raises ValidationException for a ReturnValues that only updates know."""
    if req.get("ReturnValues") not in (None, "NONE", *allowed):
        raise ValidationException("ReturnValues can only be ALL_OLD or NONE")


def check_size(item: Item, *, is_update: bool = False) -> int:
    """The item's size. Raises ValidationException when it is too large, or nested too deep."""
    size = item_size(item)
    check_measures(size, max(map(nesting, item.values()), default=0), is_update=is_update)
    return size


def check_measures(size: int, depth: int, *, is_update: bool = False) -> None:
    """Raises ValidationException for an item that is nested too deep, or too large."""
    if depth > _DEEPEST:
        raise ValidationException(TOO_DEEP)
    if size > MAX_ITEM:
        to_update = " to update" if is_update else ""
        raise ValidationException(f"Item size{to_update} has exceeded the maximum allowed size")


def with_costs(
    output: Output, req: Input, table: Table, old: StoredItem | None, after: Item | None, size: int
) -> Output:
    """The output with ConsumedCapacity and ItemCollectionMetrics, where the request asks for them."""
    if req.get("ReturnConsumedCapacity") in ("TOTAL", "INDEXES"):
        before = storage.decode(old) if old else None
        own = capacity.write_units(max(size, old.size if old else 0))
        shares = capacity.index_writes(table, before, after, size)
        units = own + sum(shares.values())
        output["ConsumedCapacity"] = capacity.consumed(req, table, units, shares, of_table=own)
    if req.get("ReturnItemCollectionMetrics") == "SIZE":
        key = after if after is not None else req.get("Key")
        metrics = collection_metrics(table, key or {})
        if metrics is not None:
            output["ItemCollectionMetrics"] = metrics
    return output


def collection_metrics(table: Table, key: Item) -> dict[str, Any] | None:
    """Only tables with local indexes have item collections.

    Source: API_ItemCollectionMetrics; the estimate is in gigabytes, as a range.
    """
    if not any(index.is_local for index in table.indexes.values()):
        return None
    name = table.key.hash[0].name
    return {"ItemCollectionKey": {name: key[name]}, "SizeEstimateRangeGB": [0.0, 1.0]}
