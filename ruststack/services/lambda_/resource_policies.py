"""A function's policy as a whole: PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy.

Its statements are those that AddPermission adds to.
Source: API_PutResourcePolicy and the like.
Unknown: the words for what is no policy; PutResourcePolicy with "x" and with "{}" would tell.
"""

from __future__ import annotations

import json
from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.lambda_.errors import (
    InvalidParameterValueException,
    PolicyLengthExceededException,
    PreconditionFailedException,
    ResourceNotFoundException,
)
from ruststack.services.lambda_.limits import POLICY_BYTES
from ruststack.services.lambda_.names import Named, named, part_of
from ruststack.services.lambda_.revisions import revise, revision_id
from ruststack.services.lambda_.state import Function
from ruststack.services.lambda_.statements import document


@operation("PutResourcePolicy")
def put_resource_policy(ctx: Context, req: Input) -> Output:
    """In place of whatever was there; statements without a Sid get one.

    Raises ResourceNotFoundException, InvalidParameterValueException, PreconditionFailedException,
    PolicyLengthExceededException.  Source: API_PutResourcePolicy
    """
    which, function = _asked(ctx, req)
    statements = _statements(req["Policy"])
    _check_revision(function, which, req)
    function.policies[which.qualifier] = {
        each.get("Sid") or str(number): each for number, each in enumerate(statements)
    }
    revise(ctx, function, which.qualifier)
    return _told(function, which)


@operation("GetResourcePolicy")
def get_resource_policy(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_GetResourcePolicy"""
    which, function = _asked(ctx, req)
    if not function.policies.get(which.qualifier):
        raise ResourceNotFoundException()
    return _told(function, which)


@operation("DeleteResourcePolicy")
def delete_resource_policy(ctx: Context, req: Input) -> None:
    """Raises ResourceNotFoundException, PreconditionFailedException.  Source: API_DeleteResourcePolicy"""
    which, function = _asked(ctx, req)
    if not function.policies.get(which.qualifier):
        raise ResourceNotFoundException()
    _check_revision(function, which, req)
    del function.policies[which.qualifier]
    revise(ctx, function, which.qualifier)


def _asked(ctx: Context, req: Input) -> tuple[Named, Function]:
    which = named(ctx, req["ResourceArn"])
    return which, part_of(ctx, which)


def _told(function: Function, which: Named) -> Output:
    statements = function.policies[which.qualifier].values()
    return {"Policy": document(statements), "RevisionId": revision_id(function, which.qualifier)}


def _check_revision(function: Function, which: Named, req: Input) -> None:
    if req.get("RevisionId") and req["RevisionId"] != revision_id(function, which.qualifier):
        raise PreconditionFailedException("GetResourcePolicy")


def _statements(policy: str) -> list[dict[str, Any]]:
    if len(policy) > POLICY_BYTES:
        raise PolicyLengthExceededException(
            f"The final policy size ({len(policy)}) is bigger than the limit ({POLICY_BYTES})."
        )
    try:
        told = json.loads(policy)
    except (ValueError, RecursionError):
        told = None
    statements = told.get("Statement") if isinstance(told, dict) else None
    listed = [statements] if isinstance(statements, dict) else statements
    if not isinstance(listed, list) or not listed or not all(_is_statement(each) for each in listed):
        raise InvalidParameterValueException("The provided policy is invalid.")
    if len({each.get("Sid") for each in listed if each.get("Sid")}) < sum(bool(each.get("Sid")) for each in listed):
        raise InvalidParameterValueException("The statements of the provided policy have Sids that are the same.")
    return listed


def _is_statement(statement: Any) -> bool:
    """Whether it says what, to whom, whether yes or no, and on which conditions."""
    conditions = statement.get("Condition") or {} if isinstance(statement, dict) else None
    return (
        isinstance(statement, dict)
        and isinstance(conditions, dict)
        and all(isinstance(each, dict) for each in conditions.values())
        and statement.get("Effect") in ("Allow", "Deny")
        and isinstance(statement.get("Principal"), str | dict)
        and isinstance(statement.get("Action"), str | list)
        and isinstance(statement.get("Sid") or "", str)
    )
