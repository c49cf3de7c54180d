"""BatchWriteItem."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb import capacity, storage
from ruststack.services.dynamodb.admission import admit_item, measured
from ruststack.services.dynamodb.batch_get import REPEATED
from ruststack.services.dynamodb.errors import ValidationException
from ruststack.services.dynamodb.item_write import check_measures, collection_metrics
from ruststack.services.dynamodb.placement import Place, place_of_item, place_of_key
from ruststack.services.dynamodb.stages import table_of
from ruststack.services.dynamodb.state import Table
from ruststack.services.dynamodb.values import Item

_MAX_WRITES: Final = 25


class _Write(NamedTuple):
    """A put of ``item``, or a delete of what has the key in ``item``; ``size`` is a put item's."""

    item: Item
    is_put: bool
    size: int


@operation("BatchWriteItem", is_read_only=False)
def batch_write_item(ctx: Context, req: Input) -> Output:
    """Puts and deletes, each by itself: nothing is undone, and nothing is left unprocessed here.

    Raises ValidationException, ResourceNotFoundException.  Source: API_BatchWriteItem
    """
    requests: dict[str, list[Input]] = req["RequestItems"]
    if sum(map(len, requests.values())) > _MAX_WRITES:
        raise ValidationException("Too many items requested for the BatchWriteItem call")
    parts = [(name, [_write(each) for each in given]) for name, given in requests.items()]
    placed = [each for name, writes in parts for each in _placed(table_of(ctx, name), writes)]
    wants_costs = req.get("ReturnConsumedCapacity") in ("TOTAL", "INDEXES")
    costs = capacity.Tally() if wants_costs else None
    for table, place, write in placed:
        _perform(ctx, table, place, write, costs)
    output: Output = {"UnprocessedItems": {}}
    if costs is not None:
        output["ConsumedCapacity"] = costs.told(req)
    if req.get("ReturnItemCollectionMetrics") == "SIZE" and (metrics := _metrics(placed)):
        output["ItemCollectionMetrics"] = metrics
    return output


def _write(given: Input) -> _Write:
    put, delete = given.get("PutRequest"), given.get("DeleteRequest")
    if (put is None) is (delete is None):
        raise ValidationException(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
            "datatypes"
        )
    if put is not None:
        item, size, depth = measured(put["Item"])
        check_measures(size, depth)
        return _Write(item, True, size)
    return _Write(admit_item(given["DeleteRequest"]["Key"]), False, 0)


def _placed(table: Table, writes: list[_Write]) -> list[tuple[Table, Place, _Write]]:
    """Raises ValidationException for a key that does not fit, and for one that comes twice."""
    placed = []
    for write in writes:
        item = write.item
        place = place_of_item(item, table, in_batch=True) if write.is_put else place_of_key(item, table.key)
        placed.append((table, place, write))
    if len({place for _, place, _ in placed}) < len(placed):
        raise ValidationException(REPEATED)
    return placed


def _perform(ctx: Context, table: Table, place: Place, write: _Write, costs: capacity.Tally | None) -> None:
    old = storage.find(table, place) if costs is not None else None
    if write.is_put:
        storage.put(ctx, table, place, write.item, write.size)
    else:
        storage.remove(ctx, table, place)
    if costs is not None:
        size = max(write.size, old.size if old else 0)
        before = storage.decode(old) if old and table.indexes else None
        shares = capacity.index_writes(table, before, write.item if write.is_put else None, size)
        costs.add(table, capacity.write_units(size), shares)


def _metrics(placed: list[tuple[Table, Place, _Write]]) -> dict[str, list[Any]]:
    metrics: dict[str, list[Any]] = {}
    for table, _, write in placed:
        told = collection_metrics(table, write.item)
        if told and told not in metrics.setdefault(table.name, []):
            metrics[table.name].append(told)
    return {name: told for name, told in metrics.items() if told}
