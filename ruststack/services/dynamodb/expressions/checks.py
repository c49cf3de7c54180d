"""What is wrong with an expression that can be read: functions, reserved words, placeholders, operands, paths.

DynamoDB looks at the whole expression for one kind of fault before it looks for the next; what concerns single
conditions is looked at condition by condition.

Source: answers of DynamoDB Local 2.6.1; the order also architect/dynalite's tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from ruststack.services.dynamodb.expressions.errors import InvalidExpression, invalid
from ruststack.services.dynamodb.expressions.placeholders import Placeholders
from ruststack.services.dynamodb.expressions.reserved import RESERVED
from ruststack.services.dynamodb.expressions.syntax import (
    And,
    Between,
    Call,
    Comparison,
    Condition,
    In,
    Not,
    Operand,
    Or,
    Parsed,
    Part,
    Path,
    Projection,
    Remove,
    Set,
    Update,
    Value,
)
from ruststack.services.dynamodb.values import compare, type_of

MAX_OPERATORS: Final = 300
MAX_OPTIONS: Final = 100
MAX_NESTING: Final = 32
OPERANDS: Final = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
    "size": 1,
    "if_not_exists": 2,
    "list_append": 2,
}
_ONLY_IN_UPDATES: Final = ("if_not_exists", "list_append")
_ORDERED: Final = ("<", "<=", ">", ">=")
_UNORDERED_TYPES: Final = ("SS", "NS", "BS", "L", "M", "BOOL", "NULL")
_TYPES: Final = "{N,BS,L,B,NULL,M,S,SS,NS,BOOL}"
_ANY_TYPE: Final = "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"
_OPERAND_WORDS: Final = {
    "S": "STRING",
    "N": "NUMBER",
    "B": "BINARY",
    "NULL": "NULL",
    "BOOL": "BOOLEAN",
    "L": "LIST",
    "M": "MAP",
    "SS": "STRING_SET",
    "NS": "NUMBER_SET",
    "BS": "BINARY_SET",
}


def check_condition(parsed: Parsed, placeholders: Placeholders) -> None:
    """Raises InvalidExpression for the first fault."""
    _check_count(parsed.operators)
    for leaf in _leaves(parsed.condition):
        if isinstance(leaf, Call):
            _check_words(leaf, is_whole=True, is_update=False)
        else:
            for operand in _operands(leaf):
                _check_words(operand, is_whole=False, is_update=False)
    for leaf in _leaves(parsed.condition):
        _check_leaf(leaf, placeholders)


def check_projection(projection: Projection, placeholders: Placeholders) -> None:
    """Raises InvalidExpression for the first fault."""
    for path in projection.paths:
        _check_reserved(path)
    _check_apart(projection.paths, placeholders)


def check_update(update: Update, placeholders: Placeholders) -> None:
    """Raises InvalidExpression for the first fault."""
    _check_count(update.operators)
    for _, actions in update.sections:
        for action in actions:
            _check_reserved(action.path)
            if isinstance(action, Set):
                _check_words(action.value, is_whole=True, is_update=True)
    _check_sections([keyword for keyword, _ in update.sections])
    _check_apart([action.path for _, actions in update.sections for action in actions], placeholders)
    for _, actions in update.sections:
        for action in actions:
            if not isinstance(action, Remove):
                _check_defined(action.value, placeholders)
    for is_set in (False, True):
        for keyword, actions in update.sections:
            for action in actions if (keyword == "SET") is is_set else ():
                _check_action(keyword, action, placeholders)


def _check_count(operators: int) -> None:
    if operators > MAX_OPERATORS:
        raise invalid("The expression contains too many operators", operator_count=operators)


# functions


def _check_words(operand: Operand, *, is_whole: bool, is_update: bool) -> None:
    """Functions and reserved words, in the order in which they are written.

    ``is_whole``: the operand is a condition, or what an attribute is set to.
    """
    if isinstance(operand, Path):
        _check_reserved(operand)
    elif isinstance(operand, Call):
        _check_function(operand.name, is_whole, is_update)
        for each in operand.operands:
            _check_words(each, is_whole=False, is_update=is_update)


def _check_function(name: str, is_whole: bool, is_update: bool) -> None:
    if name in ("+", "-"):
        return
    if name not in OPERANDS:
        raise invalid("Invalid function name", function=name)
    if is_update and name not in _ONLY_IN_UPDATES:
        raise invalid("The function is not allowed in an update expression", function=name)
    if not is_update and name in _ONLY_IN_UPDATES:
        raise invalid("The function is not allowed in a condition expression", function=name)
    if (not is_whole and name == "list_append") if is_update else (is_whole == (name == "size")):
        raise invalid("The function is not allowed to be used this way in an expression", function=name)


def _calls_within(operand: Operand) -> Iterator[Call]:
    if isinstance(operand, Call):
        for each in operand.operands:
            yield from _calls_within(each)
        yield operand


# walking


def _leaves(condition: Condition) -> Iterator[Comparison | Between | In | Call]:
    if isinstance(condition, And | Or):
        for each in condition.conditions:
            yield from _leaves(each)
    elif isinstance(condition, Not):
        yield from _leaves(condition.condition)
    else:
        yield condition


def _operands(leaf: Comparison | Between | In | Call) -> tuple[Operand, ...]:
    match leaf:
        case Comparison(_, left, right):
            return left, right
        case Between(value, lower, upper):
            return value, lower, upper
        case In(value, options):
            return value, *options
        case Call(_, operands):
            return operands


def _paths_within(operand: Operand) -> Iterator[Path]:
    if isinstance(operand, Path):
        yield operand
    elif isinstance(operand, Call):
        for each in operand.operands:
            yield from _paths_within(each)


# paths


def paths(condition: Condition, placeholders: Placeholders) -> list[tuple[Part, ...]]:
    """The document paths that a condition names, resolved."""
    operands = [operand for leaf in _leaves(condition) for operand in _operands(leaf)]
    return [placeholders.path(path) for operand in operands for path in _paths_within(operand)]


def operand_paths(update: Update, placeholders: Placeholders) -> list[tuple[Part, ...]]:
    """The document paths that an update reads, resolved."""
    values = [action.value for _, actions in update.sections for action in actions if isinstance(action, Set)]
    return [placeholders.path(path) for value in values for path in _paths_within(value)]


def _check_reserved(path: Path) -> None:
    for part in path.parts:
        if isinstance(part, str) and part.upper() in RESERVED:
            raise invalid("Attribute name is a reserved keyword", reserved_keyword=part)


def _resolve(path: Path, placeholders: Placeholders) -> tuple[Part, ...]:
    resolved = placeholders.path(path)
    if len(resolved) > MAX_NESTING:
        raise invalid("The document path has too many nesting levels", nesting_levels=len(resolved))
    return resolved


def spell(path: tuple[Part, ...]) -> str:
    """``[a, b, [0]]``, as DynamoDB writes a path in its answers."""
    return f"[{', '.join(f'[{part}]' if isinstance(part, int) else part for part in path)}]"


def _check_apart(paths: Sequence[Path], placeholders: Placeholders) -> None:
    """No path may be another's beginning, nor take for a list what another takes for a map."""
    resolved = [_resolve(path, placeholders) for path in paths]
    pairs = [(first, second) for number, second in enumerate(resolved) for first in resolved[:number]]
    for first, second in pairs:
        if all(left == right for left, right in zip(first, second, strict=False)):
            what = "Two document paths overlap with each other; must remove or rewrite one of these paths"
            raise invalid(what, path_one=spell(first), path_two=spell(second))
    for first, second in pairs:
        if _conflict(first, second):
            what = "Two document paths conflict with each other; must remove or rewrite one of these paths"
            raise invalid(what, path_one=spell(first), path_two=spell(second))


