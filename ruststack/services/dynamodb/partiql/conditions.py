"""WHERE: a condition in PartiQL becomes one of expressions.

Source: developer guide, ql-operators and ql-functions.
"""

from __future__ import annotations

from typing import Final

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
    Part,
    Path,
)
from ruststack.services.dynamodb.partiql.literals import literal, starts_literal
from ruststack.services.dynamodb.partiql.reader import Reader
from ruststack.services.dynamodb.partiql.tokens import Kind, Malformed, unsupported

_COMPARISONS: Final = {"=": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_TESTS: Final = ("BEGINS_WITH", "CONTAINS", "ATTRIBUTE_TYPE", "ATTRIBUTE_EXISTS", "ATTRIBUTE_NOT_EXISTS")
_NULL: Final = {"S": "NULL"}


def condition(reader: Reader) -> Condition:
    """Conditions joined by OR, AND and NOT. Raises Malformed, ValidationException."""
    found = [_conjunction(reader)]
    while reader.word("OR"):
        found.append(_conjunction(reader))
    return found[0] if len(found) == 1 else Or(tuple(found))


def _conjunction(reader: Reader) -> Condition:
    found = [_negation(reader)]
    while reader.word("AND"):
        found.append(_negation(reader))
    return found[0] if len(found) == 1 else And(tuple(found))


def _negation(reader: Reader) -> Condition:
    if reader.word("NOT"):
        return Not(_negation(reader))
    if reader.now.text == "(" and reader.now.kind is Kind.SYMBOL:
        reader.take()
        inner = condition(reader)
        reader.expect(")")
        return inner
    if reader.is_word(*_TESTS) and reader.next.text == "(":
        return Call(reader.take().text.lower(), arguments(reader))
    return _comparison(reader)


def _comparison(reader: Reader) -> Condition:
    left = operand(reader)
    if reader.now.kind is Kind.SYMBOL and reader.now.text in _COMPARISONS:
        return Comparison(_COMPARISONS[reader.take().text], left, operand(reader))
    if reader.word("IS"):
        return _is(reader, left)
    is_negated = bool(reader.word("NOT"))
    if reader.word("BETWEEN"):
        lower = operand(reader)
        reader.expect_word("AND")
        found: Condition = Between(left, lower, operand(reader))
    elif reader.word("IN"):
        found = In(left, _options(reader))
    elif reader.is_word("LIKE") or reader.now.text in ("+", "-", "*", "||"):
        raise unsupported(f"Unsupported operator in Condition Expression. Operator: {reader.now.text.lower()}")
    else:
        raise unsupported("WHERE clause must contain an expression that resolves to a boolean")
    return Not(found) if is_negated else found


def _is(reader: Reader, left: Operand) -> Condition:
    is_negated = bool(reader.word("NOT"))
    wanted = reader.word("MISSING", "NULL")
    if not wanted or not isinstance(left, Path):
        raise Malformed
    if wanted == "MISSING":
        return Call("attribute_exists" if is_negated else "attribute_not_exists", (left,))
    is_null = Call("attribute_type", (left, reader.value(lambda parameters: dict(_NULL))))
    return Not(is_null) if is_negated else is_null


def _options(reader: Reader) -> tuple[Operand, ...]:
    end = "]" if reader.skip("[") else ")"
    if end == ")":
        reader.expect("(")
    options = [operand(reader)]
    while reader.skip(","):
        options.append(operand(reader))
    reader.expect(end)
    return tuple(options)


def operand(reader: Reader) -> Operand:
    """A value, a path, or ``size(path)``. Raises Malformed, ValidationException."""
    if starts_literal(reader):
        return reader.value(literal(reader))
    if reader.now.kind is Kind.WORD and reader.next.text == "(" and reader.next.kind is Kind.SYMBOL:
        if not reader.is_word("SIZE"):
            raise unsupported(f"Unrecognized function: {reader.now.text}")
        return Call(reader.take().text.lower(), arguments(reader))
    return path(reader)


def arguments(reader: Reader) -> tuple[Operand, ...]:
    """Operands in parentheses."""
    reader.expect("(")
    found = [operand(reader)]
    while reader.skip(","):
        found.append(operand(reader))
    reader.expect(")")
    return tuple(found)


def path(reader: Reader) -> Path:
    """An attribute's name, and what follows it. Names are marked by ``#``: no word is reserved among them.

    Raises Malformed, ValidationException.
    """
    parts: list[Part] = ["#" + name(reader)]
    while True:
        if reader.skip("."):
            parts.append("#" + name(reader))
        elif reader.now.text == "[" and reader.now.kind is Kind.SYMBOL:
            reader.take()
            step = reader.take()
            if step.kind is Kind.STRING:
                parts.append("#" + step.text)
            elif step.kind is Kind.NUMBER and step.text.isdigit():
                parts.append(int(step.text))
            else:
                raise Malformed
            reader.expect("]")
        else:
            return Path(tuple(parts))


def name(reader: Reader) -> str:
    """A name, in double quotes or not. Raises Malformed, ValidationException."""
    token = reader.take()
    if token.kind not in (Kind.WORD, Kind.QUOTED) or not token.text:
        raise Malformed
    return token.text
