"""Functions of expressions, by their names in lower case: how many arguments, and what they do.

Source: user guide, "CWL_QuerySyntax-operations-functions".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from ruststack.services.logs.insights.rows import Moment, Value, finite, number

Function = tuple[int, int, Callable[..., Value]]
_MANY: Final = 50
SPANS_MS: Final = {
    "ms": 1,
    "s": 1000,
    "m": 60_000,
    "min": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
    "w": 7 * 86_400_000,
}


def truth(value: bool) -> float:
    return 1.0 if value else 0.0


def _text(function: Callable[..., Value]) -> Callable[..., Value]:
    """Of texts: nothing of nothing."""

    def call(*values: Value) -> Value:
        return None if values[0] is None else function(*(_spell(each) for each in values))

    return call


def _spell(value: Value) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else str(int(value)) if value == int(value) else str(value)


def _numeric(function: Callable[..., float]) -> Callable[..., Value]:
    """Of numbers: nothing where one is none, or where there is no result."""

    def call(*values: Value) -> Value:
        numbers = [number(each) for each in values]
        if None in numbers:
            return None
        try:
            return finite(float(function(*numbers)))
        except (ValueError, OverflowError, ZeroDivisionError):
            return None

    return call


def _moment(function: Callable[..., Value]) -> Callable[..., Value]:
    """Of times: what comes out is one."""

    def call(*values: Value) -> Value:
        found = number(function(*values))
        return None if found is None else Moment(found)

    return call


def _substr(text: Value, start: Value, length: Value = None) -> Value:
    first, size = number(start), number(length)
    if text is None or first is None:
        return None
    begin = max(int(first), 0)
    return _spell(text)[begin:] if size is None else _spell(text)[begin : begin + max(int(size), 0)]


def _floor_to(value: float, span: float) -> float:
    return math.floor(value / span) * span


FUNCTIONS: Final[dict[str, Function]] = {
    "abs": (1, 1, _numeric(abs)),
    "ceil": (1, 1, _numeric(math.ceil)),
    "floor": (1, 1, _numeric(math.floor)),
    "greatest": (1, _MANY, _numeric(lambda *values: max(values))),
    "least": (1, _MANY, _numeric(lambda *values: min(values))),
    "log": (1, 1, _numeric(math.log)),
    "sqrt": (1, 1, _numeric(math.sqrt)),
    "ispresent": (1, 1, lambda value: truth(value is not None)),
    "coalesce": (1, _MANY, lambda *values: next((each for each in values if each is not None), None)),
    "isempty": (1, 1, lambda value: truth(value is None or value == "")),
    "isblank": (1, 1, lambda value: truth(value is None or not _spell(value).strip())),
    "concat": (1, _MANY, lambda *values: "".join(map(_spell, values))),
    "ltrim": (1, 2, _text(lambda text, letters=None: text.lstrip(letters))),
    "rtrim": (1, 2, _text(lambda text, letters=None: text.rstrip(letters))),
    "trim": (1, 2, _text(lambda text, letters=None: text.strip(letters))),
    "strlen": (1, 1, _text(lambda text: float(len(text)))),
    "toupper": (1, 1, _text(str.upper)),
    "tolower": (1, 1, _text(str.lower)),
    "substr": (2, 3, _substr),
    "replace": (3, 3, _text(str.replace)),
    "strcontains": (2, 2, _text(lambda text, part: truth(part in text))),
    "bin": (1, 1, lambda value: value),
    "datefloor": (2, 2, _moment(_numeric(_floor_to))),
    "dateceil": (2, 2, _moment(_numeric(lambda value, span: -_floor_to(-value, span)))),
    "frommillis": (1, 1, _moment(_numeric(lambda value: value))),
    "tomillis": (1, 1, _numeric(lambda value: value)),
}


def span_ms(text: str) -> float:
    """Milliseconds of ``5m``. Raises KeyError for months and longer, whose lengths differ."""
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    return float(digits) * SPANS_MS[text[len(digits) :]]


def matches(value: Value, pattern: Any) -> bool:
    """Whether a text is found in a value."""
    return value is not None and pattern.search(_spell(value)) is not None


spell = _spell
