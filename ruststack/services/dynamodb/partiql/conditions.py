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
from ruststack.services.dynamodb.partiql.tokens import Kind, malformed

_COMPARISONS: Final = {"=": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_TESTS: Final = {"BEGINS_WITH": 2, "CONTAINS": 2, "ATTRIBUTE_TYPE": 2}
_NULL: Final = {"S": "NULL"}


def condition(reader: Reader) -> Condition:
    """Conditions joined by OR, AND and NOT. Raises ValidationException."""
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
        return _test(reader)
    return _comparison(reader)


def _test(reader: Reader) -> Condition:
    name = reader.take().text.upper()
    operands = arguments(reader)
    if len(operands) != _TESTS[name]:
        raise malformed(f"Incorrect number of operands for {name.lower()}")
    return Call(name.lower(), operands)


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
    else:
        raise malformed("Unexpected term")
    return Not(found) if is_negated else found


def _is(reader: Reader, left: Operand) -> Condition:
    is_negated = bool(reader.word("NOT"))
    wanted = reader.word("MISSING", "NULL")
    if not wanted or not isinstance(left, Path):
        raise malformed("Unexpected term")
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
    """A value, a path, or ``size(path)``. Raises ValidationException."""
    if starts_literal(reader):
        return reader.value(literal(reader))
    if reader.is_word("SIZE") and reader.next.text == "(":
        reader.take()
        operands = arguments(reader)
        if len(operands) != 1:
            raise malformed("Incorrect number of operands for size")
        return Call("size", operands)
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
    """An attribute's name, and what follows it. Raises ValidationException."""
    parts: list[Part] = [name(reader)]
    while True:
        if reader.skip("."):
            parts.append(name(reader))
        elif reader.now.text == "[" and reader.now.kind is Kind.SYMBOL:
            reader.take()
            step = reader.take()
            if step.kind is Kind.STRING:
                parts.append(step.text)
            elif step.kind is Kind.NUMBER and step.text.isdigit():
                parts.append(int(step.text))
            else:
                raise malformed("Unexpected path component")
            reader.expect("]")
        else:
            return Path(tuple(parts))


def name(reader: Reader) -> str:
    """A name, in double quotes or not. Raises ValidationException."""
    token = reader.take()
    if token.kind not in (Kind.WORD, Kind.QUOTED) or not token.text:
        raise malformed("Expected identifier for simple path")
    return token.text
