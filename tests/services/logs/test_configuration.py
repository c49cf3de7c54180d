"""Retention, tags, filters, policies, destinations, deliveries, exports and saved queries: what is kept and checked."""

from __future__ import annotations

import gzip
import json

import pytest

from ruststack.core.errors import ServiceError
from ruststack.services.logs import retention
from ruststack.services.logs.errors import ResourceNotFoundException
from ruststack.services.logs.state import DAY_MS
from tests.services.logs.conftest import NOW_MS, PERMISSION, messages

METRIC = {"metricName": "errors", "metricNamespace": "app", "metricValue": "1"}
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})
BUCKET = {"destinationResourceArn": "arn:aws:s3:::bucket"}


# retention


def test_events_that_are_over_are_not_told_and_go_with_the_clock(logs):
    logs.make("g", "s")
    logs.put("old")
    logs.put("new", at=NOW_MS + 1000)
    logs.PutRetentionPolicy(logGroupName="g", retentionInDays=1)
    logs.clock.advance(DAY_MS / 1000 + 0.5)
    assert messages(logs.read()) == ["new"]
    assert logs.filtered() == ["new"]
    (stream,) = logs.DescribeLogStreams(logGroupName="g")["logStreams"]
    assert stream["firstEventTimestamp"] == NOW_MS + 1000
    retention.tick(logs.context())
    (group,) = logs.DescribeLogGroups()["logGroups"]
    assert (group["retentionInDays"], group["storedBytes"]) == (1, 29)
    logs.DeleteRetentionPolicy(logGroupName="g")
    assert messages(logs.read()) == ["new"]


def test_without_retention_events_stay(logs):
    logs.make("g", "s")
    logs.put("old")
    logs.clock.advance(10 * 365 * DAY_MS / 1000)
    retention.tick(logs.context())
    assert messages(logs.read()) == ["old"]


@pytest.mark.parametrize("days", [0, 2, 8, 3654])
def test_retention_has_days_of_its_own(logs, refused, days):
    logs.make()
    error = refused(logs.PutRetentionPolicy, logGroupName="g", retentionInDays=days)
    assert error.code == "InvalidParameterException"
    assert refused(logs.DeleteRetentionPolicy, logGroupName="none").code == "ResourceNotFoundException"


# tags


def test_tags_of_a_group_by_arn_and_by_name(logs, refused):
    logs.make("g", tags={"a": "1"})
    arn = logs.state.groups["g"].arn
    logs.TagResource(resourceArn=arn, tags={"a": "2", "b": "3"})
    logs.UntagResource(resourceArn=arn, tagKeys=["b", "never"])
    logs.TagLogGroup(logGroupName="g", tags={"c": "4"})
    assert logs.ListTagsForResource(resourceArn=arn) == {"tags": {"a": "2", "c": "4"}}
    logs.UntagLogGroup(logGroupName="g", tags=["a"])
    assert logs.ListTagsLogGroup(logGroupName="g") == {"tags": {"c": "4"}}
    many = {str(number): "" for number in range(50)}
    assert refused(logs.TagResource, resourceArn=arn, tags=many).code == "TooManyTagsException"
    for missing in (f"{arn}-none", "nonsense", arn.replace("log-group", "destination")):
        assert refused(logs.ListTagsForResource, resourceArn=missing).code == "ResourceNotFoundException"


# metric filters


def test_a_metric_filter_is_replaced_by_name_and_counted(logs):
    logs.make()
    for pattern in ("ERROR", "FATAL"):
        logs.PutMetricFilter(logGroupName="g", filterName="f", filterPattern=pattern, metricTransformations=[METRIC])
    assert logs.DescribeMetricFilters()["metricFilters"] == [
        {
            "filterName": "f",
            "filterPattern": "FATAL",
            "metricTransformations": [METRIC],
            "creationTime": NOW_MS,
            "logGroupName": "g",
            "applyOnTransformedLogs": False,
        }
    ]
    assert logs.DescribeLogGroups()["logGroups"][0]["metricFilterCount"] == 1
    logs.DeleteMetricFilter(logGroupName="g", filterName="f")
    assert logs.DescribeMetricFilters(logGroupName="g")["metricFilters"] == []


