"""What a function's policy says of who wants to invoke it.

Source: developer guide, "Resource-based policies" (access-control-resource-based); IAM user guide, "Condition
operators".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

INVOKE: Final = "lambda:InvokeFunction"
_ANYBODY: Final = "*"


class Invoker(NamedTuple):
    """Who asks: a service (``s3.amazonaws.com``) or an account. ``facts`` are what conditions ask for, by lower-case
    key; several values of one are names for the same.
    """

    service: str = ""
    account: str = ""
    facts: Mapping[str, tuple[str, ...]] = {}


def allows(statements: Iterable[Mapping[str, Any]], invoker: Invoker) -> bool:
    """Whether a statement allows it and none denies it."""
    effects = {each["Effect"] for each in statements if _applies(each, invoker)}
    return effects == {"Allow"}


def names(statements: Iterable[Mapping[str, Any]], service: str) -> bool:
    """Whether a statement is about this service, and not about everybody."""
    return any(service in _texts(_principals(each).get("Service")) for each in statements)


def _applies(statement: Mapping[str, Any], invoker: Invoker) -> bool:
    return (
        any(_is_like(pattern.lower(), INVOKE.lower()) for pattern in _texts(statement.get("Action")))
        and _is_meant(statement, invoker)
        and all(
            _holds(operator, _texts(wanted), invoker.facts.get(key.lower(), ()))
            for operator, tests in (statement.get("Condition") or {}).items()
            for key, wanted in tests.items()
        )
    )


def _is_meant(statement: Mapping[str, Any], invoker: Invoker) -> bool:
    principals = _principals(statement)
    if _ANYBODY in _texts(principals.get("AWS")):
        return True
    if invoker.service:
        return invoker.service in _texts(principals.get("Service"))
    return any(
        each == invoker.account or each.split(":")[4:5] == [invoker.account] for each in _texts(principals.get("AWS"))
    )


def _principals(statement: Mapping[str, Any]) -> Mapping[str, Any]:
    principal = statement.get("Principal")
    return principal if isinstance(principal, dict) else {"AWS": principal}


def _texts(value: Any) -> list[str]:
    return [str(each) for each in (value if isinstance(value, list) else [value]) if each is not None]


def _holds(operator: str, wanted: list[str], given: tuple[str, ...]) -> bool:
    """A test that is not known here does not hold: it cannot be told."""
    name, _, condition = operator.partition("IfExists")
    if operator.endswith("IfExists") and not condition and not given:
        return True
    if name in ("StringEquals", "StringEqualsIgnoreCase"):
        folded = {each.lower() for each in wanted} if name.endswith("IgnoreCase") else set(wanted)
        return any((each.lower() if name.endswith("IgnoreCase") else each) in folded for each in given)
    if name in ("StringLike", "ArnLike", "ArnEquals"):
        return any(_is_like(pattern, each) for pattern in wanted for each in given)
    return False


def _is_like(pattern: str, text: str) -> bool:
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(256)
def _compiled(pattern: str) -> re.Pattern[str]:
    pieces = [".*" if each == "*" else "." if each == "?" else re.escape(each) for each in pattern]
    return re.compile("".join(pieces), re.DOTALL)
