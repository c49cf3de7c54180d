"""What a bucket policy decides, and whether it makes the bucket public. Source: IAM guide, evaluation logic."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ruststack.services.s3.owners import canonical_id
from ruststack.services.s3.policy_conditions import Condition, Keys, fill, glob
from ruststack.services.s3.policy_document import Statement, statements

_NARROWING_KEYS = frozenset(
    {
        "aws:sourceip",
        "aws:sourcearn",
        "aws:sourceaccount",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourceorgid",
        "aws:principalarn",
        "aws:principalaccount",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:userid",
        "aws:username",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
        "s3:dataaccesspointarn",
        "s3:dataaccesspointaccount",
    }
)
"""Keys that, with a fixed value, keep a policy from being public. Source: user guide, "The meaning of public"."""


class Caller(NamedTuple):
    """Who asks: an account, or nobody in particular (``""``)."""

    account: str

    def is_among(self, principals: Iterable[tuple[str, str]]) -> bool:
        return any(self._is(kind, value) for kind, value in principals)

    def _is(self, kind: str, value: str) -> bool:
        if kind == "*":
            return True
        if not self.account:
            return False
        if kind == "CanonicalUser":
            return value == canonical_id(self.account)
        return kind == "AWS" and self.account in (value, _account_in(value))


def _account_in(arn: str) -> str:
    """The account that an ARN belongs to. Here the keys of an account all act for it as a whole."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else ""


def decide(text: str, caller: Caller, action: str, resource: str, keys: Keys) -> bool | None:
    """True is an Allow, False a Deny (which wins), None says nothing."""
    decision = None
    for statement in statements(text):
        if _applies(statement, caller, action, resource, keys):
            if not statement.is_allow:
                return False
            decision = True
    return decision


def _applies(statement: Statement, caller: Caller, action: str, resource: str, keys: Keys) -> bool:
    return (
        caller.is_among(statement.principals) != statement.is_not_principal
        and any(glob(pattern, True).match(action) for pattern in statement.actions) != statement.is_not_action
        and any(_covers(pattern, resource, keys) for pattern in statement.resources) != statement.is_not_resource
        and all(condition.holds(keys) for condition in statement.conditions)
    )


def _covers(pattern: str, resource: str, keys: Keys) -> bool:
    return glob(fill(pattern, keys)).match(resource) is not None


def is_public(text: str) -> bool:
    """Whether the policy allows anything to everybody, without a condition that narrows it to known callers."""
    return any(
        statement.is_allow
        and (statement.is_not_principal or ("*", "*") in statement.principals)
        and not any(_narrows(condition) for condition in statement.conditions)
        for statement in statements(text)
    )


def _narrows(condition: Condition) -> bool:
    if condition.is_negated or condition.if_exists or condition.operator == "Null":
        return False
    if condition.key not in _NARROWING_KEYS:
        return False
    if condition.key == "aws:sourceip":
        return not any(_is_wide(network) for network in condition.values)
    return not any("*" in value or "?" in value for value in condition.values)


def _is_wide(network: str) -> bool:
    """Whether a network is so large that S3 takes it for the whole internet: IPv4 under /8, IPv6 under /32."""
    _, _, bits = network.partition("/")
    return bits.isdigit() and int(bits) < (32 if ":" in network else 8)
