"""A bucket policy, read and checked: its grammar, and what S3 says where it is broken. Source: IAM guide, grammar."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from ruststack.services.s3.bucket_errors import MalformedPolicy
from ruststack.services.s3.policy_actions import CONDITION_KEYS, is_action, takes_bucket, takes_object
from ruststack.services.s3.policy_conditions import Condition, glob, operator_of

MAX_SIZE_BYTES = 20_480
_ACCOUNT_ARN = re.compile(r"arn:aws[a-z-]*:(iam|sts)::(\d{12}):(root|(user|role|assumed-role|federated-user)/.+)\Z")
_STATEMENT_FIELDS = frozenset(
    ("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition")
)
_PRINCIPAL_KINDS = frozenset(("AWS", "Federated", "Service", "CanonicalUser"))


class Statement(NamedTuple):
    """One statement. Principals are ``(kind, value)`` pairs; ``("*", "*")`` is everybody."""

    is_allow: bool
    principals: frozenset[tuple[str, str]]
    is_not_principal: bool
    actions: tuple[str, ...]
    is_not_action: bool
    resources: tuple[str, ...]
    is_not_resource: bool
    conditions: tuple[Condition, ...]


@lru_cache(maxsize=1024)
def statements(text: str) -> tuple[Statement, ...]:
    """The statements of a stored policy. The text was checked when it was stored."""
    return tuple(_statement(statement) for statement in _listed(orjson.loads(text)["Statement"]))


def check(text: str, bucket: str) -> None:
    """Raises MalformedPolicy unless the text is a policy that S3 takes for this bucket."""
    if not text.startswith("{"):
        raise MalformedPolicy("Policies must be valid JSON and the first byte must be '{'")
    if len(text.encode()) > MAX_SIZE_BYTES:
        raise MalformedPolicy("Policies must be no larger than 20 KB")
    try:
        policy = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise MalformedPolicy("This policy contains invalid Json") from None
    for name in policy:
        if name not in ("Version", "Id", "Statement"):
            raise MalformedPolicy(f"Unknown field {name}")
    if policy.get("Version", "2008-10-17") not in ("2008-10-17", "2012-10-17"):
        raise MalformedPolicy("The policy must contain a valid version string")
    if "Statement" not in policy:
        raise MalformedPolicy("Missing required field Statement")
    listed = _listed(policy["Statement"])
    if not listed:
        raise MalformedPolicy("Could not parse the policy: Statement is empty!")
    for statement in listed:
        _check_statement(statement, bucket)
    _check_sids(listed)


def _check_sids(listed: list[Any]) -> None:
    sids = [statement["Sid"] for statement in listed if statement.get("Sid")]
    if len(set(sids)) < len(sids):
        raise MalformedPolicy("Statement IDs (SID) in a single policy must be unique.")


def _check_statement(statement: Any, bucket: str) -> None:
    if not isinstance(statement, dict):
        raise MalformedPolicy("Invalid policy syntax.")
    for name in statement:
        if name not in _STATEMENT_FIELDS:
            raise MalformedPolicy(f"Unknown field {name}")
    if not isinstance(statement.get("Sid", ""), str):
        raise MalformedPolicy("Invalid policy syntax.")
    if "Effect" not in statement:
        raise MalformedPolicy("Missing required field Effect")
    if statement["Effect"] not in ("Allow", "Deny"):
        raise MalformedPolicy(f"Invalid effect: {statement['Effect']}")
    _check_principal(_one_of(statement, "Principal"))
    actions = _strings(_one_of(statement, "Action"), "Policy has invalid action")
    resources = _strings(_one_of(statement, "Resource"), "Policy has invalid resource")
    _check_actions(actions)
    _check_resources(resources, bucket)
    if "Action" in statement and "Resource" in statement:
        _check_fit(actions, resources)
    _check_conditions(statement.get("Condition", {}))


def _one_of(statement: dict[str, Any], name: str) -> Any:
    """The value of ``Name`` or ``NotName``; one of the two must be there, and only one."""
    if name in statement and f"Not{name}" in statement:
        raise MalformedPolicy(f"Policy statement must contain {name} or Not{name}, but not both.")
    if name not in statement and f"Not{name}" not in statement:
        raise MalformedPolicy(f"Missing required field {name}")
    return statement.get(name, statement.get(f"Not{name}"))


def _check_principal(principal: Any) -> None:
    if principal == "*":
        return
    if not isinstance(principal, dict) or not principal:
        raise MalformedPolicy("Invalid principal in policy", Detail=_detail(principal))
    for kind, values in principal.items():
        if kind not in _PRINCIPAL_KINDS:
            raise MalformedPolicy("Invalid policy syntax.")
        for value in _listed(values):
            if not isinstance(value, str) or not _is_principal(kind, value):
                raise MalformedPolicy("Invalid principal in policy", Detail=f'"{kind}" : "{value}"')


def _detail(principal: Any) -> str:
    return principal if isinstance(principal, str) else orjson.dumps(principal).decode()


def _is_principal(kind: str, value: str) -> bool:
    if kind == "AWS":
        return value == "*" or bool(re.fullmatch(r"\d{12}", value) or _ACCOUNT_ARN.match(value) or _is_unique_id(value))
    if kind == "CanonicalUser":
        return bool(re.fullmatch(r"[0-9a-f]{64}|[0-9a-f]{32}", value))
    return bool(value)


def _is_unique_id(value: str) -> bool:
    """Whether the value is the id (AIDA..., AROA...) that AWS puts in the place of a removed principal."""
    return bool(re.fullmatch(r"A(IDA|ROA)[A-Z0-9]{12,124}", value))


def _check_actions(actions: tuple[str, ...]) -> None:
    if not actions or not all(is_action(action) for action in actions):
        raise MalformedPolicy("Policy has invalid action")


def _check_resources(resources: tuple[str, ...], bucket: str) -> None:
    if not resources or not all(_is_resource(resource, bucket) for resource in resources):
        raise MalformedPolicy("Policy has invalid resource")


def _is_resource(resource: str, bucket: str) -> bool:
    """Whether the resource can be this bucket or something in it."""
    if resource == "*":
        return True
    match = re.match(r"arn:(aws[a-z-]*|\*):s3:::([^/]*)", resource)
    return match is not None and glob(match[2]).match(bucket) is not None


def _check_fit(actions: tuple[str, ...], resources: tuple[str, ...]) -> None:
    """Every action needs a resource that it can apply to: buckets for bucket actions, objects for object actions."""
    has_object = any("/" in resource or resource.endswith("*") for resource in resources)
    has_bucket = any("/" not in resource.partition(":::")[2] for resource in resources)
    for action in actions:
        if not (has_object and takes_object(action)) and not (has_bucket and takes_bucket(action)):
            raise MalformedPolicy("Action does not apply to any resource(s) in statement")


def _check_conditions(conditions: Any) -> None:
    if not isinstance(conditions, dict):
        raise MalformedPolicy("Invalid policy syntax.")
    for name, keys in conditions.items():
        operator = operator_of(name)
        if operator is None:
            raise MalformedPolicy(f"Invalid Condition type : {name}")
        if not isinstance(keys, dict):
            raise MalformedPolicy("Invalid policy syntax.")
        for key, values in keys.items():
            _check_condition_key(key.lower())
            if operator[0] in ("IpAddress", "NotIpAddress"):
                _check_networks(_listed(values))


def _check_condition_key(key: str) -> None:
    """S3 knows its own keys and takes any that start with ``aws:``."""
    if not key.startswith("aws:") and key.partition("/")[0] not in CONDITION_KEYS:
        raise MalformedPolicy("Policy has an invalid condition key")


def _check_networks(values: Iterable[Any]) -> None:
    for value in values:
        try:
            ipaddress.ip_network(str(value), strict=False)
        except ValueError:
            raise MalformedPolicy("Invalid IP address in Conditions") from None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _strings(value: Any, otherwise: str) -> tuple[str, ...]:
    listed = _listed(value)
    if not all(isinstance(item, str) for item in listed):
        raise MalformedPolicy(otherwise)
    return tuple(listed)


def _statement(raw: dict[str, Any]) -> Statement:
    return Statement(
        is_allow=raw["Effect"] == "Allow",
        principals=frozenset(_principals(raw.get("Principal", raw.get("NotPrincipal")))),
        is_not_principal="NotPrincipal" in raw,
        actions=tuple(_listed(raw.get("Action", raw.get("NotAction")))),
        is_not_action="NotAction" in raw,
        resources=tuple(_listed(raw.get("Resource", raw.get("NotResource")))),
        is_not_resource="NotResource" in raw,
        conditions=tuple(_conditions(raw.get("Condition", {}))),
    )


def _principals(raw: Any) -> Iterable[tuple[str, str]]:
    if raw == "*":
        return [("*", "*")]
    return [
        ("*", "*") if kind == "AWS" and value == "*" else (kind, value)
        for kind, values in raw.items()
        for value in _listed(values)
    ]


def _conditions(raw: dict[str, Any]) -> Iterable[Condition]:
    for name, keys in raw.items():
        operator = operator_of(name)
        assert operator is not None
        for key, values in keys.items():
            texts = tuple(_text(value) for value in _listed(values))
            yield Condition(*operator, key=key if "/" in key else key.lower(), values=texts)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