def _conflict(first: tuple[Part, ...], second: tuple[Part, ...]) -> bool:
    """Whether one path takes for a list what the other takes for a map."""
    for left, right in zip(first, second, strict=False):
        if isinstance(left, str) != isinstance(right, str):
            return True
        if left != right:
            return False
    return False


# single conditions


def _check_leaf(leaf: Comparison | Between | In | Call, placeholders: Placeholders) -> None:
    for operand in _operands(leaf):
        _check_defined(operand, placeholders)
    name = _name(leaf)
    for operand in _operands(leaf):
        for call in _calls_within(operand):
            _check_call(call, placeholders)
    if isinstance(leaf, Call):
        _check_call(leaf, placeholders)
        return
    if isinstance(leaf, In) and len(leaf.options) > MAX_OPTIONS:
        what = "The IN operator is provided with too many operands"
        raise invalid(what, number_of_operands=len(leaf.options))
    _check_distinct(name, _operands(leaf), placeholders)
    if isinstance(leaf, Between) or (isinstance(leaf, Comparison) and leaf.operator in _ORDERED):
        for operand in _operands(leaf):
            given = _type(operand, placeholders)
            if given in _UNORDERED_TYPES:
                raise _wrong_type(name, given)
    if isinstance(leaf, Between):
        _check_bounds(leaf, placeholders)


def _name(leaf: Comparison | Between | In | Call) -> str:
    match leaf:
        case Comparison(operator, _, _):
            return operator
        case Between():
            return "BETWEEN"
        case In():
            return "IN"
        case Call(name, _):
            return name


