"""Metric filters: PutMetricFilter, DescribeMetricFilters, DeleteMetricFilter, TestMetricFilter.

The configuration is checked and kept; no metric is published, since there is no CloudWatch here yet.
"""

from __future__ import annotations

from typing import Any, Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.logs.errors import (
    InvalidParameterException,
    LimitExceededException,
    ResourceNotFoundException,
)
from ruststack.services.logs.naming import group_named, now_ms, page_of
from ruststack.services.logs.patterns import Pattern, PatternError, compile_pattern
from ruststack.services.logs.state import LogGroup

_MOST: Final = 100
_MOST_WITH_REGEX: Final = 5
_MOST_DIMENSIONS: Final = 3
_KEPT: Final = ("filterPattern", "fieldSelectionCriteria", "emitSystemFieldDimensions")


@operation("PutMetricFilter")
def put_metric_filter(ctx: Context, req: Input) -> Output:
    """A filter of the same name in the group is replaced.

    Raises InvalidParameterException, LimitExceededException, ResourceNotFoundException.  Source: API_PutMetricFilter
    """
    pattern = checked_pattern(req["filterPattern"])
    transformation = req["metricTransformations"][0]
    _check_dimensions(transformation, req["filterPattern"])
    group, name = group_named(ctx, req["logGroupName"]), req["filterName"]
    others = [each for key, each in group.metric_filters.items() if key != name]
    if len(others) >= _MOST:
        raise LimitExceededException()
    check_regexes(group, pattern, but_metric=name)
    group.metric_filters[name] = {
        "filterName": name,
        **{key: req[key] for key in _KEPT if req.get(key) is not None},
        "metricTransformations": [transformation],
        "creationTime": now_ms(ctx),
        "logGroupName": group.name,
        "applyOnTransformedLogs": bool(req.get("applyOnTransformedLogs")),
    }
    return {}


@operation("DeleteMetricFilter")
def delete_metric_filter(ctx: Context, req: Input) -> Output:
    """Raises ResourceNotFoundException.  Source: API_DeleteMetricFilter"""
    group = group_named(ctx, req["logGroupName"])
    if group.metric_filters.pop(req["filterName"], None) is None:
        raise ResourceNotFoundException("The specified metric filter does not exist.")
    return {}


@operation("DescribeMetricFilters")
def describe_metric_filters(ctx: Context, req: Input) -> Output:
    """In the order of names; a prefix counts only with a group, and a metric's name only with its namespace.

    Raises InvalidParameterException, ResourceNotFoundException.  Source: API_DescribeMetricFilters
    """
    metric, namespace = req.get("metricName"), req.get("metricNamespace")
    if (metric is None) != (namespace is None):
        # Unknown: the words; one of them alone would tell.
        raise InvalidParameterException("Both metricName and metricNamespace must be specified.")
    name = req.get("logGroupName")
    groups = ctx.state.groups.values() if name is None else [group_named(ctx, name)]
    prefix = req.get("filterNamePrefix") if name is not None else None
    # Groups have filters of the same names.
    found = {
        f"{key}\0{group.name}": each
        for group in groups
        for key, each in group.metric_filters.items()
        if key.startswith(prefix or "") and _is_of_metric(each, metric, namespace)
    }
    page, token = page_of(found, req)
    output: Output = {"metricFilters": [found[each] for each in page]}
    if token is not None:
        output["nextToken"] = token
    return output


@operation("TestMetricFilter", is_read_only=True)
def test_metric_filter(ctx: Context, req: Input) -> Output:
    """Which of the messages match, counted from 1; only fields between spaces are extracted.

    Raises InvalidParameterException.  Source: API_TestMetricFilter
    """
    pattern = checked_pattern(req["filterPattern"])
    return {
        "matches": [
            {"eventNumber": number, "eventMessage": message, "extractedValues": pattern.extract(message)}
            for number, message in enumerate(req["logEventMessages"], 1)
            if pattern.matches(message)
        ]
    }


def checked_pattern(text: str) -> Pattern:
    """Raises InvalidParameterException, which says what is wrong: dougmoscrop/serverless-plugin-log-subscription#47."""
    try:
        return compile_pattern(text)
    except PatternError as error:
        raise InvalidParameterException(str(error)) from None


def check_regexes(group: LogGroup, pattern: Pattern, *, but_metric: str = "", but_subscription: str = "") -> None:
    """Raises LimitExceededException for a sixth filter with regular expressions in a group.

    Source: user guide, quotas of patterns with regex. Unknown: the error; a sixth filter would tell.
    """
    if not pattern.regexes:
        return
    texts = [each["filterPattern"] for key, each in group.metric_filters.items() if key != but_metric]
    texts += [each["filterPattern"] for key, each in group.subscription_filters.items() if key != but_subscription]
    if sum(compile_pattern(text).regexes > 0 for text in texts) >= _MOST_WITH_REGEX:
        raise LimitExceededException()


def _check_dimensions(transformation: dict[str, Any], pattern: str) -> None:
    """Raises InvalidParameterException.  Source: hashicorp/terraform-provider-aws#22105 and #28881 for the words."""
    dimensions = transformation.get("dimensions")
    if not dimensions:
        return
    if transformation.get("defaultValue") is not None:
        raise InvalidParameterException(
            "Invalid metric transformation: dimensions and default value are mutually exclusive properties."
        )
    if not pattern.strip().startswith(("{", "[")):
        raise InvalidParameterException("The specified filter pattern does not support dimensions")
    if len(dimensions) > _MOST_DIMENSIONS:
        # Unknown: the words; four dimensions would tell.
        raise InvalidParameterException("Invalid metric transformation: at most 3 dimensions are allowed.")


def _is_of_metric(each: dict[str, Any], metric: str | None, namespace: str | None) -> bool:
    made = each["metricTransformations"][0]
    return metric is None or (made["metricName"], made["metricNamespace"]) == (metric, namespace)
