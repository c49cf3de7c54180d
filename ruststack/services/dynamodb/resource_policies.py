"""Resource policies of tables and streams: kept and given back by revision; who may do what is not judged by them.

Source: API_PutResourcePolicy, API_GetResourcePolicy, API_DeleteResourcePolicy.
Unknown: the words for what is no policy; PutResourcePolicy with "x" and with "{}" would tell.
"""

from __future__ import annotations

import json
from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.dynamodb.errors import (
    PolicyNotFoundException,
    ResourceNotFoundException,
    ValidationException,
)

_MOST_BYTES = 20 * 1024


@operation("PutResourcePolicy")
def put_resource_policy(ctx: Context, req: Input) -> Output:
    """A policy that is the same keeps its revision.

    Raises ValidationException, ResourceNotFoundException, PolicyNotFoundException.  Source: API_PutResourcePolicy
    """
    arn, policy, expected = _arn(ctx, req), req["Policy"], req.get("ExpectedRevisionId")
    _check(policy)
    known = ctx.state.policies.get(arn)
    if expected == "NO_POLICY":
        if known is not None:
            raise PolicyNotFoundException(f"Resource-based policy already exists for resource {arn}")
    elif expected is not None and (known is None or known["RevisionId"] != expected):
        raise PolicyNotFoundException(f"No resource-based policy with revision {expected} for resource {arn}")
    if known is None or known["Policy"] != policy:
        known = ctx.state.policies[arn] = {"Policy": policy, "RevisionId": str(int(ctx.clock.now() * 1000))}
    return {"RevisionId": known["RevisionId"]}


@operation("GetResourcePolicy")
def get_resource_policy(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException, PolicyNotFoundException.  Source: API_GetResourcePolicy"""
    arn = _arn(ctx, req)
    known: dict[str, Any] | None = ctx.state.policies.get(arn)
    if known is None:
        raise PolicyNotFoundException(f"Resource-based policy not found for the provided ResourceArn: {arn}")
    return dict(known)


@operation("DeleteResourcePolicy")
def delete_resource_policy(ctx: Context, req: Input) -> Output:
    """A policy that is not there is no error, unless a revision is expected.

    Raises ResourceNotFoundException, PolicyNotFoundException.  Source: API_DeleteResourcePolicy
    """
    arn, expected = _arn(ctx, req), req.get("ExpectedRevisionId")
    known = ctx.state.policies.get(arn)
    if expected is not None and (known is None or known["RevisionId"] != expected):
        raise PolicyNotFoundException(f"No resource-based policy with revision {expected} for resource {arn}")
    ctx.state.policies.pop(arn, None)
    return {"RevisionId": known["RevisionId"]} if known else {}


def _arn(ctx: Context, req: Input) -> str:
    """The table's or stream's ARN. Raises ResourceNotFoundException."""
    arn: str = req["ResourceArn"]
    if arn in ctx.state.streams or any(table.arn == arn for table in ctx.state.tables.values()):
        return arn
    raise ResourceNotFoundException(f"Requested resource not found: ResourceArn: {arn} not found")


def _check(policy: str) -> None:
    if len(policy.encode()) > _MOST_BYTES:
        raise ValidationException("Resource-based policy exceeds the size limit of 20 KB")
    try:
        document = json.loads(policy)
    except ValueError:
        document = None
    if not isinstance(document, dict) or not isinstance(document.get("Statement"), list | dict):
        raise ValidationException("Invalid policy document: it is no JSON object with a Statement")
