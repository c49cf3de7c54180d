"""INSERT, UPDATE and DELETE: each is about one item, whose key the statement names.

Source: developer guide, ql-reference.insert, .update, .delete.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ruststack.kit import Context
from ruststack.services.dynamodb import storage
from ruststack.services.dynamodb.admission import admit_item
from ruststack.services.dynamodb.errors import (
    ConditionalCheckFailedException,
    DuplicateItemException,
    ValidationException,
)
from ruststack.services.dynamodb.expressions.projections import project, tree
from ruststack.services.dynamodb.item_update import applied, check_targets
from ruststack.services.dynamodb.item_write import check_size
from ruststack.services.dynamodb.partiql.keys import key_of
from ruststack.services.dynamodb.partiql.prepared import Bound
from ruststack.services.dynamodb.partiql.syntax import Change, Exists, Insert
from ruststack.services.dynamodb.placement import Place, check_index_types, place_of_item, place_of_key
from ruststack.services.dynamodb.stages import table_of
from ruststack.services.dynamodb.state import StoredItem, Table
from ruststack.services.dynamodb.values import Item


class Planned(NamedTuple):
    """A write that may be done. ``after`` is None when the item goes; ``is_check`` writes nothing."""

    table: Table
    place: Place
    old: StoredItem | None
    after: Item | None
    is_check: bool = False


def plan(ctx: Context, bound: Bound, on_failure: str | None = None) -> Planned:
    """What the statement would do. ``on_failure`` is ReturnValuesOnConditionCheckFailure.

    Raises ValidationException, ResourceNotFoundException, DuplicateItemException, ConditionalCheckFailedException.
    """
    body = bound.prepared.statement.body
    table = table_of(ctx, bound.prepared.table)
    if isinstance(body, Insert):
        return _insertion(bound, body, table)
    assert isinstance(body, Change | Exists)
    key = key_of(bound.prepared.where, bound, table.key)
    if key is None:
        raise ValidationException("Where clause does not contain a mandatory equality on all key attributes")
    place = place_of_key(key, table.key)
    old = storage.find(table, place)
    before = storage.decode(old) if old else None
    _check(bound, body, before, on_failure)
    if isinstance(body, Exists):
        return Planned(table, place, old, before, is_check=True)
    if body.update is None:
        return Planned(table, place, old, None)
    check_targets(bound.prepared.paths, table)
    assert bound.prepared.change is not None
    after = applied(bound.prepared.change, before or {}, bound.values)
    check_index_types(after, table)
    check_size(after, is_update=True)
    return Planned(table, place, old, after)


def named_key(bound: Bound, table: Table) -> Item | None:
    """The key of the one item that a statement names, if it names one."""
    body = bound.prepared.statement.body
    if isinstance(body, Insert):
        item = bound.values[body.item.name].get("M", {})
        return {name: item[name] for name in table.key.names} if all(name in item for name in table.key.names) else None
    return key_of(bound.prepared.where, bound, table.key)


def _insertion(bound: Bound, body: Insert, table: Table) -> Planned:
    value = bound.values[body.item.name]
    if "M" not in value:
        what = "Unsupported format in item expression. Please use struct format {...} to express item values for"
        raise ValidationException(f"{what} insert statement.")
    item = admit_item(value["M"])
    for name in table.key.names:
        if name not in item:
            raise ValidationException(f"Key attribute should be present in the item: Key {name}")
        if table.definitions[name] not in item[name]:
            what = "Key attribute's data type should match its data type in table's schema"
            raise ValidationException(f"{what}: Key {name}")
    check_size(item)
    place = place_of_item(item, table)
    if storage.find(table, place) is not None:
        raise DuplicateItemException()
    return Planned(table, place, None, item)


def _check(bound: Bound, body: Change | Exists, before: Item | None, on_failure: str | None) -> None:
    """An item that is not there can be deleted, whatever else is asked for; not updated."""
    test = bound.prepared.test
    if before is None and isinstance(body, Change) and body.update is None:
        return
    if before is None or (test is not None and not test(before, bound.values)):
        raise ConditionalCheckFailedException(before if on_failure == "ALL_OLD" else None)


def commit(ctx: Context, planned: Planned) -> int:
    """Do it; how many bytes the write counts."""
    old_size = planned.old.size if planned.old else 0
    if planned.is_check:
        return old_size
    if planned.after is None:
        storage.remove(ctx, planned.table, planned.place)
        return old_size
    return max(storage.put(ctx, planned.table, planned.place, planned.after).size, old_size)


def returned(bound: Bound, planned: Planned) -> list[Any]:
    """The Items that RETURNING asks for."""
    body = bound.prepared.statement.body
    wanted = body.returning if isinstance(body, Change) else None
    if wanted is None:
        return []
    item = planned.after if wanted.endswith("NEW") else storage.decode(planned.old) if planned.old else None
    if item is None:
        return []
    if wanted.startswith("UPDATED"):
        item = project(item, tree(bound.prepared.paths))
    return [item] if item else []