def test_metric_filters_are_found_by_prefix_and_by_metric(logs, refused):
    logs.make("g")
    logs.make("h")
    for group, name, metric in (("g", "b", METRIC), ("g", "a", METRIC), ("h", "a", {**METRIC, "metricName": "x"})):
        logs.PutMetricFilter(logGroupName=group, filterName=name, filterPattern="", metricTransformations=[metric])

    def found(**req):
        return [
            (each["logGroupName"], each["filterName"]) for each in logs.DescribeMetricFilters(**req)["metricFilters"]
        ]

    assert found() == [("g", "a"), ("h", "a"), ("g", "b")]
    assert found(logGroupName="g", filterNamePrefix="a") == [("g", "a")]
    assert found(filterNamePrefix="a") == found()
    assert found(metricName="x", metricNamespace="app") == [("h", "a")]
    assert refused(logs.DescribeMetricFilters, metricName="x").code == "InvalidParameterException"


def test_what_a_metric_filter_may_not_be(logs, refused):
    logs.make()

    def put(pattern="ERROR", name="f", **metric):
        return refused(
            logs.PutMetricFilter,
            logGroupName="g",
            filterName=name,
            filterPattern=pattern,
            metricTransformations=[{**METRIC, **metric}],
        )

    assert put("a@b").message == "Invalid character(s) in term 'a@b'"
    assert put("{ $.a = 1 }", dimensions={"a": "$.a"}, defaultValue=0.0).message == (
        "Invalid metric transformation: dimensions and default value are mutually exclusive properties."
    )
    assert put(dimensions={"a": "$.a"}).message == "The specified filter pattern does not support dimensions"
    assert put("{ $.a = 1 }", dimensions=dict.fromkeys("abcd", "$.a")).code == "InvalidParameterException"
    for number in range(5):
        logs.PutMetricFilter(
            logGroupName="g", filterName=str(number), filterPattern="%x%", metricTransformations=[METRIC]
        )
    assert put("%x%").code == "LimitExceededException"
    for number in range(5, 100):
        logs.PutMetricFilter(logGroupName="g", filterName=str(number), filterPattern="", metricTransformations=[METRIC])
    assert put().code == "LimitExceededException"
    assert refused(logs.DeleteMetricFilter, logGroupName="g", filterName="none").code == "ResourceNotFoundException"


def test_a_metric_filter_is_tried_on_messages(logs, refused):
    answer = logs.TestMetricFilter(filterPattern="[a, b = 2]", logEventMessages=["1 2", "1 3", "x 2"])
    assert answer["matches"] == [
        {"eventNumber": 1, "eventMessage": "1 2", "extractedValues": {"$a": "1", "$b": "2"}},
        {"eventNumber": 3, "eventMessage": "x 2", "extractedValues": {"$a": "x", "$b": "2"}},
    ]
    assert refused(logs.TestMetricFilter, filterPattern="[", logEventMessages=["x"]).message == (
        "If a filter pattern starts with '[' it must end with ']'"
    )


# subscription filters


def subscribe(logs, name="f", **req):
    return logs.PutSubscriptionFilter(
        **{"logGroupName": "g", "filterName": name, "filterPattern": "ERROR", "destinationArn": FUNCTION} | req
    )


def test_a_group_has_two_subscription_filters(logs, refused):
    logs.make()
    subscribe(logs, "b")
    subscribe(logs, "a")
    subscribe(logs, "a", filterPattern="")
    error = refused(subscribe, logs, "c")
    assert (error.code, error.message) == ("LimitExceededException", "Resource limit exceeded.")
    found = logs.DescribeSubscriptionFilters(logGroupName="g")["subscriptionFilters"]
    assert [each["filterName"] for each in found] == ["a", "b"]
    assert found[0] == {
        "filterName": "a",
        "logGroupName": "g",
        "filterPattern": "",
        "destinationArn": FUNCTION,
        "distribution": "ByLogStream",
        "applyOnTransformedLogs": False,
        "creationTime": NOW_MS,
    }
    logs.DeleteSubscriptionFilter(logGroupName="g", filterName="a")
    error = refused(logs.DeleteSubscriptionFilter, logGroupName="g", filterName="a")
    assert error.message == "The specified subscription filter does not exist."