def _check_defined(operand: Operand, placeholders: Placeholders) -> None:
    if isinstance(operand, Path):
        _resolve(operand, placeholders)
    elif isinstance(operand, Value):
        placeholders.value(operand)
    else:
        for each in operand.operands:
            _check_defined(each, placeholders)


def _check_distinct(name: str, operands: tuple[Operand, ...], placeholders: Placeholders) -> None:
    first = operands[0]
    if not isinstance(first, Path):
        return
    resolved = placeholders.path(first)
    for other in operands[1:]:
        if isinstance(other, Path) and placeholders.path(other) == resolved:
            what = "The first operand must be distinct from the remaining operands for this operator or function"
            raise invalid(what, operator=name, first_operand=spell(resolved))


def _type(operand: Operand, placeholders: Placeholders) -> str | None:
    """The operand's type where it is known before any item is seen."""
    if isinstance(operand, Value):
        return type_of(placeholders.value(operand))
    if isinstance(operand, Call):
        if operand.name == "if_not_exists":
            return None
        return {"size": "N", "list_append": "L"}.get(operand.name, "N" if operand.name in ("+", "-") else "BOOL")
    return None


def _wrong_type(name: str, given: str) -> InvalidExpression:
    what = "Incorrect operand type for operator or function"
    return invalid(what, operator_or_function=name, operand_type=given)


def _check_call(call: Call, placeholders: Placeholders) -> None:
    name, operands = call
    if name not in ("+", "-") and len(operands) != OPERANDS[name]:
        what = "Incorrect number of operands for operator or function"
        raise invalid(what, operator_or_function=name, number_of_operands=len(operands))
    if name in ("attribute_exists", "attribute_not_exists", "if_not_exists") and not isinstance(operands[0], Path):
        raise invalid("Operator or function requires a document path", operator_or_function=name)
    if name not in ("list_append", "+", "-"):
        _check_distinct(name, operands, placeholders)
    types = [_type(operand, placeholders) for operand in operands]
    if name == "attribute_type":
        _check_type_name(operands[1], types[1], placeholders)
        return
    for given in types:
        if given is not None and not _may_be(name, given):
            raise _wrong_type(name, given)


def _may_be(name: str, given: str) -> bool:
    match name:
        case "begins_with":
            return given in ("S", "B")
        case "size":
            return given not in ("N", "BOOL", "NULL")
        case "list_append":
            return given == "L"
        case "+" | "-":
            return given == "N"
    return True


def _check_type_name(operand: Operand, given: str | None, placeholders: Placeholders) -> None:
    if given != "S":
        raise _wrong_type("attribute_type", given or _ANY_TYPE)
    assert isinstance(operand, Value)
    named = placeholders.value(operand)["S"]
    if named not in _OPERAND_WORDS:
        raise invalid("Invalid attribute type name found", type=named, valid_types=_TYPES)


def _check_bounds(between: Between, placeholders: Placeholders) -> None:
    if not (isinstance(between.lower, Value) and isinstance(between.upper, Value)):
        return
    lower, upper = placeholders.value(between.lower), placeholders.value(between.upper)
    shown = {"lower_bound_operand": _shown(lower), "upper_bound_operand": _shown(upper)}
    if type_of(lower) != type_of(upper):
        raise invalid("The BETWEEN operator requires same data type for lower and upper bounds", **shown)
    if compare(lower, upper) > 0:
        what = "The BETWEEN operator requires upper bound to be greater than or equal to lower bound"
        raise invalid(what, **shown)


def _shown(value: dict[str, Any]) -> str:
    kind = type_of(value)
    return f"AttributeValue: {{{kind}:{value[kind]}}}"


# updates


def _check_sections(keywords: list[str]) -> None:
    repeated = next((word for number, word in enumerate(keywords) if word in keywords[:number]), None)
    if repeated:
        raise invalid(f'The "{repeated}" section can only be used once in an update expression')


def _check_action(keyword: str, action: Any, placeholders: Placeholders) -> None:
    if keyword == "SET":
        for call in _calls_within(action.value):
            _check_call(call, placeholders)
    elif keyword != "REMOVE":
        given = type_of(placeholders.value(action.value))
        allowed = ("SS", "NS", "BS", "N") if keyword == "ADD" else ("SS", "NS", "BS")
        if given not in allowed:
            what = "Incorrect operand type for operator or function"
            wanted = f"ALLOWED_FOR_{keyword}_OPERAND"
            raise invalid(what, operator=keyword, operand_type=_OPERAND_WORDS[given], typeSet=wanted)
