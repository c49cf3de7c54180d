"""The Condition element of a policy: operators over keys of the request. Source: IAM guide, condition operators."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

Keys = Callable[[str], Sequence[str] | None]
"""Gives the request's values of a condition key, or None where the request has no such key."""

Test = Callable[[str, str], bool]
_VARIABLE = re.compile(r"\$\{([^}]*)\}")


@lru_cache(maxsize=4096)
def glob(pattern: str, ignores_case: bool = False) -> re.Pattern[str]:
    """A pattern with ``*`` and ``?`` as a regular expression for the whole text."""
    parts = (".*" if sign == "*" else "." if sign == "?" else re.escape(sign) for sign in pattern)
    return re.compile("".join(parts) + r"\Z", re.DOTALL | (re.IGNORECASE if ignores_case else 0))


def seconds(text: str) -> float:
    """An ISO 8601 time, or seconds since the epoch, as seconds. Raises ValueError."""
    try:
        return float(text)
    except ValueError:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _by(convert: Callable[[str], float], compare: Callable[[float, float], bool]) -> Test:
    def test(given: str, wanted: str) -> bool:
        try:
            return compare(convert(given), convert(wanted))
        except ValueError:
            return False

    return test


def _is_in_network(given: str, wanted: str) -> bool:
    try:
        return ipaddress.ip_address(given) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


def _is_same_binary(given: str, wanted: str) -> bool:
    try:
        return base64.b64decode(given) == base64.b64decode(wanted)
    except binascii.Error:
        return False


_TESTS: dict[str, Test] = {
    "StringEquals": lambda given, wanted: given == wanted,
    "StringEqualsIgnoreCase": lambda given, wanted: given.lower() == wanted.lower(),
    "StringLike": lambda given, wanted: glob(wanted).match(given) is not None,
    "ArnEquals": lambda given, wanted: glob(wanted).match(given) is not None,
    "ArnLike": lambda given, wanted: glob(wanted).match(given) is not None,
    "Bool": lambda given, wanted: given.lower() == wanted.lower(),
    "BinaryEquals": _is_same_binary,
    "IpAddress": _is_in_network,
    "NumericEquals": _by(float, lambda given, wanted: given == wanted),
    "NumericLessThan": _by(float, lambda given, wanted: given < wanted),
    "NumericLessThanEquals": _by(float, lambda given, wanted: given <= wanted),
    "NumericGreaterThan": _by(float, lambda given, wanted: given > wanted),
    "NumericGreaterThanEquals": _by(float, lambda given, wanted: given >= wanted),
    "DateEquals": _by(seconds, lambda given, wanted: given == wanted),
    "DateLessThan": _by(seconds, lambda given, wanted: given < wanted),
    "DateLessThanEquals": _by(seconds, lambda given, wanted: given <= wanted),
    "DateGreaterThan": _by(seconds, lambda given, wanted: given > wanted),
    "DateGreaterThanEquals": _by(seconds, lambda given, wanted: given >= wanted),
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
}


class Condition(NamedTuple):
    """One key under one operator. ``quantifier`` is ``""``, ``ForAllValues`` or ``ForAnyValue``."""

    operator: str
    quantifier: str
    if_exists: bool
    key: str
    values: tuple[str, ...]

    def holds(self, keys: Keys) -> bool:
        """Whether the request meets the condition."""
        given = keys(self.key)
        if self.operator == "Null":
            return any((given is None) == (value.lower() == "true") for value in self.values)
        if given is None:
            return self.if_exists or self.quantifier == "ForAllValues" or (self.is_negated and not self.quantifier)
        wanted = [fill(value, keys) for value in self.values]
        outcomes = (self._matches(value, wanted) for value in given)
        return all(outcomes) if self._wants_all else any(outcomes)

    @property
    def is_negated(self) -> bool:
        return self.operator in _NEGATED

    @property
    def _wants_all(self) -> bool:
        return self.quantifier == "ForAllValues" or (self.is_negated and not self.quantifier)

    def _matches(self, given: str, wanted: Sequence[str]) -> bool:
        test = _TESTS[_NEGATED.get(self.operator, self.operator)]
        return any(test(given, value) for value in wanted) != self.is_negated


def fill(text: str, keys: Keys) -> str:
    """The text with policy variables (``${aws:username}``) put in; ``${*}`` and the like stand for themselves."""
    if "${" not in text:
        return text

    def value(match: re.Match[str]) -> str:
        name, _, default = match[1].partition(",")
        if name in ("*", "?", "$"):
            return name
        given = keys(name.strip().lower())
        return given[0] if given else default.strip(" '")

    return _VARIABLE.sub(value, text)


def operator_of(name: str) -> tuple[str, str, bool] | None:
    """An operator's name taken apart into operator, quantifier and IfExists; None if there is no such operator."""
    quantifier, colon, operator = name.rpartition(":")
    if colon and quantifier not in ("ForAllValues", "ForAnyValue"):
        return None
    base = operator.removesuffix("IfExists")
    if base == "Null":
        return ("Null", quantifier, False) if operator == "Null" else None
    known = base in _TESTS or base in _NEGATED
    return (base, quantifier, base != operator) if known else None