def test_a_subscriptions_destination_is_there(logs, refused):
    logs.make()

    def missing(*args, **place):
        raise ResourceNotFoundException("none")

    logs.world.call = missing
    assert "Make sure you have given CloudWatch Logs permission" in refused(subscribe, logs).message
    for service, words in (("kinesis", "specified Kinesis stream"), ("firehose", "specified Firehose stream")):
        arn = f"arn:aws:{service}:us-east-1:000000000000:stream/s"
        assert words in refused(subscribe, logs, destinationArn=arn).message
    error = refused(subscribe, logs, destinationArn="arn:aws:logs:us-east-1:000000000000:destination:d")
    assert error.code == "ResourceNotFoundException"
    assert refused(subscribe, logs, destinationArn="nonsense").code == "InvalidParameterException"
    assert refused(subscribe, logs, roleArn="r").message == (
        "destinationArn for vendor lambda cannot be used with roleArn"
    )

    def broken(*args, **place):
        raise ServiceError("other")

    logs.world.call = broken
    assert refused(subscribe, logs).message == "other"


@pytest.mark.parametrize(
    "change",
    [
        {"Effect": "Deny"},
        {"Action": "lambda:GetFunction"},
        {"Principal": {"Service": "s3.amazonaws.com"}},
        {"Principal": {"Service": "logs.eu-west-1.amazonaws.com"}},
        {"Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:logs:us-east-1:000000000000:log-group:other:*"}}},
        {"Condition": {"StringEquals": {"AWS:SourceAccount": "111111111111"}}},
    ],
)
def test_a_function_must_permit_its_subscription(logs, refused, change):
    logs.make()
    logs.permissions = [{**PERMISSION, **change}]
    assert "Make sure you have given CloudWatch Logs permission" in refused(subscribe, logs).message
    logs.permissions.append({**PERMISSION, "Principal": {"Service": "logs.us-east-1.amazonaws.com"}})
    subscribe(logs)


# resource policies


def test_resource_policies_of_the_account(logs, refused):
    for number in range(10):
        logs.PutResourcePolicy(policyName=f"p{number}", policyDocument=POLICY)
    logs.PutResourcePolicy(policyName="p0", policyDocument=POLICY)
    assert refused(logs.PutResourcePolicy, policyName="p10", policyDocument=POLICY).code == "LimitExceededException"
    page = logs.DescribeResourcePolicies(limit=8)
    rest = logs.DescribeResourcePolicies(nextToken=page["nextToken"])
    assert len(page["resourcePolicies"]) + len(rest["resourcePolicies"]) == 10
    logs.DeleteResourcePolicy(policyName="p1")
    error = refused(logs.DeleteResourcePolicy, policyName="p1")
    assert error.message == "Policy with name [p1] does not exist."
    for bad in ({}, {"policyName": "x"}, {"policyDocument": POLICY}, {"policyName": "x", "policyDocument": "no"}):
        assert refused(logs.PutResourcePolicy, **bad).code == "InvalidParameterException"
    assert refused(logs.DeleteResourcePolicy).code == "InvalidParameterException"


def test_the_resource_policy_of_a_group_has_revisions(logs, refused):
    logs.make()
    arn = logs.state.groups["g"].arn
    first = logs.PutResourcePolicy(resourceArn=arn, policyDocument=POLICY)
    error = refused(logs.PutResourcePolicy, resourceArn=arn, policyDocument=POLICY)
    assert error.code == "OperationAbortedException"
    second = logs.PutResourcePolicy(resourceArn=arn, policyDocument=POLICY, expectedRevisionId=first["revisionId"])
    assert logs.DescribeResourcePolicies()["resourcePolicies"] == []
    for req in ({"resourceArn": arn}, {"policyScope": "RESOURCE"}):
        (told,) = logs.DescribeResourcePolicies(**req)["resourcePolicies"]
        assert (told["policyScope"], told["revisionId"]) == ("RESOURCE", second["revisionId"])
    error = refused(logs.DeleteResourcePolicy, resourceArn=arn, expectedRevisionId=first["revisionId"])
    assert error.code == "OperationAbortedException"
    logs.DeleteResourcePolicy(resourceArn=arn, expectedRevisionId=second["revisionId"])
    assert refused(logs.DeleteResourcePolicy, resourceArn=arn).code == "ResourceNotFoundException"


