"""What a Query looks for: KeyConditionExpression or KeyConditions, as an operator and its values for each attribute.

Source: answers of DynamoDB Local 2.6.1; architect/dynalite's tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from ruststack.kit import Input
from ruststack.services.dynamodb.errors import InvalidParameter, ValidationException
from ruststack.services.dynamodb.expressions.placeholders import Placeholders
from ruststack.services.dynamodb.expressions.syntax import And, Between, Call, Comparison, In, Not, Operand, Or, Path
from ruststack.services.dynamodb.keys import escaped, framed, sortable
from ruststack.services.dynamodb.legacy import checked
from ruststack.services.dynamodb.programs import Programs
from ruststack.services.dynamodb.state import Attribute, KeySchema
from ruststack.services.dynamodb.values import AttributeValue

_NAMES: Final = {"=": "EQ", "<": "LT", "<=": "LE", ">": "GT", ">=": "GE"}
_TURNED: Final = {"=": "EQ", "<": "GT", "<=": "GE", ">": "LT", ">=": "LE"}
_INDEXABLE: Final = ("EQ", "LT", "LE", "GT", "GE", "BEGINS_WITH", "BETWEEN")
_MOST: Final = 8
_COUNT: Final = "Conditions can be of length 1 or 2 only"
_PREFIX: Final = "Invalid condition in KeyConditionExpression"


class KeyCondition(NamedTuple):
    """An operator, by its older name (EQ, BEGINS_WITH, ...), and what it compares with."""

    operator: str
    values: list[AttributeValue]


KeyConditions = dict[str, KeyCondition]


class Span(NamedTuple):
    """Sort keys from ``low`` to ``high``; None is no bound."""

    low: bytes | None
    is_low_included: bool
    high: bytes | None
    is_high_included: bool


def key_conditions(req: Input, programs: Programs) -> KeyConditions:
    """The request's key conditions, by attribute. Raises ValidationException."""
    compiled = programs.syntax("KeyConditionExpression")
    if compiled is not None:
        found: KeyConditions = {}
        placeholders = Placeholders(req.get("ExpressionAttributeNames"), programs.values)
        _collect(compiled.parsed, placeholders, found)
    else:
        given: Mapping[str, Any] = req.get("KeyConditions") or {}
        found = {}
        for name, condition in given.items():
            sound = checked(condition)
            found[name] = KeyCondition(sound["ComparisonOperator"], sound["AttributeValueList"])
    # How many attributes an index's key has is known later.
    if not 1 <= len(found) <= (2 if req.get("IndexName") is None else _MOST):
        raise ValidationException(_COUNT)
    return found


def check_number(found: KeyConditions, schema: KeySchema) -> None:
    """Raises ValidationException for more conditions than a key has attributes, where that is one or two.

    Unknown: the words for keys of more attributes; Queries of such an index, with one condition too many, and with a
    range before another condition, would tell.
    """
    if len(found) > max(2, len(schema.names)):
        raise ValidationException(_COUNT)


def _collect(condition: Any, placeholders: Placeholders, found: KeyConditions) -> None:
    match condition:
        case And(conditions):
            for each in conditions:
                _collect(each, placeholders, found)
        case Or():
            raise _not_allowed("OR")
        case Not():
            raise _not_allowed("NOT")
        case In():
            raise _not_allowed("IN")
        case Comparison("<>", _, _):
            raise _not_allowed("<>")
        case Comparison(operator, left, right):
            path = _attribute((left, right))
            names, value = (_NAMES, right) if isinstance(left, Path) else (_TURNED, left)
            _add(path, names[operator], (value,), placeholders, found)
        case Between(value, lower, upper):
            _add(_attribute((value, lower, upper), "BETWEEN"), "BETWEEN", (lower, upper), placeholders, found)
        case Call("begins_with", (first, second)):
            _add(_attribute((first, second), "begins_with"), "BEGINS_WITH", (second,), placeholders, found)
        case Call(name, _):
            raise _not_allowed(name)


def _not_allowed(name: str) -> ValidationException:
    return ValidationException(f"Invalid operator used in KeyConditionExpression: {name}")


def _attribute(operands: tuple[Operand, ...], leading: str = "") -> Path:
    """The key attribute among the operands; of ``leading`` operators it comes first. Raises ValidationException."""
    found: Path | None = None
    for number, operand in enumerate(operands):
        if isinstance(operand, Call):
            raise ValidationException("KeyConditionExpressions cannot contain nested operations")
        if isinstance(operand, Path):
            if found is not None:
                raise ValidationException(f"{_PREFIX}: Multiple attribute names used in one condition")
            if len(operand.parts) > 1:
                raise ValidationException("KeyConditionExpressions cannot have conditions on nested attributes")
            found = operand
        elif leading and not number:
            raise ValidationException(f"{_PREFIX}: {leading} operator must have the key attribute as its first operand")
    if found is None:
        raise ValidationException(f"{_PREFIX}: No key attribute specified")
    return found


