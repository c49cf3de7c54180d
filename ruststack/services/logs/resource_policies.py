"""Resource policies: who of AWS's services may write; of the account, or of one log group. Nothing here is refused
because of them.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.logs.errors import (
    InvalidParameterException,
    LimitExceededException,
    OperationAbortedException,
    ResourceNotFoundException,
)
from ruststack.services.logs.naming import group_of_arn, now_ms, page_of

_MOST: Final = 10


@operation("PutResourcePolicy")
def put_resource_policy(ctx: Context, req: Input) -> Output:
    """A policy of the same name is replaced; with a resource's ARN, the one policy of that resource.

    Raises InvalidParameterException, LimitExceededException, OperationAbortedException, ResourceNotFoundException.
    Source: API_PutResourcePolicy; recorded answer to an eleventh
    """
    document, arn = req.get("policyDocument"), req.get("resourceArn")
    if document is None:
        # Unknown: the words; a policy without a document would tell.
        raise InvalidParameterException("policyDocument is required.")
    _check_document(document)
    if arn is not None:
        return _put_on_resource(ctx, req, arn, document)
    name = req.get("policyName")
    if name is None:
        # Unknown: the words; a policy without a name would tell.
        raise InvalidParameterException("policyName is required.")
    policies = ctx.state.resource_policies
    if name not in policies and len(policies) >= _MOST:
        raise LimitExceededException("Resource limit exceeded.")
    policies[name] = {
        "policyName": name,
        "policyDocument": document,
        "lastUpdatedTime": now_ms(ctx),
        "policyScope": "ACCOUNT",
    }
    return {"resourcePolicy": policies[name]}


def _put_on_resource(ctx: Context, req: Input, arn: str, document: str) -> Output:
    group = group_of_arn(ctx, arn)
    expected, policy = req.get("expectedRevisionId"), group.resource_policy
    if (policy or {}).get("revisionId") != expected:
        # Unknown: the error and its words; a revision that is not the current one would tell.
        raise OperationAbortedException("The expected revision id does not match the current one.")
    revision = ctx.ids.uuid()
    group.resource_policy = {
        **({"policyName": req["policyName"]} if req.get("policyName") else {}),
        "policyDocument": document,
        "lastUpdatedTime": now_ms(ctx),
        "policyScope": "RESOURCE",
        "resourceArn": arn,
        "revisionId": revision,
    }
    return {"resourcePolicy": group.resource_policy, "revisionId": revision}


@operation("DeleteResourcePolicy")
def delete_resource_policy(ctx: Context, req: Input) -> Output:
    """Raises InvalidParameterException, OperationAbortedException, ResourceNotFoundException.

    Source: API_DeleteResourcePolicy; recorded answer to a name that is not there
    """
    name, arn = req.get("policyName"), req.get("resourceArn")
    if arn is not None:
        group = group_of_arn(ctx, arn)
        if group.resource_policy is None:
            # Unknown: the words; a group without a policy would tell.
            raise ResourceNotFoundException(f"Policy for resource [{arn}] does not exist.")
        if group.resource_policy["revisionId"] != req.get("expectedRevisionId"):
            raise OperationAbortedException("The expected revision id does not match the current one.")
        group.resource_policy = None
        return {}
    if name is None:
        # Unknown: the words; the request would tell.
        raise InvalidParameterException("policyName is required.")
    if ctx.state.resource_policies.pop(name, None) is None:
        raise ResourceNotFoundException(f"Policy with name [{name}] does not exist.")
    return {}


@operation("DescribeResourcePolicies")
def describe_resource_policies(ctx: Context, req: Input) -> Output:
    """The account's, unless the request names a resource or that scope.  Source: API_DescribeResourcePolicies"""
    found: dict[str, Any] = ctx.state.resource_policies
    arn = req.get("resourceArn")
    if arn is not None or req.get("policyScope") == "RESOURCE":
        groups = ctx.state.groups.values() if arn is None else [group_of_arn(ctx, arn)]
        found = {group.name: group.resource_policy for group in groups if group.resource_policy is not None}
    page, token = page_of(found, req)
    output: Output = {"resourcePolicies": [found[name] for name in page]}
    if token is not None:
        output["nextToken"] = token
    return output


def _check_document(document: str) -> None:
    """Raises InvalidParameterException. Unknown: the words; a policy that is no JSON would tell."""
    try:
        policy = orjson.loads(document)
    except orjson.JSONDecodeError:
        policy = None
    if not isinstance(policy, dict) or not isinstance(policy.get("Statement"), list | dict):
        raise InvalidParameterException("Unable to parse JSON Document")
