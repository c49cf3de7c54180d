"""Functions of stats: of all rows of a group.

Source: user guide, "CWL_QuerySyntax-Stats".
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from typing import Final

from ruststack.services.logs.insights.expressions import Expression, read
from ruststack.services.logs.insights.functions import spell
from ruststack.services.logs.insights.rows import Row, Value, finite, number
from ruststack.services.logs.insights.tokens import NotHere, Tokens

Aggregate = Callable[[list[Row]], Value]
_PERCENTILES: Final = ("pct", "percentile")


def read_aggregate(tokens: Tokens) -> tuple[Aggregate, str]:
    """``count(*)``, ``pct(@duration, 99)``: what it does, and what it is called. Raises Malformed, NotHere."""
    name = tokens.of_kind("word").lower()
    tokens.expect("(")
    if name == "count" and (tokens.sign("*") or tokens.next.text == ")"):
        tokens.expect(")")
        return lambda rows: float(len(rows)), "count(*)"
    of = read(tokens)
    share = 50.0
    if name in _PERCENTILES:
        tokens.expect(",")
        share = float(tokens.of_kind("number"))
    tokens.expect(")")
    told = f"{name}({of.name}, {share:g})" if name in _PERCENTILES else f"{name}({of.name})"
    if name in _PERCENTILES:
        return _of_numbers(of, lambda numbers: _percentile(numbers, share)), told
    if name in _OF_NUMBERS:
        return _of_numbers(of, _OF_NUMBERS[name]), told
    if name in _OF_VALUES:
        return _of_values(of, _OF_VALUES[name]), told
    if name in ("earliest", "latest"):
        return _by_time(of, is_last=name == "latest"), told
    raise NotHere(f"the function {name}")


def _percentile(numbers: list[float], share: float) -> float:
    ordered = sorted(numbers)
    return ordered[min(max(math.ceil(len(ordered) * min(share, 100.0) / 100) - 1, 0), len(ordered) - 1)]


_OF_NUMBERS: Final[dict[str, Callable[[list[float]], float]]] = {
    "sum": math.fsum,
    "avg": statistics.fmean,
    "min": min,
    "max": max,
    "stddev": lambda numbers: statistics.pstdev(numbers),
    "median": statistics.median,
}
_OF_VALUES: Final[dict[str, Callable[[list[Value]], Value]]] = {
    "count": lambda values: float(len(values)),
    "count_distinct": lambda values: float(len(set(map(spell, values)))),
    "sortsfirst": lambda values: min(map(spell, values), default=None),
    "sortslast": lambda values: max(map(spell, values), default=None),
}


def _of_numbers(of: Expression, function: Callable[[list[float]], float]) -> Aggregate:
    def aggregate(rows: list[Row]) -> Value:
        numbers = [found for row in rows if (found := number(of.evaluate(row))) is not None]
        try:
            return finite(float(function(numbers))) if numbers else None
        except (OverflowError, ValueError):
            return None

    return aggregate


def _of_values(of: Expression, function: Callable[[list[Value]], Value]) -> Aggregate:
    return lambda rows: function([found for row in rows if (found := of.evaluate(row)) is not None])


def _by_time(of: Expression, *, is_last: bool) -> Aggregate:
    def aggregate(rows: list[Row]) -> Value:
        timed = [(number(row.get("@timestamp")) or 0.0, row) for row in rows if of.evaluate(row) is not None]
        if not timed:
            return None
        pick = max if is_last else min
        return of.evaluate(pick(timed, key=lambda pair: pair[0])[1])

    return aggregate
