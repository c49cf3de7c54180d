"""Patterns of JSON: ``{ ($.user.id = 1 || $.actions[0] = "GET") && $.error NOT EXISTS }``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import orjson

from ruststack.services.logs.patterns.form import Pattern, Token, Tokens, comparison, invalid, nothing, number, numeric

_SELECTOR: Final = re.compile(r"\$(?:\.[\w-]+(?:\[\d+\])*)+", re.ASCII)
_STEP: Final = re.compile(r"\.([\w-]+)|\[(\d+)\]", re.ASCII)
_MISSING: Final = object()
_CONSTANTS: Final = {"NULL": None, "TRUE": True, "FALSE": False}
_DEEPEST: Final = 64

Holds = Callable[[Any], bool]


def read(text: str) -> Pattern:
    """Raises PatternError.

    A message that is no JSON object does not match.  Source: user guide, JSON log events.
    """
    tokens = Tokens(text)
    holds = _either(tokens, 0)
    if not tokens.is_at_end:
        raise invalid(tokens.next().text)

    def matches(message: str) -> bool:
        if message.lstrip()[:1] != "{":
            return False
        try:
            return holds(orjson.loads(message))
        except orjson.JSONDecodeError:
            return False

    return Pattern(matches, nothing, tokens.regexes)


def _either(tokens: Tokens, depth: int) -> Holds:
    terms = [_both(tokens, depth)]
    while tokens.take("||"):
        terms.append(_both(tokens, depth))
    return terms[0] if len(terms) == 1 else lambda document: any(holds(document) for holds in terms)


def _both(tokens: Tokens, depth: int) -> Holds:
    terms = [_unit(tokens, depth)]
    while tokens.take("&&"):
        terms.append(_unit(tokens, depth))
    return terms[0] if len(terms) == 1 else lambda document: all(holds(document) for holds in terms)


def _unit(tokens: Tokens, depth: int) -> Holds:
    if tokens.take("("):
        if depth >= _DEEPEST:
            raise invalid("(")
        inner = _either(tokens, depth + 1)
        tokens.expect(")")
        return inner
    selector = tokens.next()
    if selector.kind != "word" or _SELECTOR.fullmatch(selector.text) is None:
        raise invalid(selector.text)
    find = _finder(selector.text)
    holds = _condition(tokens)
    return lambda document: holds(find(document))


def _finder(selector: str) -> Callable[[Any], Any]:
    steps = [name or int(index) for name, index in _STEP.findall(selector)]

    def find(document: Any) -> Any:
        for step in steps:
            if type(step) is str:
                document = document.get(step, _MISSING) if type(document) is dict else _MISSING
            elif type(document) is list and step < len(document):
                document = document[step]
            else:
                return _MISSING
        return document

    return find


def _condition(tokens: Tokens) -> Holds:
    sign = tokens.take("=", "!=", "<", "<=", ">", ">=")
    if sign:
        return _compared(sign, tokens.next())
    word = tokens.next().text
    if word == "IS":
        return _constant(tokens.next())
    if word == "NOT":
        token = tokens.next()
        if token.text != "EXISTS":
            raise invalid(token.text)
        return lambda value: value is _MISSING
    raise invalid(word)


def _constant(token: Token) -> Holds:
    if token.text not in _CONSTANTS:
        raise invalid(token.text)
    wanted = _CONSTANTS[token.text]
    return lambda value: value is wanted


def _compared(sign: str, token: Token) -> Holds:
    """Only texts and numbers compare: ``!=`` does not hold of what is missing, an object or a list either.

    Unknown: whether a number is equal to a text that spells it, { $.a = 1 } on {"a": "1"} would tell; here it is.
    """
    limit = number(token.text) if token.kind == "word" else None
    if limit is None and sign not in ("=", "!="):
        raise invalid(token.text)
    compares = numeric(sign, limit) if limit is not None else None
    is_text = comparison(token) if sign in ("=", "!=") else None
    is_wanted = sign == "="

    def holds(value: Any) -> bool:
        kind = type(value)
        if kind in (int, float) and compares is not None:
            return compares(value)
        if is_text is None or kind not in (str, int, float, bool):
            return False
        text = value if kind is str else str(value).lower() if kind is bool else str(value)
        return is_text(text) == is_wanted

    return holds
