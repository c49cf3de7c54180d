"""Expressions of queries, compiled to functions of a row."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from ruststack.services.logs.insights.functions import FUNCTIONS, matches, span_ms, spell, truth
from ruststack.services.logs.insights.rows import Moment, Row, Value, finite, number
from ruststack.services.logs.insights.tokens import NotHere, Tokens

Evaluate = Callable[[Row], Value]
_DEEPEST: Final = 50
_COMPARISONS: Final = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Expression(NamedTuple):
    """``name`` is what the result is called unless ``as`` says otherwise: the field's name, or the text itself."""

    evaluate: Evaluate
    name: str


def is_true(value: Value) -> bool:
    return bool(number(value)) if not isinstance(value, str) or number(value) is not None else bool(value)


def read(tokens: Tokens, depth: int = 0) -> Expression:
    """An expression, up to what cannot belong to it. Raises Malformed, NotHere."""
    if depth > _DEEPEST:
        raise tokens.error()
    left = _and(tokens, depth)
    while tokens.word("or"):
        left = _joined(left, _and(tokens, depth), "or", any)
    return left


def _and(tokens: Tokens, depth: int) -> Expression:
    left = _not(tokens, depth)
    while tokens.word("and"):
        left = _joined(left, _not(tokens, depth), "and", all)
    return left


def _joined(left: Expression, right: Expression, word: str, join: Callable[..., bool]) -> Expression:
    a, b = left.evaluate, right.evaluate
    return Expression(
        lambda row: truth(join(is_true(each(row)) for each in (a, b))), f"{left.name} {word} {right.name}"
    )


def _not(tokens: Tokens, depth: int) -> Expression:
    if tokens.word("not"):
        inner = _not(tokens, depth + 1) if depth < _DEEPEST else read(tokens, depth + 1)
        return Expression(lambda row: truth(not is_true(inner.evaluate(row))), f"not {inner.name}")
    return _comparison(tokens, depth)


def _comparison(tokens: Tokens, depth: int) -> Expression:
    left = _sum(tokens, depth)
    is_negated = bool(tokens.word("not"))
    if tokens.word("like") or (not is_negated and tokens.sign("=~")):
        return _like(tokens, left, is_negated)
    if tokens.word("in"):
        return _in(tokens, left, is_negated, depth)
    if is_negated:
        raise tokens.error()
    sign = tokens.sign(*_COMPARISONS)
    if not sign:
        return left
    right, compare = _sum(tokens, depth), _COMPARISONS[sign]
    a, b = left.evaluate, right.evaluate
    return Expression(lambda row: truth(_compared(a(row), b(row), compare, sign)), f"{left.name} {sign} {right.name}")


def _compared(a: Value, b: Value, compare: Callable[..., bool], sign: str) -> bool:
    """As numbers where both are, else as texts.

    Unknown: whether a field that is not there is unequal to a text; a query with != would tell. Here it is.
    """
    if a is None or b is None:
        return sign == "!=" and a is not b
    x, y = number(a), number(b)
    return compare(x, y) if x is not None and y is not None else compare(spell(a), spell(b))


def _like(tokens: Tokens, left: Expression, is_negated: bool) -> Expression:
    pattern = tokens.regex()
    if pattern is None:
        # A text is found as it is; % stands for anything, as in SQL.
        text = tokens.of_kind("text")
        pattern = re.compile(".*".join(map(re.escape, text.strip("%").split("%"))), re.DOTALL)
    found, a = pattern, left.evaluate
    name = f"{left.name} {'not ' if is_negated else ''}like {found.pattern}"
    return Expression(lambda row: truth(matches(a(row), found) != is_negated), name)


def _in(tokens: Tokens, left: Expression, is_negated: bool, depth: int) -> Expression:
    tokens.expect("[")
    values = [_sum(tokens, depth)]
    while tokens.sign(","):
        values.append(_sum(tokens, depth))
    tokens.expect("]")
    a = left.evaluate

    def evaluate(row: Row) -> Value:
        value = a(row)
        return truth(any(_compared(value, each.evaluate(row), operator.eq, "=") for each in values) != is_negated)

    return Expression(evaluate, f"{left.name} in [{', '.join(each.name for each in values)}]")


