"""UpdateItem."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb import conditional, storage
from ruststack.services.dynamodb.admission import admit_item
from ruststack.services.dynamodb.errors import InvalidParameter, ValidationException
from ruststack.services.dynamodb.expressions.operands import InvalidUpdate
from ruststack.services.dynamodb.expressions.projections import project, tree
from ruststack.services.dynamodb.expressions.syntax import Call, Operand, Remove, Value
from ruststack.services.dynamodb.expressions.updates import Change
from ruststack.services.dynamodb.item_write import check_size, with_costs
from ruststack.services.dynamodb.legacy import attribute_updates, expected
from ruststack.services.dynamodb.numbers import InvalidNumber
from ruststack.services.dynamodb.placement import check_index_types, check_scalars, place_of_key
from ruststack.services.dynamodb.programs import Programs, check_mixture
from ruststack.services.dynamodb.stages import table_of
from ruststack.services.dynamodb.state import Table
from ruststack.services.dynamodb.values import AttributeValue, Item, type_of

_RESULTS: Final = {"+": "N", "-": "N", "list_append": "L"}


@operation("UpdateItem")
def update_item(ctx: Context, req: Input) -> Output:
    """Attributes of an item change; an item that is not there is made of its key first.

    Raises ValidationException, ResourceNotFoundException, ConditionalCheckFailedException.  Source: API_UpdateItem
    """
    check_mixture(
        req,
        ("UpdateExpression", "ConditionExpression"),
        ("AttributeUpdates", "Expected", "ConditionalOperator"),
    )
    key = admit_item(req["Key"])
    updates, legacy = attribute_updates(req), expected(req)
    programs = Programs(req, "UpdateExpression", "ConditionExpression")
    table = table_of(ctx, req["TableName"])
    place = place_of_key(key, table.key)
    paths = programs.paths("UpdateExpression") or [(name,) for name in req.get("AttributeUpdates") or ()]
    check_targets(paths, table)
    if table.indexes:
        check_index_targets(req, programs, table)
    old = storage.find(table, place)
    conditional.check(programs.condition() or legacy, programs.values, old, req)
    before: Item = storage.decode(old) if old else {}
    after = changed(programs, updates, before or dict(key))
    check_index_types(after, table, is_update=True)
    size = check_size(after, is_update=True)
    storage.put(ctx, table, place, after, size)
    output: Output = {}
    returned = _returned(req.get("ReturnValues"), before if old else None, after, paths)
    if returned is not None:
        output["Attributes"] = returned
    return with_costs(output, req, table, old, after, max(size, old.size if old else 0))


def changed(programs: Programs, updates: Any, item: Item) -> Item:
    """The item after the request's update. Raises ValidationException."""
    change = programs.change() or updates
    return item if change is None else applied(change, item, programs.values)


def applied(change: Change, item: Item, values: dict[str, AttributeValue]) -> Item:
    """The item after a compiled update. Raises ValidationException when the item does not allow it."""
    try:
        after: Item = change(item, values)
    except (InvalidUpdate, InvalidNumber) as error:
        raise ValidationException(str(error)) from None
    return after


def check_targets(paths: list[tuple[Any, ...]], table: Table) -> None:
    """Key attributes may not be updated. Raises ValidationException."""
    for name in table.key.names:
        if any(path[0] == name for path in paths):
            raise InvalidParameter(f"Cannot update attribute {name}. This attribute is part of the key")


def check_index_targets(req: Input, programs: Programs, table: Table) -> None:
    """What an index's key is set to has its type, and no path looks into it; known before any item is.

    Raises ValidationException.  Source: architect/dynalite's tests.
    """
    given = dict(_given_types(req, programs))
    for index in table.indexes.values():
        for attribute in (*index.key.hash, *index.key.range):
            kind = given.get(attribute.name)
            if kind is not None and kind != attribute.type:
                raise InvalidParameter(
                    f"Type mismatch for Index Key {attribute.name} Expected: {attribute.type} Actual: {kind} "
                    f"IndexName: {index.name}"
                )
    check_scalars(programs.nested("UpdateExpression"), table)


def _given_types(req: Input, programs: Programs) -> Iterator[tuple[str, str]]:
    """The attributes that the request sets to values of its own, and their types."""
    for name, update in (req.get("AttributeUpdates") or {}).items():
        if update.get("Value"):
            yield name, type_of(update["Value"])
    compiled = programs.syntax("UpdateExpression")
    if compiled is None:
        return
    names = req.get("ExpressionAttributeNames") or {}
    for _, actions in compiled.parsed.sections:
        for action in actions:
            kind = None if isinstance(action, Remove) else _known_type(action.value, programs.values)
            if kind is not None and len(action.path.parts) == 1:
                name = str(action.path.parts[0])
                yield names.get(name, name), kind


def _known_type(operand: Operand, values: dict[str, AttributeValue]) -> str | None:
    """The type of an operand, if it is the same for every item."""
    if isinstance(operand, Value):
        return type_of(values[operand.name])
    return _RESULTS.get(operand.name) if isinstance(operand, Call) else None


def _returned(wanted: str | None, before: Item | None, after: Item, paths: list[tuple[Any, ...]]) -> Item | None:
    if wanted == "ALL_NEW":
        return after
    if wanted == "ALL_OLD":
        return before
    if wanted in ("UPDATED_NEW", "UPDATED_OLD"):
        source = after if wanted == "UPDATED_NEW" else before or {}
        return project(source, tree(paths)) or None
    return None
