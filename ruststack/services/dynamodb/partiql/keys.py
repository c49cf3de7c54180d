"""What a WHERE clause says of the key: which partitions to read, which part of them, or which one item is meant."""

from __future__ import annotations

from typing import Final, NamedTuple

from ruststack.services.dynamodb.errors import ValidationException
from ruststack.services.dynamodb.expressions.syntax import (
    Between,
    Call,
    Comparison,
    Condition,
    In,
    Operand,
    Path,
    Value,
)
from ruststack.services.dynamodb.key_conditions import KeyCondition
from ruststack.services.dynamodb.partiql.prepared import Bound, conjuncts
from ruststack.services.dynamodb.state import Attribute, KeySchema
from ruststack.services.dynamodb.values import AttributeValue, Item

_NAMES: Final = {"=": "EQ", "<": "LT", "<=": "LE", ">": "GT", ">=": "GE"}
_TURNED: Final = {"=": "EQ", "<": "GT", "<=": "GE", ">": "LT", ">=": "LE"}


class Reach(NamedTuple):
    """The hash keys to read, or None for the whole table; and the condition that bounds the range key."""

    hashes: list[AttributeValue] | None
    within: KeyCondition | None


def reach(where: Condition | None, bound: Bound, key: KeySchema) -> Reach:
    """Raises ValidationException for a key that is compared with another type."""
    hashes: list[AttributeValue] | None = None
    within: KeyCondition | None = None
    if len(key.hash) > 1:
        return Reach(None, None)
    for each in conjuncts(where):
        if hashes is None:
            hashes = _hashes(each, bound, key.hash[0])
        if within is None and key.range:
            within = _within(each, bound, key.range[0])
    return Reach(hashes, within)


def key_of(where: Condition | None, bound: Bound, key: KeySchema) -> Item | None:
    """The key of the one item that is meant; None unless every key attribute is compared by equality."""
    found: Item = {}
    for attribute in (*key.hash, *key.range):
        for each in conjuncts(where):
            condition = _within(each, bound, attribute)
            if condition is not None and condition.operator == "EQ":
                found[attribute.name] = condition.values[0]
                break
        else:
            return None
    return found


def _hashes(condition: Condition, bound: Bound, attribute: Attribute) -> list[AttributeValue] | None:
    if isinstance(condition, In) and _is(condition.value, attribute):
        values = [_value(option, bound) for option in condition.options]
        known = [_checked(value, attribute) for value in values if value is not None]
        return known if len(known) == len(values) else None
    found = _within(condition, bound, attribute)
    return found.values if found is not None and found.operator == "EQ" else None


def _within(condition: Condition, bound: Bound, attribute: Attribute) -> KeyCondition | None:
    """The condition, if it bounds this attribute by values."""
    match condition:
        case Comparison(operator, left, right) if operator in _NAMES:
            names, other = (_NAMES, right) if _is(left, attribute) else (_TURNED, left)
            if other is left and not _is(right, attribute):
                return None
            return _condition(names[operator], (other,), bound, attribute)
        case Between(value, lower, upper) if _is(value, attribute):
            return _condition("BETWEEN", (lower, upper), bound, attribute)
        case Call("begins_with", (first, second)) if _is(first, attribute):
            return _condition("BEGINS_WITH", (second,), bound, attribute)
    return None


def _condition(operator: str, operands: tuple[Operand, ...], bound: Bound, attribute: Attribute) -> KeyCondition | None:
    values = [value for each in operands if (value := _value(each, bound)) is not None]
    if len(values) < len(operands):
        return None
    return KeyCondition(operator, [_checked(value, attribute) for value in values])


def _is(operand: Operand, attribute: Attribute) -> bool:
    return isinstance(operand, Path) and operand.parts == ("#" + attribute.name,)


def _value(operand: Operand, bound: Bound) -> AttributeValue | None:
    return bound.values[operand.name] if isinstance(operand, Value) else None


def _checked(value: AttributeValue, attribute: Attribute) -> AttributeValue:
    if attribute.type not in value:
        what = "Key attribute's data type should match its data type in table's schema"
        raise ValidationException(f"{what}: Key {attribute.name}")
    return value
