"""The policy that a browser's form carries: read, and held against the form. Source: API HTTPPOSTForms; recordings."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from ruststack.services.s3.bucket_errors import InvalidPolicyDocument
from ruststack.services.s3.errors import AccessDenied
from ruststack.services.s3.object_errors import EntityTooLarge, EntityTooSmall

_UNCONDITIONAL = frozenset(("awsaccesskeyid", "signature", "policy", "file", "x-amz-signature"))


def check(encoded: str, fields: Mapping[str, str], size_bytes: int, now: float) -> None:
    """Hold the form (fields by lower-case name, ``bucket`` among them) against its policy.

    Raises InvalidPolicyDocument, AccessDenied, EntityTooSmall, EntityTooLarge.
    """
    policy = _decoded(encoded)
    if _expiration(policy) <= now:
        raise AccessDenied("Invalid according to Policy: Policy expired.")
    conditions = policy.get("conditions")
    if not isinstance(conditions, list):
        raise InvalidPolicyDocument("Invalid Policy: Policy missing conditions.")
    named = {"bucket"}
    for condition in conditions:
        named.add(_check_condition(condition, fields, size_bytes))
    _refuse_extra(fields, named)


def _decoded(encoded: str) -> dict[str, Any]:
    try:
        policy = orjson.loads(base64.b64decode(encoded, validate=False))
    except (binascii.Error, ValueError):
        raise InvalidPolicyDocument("Invalid Policy: Invalid JSON.") from None
    if not isinstance(policy, dict):
        raise InvalidPolicyDocument("Invalid Policy: Invalid JSON.")
    return policy


def _expiration(policy: Mapping[str, Any]) -> float:
    text = policy.get("expiration")
    if text is None:
        raise InvalidPolicyDocument("Invalid Policy: Policy missing expiration.")
    try:
        if "T" not in text:
            raise ValueError
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except (AttributeError, TypeError, ValueError):
        raise InvalidPolicyDocument(f"Invalid Policy: Invalid 'expiration' value: '{text}'") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _check_condition(condition: Any, fields: Mapping[str, str], size_bytes: int) -> str:
    """Check one condition, and give the lower-case name of the field that it covers (or nothing)."""
    if isinstance(condition, dict):
        if len(condition) != 1:
            raise InvalidPolicyDocument(
                "Invalid Policy: Invalid Simple-Condition: Simple-Conditions must have exactly one property specified."
            )
        ((name, value),) = condition.items()
        return _check_match("eq", f"${name}", value, fields)
    if not isinstance(condition, list) or len(condition) != 3:
        raise InvalidPolicyDocument("Invalid Policy: Invalid Condition: wrong number of arguments.")
    operator, first, second = condition
    if str(operator).lower() == "content-length-range":
        _check_size(operator, first, second, size_bytes)
        return ""
    return _check_match(str(operator).lower(), str(first), second, fields)


def _check_match(operator: str, name: str, wanted: Any, fields: Mapping[str, str]) -> str:
    if operator not in ("eq", "starts-with"):
        raise InvalidPolicyDocument(f"Invalid Policy: Invalid Condition: unknown operation '{operator}'.")
    lowered = name.removeprefix("$").lower()
    given = fields.get(lowered, "")
    text = str(wanted)
    holds = given == text if operator == "eq" else _starts_with(lowered, given, text)
    if not name.startswith("$") or not holds or (operator == "eq" and lowered not in fields):
        raise _failed(operator, name, text)
    return lowered


def _starts_with(name: str, given: str, wanted: str) -> bool:
    """Whether the field starts so; of a list of content types every one must."""
    values = given.split(",") if name == "content-type" else [given]
    return all(
        value.strip().startswith(wanted) if name == "content-type" else value.startswith(wanted) for value in values
    )


def _failed(operator: str, first: str, second: str) -> AccessDenied:
    return AccessDenied(f'Invalid according to Policy: Policy Condition failed: ["{operator}", "{first}", "{second}"]')


def _check_size(operator: str, least: Any, most: Any, size_bytes: int) -> None:
    try:
        low, high = int(least), int(most)
    except (TypeError, ValueError):
        raise _failed(operator, str(least), str(most)) from None
    if low < 0 or high < 0:
        raise InvalidPolicyDocument("Invalid Policy: Invalid content-length-range: bounds must not be negative.")
    if size_bytes < low:
        raise EntityTooSmall(ProposedSize=size_bytes, MinSizeAllowed=low)
    if size_bytes > high:
        raise EntityTooLarge(ProposedSize=size_bytes, MaxSizeAllowed=high)


def _refuse_extra(fields: Mapping[str, str], named: set[str]) -> None:
    """Every field that is not part of the signature must be named by the policy."""
    extra = [
        name for name in fields if name not in named and name not in _UNCONDITIONAL and not name.startswith("x-ignore-")
    ]
    if extra:
        raise AccessDenied(f"Invalid according to Policy: Extra input fields: {', '.join(extra)}")