# destinations


def test_a_destination_keeps_its_policy_when_it_is_put_again(logs, refused):
    target = {"targetArn": "arn:aws:kinesis:us-east-1:000000000000:stream/s", "roleArn": "r"}
    logs.PutDestination(destinationName="d", **target, tags={"a": "1"})
    logs.PutDestinationPolicy(destinationName="d", accessPolicy=POLICY)
    logs.PutDestination(destinationName="d", **target)
    (told,) = logs.DescribeDestinations(DestinationNamePrefix="d")["destinations"]
    assert (told["accessPolicy"], told["creationTime"]) == (POLICY, NOW_MS)
    assert logs.ListTagsForResource(resourceArn=told["arn"]) == {"tags": {"a": "1"}}
    logs.make()
    subscribe(logs, destinationArn=told["arn"])
    logs.DeleteDestination(destinationName="d")
    assert refused(logs.DeleteDestination, destinationName="d").code == "ResourceNotFoundException"
    assert refused(logs.PutDestinationPolicy, destinationName="d", accessPolicy="x").code == "ResourceNotFoundException"
    assert refused(logs.PutDestinationPolicy, destinationName="d", accessPolicy="x" * 5121).code == (
        "InvalidParameterException"
    )
    wrong = {**target, "targetArn": FUNCTION}
    assert refused(logs.PutDestination, destinationName="d", **wrong).code == "InvalidParameterException"


# deliveries


def test_a_delivery_joins_a_source_and_a_destination(logs, refused):
    source = {
        "name": "src",
        "resourceArn": "arn:aws:cloudfront::000000000000:distribution/E1",
        "logType": "ACCESS_LOGS",
    }
    made = logs.PutDeliverySource(**source, tags={"a": "1"})["deliverySource"]
    assert (made["service"], made["tags"]) == ("cloudfront", {"a": "1"})
    destination = logs.PutDeliveryDestination(name="dst", deliveryDestinationConfiguration=BUCKET)
    arn = destination["deliveryDestination"]["arn"]
    delivery = logs.CreateDelivery(deliverySourceName="src", deliveryDestinationArn=arn)["delivery"]
    assert delivery["deliveryDestinationType"] == "S3"
    again = refused(logs.CreateDelivery, deliverySourceName="src", deliveryDestinationArn=arn)
    assert again.code == "ConflictException"
    assert refused(logs.DeleteDeliverySource, name="src").code == "ConflictException"
    assert refused(logs.DeleteDeliveryDestination, name="dst").code == "ConflictException"
    logs.UpdateDeliveryConfiguration(id=delivery["id"], fieldDelimiter=",")
    assert logs.GetDelivery(id=delivery["id"])["delivery"] == {**delivery, "fieldDelimiter": ","}
    assert len(logs.DescribeDeliveries(deliverySourceNames=["src"])["deliveries"]) == 1
    assert len(logs.DescribeDeliverySources()["deliverySources"]) == 1
    assert len(logs.DescribeDeliveryDestinations(names=["none"])["deliveryDestinations"]) == 0
    logs.DeleteDelivery(id=delivery["id"])
    logs.DeleteDeliverySource(name="src")
    logs.DeleteDeliveryDestination(name="dst")
    for operation, req in (
        (logs.GetDelivery, {"id": delivery["id"]}),
        (logs.GetDeliverySource, {"name": "src"}),
        (logs.GetDeliveryDestination, {"name": "dst"}),
        (logs.CreateDelivery, {"deliverySourceName": "src", "deliveryDestinationArn": arn}),
    ):
        assert refused(operation, **req).code == "ResourceNotFoundException"