def _add(
    path: Path, operator: str, operands: tuple[Any, ...], placeholders: Placeholders, found: KeyConditions
) -> None:
    (name,) = placeholders.path(path)
    if name in found:
        raise ValidationException("KeyConditionExpressions must only contain one condition per key")
    condition = {
        "ComparisonOperator": operator,
        "AttributeValueList": [placeholders.value(operand) for operand in operands],
    }
    sound = checked(condition)
    found[str(name)] = KeyCondition(operator, sound["AttributeValueList"])


def check_count(found: KeyConditions, schema: KeySchema) -> None:
    """Raises ValidationException for a second condition where there is no range key."""
    if not schema.range and len(found) > len(schema.hash):
        raise ValidationException("Query key condition not supported")


def check_condition(found: KeyConditions, schema: KeySchema, number: int) -> None:
    """The hash keys need conditions, which are equality; so are those of range keys before the last one.

    Raises ValidationException.  Source: developer guide, GSI.MultiAttributeKeys
    """
    attribute, is_hash = (*schema.hash, *schema.range)[number], number < len(schema.hash)
    condition = found.get(attribute.name)
    if condition is None:
        if is_hash or len(found) > number:
            raise ValidationException(f"Query condition missed key schema element: {attribute.name}")
        return
    if condition.operator not in _INDEXABLE:
        raise ValidationException("Attempted conditional constraint is not an indexable operation")
    if any(attribute.type not in value for value in condition.values):
        raise InvalidParameter("Condition parameter type does not match schema type")
    if condition.operator != "EQ" and (is_hash or len(found) > number + 1):
        raise ValidationException("Query key condition not supported")
    for value in condition.values:
        if not value[attribute.type] and condition.operator != "BEGINS_WITH":
            kind = {"S": "string", "B": "binary"}[attribute.type]
            raise ValidationException(
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
                f"empty {kind} value. Key: {attribute.name}"
            )


def holds(condition: KeyCondition, value: AttributeValue) -> bool:
    """Whether a key fulfils the condition."""
    within, sort = _span(condition), sortable(value)
    is_above = within.low is None or sort > within.low or (sort == within.low and within.is_low_included)
    is_below = within.high is None or sort < within.high or (sort == within.high and within.is_high_included)
    return is_above and is_below


def span(conditions: KeyConditions, attributes: Sequence[Attribute]) -> Span:
    """The sort keys that the conditions on range keys let through: equality from the left, the last one may differ."""
    prefix = b""
    for number, attribute in enumerate(attributes):
        condition, is_last = conditions.get(attribute.name), number == len(attributes) - 1
        if condition is None:
            break
        if is_last:
            return _after(prefix, _span(condition))
        if condition.operator != "EQ":
            return _after(prefix, _framed_span(condition))
        prefix += framed(sortable(condition.values[0]))
    return _after(prefix, Span(None, True, None, True))


def _after(prefix: bytes, within: Span) -> Span:
    """The span among the keys that begin so."""
    if not prefix:
        return within
    low = prefix if within.low is None else prefix + within.low
    if within.high is None:
        return Span(low, within.is_low_included, _after_prefix(prefix), False)
    return Span(low, within.is_low_included, prefix + within.high, within.is_high_included)


def _framed_span(condition: KeyCondition) -> Span:
    """What a condition lets through on a range key that others follow."""
    values = [sortable(value) for value in condition.values]
    match condition.operator:
        case "LT":
            return Span(None, True, framed(values[0]), False)
        case "LE":
            return Span(None, True, _after_prefix(framed(values[0])), False)
        case "GT":
            return Span(_after_prefix(framed(values[0])), True, None, True)
        case "GE":
            return Span(framed(values[0]), True, None, True)
        case "BETWEEN":
            return Span(framed(values[0]), True, _after_prefix(framed(values[1])), False)
    return Span(escaped(values[0]), True, _after_prefix(escaped(values[0])), False)


def _span(condition: KeyCondition) -> Span:
    first = sortable(condition.values[0])
    match condition.operator:
        case "EQ":
            return Span(first, True, first, True)
        case "LT":
            return Span(None, True, first, False)
        case "LE":
            return Span(None, True, first, True)
        case "GT":
            return Span(first, False, None, True)
        case "GE":
            return Span(first, True, None, True)
        case "BETWEEN":
            return Span(first, True, sortable(condition.values[1]), True)
    return Span(first, True, _after_prefix(first), False)


def _after_prefix(prefix: bytes) -> bytes | None:
    """The first key that does not begin so; None when there is none above."""
    cut = prefix.rstrip(b"\xff")
    return cut[:-1] + bytes([cut[-1] + 1]) if cut else None
