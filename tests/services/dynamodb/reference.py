"""DynamoDB as plainly as it can be written: tables are dicts, every read is a scan, expressions are trees.

It knows no limits and no wrong requests; what the engine must refuse because of an item it refuses with `Refused`.
"""

from __future__ import annotations

import base64
import copy
import operator
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow, Subnormal
from typing import Any

Value = dict[str, Any]
Item = dict[str, Value]
Tree = tuple[Any, ...]

NUMBERS = Context(prec=38, Emax=125, Emin=-130, traps=[Inexact, Overflow, Subnormal, InvalidOperation])
GONE = object()
SETS = {"SS": "S", "NS": "N", "BS": "B"}
ORDERS: dict[str, Any] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


class Refused(Exception):
    """``str(error)`` is the error's code."""


def plain(value: Any) -> Any:
    """A value that is equal to another when DynamoDB says so; scalars of one type sort."""
    ((kind, content),) = value.items()
    if kind in SETS:
        return kind, frozenset(plain({SETS[kind]: member}) for member in content)
    if kind == "L":
        return kind, tuple(map(plain, content))
    if kind == "M":
        return kind, frozenset((name, plain(member)) for name, member in content.items())
    made = {"S": str.encode, "N": Decimal, "B": base64.b64decode}.get(kind, bool)
    return kind, made(content)


def plain_item(item: Item) -> Any:
    return plain({"M": item})


@dataclass
class Table:
    """``indexes`` are name > (keys, names that are projected or None for all)."""

    keys: tuple[str, ...]
    indexes: dict[str, tuple[tuple[str, ...], frozenset[str] | None]]
    types: dict[str, str]
    items: dict[Any, Item] = field(default_factory=dict)

    def key(self, item: Item) -> Any:
        return tuple(plain(item[name]) for name in self.keys)

    def get(self, key: Item) -> Item | None:
        return self.items.get(self.key(key))

    def check(self, item: Item) -> None:
        if any(name in item and not item[name].get(kind) for name, kind in self.types.items()):
            raise Refused("ValidationException")

    def put(self, item: Item, condition: Tree | None = None) -> None:
        self.check(item)
        self.demand(item, condition)
        self.items[self.key(item)] = item

    def delete(self, key: Item, condition: Tree | None = None) -> None:
        self.demand(key, condition)
        self.items.pop(self.key(key), None)

    def update(self, key: Item, actions: Iterable[Tree], condition: Tree | None = None) -> Item:
        self.demand(key, condition)
        changed = updated(self.get(key) or key, actions)
        self.check(changed)
        self.items[self.key(key)] = changed
        return changed

    def demand(self, key: Item, condition: Tree | None) -> None:
        if condition is not None and not holds(condition, self.get(key) or {}):
            raise Refused("ConditionalCheckFailedException")

    def read(self, index: str | None = None, condition: Tree | None = None, test: Tree | None = None) -> list[Item]:
        """What a Query or Scan finds, by the range key: ``condition`` is on keys, ``test`` on what the index shows."""
        keys, shown = self.indexes[index] if index else (self.keys, None)
        found = [item for item in self.items.values() if all(name in item for name in keys)]
        if condition is not None:
            found = sorted((item for item in found if holds(condition, item)), key=lambda item: plain(item[keys[-1]]))
        if shown is not None:
            kept = shown | set(keys) | set(self.keys)
            found = [{name: value for name, value in item.items() if name in kept} for item in found]
        return [item for item in found if test is None or holds(test, item)]


def at(path: tuple[Any, ...], item: Item) -> Value | None:
    """What stands at a path."""
    value: Any = {"M": item}
    for part in path:
        held = value.get("M" if isinstance(part, str) else "L", ())
        if not (part in held if isinstance(part, str) else part < len(held)):
            return None
        value = held[part]
    return value  # type: ignore[no-any-return]