def _sum(tokens: Tokens, depth: int) -> Expression:
    return _arithmetic(tokens, depth, ("+", "-"), _product)


def _product(tokens: Tokens, depth: int) -> Expression:
    return _arithmetic(tokens, depth, ("*", "/", "%"), _power)


def _power(tokens: Tokens, depth: int) -> Expression:
    return _arithmetic(tokens, depth, ("^",), _primary)


_ARITHMETIC: Final = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
    "^": operator.pow,
}


def _arithmetic(
    tokens: Tokens, depth: int, signs: tuple[str, ...], part: Callable[[Tokens, int], Expression]
) -> Expression:
    left = part(tokens, depth)
    while sign := tokens.sign(*signs):
        left = _calculated(left, part(tokens, depth), sign)
    return left


def _calculated(left: Expression, right: Expression, sign: str) -> Expression:
    a, b, calculate = left.evaluate, right.evaluate, _ARITHMETIC[sign]

    def evaluate(row: Row) -> Value:
        x, y = number(a(row)), number(b(row))
        if x is None or y is None:
            return None
        try:
            result = calculate(x, y)
        except (ZeroDivisionError, OverflowError):
            return None
        return finite(result) if isinstance(result, float) else None

    return Expression(evaluate, f"{left.name} {sign} {right.name}")


def _primary(tokens: Tokens, depth: int) -> Expression:
    if tokens.sign("("):
        inner = read(tokens, depth + 1)
        tokens.expect(")")
        return Expression(inner.evaluate, f"({inner.name})")
    if tokens.sign("-"):
        return _negative(_primary(tokens, depth + 1) if depth < _DEEPEST else read(tokens, depth + 1))
    token = tokens.take()
    match token.kind:
        case "number":
            constant = finite(float(token.text))
            return Expression(lambda row: constant, token.text)
        case "text":
            text = token.text
            return Expression(lambda row: text, f'"{text}"')
        case "span":
            return _span(tokens, token.text)
        case "field":
            return _field(token.text)
        case "word":
            return _call(tokens, token.text, depth) if tokens.sign("(") else _field(token.text)
    raise tokens.error()


def _negative(inner: Expression) -> Expression:
    evaluate = inner.evaluate

    def negate(row: Row) -> Value:
        found = number(evaluate(row))
        return None if found is None else -found

    return Expression(negate, f"-{inner.name}")


def _span(tokens: Tokens, text: str) -> Expression:
    try:
        span = span_ms(text)
    except KeyError:
        raise NotHere(f"a span such as {text}") from None
    length = finite(span)
    return Expression(lambda row: length, text)


def _field(name: str) -> Expression:
    return Expression(lambda row: row.get(name), name)


def _call(tokens: Tokens, name: str, depth: int) -> Expression:
    arguments: list[Expression] = []
    if not tokens.sign(")"):
        arguments.append(read(tokens, depth + 1))
        while tokens.sign(","):
            arguments.append(read(tokens, depth + 1))
        tokens.expect(")")
    known = FUNCTIONS.get(name.lower())
    if known is None:
        raise NotHere(f"the function {name}")
    least, most, function = known
    if not least <= len(arguments) <= most:
        raise tokens.error()
    told = f"{name}({', '.join(each.name for each in arguments)})"
    evaluates = [each.evaluate for each in arguments]
    if name.lower() == "bin":
        span = evaluates[0]
        return Expression(lambda row: _binned(row.get("@timestamp"), span(row)), told.replace(name, "bin", 1))
    return Expression(lambda row: function(*(each(row) for each in evaluates)), told)


def _binned(time: Value, span: Value) -> Value:
    at, width = number(time), number(span)
    return None if at is None or not width else Moment(at - at % width)