def test_a_delivery_destination_has_a_kind_and_a_policy(logs, refused):
    assert refused(logs.PutDeliveryDestination, name="d").code == "ValidationException"
    wrong = {"destinationResourceArn": FUNCTION}
    error = refused(logs.PutDeliveryDestination, name="d", deliveryDestinationConfiguration=wrong)
    assert error.code == "ValidationException"
    logs.PutDeliveryDestination(name="d", deliveryDestinationType="XRAY")
    assert logs.GetDeliveryDestinationPolicy(deliveryDestinationName="d") == {"policy": {}}
    logs.PutDeliveryDestinationPolicy(deliveryDestinationName="d", deliveryDestinationPolicy=POLICY)
    told = logs.GetDeliveryDestinationPolicy(deliveryDestinationName="d")
    assert told == {"policy": {"deliveryDestinationPolicy": POLICY}}
    logs.DeleteDeliveryDestinationPolicy(deliveryDestinationName="d")
    assert logs.GetDeliveryDestinationPolicy(deliveryDestinationName="d") == {"policy": {}}
    bad = refused(logs.PutDeliverySource, name="s", resourceArn="nonsense", logType="X")
    assert bad.code == "ValidationException"


# exports


def test_an_export_writes_a_file_for_each_stream(logs, refused):
    logs.make("g", "a/1", "b", "empty")
    logs.put("one", "two", stream="a/1")
    logs.put("three", stream="b")
    span = {"logGroupName": "g", "from": NOW_MS, "to": NOW_MS, "destination": "bucket"}
    task = logs.CreateExportTask(**span)["taskId"]
    written = {params["Key"]: params["Body"].read() for _, name, params in logs.calls if name == "PutObject"}
    assert list(written) == [
        "exportedlogs/aws-logs-write-test",
        f"exportedlogs/{task}/a-1/000000.gz",
        f"exportedlogs/{task}/b/000000.gz",
    ]
    lines = gzip.decompress(written[f"exportedlogs/{task}/a-1/000000.gz"]).decode()
    assert lines == "2026-09-21T14:13:20.000Z one\n"
    (told,) = logs.DescribeExportTasks()["exportTasks"]
    assert told["status"] == {"code": "PENDING"}
    logs.clock.advance(1)
    (told,) = logs.DescribeExportTasks(statusCode="COMPLETED")["exportTasks"]
    assert told["executionInfo"] == {"creationTime": NOW_MS, "completionTime": NOW_MS + 1000}
    assert refused(logs.CancelExportTask, taskId=task).code == "InvalidOperationException"
    assert refused(logs.CancelExportTask, taskId="none").code == "ResourceNotFoundException"
    other = logs.CreateExportTask(**span)["taskId"]
    logs.CancelExportTask(taskId=other)
    (told,) = logs.DescribeExportTasks(taskId=other)["exportTasks"]
    assert told["status"]["code"] == "CANCELLED"
    assert refused(logs.CreateExportTask, **{**span, "to": NOW_MS - 1}).code == "InvalidParameterException"


# saved queries and keys


def test_a_saved_query_is_replaced_by_its_id(logs, refused):
    number = logs.PutQueryDefinition(name="app/q", queryString="fields @message")["queryDefinitionId"]
    logs.PutQueryDefinition(name="app/r", queryString="limit 1", queryDefinitionId=number)
    (told,) = logs.DescribeQueryDefinitions(queryDefinitionNamePrefix="app/")["queryDefinitions"]
    assert (told["name"], told["queryString"], told["lastModified"]) == ("app/r", "limit 1", NOW_MS)
    assert logs.DescribeQueryDefinitions(queryLanguage="SQL")["queryDefinitions"] == []
    assert logs.DeleteQueryDefinition(queryDefinitionId=number) == {"success": True}
    for operation in (logs.DeleteQueryDefinition, logs.PutQueryDefinition):
        error = refused(operation, queryDefinitionId=number, name="x", queryString="y")
        assert error.code == "ResourceNotFoundException"


def test_a_groups_key_is_told(logs, refused):
    logs.make()
    arn = logs.state.groups["g"].arn
    logs.AssociateKmsKey(logGroupName="g", kmsKeyId="k")
    assert logs.DescribeLogGroups()["logGroups"][0]["kmsKeyId"] == "k"
    logs.DisassociateKmsKey(resourceIdentifier=arn)
    assert "kmsKeyId" not in logs.DescribeLogGroups()["logGroups"][0]
    assert refused(logs.AssociateKmsKey, kmsKeyId="k").code == "InvalidParameterException"
    results = arn.replace("log-group:g", "query-result:*")
    assert refused(logs.AssociateKmsKey, resourceIdentifier=results, kmsKeyId="k").status == 501
