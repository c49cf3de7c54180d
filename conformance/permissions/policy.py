"""The least-privilege policy: what the scenarios ask for, on what they make, and a Deny of everything else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from botocore import xform_name

from conformance.exchange import Exchange
from conformance.operations import all_operations
from conformance.permissions import actions, resources, s3
from conformance.scenarios.cleanup import KINDS

# The characters of a managed policy, blanks not counted. Source: IAM User Guide, "IAM and AWS STS quotas".
LONGEST = 6144
_STATEMENT = 5000

# What cleaning up asks for beside listing and deleting (conformance/scenarios/cleanup), and what scenarios wait for
# past the recorder.
BESIDE: dict[str, tuple[str, ...]] = {
    "dynamodb": ("DescribeTable", "UpdateTable"),
    "events": ("ListTargetsByRule", "RemoveTargets"),
    "iam": (
        "DeleteAccessKey",
        "DeleteGroupPolicy",
        "DeleteLoginProfile",
        "DeletePolicyVersion",
        "DeleteRolePolicy",
        "DeleteUserPolicy",
        "DetachGroupPolicy",
        "DetachRolePolicy",
        "DetachUserPolicy",
        "GetGroup",
        "GetInstanceProfile",
        "ListAccessKeys",
        "ListAttachedGroupPolicies",
        "ListAttachedRolePolicies",
        "ListAttachedUserPolicies",
        "ListEntitiesForPolicy",
        "ListGroupPolicies",
        "ListGroupsForUser",
        "ListInstanceProfilesForRole",
        "ListPolicyVersions",
        "ListRolePolicies",
        "ListUserPolicies",
        "RemoveRoleFromInstanceProfile",
        "RemoveUserFromGroup",
    ),
    "lambda": ("DeleteLayerVersion", "GetFunction", "ListLayerVersions"),
}


class Unmapped(Exception):
    """An operation has no IAM action that we know of; the message names it."""


def needed(exchanges: Iterable[Exchange]) -> frozenset[str]:
    """Every action that the exchanges and the clean-up after them need. Raises Unmapped."""
    found: set[str] = {"sts:GetCallerIdentity"}
    services: set[str] = set()
    for each in exchanges:
        if each.account == "anonymous" or not each.operation:
            continue
        services.add(each.operation.partition(".")[0])
        try:
            found |= actions.of_exchange(each)
        except KeyError as error:
            raise Unmapped(f"{each.operation} needs {error.args[0]}, which is no known IAM action") from error
    for service in services:
        found |= clean_up(service)
    return frozenset(found)


def clean_up(service: str) -> set[str]:
    """The actions with which everything of a service that is ours is found and deleted."""
    if service == "s3":
        return {f"s3:{name}" for name in s3.CLEAN_UP}
    spelled = {xform_name(name): name for name in all_operations(service)} if service in KINDS else {}
    calls = [spelled[call] for kind in KINDS.get(service, ()) for call in (kind.lists, kind.delete)]
    return {
        action for name in (*calls, *BESIDE.get(service, ())) for action in actions.of_operation(f"{service}.{name}")
    }


def policies(wanted: frozenset[str]) -> list[dict[str, Any]]:
    """The policy documents, as few as hold it all; none is longer than a managed policy may be."""
    documents: list[dict[str, Any]] = []
    for statement in _statements(wanted):
        if documents and size(_document([*documents[-1]["Statement"], statement])) <= LONGEST:
            documents[-1]["Statement"].append(statement)
        else:
            documents.append(_document([statement]))
    return documents


def size(document: dict[str, Any]) -> int:
    """The characters that count."""
    return len("".join(json.dumps(document, separators=(",", ":")).split()))


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def _statements(wanted: frozenset[str]) -> Iterator[dict[str, Any]]:
    limited = sorted(action for action in wanted if actions.takes_resource(action))
    free = sorted(wanted - set(limited))
    prefixes = sorted({action.partition(":")[0] for action in wanted})
    for prefix in prefixes:
        yield _denial(prefix, prefixes, free)
    for number, part in enumerate(_parts(free), start=1):
        yield _allowance("WithoutResource", number, part, "*")
    for prefix in prefixes:
        own = [action for action in limited if action.startswith(f"{prefix}:")]
        for number, part in enumerate(_parts(own), start=1):
            yield _allowance(f"Ours{prefix.capitalize()}", number, part, list(resources.arns(prefix)))


def _denial(prefix: str, prefixes: list[str], free: list[str]) -> dict[str, Any]:
    """Nothing of this service but on what is ours, and nothing of any service that is not among ours.

    One statement a service: a single one for all would be longer than a policy may be.
    """
    others = [f"{other}:*" for other in prefixes if other != prefix]
    own = [action for action in free if action.startswith(f"{prefix}:")]
    return {
        "Sid": f"NothingElse{prefix.capitalize()}",
        "Effect": "Deny",
        "NotAction": [*own, *others],
        "NotResource": list(resources.arns(prefix)),
    }


def _allowance(sid: str, number: int, names: list[str], on: str | list[str]) -> dict[str, Any]:
    return {"Sid": f"{sid}{number if number > 1 else ''}", "Effect": "Allow", "Action": names, "Resource": on}


def _parts(names: list[str]) -> Iterator[list[str]]:
    """The names in portions that a document holds."""
    part: list[str] = []
    for name in names:
        if part and sum(len(each) + 3 for each in part) + len(name) > _STATEMENT:
            yield part
            part = []
        part.append(name)
    if part:
        yield part
