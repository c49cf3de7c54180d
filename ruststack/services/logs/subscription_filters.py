"""Subscription filters: PutSubscriptionFilter, DescribeSubscriptionFilters, DeleteSubscriptionFilter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

import orjson

from ruststack.kit import Context, Input, Output, ServiceError, operation
from ruststack.services.logs.errors import (
    InvalidParameterException,
    LimitExceededException,
    ResourceNotFoundException,
)
from ruststack.services.logs.metric_filters import check_regexes, checked_pattern
from ruststack.services.logs.naming import group_named, now_ms, page_of
from ruststack.services.logs.state import LogGroup

_MOST: Final = 2
_INVOKE: Final = ("lambda:InvokeFunction", "lambda:*", "*")
_ARN: Final = re.compile(r"arn:aws[a-z-]*:(lambda|kinesis|firehose|logs):([a-z0-9-]+):(\d{12}):(.+)")
_KEPT: Final = ("filterPattern", "destinationArn", "roleArn", "fieldSelectionCriteria", "emitSystemFields")


@operation("PutSubscriptionFilter")
def put_subscription_filter(ctx: Context, req: Input) -> Output:
    """A filter of the same name in the group is replaced; a group has two at most.

    Raises InvalidParameterException, LimitExceededException, ResourceNotFoundException.
    Source: API_PutSubscriptionFilter; recorded answer to a third
    """
    pattern = checked_pattern(req["filterPattern"])
    group, name = group_named(ctx, req["logGroupName"]), req["filterName"]
    if name not in group.subscription_filters and len(group.subscription_filters) >= _MOST:
        raise LimitExceededException()
    check_regexes(group, pattern, but_subscription=name)
    _check_destination(ctx, req, group)
    group.subscription_filters[name] = {
        "filterName": name,
        "logGroupName": group.name,
        **{key: req[key] for key in _KEPT if req.get(key) is not None},
        "distribution": req.get("distribution") or "ByLogStream",
        "applyOnTransformedLogs": bool(req.get("applyOnTransformedLogs")),
        "creationTime": now_ms(ctx),
    }
    return {}


@operation("DeleteSubscriptionFilter")
def delete_subscription_filter(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_DeleteSubscriptionFilter"""
    group = group_named(ctx, req["logGroupName"])
    if group.subscription_filters.pop(req["filterName"], None) is None:
        raise ResourceNotFoundException("The specified subscription filter does not exist.")
    return {}


@operation("DescribeSubscriptionFilters")
def describe_subscription_filters(ctx: Context, req: Input) -> Output:
    """In the order of names.  Raises ResourceNotFoundException.  Source: API_DescribeSubscriptionFilters"""
    filters = group_named(ctx, req["logGroupName"]).subscription_filters
    page, token = page_of([name for name in filters if name.startswith(req.get("filterNamePrefix") or "")], req)
    output: Output = {"subscriptionFilters": [filters[name] for name in page]}
    if token is not None:
        output["nextToken"] = token
    return output


def _check_destination(ctx: Context, req: Input, group: LogGroup) -> None:
    """Raises InvalidParameterException for a destination that is not there; 501 for a service that is not."""
    arn = req["destinationArn"]
    found = _ARN.fullmatch(arn)
    if found is None:
        # Unknown: the words; a destination that is no ARN would tell.
        raise InvalidParameterException("The specified destination ARN is invalid.")
    service, resource = found[1], found[4]
    if service == "lambda":
        _check_function(ctx, req, group)
    elif service == "kinesis":
        _ask(ctx, "kinesis", "DescribeStreamSummary", {"StreamName": resource.rpartition("/")[2]}, _NO_STREAM)
    elif service == "firehose":
        name = {"DeliveryStreamName": resource.rpartition("/")[2]}
        _ask(ctx, "firehose", "DescribeDeliveryStream", name, _NO_DELIVERY_STREAM)
    elif resource.removeprefix("destination:") not in ctx.state.destinations:
        raise ResourceNotFoundException("The specified destination does not exist.")


_NO_FUNCTION: Final = (
    "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your "
    "function."
)
_NO_STREAM: Final = (
    "Could not deliver test message to specified Kinesis stream. Check if the given kinesis stream is in ACTIVE state."
)
_NO_DELIVERY_STREAM: Final = (
    "Could not deliver test message to specified Firehose stream. Check if the given Firehose stream is in ACTIVE "
    "state."
)


def _check_function(ctx: Context, req: Input, group: LogGroup) -> None:
    if req.get("roleArn") is not None:
        raise InvalidParameterException("destinationArn for vendor lambda cannot be used with roleArn")
    answer = _ask(ctx, "lambda", "GetPolicy", {"FunctionName": req["destinationArn"]}, _NO_FUNCTION)
    statements = orjson.loads(answer["Policy"])["Statement"]
    if not any(_allows(ctx, each, group) for each in statements):
        raise InvalidParameterException(_NO_FUNCTION)


def _allows(ctx: Context, statement: Mapping[str, Any], group: LogGroup) -> bool:
    """Whether a statement of the function's policy lets CloudWatch Logs invoke it for a group.

    Source: user guide, "Subscription filters with Lambda": the permission that the function needs.
    """
    principal = statement.get("Principal")
    service = principal.get("Service") if isinstance(principal, dict) else principal
    if statement.get("Effect") != "Allow" or statement.get("Action") not in _INVOKE:
        return False
    if service not in ("logs.amazonaws.com", f"logs.{ctx.region}.amazonaws.com", "*"):
        return False
    conditions = statement.get("Condition") or {}
    source = (conditions.get("ArnLike") or {}).get("AWS:SourceArn", "*")
    account = (conditions.get("StringEquals") or {}).get("AWS:SourceAccount", ctx.account)
    return account == ctx.account and any(fnmatchcase(arn, source) for arn in (group.arn, f"{group.arn}:*"))


def _ask(ctx: Context, service: str, operation_name: str, params: Input, refusal: str) -> Any:
    try:
        return ctx.call(service, operation_name, params)
    except ServiceError as error:
        if error.code != "ResourceNotFoundException":
            raise
        raise InvalidParameterException(refusal) from None
