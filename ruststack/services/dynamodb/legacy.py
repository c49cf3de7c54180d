"""The parameters of before expressions: Expected, QueryFilter, ScanFilter, KeyConditions, AttributeUpdates.

Source: developer guide, LegacyConditionalParameters; answers of DynamoDB Local 2.6.1; architect/dynalite's tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ruststack.kit import Input
from ruststack.services.dynamodb import numbers
from ruststack.services.dynamodb.admission import admit
from ruststack.services.dynamodb.errors import InvalidParameter, ValidationException
from ruststack.services.dynamodb.expressions.conditions import Test, are_ordered, begins_with, contains
from ruststack.services.dynamodb.expressions.operands import InvalidUpdate
from ruststack.services.dynamodb.values import AttributeValue, Item, compare, equal, type_of

Condition = Mapping[str, Any]

_COUNTS: Final = {"NULL": (0, 0), "NOT_NULL": (0, 0), "BETWEEN": (2, 2), "IN": (1, None)}
_SCALARS: Final = ("S", "N", "B")
_TYPES: Final = {
    "LE": _SCALARS,
    "LT": _SCALARS,
    "GE": _SCALARS,
    "GT": _SCALARS,
    "CONTAINS": _SCALARS,
    "NOT_CONTAINS": _SCALARS,
    "BEGINS_WITH": ("S", "B"),
    "IN": _SCALARS,
    "BETWEEN": _SCALARS,
}


def expected(req: Input) -> Test | None:
    """What Expected wants, as one test. Raises ValidationException."""
    given: Mapping[str, Condition] = req.get("Expected") or {}
    _check_operator(req, given, "Filter or Expected")
    tests = [_test(name, _from_expected(name, condition)) for name, condition in given.items()]
    return _joined(req, tests)


def filters(req: Input, member: str) -> Test | None:
    """What QueryFilter or ScanFilter wants, as one test. Raises ValidationException."""
    given: Mapping[str, Condition] = req.get(member) or {}
    _check_operator(req, given, "Filter or Expected")
    tests = [_test(name, checked(condition)) for name, condition in given.items()]
    return _joined(req, tests)


def _joined(req: Input, tests: list[Test]) -> Test | None:
    if not tests:
        return None
    if req.get("ConditionalOperator") == "OR":
        return lambda item, values: any(test(item, values) for test in tests)
    return lambda item, values: all(test(item, values) for test in tests)


def _check_operator(req: Input, given: Mapping[str, Any], what: str) -> None:
    if req.get("ConditionalOperator") is None:
        return
    if not given:
        raise ValidationException(f"ConditionalOperator cannot be used without {what}")
    if len(given) < 2:
        raise ValidationException(f"ConditionalOperator can only be used when {what} has two or more elements")


def _from_expected(name: str, condition: Condition) -> Condition:
    """An entry of Expected as an operator and its values."""
    operator, values = condition.get("ComparisonOperator"), condition.get("AttributeValueList")
    value, exists = condition.get("Value"), condition.get("Exists")
    if values is not None and value is not None:
        raise InvalidParameter(f"Value and AttributeValueList cannot be used together for Attribute: {name}")
    if operator is not None:
        if exists is not None:
            raise InvalidParameter(f"Exists and ComparisonOperator cannot be used together for Attribute: {name}")
        if operator not in ("NULL", "NOT_NULL") and values is None and value is None:
            what = f"Value or AttributeValueList must be used with ComparisonOperator: {operator}"
            raise InvalidParameter(f"{what} for Attribute: {name}")
        given = values if values is not None else [value] if value is not None else []
        return checked({"ComparisonOperator": operator, "AttributeValueList": given})
    if values is not None:
        raise InvalidParameter(f"AttributeValueList can only be used with a ComparisonOperator for Attribute: {name}")
    if exists is False:
        if value is not None:
            raise InvalidParameter(f"Value cannot be used when Exists is false for Attribute: {name}")
        return {"ComparisonOperator": "NULL", "AttributeValueList": []}
    if value is None:
        told = "null" if exists is None else "true"
        raise InvalidParameter(f"Value must be provided when Exists is {told} for Attribute: {name}")
    return {"ComparisonOperator": "EQ", "AttributeValueList": [admit(value)]}


def checked(condition: Condition) -> Condition:
    """The condition with its values in their normal form. Raises ValidationException."""
    operator = condition["ComparisonOperator"]
    values = [admit(value) for value in condition.get("AttributeValueList") or ()]
    least, most = _COUNTS.get(operator, (1, 1))
    if len(values) < least or (most is not None and len(values) > most):
        raise InvalidParameter(f"Invalid number of argument(s) for the {operator} ComparisonOperator")
    if len({type_of(value) for value in values}) > 1:
        raise InvalidParameter("AttributeValues inside AttributeValueList must be of same type")
    for value in values:
        if type_of(value) not in _TYPES.get(operator, (type_of(value),)):
            what = f"ComparisonOperator {operator} is not valid for {type_of(value)} AttributeValue type"
            raise InvalidParameter(what)
    if operator == "BETWEEN" and compare(values[0], values[1]) > 0:
        raise ValidationException(
            "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"
        )
    return {"ComparisonOperator": operator, "AttributeValueList": values}


_ORDERS: Final[dict[str, Callable[[int], bool]]] = {
    "LT": lambda order: order < 0,
    "LE": lambda order: order <= 0,
    "GT": lambda order: order > 0,
    "GE": lambda order: order >= 0,
}


def _test(name: str, condition: Condition) -> Test:
    operator, values = condition["ComparisonOperator"], condition["AttributeValueList"]
    if operator == "NULL":
        return lambda item, _: name not in item
    if operator == "NOT_NULL":
        return lambda item, _: name in item
    if operator == "NE":
        return lambda item, _: name not in item or not equal(item[name], values[0])
    if operator == "NOT_CONTAINS":
        return lambda item, _: name in item and not contains(item[name], values[0])
    holds = _holds(operator, values)
    return lambda item, _: name in item and holds(item[name])


def _holds(operator: str, values: list[AttributeValue]) -> Callable[[AttributeValue], bool]:
    first = values[0]
    match operator:
        case "EQ":
            return lambda value: equal(value, first)
        case "CONTAINS":
            return lambda value: contains(value, first)
        case "BEGINS_WITH":
            return lambda value: begins_with(value, first)
        case "IN":
            return lambda value: any(equal(value, each) for each in values)
        case "BETWEEN":
            return lambda value: (
                are_ordered(value, first, _ORDERS["GE"]) and are_ordered(value, values[1], _ORDERS["LE"])
            )
    return lambda value: are_ordered(value, first, _ORDERS[operator])


# AttributeUpdates


def attribute_updates(req: Input) -> Callable[[Item, Any], Item] | None:
    """What AttributeUpdates does to an item. Raises ValidationException."""
    given = req.get("AttributeUpdates")
    if given is None:
        return None
    actions = [_action(name, update) for name, update in given.items()]

    def change(item: Item, values: Any) -> Item:
        changed = dict(item)
        for action in actions:
            action(changed)
        return changed

    return change


def _action(name: str, update: Mapping[str, Any]) -> Callable[[Item], None]:
    kind, given = update.get("Action") or "PUT", update.get("Value")
    if given is None:
        if kind != "DELETE":
            raise InvalidParameter("Only DELETE action is allowed when no attribute value is specified")
        return lambda item: _drop(item, name)
    value = admit(given)
    sort = type_of(value)
    if kind == "ADD" and sort not in ("N", "SS", "NS", "BS", "L"):
        raise InvalidParameter(f"ADD action is not supported for the type {sort}")
    if kind == "DELETE" and sort not in ("SS", "NS", "BS"):
        raise InvalidParameter(f"DELETE action with value is not supported for the type {sort}")
    if kind == "PUT":
        return lambda item: item.update({name: value})
    change = _add if kind == "ADD" else _take
    return lambda item: change(item, name, sort, value)


def _drop(item: Item, name: str) -> None:
    item.pop(name, None)


def _add(item: Item, name: str, kind: str, value: AttributeValue) -> None:
    old = item.get(name)
    if old is None:
        item[name] = value
    elif kind not in old:
        raise InvalidUpdate("Type mismatch for attribute to update")
    elif kind == "N":
        item[name] = {"N": numbers.add(old["N"], value["N"])}
    elif kind == "L":
        item[name] = {"L": old["L"] + value["L"]}
    else:
        item[name] = {kind: [*old[kind], *(each for each in value[kind] if each not in old[kind])]}


def _take(item: Item, name: str, kind: str, value: AttributeValue) -> None:
    old = item.get(name)
    if old is None:
        return
    if kind not in old:
        raise InvalidUpdate("Type mismatch for attribute to update")
    left = [each for each in old[kind] if each not in value[kind]]
    if left:
        item[name] = {kind: left}
    else:
        del item[name]