def read(tree: Tree, item: Item) -> Value | None:
    """An operand of a condition."""
    kind, what = tree
    if kind == "value":
        return what  # type: ignore[no-any-return]
    value = at(what, item)
    if kind == "path" or value is None:
        return value
    ((kind, content),) = value.items()
    if kind in ("N", "BOOL", "NULL"):
        return None
    units = {"S": lambda: len(content.encode("utf-16-le")) // 2, "B": lambda: len(base64.b64decode(content))}
    return {"N": str(units.get(kind, lambda: len(content))())}


def holds(tree: Tree, item: Item) -> bool:
    """Whether a condition is true of an item."""
    kind, *parts = tree
    if kind in ("and", "or"):
        return (all if kind == "and" else any)(holds(part, item) for part in parts)
    if kind == "not":
        return not holds(parts[0], item)
    if kind == "between":
        return holds((">=", parts[0], parts[1]), item) and holds(("<=", parts[0], parts[2]), item)
    if kind == "in":
        return any(holds(("=", parts[0], option), item) for option in parts[1:])
    first, *others = (read(part, item) for part in parts)
    if kind in ("exists", "not_exists"):
        return (first is None) == (kind == "not_exists")
    if first is None or others[0] is None:
        return kind == "<>"
    return _compared(kind, first, others[0])


def _compared(kind: str, first: Value, second: Value) -> bool:
    if kind == "type":
        return second["S"] in first
    (left_type, left), (right_type, right) = plain(first), plain(second)
    if kind in ("=", "<>"):
        return ((left_type, left) == (right_type, right)) == (kind == "=")
    is_text = left_type == right_type and left_type in ("S", "B")
    if kind == "begins_with":
        return is_text and left.startswith(right)
    if kind == "contains":
        is_member = SETS.get(left_type) == right_type or left_type == "L"
        return (is_text and right in left) or (is_member and (right_type, right) in left)
    return left_type == right_type and left_type in ("S", "N", "B") and ORDERS[kind](left, right)


def updated(item: Item, actions: Iterable[Tree]) -> Item:
    """The item after an update: all is read from the item as it was, and list positions mean what they meant."""
    changed = copy.deepcopy(item)
    for kind, path, *operands in sorted(actions, key=lambda action: [str(part).zfill(9) for part in action[1]]):
        held = at(path[:-1], changed) if path[1:] else {"M": changed}
        content = (held or {}).get("M" if isinstance(path[-1], str) else "L")
        if content is None:
            raise Refused("ValidationException")
        value = GONE if kind == "REMOVE" else _assigned(kind, at(path, item), operands[0], item)
        if isinstance(content, dict) or path[-1] < len(content):
            content[path[-1]] = value
        elif value is not GONE:
            content.append(value)
    return _without_gone({"M": changed})["M"]  # type: ignore[no-any-return]


def _assigned(kind: str, before: Value | None, operand: Tree, item: Item) -> Any:
    if kind == "SET":
        return computed(operand, item)
    ((set_type, members),) = operand[1].items()
    if before is None:
        return operand[1] if kind == "ADD" else GONE
    if set_type not in before:
        raise Refused("ValidationException")
    if set_type == "N":
        return computed(("+", ("value", before), operand), item)
    given = {plain({SETS[set_type]: member}) for member in members}
    kept = [each for each in before[set_type] if plain({SETS[set_type]: each}) not in given]
    left = kept + members if kind == "ADD" else kept
    return {set_type: left} if left else GONE


def computed(tree: Tree, item: Item) -> Value:
    """What SET assigns."""
    kind, *parts = tree
    if kind == "if_not_exists":
        return at(parts[0][1], item) or computed(parts[1], item)
    if kind in ("path", "value"):
        found = read(tree, item)
        if found is None:
            raise Refused("ValidationException")
        return found
    left, right = (computed(part, item) for part in parts)
    if kind == "list_append" and "L" in left and "L" in right:
        return {"L": left["L"] + right["L"]}
    if kind == "list_append" or "N" not in left or "N" not in right:
        raise Refused("ValidationException")
    try:
        return {"N": str((NUMBERS.add if kind == "+" else NUMBERS.subtract)(Decimal(left["N"]), Decimal(right["N"])))}
    except (Inexact, Overflow, Subnormal, InvalidOperation):
        raise Refused("ValidationException") from None


def _without_gone(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_gone(each) for name, each in value.items() if each is not GONE}
    return [_without_gone(each) for each in value if each is not GONE] if isinstance(value, list) else value


def projected(value: Any, paths: list[tuple[Any, ...]]) -> Any:
    """The part of a value that paths name, or GONE."""
    if () in paths:
        return value
    ((kind, content),) = value.items()
    entries = {"M": lambda: list(content.items()), "L": lambda: list(enumerate(content))}.get(kind, list)()
    below = [(part, projected(each, [path[1:] for path in paths if path[0] == part])) for part, each in entries]
    kept = [(part, each) for part, each in below if each is not GONE]
    return GONE if not kept else {kind: dict(kept) if kind == "M" else [each for _, each in kept]}
