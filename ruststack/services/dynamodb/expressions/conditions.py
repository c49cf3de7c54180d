"""Conditions as closures: ``(item, values) -> bool``."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Final

from ruststack.services.dynamodb.expressions.operands import Reader, Values, reader
from ruststack.services.dynamodb.expressions.placeholders import Placeholders
from ruststack.services.dynamodb.expressions.syntax import And, Between, Call, Comparison, Condition, In, Not, Or
from ruststack.services.dynamodb.values import SCALARS, SETS, AttributeValue, Item, compare, equal

Test = Callable[[Item, Values], bool]

_ORDERED: Final[dict[str, Callable[[int], bool]]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def test(condition: Condition, placeholders: Placeholders) -> Test:
    """The condition's closure; it has been checked."""
    match condition:
        case And(conditions):
            tests = [test(each, placeholders) for each in conditions]
            return lambda item, values: all(each(item, values) for each in tests)
        case Or(conditions):
            tests = [test(each, placeholders) for each in conditions]
            return lambda item, values: any(each(item, values) for each in tests)
        case Not(negated):
            holds = test(negated, placeholders)
            return lambda item, values: not holds(item, values)
        case Comparison(operator, left, right):
            return _comparison(operator, reader(left, placeholders), reader(right, placeholders))
        case Between(value, lower, upper):
            below = _comparison(">=", reader(value, placeholders), reader(lower, placeholders))
            above = _comparison("<=", reader(value, placeholders), reader(upper, placeholders))
            return lambda item, values: below(item, values) and above(item, values)
        case In(value, options):
            tests = [_comparison("=", reader(value, placeholders), reader(option, placeholders)) for option in options]
            return lambda item, values: any(each(item, values) for each in tests)
        case Call():
            return _function(condition, placeholders)


def _comparison(operator: str, left: Reader, right: Reader) -> Test:
    if operator in _ORDERED:
        holds = _ORDERED[operator]

        def ordered(item: Item, values: Values) -> bool:
            first, second = left(item, values), right(item, values)
            return first is not None and second is not None and are_ordered(first, second, holds)

        return ordered

    def same(item: Item, values: Values) -> bool:
        first, second = left(item, values), right(item, values)
        return first is not None and second is not None and equal(first, second)

    if operator == "=":
        return same
    return lambda item, values: not same(item, values)


def are_ordered(left: AttributeValue, right: AttributeValue, holds: Callable[[int], bool]) -> bool:
    """Whether two scalars of one type stand in that order; other values stand in none."""
    ((kind, _),) = left.items()
    return kind in SCALARS and kind in right and holds(compare(left, right))


def _function(call: Call, placeholders: Placeholders) -> Test:
    name = call.name
    first, *others = [reader(operand, placeholders) for operand in call.operands]
    if name == "attribute_exists":
        return lambda item, values: first(item, values) is not None
    if name == "attribute_not_exists":
        return lambda item, values: first(item, values) is None
    (second,) = others
    judge = {"attribute_type": _is_of_type, "begins_with": begins_with, "contains": contains}[name]

    def holds(item: Item, values: Values) -> bool:
        left, right = first(item, values), second(item, values)
        return left is not None and right is not None and judge(left, right)

    return holds


def _is_of_type(value: AttributeValue, wanted: AttributeValue) -> bool:
    return wanted["S"] in value


def begins_with(value: AttributeValue, start: AttributeValue) -> bool:
    """Text that begins with text, or binary with binary."""
    if "S" in value and "S" in start:
        return bool(value["S"].startswith(start["S"]))
    if "B" in value and "B" in start:
        return base64.b64decode(value["B"]).startswith(base64.b64decode(start["B"]))
    return False


def contains(value: AttributeValue, part: AttributeValue) -> bool:
    """Text within text, binary within binary, a member of a set, or an element of a list."""
    ((kind, content),) = value.items()
    ((other, wanted),) = part.items()
    if kind == "S":
        return other == "S" and wanted in content
    if kind == "B":
        return other == "B" and base64.b64decode(wanted) in base64.b64decode(content)
    if kind in SETS:
        return other == SETS[kind] and wanted in content
    return kind == "L" and any(equal(element, part) for element in content)
