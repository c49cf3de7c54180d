"""Event patterns, as EventBridge and Lambda's event source mappings have them: a document of what fields may be.

Source: EventBridge user guide, "Comparison operators for use in event patterns"; Lambda developer guide, "Control which
events Lambda sends to your function", filter rule syntax.
"""

from __future__ import annotations

import ipaddress
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

Matches = Callable[[Any], bool]

_MISSING: Final = object()
_NUMBERS: Final = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compile_pattern(pattern: Any) -> Matches:
    """Whether an event has all that the pattern asks for. Raises ValueError for what is no pattern."""
    if not isinstance(pattern, dict) or not pattern:
        raise ValueError("a pattern is an object that names fields")
    checks: list[Matches] = []
    for name, wanted in pattern.items():
        if name == "$or":
            checks.append(_any_of(wanted))
        else:
            checks.append(_of_field(name, wanted))
    return lambda event: all(check(event) for check in checks)


def _any_of(patterns: Any) -> Matches:
    if not isinstance(patterns, list) or len(patterns) < 2:
        raise ValueError("$or is a list of patterns")
    alternatives = [compile_pattern(each) for each in patterns]
    return lambda event: any(matches(event) for matches in alternatives)


def _of_field(name: str, wanted: Any) -> Matches:
    if isinstance(wanted, dict):
        inner = compile_pattern(wanted)

        def is_inside(event: Any) -> bool:
            value = event.get(name) if isinstance(event, dict) else None
            return any(inner(each) for each in value) if isinstance(value, list) else inner(value)

        return is_inside
    if not isinstance(wanted, list) or not wanted:
        raise ValueError(f"what {name} may be is a list")
    rules = [_rule(each) for each in wanted]

    def is_wanted(event: Any) -> bool:
        value = event.get(name, _MISSING) if isinstance(event, dict) else _MISSING
        values = value if isinstance(value, list) and value else [value]
        return any(rule(each) for rule in rules for each in values)

    return is_wanted


def _rule(wanted: Any) -> Matches:
    if isinstance(wanted, list):
        raise ValueError("a list may not stand in a list")
    if not isinstance(wanted, dict):
        return lambda value: _is_equal(value, wanted)
    if len(wanted) != 1:
        raise ValueError("a rule has one operator")
    ((name, given),) = wanted.items()
    make = _OPERATORS.get(name)
    if make is None:
        raise ValueError(f"{name} is no operator")
    return make(given)


def _is_equal(value: Any, wanted: Any) -> bool:
    """Equal, and of one kind: true is no 1."""
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _exists(given: Any) -> Matches:
    """Source: both guides: "exists only works on leaf nodes"."""
    if not isinstance(given, bool):
        raise ValueError("exists is true or false")
    return lambda value: (value is not _MISSING and not isinstance(value, dict)) == given


def _of_text(given: Any, check: Callable[[str, str], bool]) -> Matches:
    """A check of text, by case or not: ``{"prefix": "a"}``, ``{"prefix": {"equals-ignore-case": "a"}}``."""
    if (
        isinstance(given, dict)
        and list(given) == ["equals-ignore-case"]
        and isinstance(given["equals-ignore-case"], str)
    ):
        lower = given["equals-ignore-case"].lower()
        return lambda value: isinstance(value, str) and check(value.lower(), lower)
    if not isinstance(given, str):
        raise ValueError("this operator takes a text")
    text = given
    return lambda value: isinstance(value, str) and check(value, text)


def _ignoring_case(given: Any) -> Matches:
    return _of_text(given, lambda value, wanted: value.lower() == wanted.lower())


def _wildcard(given: Any) -> Matches:
    if not isinstance(given, str) or "**" in given:
        raise ValueError("wildcard takes a text without two asterisks side by side")
    matches = re.compile(".*".join(map(re.escape, given.split("*"))), re.DOTALL).fullmatch
    return lambda value: isinstance(value, str) and matches(value) is not None


def _numeric(given: Any) -> Matches:
    if not isinstance(given, list) or len(given) not in (2, 4):
        raise ValueError("numeric takes one or two comparisons")
    checks = []
    for sign, limit in zip(given[::2], given[1::2], strict=True):
        if sign not in _NUMBERS or not _is_number(limit):
            raise ValueError("numeric compares with =, <, <=, >, >= and a number")
        checks.append((_NUMBERS[sign], limit))
    return lambda value: _is_number(value) and all(compares(value, limit) for compares, limit in checks)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _anything_but(given: Any) -> Matches:
    if isinstance(given, dict):
        if not given or not set(given) <= {"prefix", "suffix", "equals-ignore-case", "wildcard"}:
            raise ValueError("anything-but takes values, prefix, suffix, equals-ignore-case or wildcard")
        values = next(iter(given.values()))
        rules = [_rule({next(iter(given)): each}) for each in (values if isinstance(values, list) else [values])]
    else:
        unwanted = given if isinstance(given, list) else [given]
        if not unwanted or any(isinstance(each, dict | list) for each in unwanted):
            raise ValueError("anything-but takes values")
        rules = [_rule(each) for each in unwanted]
    return lambda value: value is not _MISSING and not any(rule(value) for rule in rules)


def _cidr(given: Any) -> Matches:
    network = ipaddress.ip_network(given if isinstance(given, str) else "", strict=False)

    def is_inside(value: Any) -> bool:
        try:
            return isinstance(value, str) and ipaddress.ip_address(value) in network
        except ValueError:
            return False

    return is_inside


_OPERATORS: Final[Mapping[str, Callable[[Any], Matches]]] = {
    "exists": _exists,
    "prefix": lambda given: _of_text(given, str.startswith),
    "suffix": lambda given: _of_text(given, str.endswith),
    "equals-ignore-case": _ignoring_case,
    "wildcard": _wildcard,
    "numeric": _numeric,
    "anything-but": _anything_but,
    "cidr": _cidr,
}
