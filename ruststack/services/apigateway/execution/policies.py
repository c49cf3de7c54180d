"""Whether a policy lets a request through: what authorizers answer, and the resource policies of APIs.

Source: developer guide, "Output from an API Gateway Lambda authorizer" and "Control access to a REST API with API
Gateway resource policies".
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

_ACTION: Final = "execute-api:Invoke"


def decide(document: Any, resource: str, conditions: Mapping[str, str]) -> str | None:
    """``Deny`` if a statement says so, else ``Allow`` if one does, else None.

    Raises ValueError for what is no policy.
    """
    statements = document.get("Statement") if isinstance(document, dict) else None
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list):
        raise ValueError("no statements")
    effects = [each.get("Effect") for each in statements if _applies(each, resource, conditions)]
    return "Deny" if "Deny" in effects else "Allow" if "Allow" in effects else None


def _applies(statement: Any, resource: str, conditions: Mapping[str, str]) -> bool:
    if not isinstance(statement, dict):
        raise ValueError("a statement is no object")
    if not any(_matches(pattern, _ACTION, True) for pattern in _texts(statement.get("Action"))):
        return False
    if "NotResource" in statement:
        is_meant = not any(_is_resource(pattern, resource) for pattern in _texts(statement["NotResource"]))
    else:
        is_meant = any(_is_resource(pattern, resource) for pattern in _texts(statement.get("Resource")))
    return is_meant and _holds(statement.get("Condition"), conditions)


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]


def _is_resource(pattern: str, resource: str) -> bool:
    if pattern.startswith("execute-api:/"):
        # The short form, which AWS completes with the API that the policy is for.
        pattern = f"arn:aws:execute-api:*:*:*/{pattern[13:]}"
    return _matches(pattern, resource, False)


def _matches(pattern: str, text: str, folds_case: bool) -> bool:
    return _compiled(pattern, folds_case).fullmatch(text) is not None


@lru_cache(1024)
def _compiled(pattern: str, folds_case: bool) -> re.Pattern[str]:
    pieces = [".*" if each == "*" else "." if each == "?" else re.escape(each) for each in pattern]
    return re.compile("".join(pieces), re.S | (re.I if folds_case else 0))


def _holds(condition: Any, conditions: Mapping[str, str]) -> bool:
    """Whether every test holds. A test that is not known here does not: it cannot be told."""
    for operator, tests in (condition or {}).items():
        for key, wanted in tests.items():
            if not _test(operator, _texts(wanted), conditions.get(key.lower())):
                return False
    return True


def _test(operator: str, wanted: list[str], given: str | None) -> bool:
    if operator in ("IpAddress", "NotIpAddress"):
        return (given is not None and any(_is_in(given, network) for network in wanted)) == (operator == "IpAddress")
    if operator in ("StringEquals", "StringNotEquals"):
        return (given in wanted) == (operator == "StringEquals")
    if operator in ("StringLike", "StringNotLike"):
        is_like = given is not None and any(_matches(pattern, given, False) for pattern in wanted)
        return is_like == (operator == "StringLike")
    return False


def _is_in(address: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
