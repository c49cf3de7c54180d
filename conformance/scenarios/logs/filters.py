"""Metric filters, subscription filters, destinations and exports."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.logs.groups import MISSING, group

REFUSED = "InvalidParameterException"


def metric(**changes: Any) -> list[dict[str, Any]]:
    return [{"metricName": "errors", "metricNamespace": "conform", "metricValue": "1", **changes}]


@scenario("logs/metric_filter_life")
def metric_filter_life(t: Driver) -> None:
    """A group's metric filters are put, replaced by name, found and deleted."""
    logs = t.client("logs")
    name = group(t)
    where = {"logGroupName": name, "filterName": "errors"}
    logs.put_metric_filter(**where, filterPattern="ERROR", metricTransformations=metric())
    logs.put_metric_filter(**where, filterPattern="FATAL", metricTransformations=metric(defaultValue=0.0))
    logs.describe_metric_filters(logGroupName=name)
    logs.describe_metric_filters(logGroupName=name, filterNamePrefix="none")
    logs.describe_metric_filters(metricName="errors", metricNamespace="conform")
    logs.describe_log_groups(logGroupNamePrefix=name)
    logs.delete_metric_filter(**where)
    logs.describe_metric_filters(logGroupName=name)
    t.fails(MISSING, logs.delete_metric_filter, **where)


@scenario("logs/metric_filter_refused")
def metric_filter_refused(t: Driver) -> None:
    """A metric filter needs a group, a name of limited length, and exactly one transformation."""
    logs = t.client("logs", parameter_validation=False)
    name = group(t)
    put = {"filterPattern": "ERROR", "metricTransformations": metric()}
    t.fails(MISSING, logs.put_metric_filter, logGroupName=f"{name}-none", filterName="f", **put)
    t.fails(REFUSED, logs.put_metric_filter, logGroupName=name, filterName="x" * 513, **put)
    t.fails(REFUSED, logs.put_metric_filter, logGroupName=name, filterName="a:b", **put)
    t.fails(REFUSED, logs.put_metric_filter, logGroupName=name, filterName="f", **{**put, "filterPattern": "x" * 1025})
    t.fails(REFUSED, logs.put_metric_filter, logGroupName=name, filterName="f", **{**put, "metricTransformations": []})


@scenario("logs/subscription_filter_refused")
def subscription_filter_refused(t: Driver) -> None:
    """A subscription filter needs a group and a destination that are there."""
    logs = t.client("logs")
    name = group(t)
    function = f"arn:aws:lambda:{t.region}:{t.account_id()}:function:conform-never-made"
    put = {"filterName": "f", "filterPattern": "", "destinationArn": function}
    t.fails(MISSING, logs.put_subscription_filter, logGroupName=f"{name}-none", **put)
    t.fails(REFUSED, logs.put_subscription_filter, logGroupName=name, **put)
    t.fails(REFUSED, logs.put_subscription_filter, logGroupName=name, **{**put, "destinationArn": "nonsense"})
    logs.describe_subscription_filters(logGroupName=name)
    t.fails(MISSING, logs.delete_subscription_filter, logGroupName=name, filterName="f")


@scenario("logs/export_refused")
def export_refused(t: Driver) -> None:
    """An export goes to a bucket that is there, and only from a group that is."""
    logs = t.client("logs")
    name = group(t)
    span = {"fromTime": 1611316574, "to": 1642852574}
    t.fails(REFUSED, logs.create_export_task, logGroupName=name, **span, destination=t.name("no-bucket"))
    bucket = t.bucket()
    t.fails(MISSING, logs.create_export_task, logGroupName=f"{name}-none", **span, destination=bucket)


@scenario("logs/destinations")
def destinations(t: Driver) -> None:
    """Deliveries and destinations that were never made say so."""
    logs = t.client("logs")
    name = t.name()
    t.fails(MISSING, logs.get_delivery_destination, name=name)
    t.fails(MISSING, logs.delete_delivery_destination, name=name)
    t.fails(MISSING, logs.get_delivery_source, name=name)
    logs.describe_destinations(DestinationNamePrefix=name)
    t.fails(MISSING, logs.delete_destination, destinationName=name)
