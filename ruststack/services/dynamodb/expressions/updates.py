"""Updates as closures: ``(item, values) -> new item``. The item that is given stays as it is.

Every value is read from the item as it was; then come SET, REMOVE, ADD and DELETE, whatever their order in the text.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

from ruststack.services.dynamodb import numbers
from ruststack.services.dynamodb.expressions.operands import InvalidUpdate, Reader, Values, child, path_reader, reader
from ruststack.services.dynamodb.expressions.placeholders import Placeholders
from ruststack.services.dynamodb.expressions.syntax import Add, Delete, Part, Remove, Set, Update
from ruststack.services.dynamodb.values import SETS, AttributeValue, Item

Change = Callable[[Item, Values], Item]
ResolvedPath = tuple[Part, ...]

_INVALID_PATH: Final = "The document path provided in the update expression is invalid for update"
_WRONG_TYPE: Final = "An operand in the update expression has an incorrect data type"


def targets(update: Update, placeholders: Placeholders) -> list[ResolvedPath]:
    """The paths that the update may change, in the order of the text."""
    return [placeholders.path(action.path) for _, actions in update.sections for action in actions]


def change(update: Update, placeholders: Placeholders) -> Change:
    """The update's closure; it has been checked. It raises InvalidUpdate when the item does not allow it."""
    actions = [action for _, section in update.sections for action in section]
    sets = [
        (placeholders.path(each.path), reader(each.value, placeholders)) for each in actions if isinstance(each, Set)
    ]
    # Elements beyond a list's end come in the order of their positions: developer guide, Expressions.UpdateExpressions.
    sets.sort(key=lambda entry: _by_position(entry[0]))
    nested = [path for path, _ in sets if len(path) > 1]
    # From the last element of a list to the first, so that positions mean what they meant.
    removes = sorted((placeholders.path(each.path) for each in actions if isinstance(each, Remove)), key=_from_the_end)
    sums = [_amount(each, placeholders) for each in actions if isinstance(each, Add)]
    sums.sort(key=lambda entry: _by_position(entry[0]))
    takes = [_amount(each, placeholders) for each in actions if isinstance(each, Delete)]

    def apply(item: Item, values: Values) -> Item:
        for path in nested:
            _holder(dict(item), path)
        found = [(path, _existing(read, item, values)) for path, read in sets]
        added = [(path, _added(current(item, values), values[name])) for path, current, name in sums]
        taken = [(path, current(item, values), values[name]) for path, current, name in takes]
        removed = [path for path in removes if _can_go(item, path)]
        changed = dict(item)
        for path, value in found:
            _put(changed, path, value)
        for path in removed:
            _remove(changed, path)
        for path, total in added:
            _put(changed, path, total)
        for path, before, members in taken:
            _take(changed, path, before, members)
        return changed

    return apply


def _by_position(path: ResolvedPath) -> list[tuple[bool, Any]]:
    return [(isinstance(part, int), part) for part in path]


def _from_the_end(path: ResolvedPath) -> list[tuple[bool, Any]]:
    return [(isinstance(part, int), -part if isinstance(part, int) else part) for part in path]


def _amount(action: Add | Delete, placeholders: Placeholders) -> tuple[ResolvedPath, Reader, str]:
    placeholders.value(action.value)
    path = placeholders.path(action.path)
    return path, path_reader(path), action.value.name


def _existing(read: Reader, item: Item, values: Values) -> AttributeValue:
    value = read(item, values)
    if value is None:
        raise InvalidUpdate("The provided expression refers to an attribute that does not exist in the item")
    return value


def _added(value: AttributeValue | None, amount: AttributeValue) -> AttributeValue:
    if value is None:
        return amount
    ((kind, more),) = amount.items()
    if kind not in value:
        raise InvalidUpdate(_WRONG_TYPE)
    if kind == "N":
        return {"N": numbers.add(value["N"], more)}
    return {kind: [*value[kind], *(member for member in more if member not in value[kind])]}


def _take(item: Item, path: ResolvedPath, value: AttributeValue | None, members: AttributeValue) -> None:
    """Remove members from a set, and the set with its last."""
    ((kind, gone),) = members.items()
    if value is None:
        _holder(item, path)
        return
    if kind not in value or kind not in SETS:
        raise InvalidUpdate(_WRONG_TYPE)
    left = [member for member in value[kind] if member not in gone]
    if left:
        _put(item, path, {kind: left})
    else:
        _remove(item, path)


def _put(item: Item, path: ResolvedPath, value: AttributeValue) -> None:
    holder, last = _holder(item, path)
    if isinstance(holder, list) and last >= len(holder):
        holder.append(value)
    else:
        holder[last] = value


def _remove(item: Item, path: ResolvedPath) -> None:
    holder, last = _holder(item, path)
    if isinstance(holder, list):
        del holder[last : last + 1]
    else:
        holder.pop(last, None)


def _can_go(item: Item, path: ResolvedPath) -> bool:
    """An element that was not there is not removed, though another action may put one there."""
    holder, last = _holder(dict(item), path)
    return isinstance(holder, dict) or last < len(holder)


def _holder(item: Item, path: ResolvedPath) -> tuple[Any, Any]:
    """The map or list that holds the path's last part, copied with all that holds it; and that part."""
    holder: Any = item
    for part, following in pairwise(path):
        value = _member(holder, part)
        kind = "M" if isinstance(following, str) else "L"
        if value is None or kind not in value:
            raise InvalidUpdate(_INVALID_PATH)
        copied = value[kind].copy()
        holder[part] = {kind: copied}
        holder = copied
    return holder, path[-1]


def _member(holder: Any, part: Part) -> Any:
    if isinstance(part, str):
        return holder.get(part)
    return holder[part] if part < len(holder) else None


def exists(item: Item, path: ResolvedPath) -> bool:
    """Whether the item has something at the path."""
    value: AttributeValue | None = item.get(path[0])  # type: ignore[arg-type]
    for part in path[1:]:
        if value is None:
            return False
        value = child(value, part)
    return value is not None
