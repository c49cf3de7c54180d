"""What CloudWatch Logs was recorded to answer is answered here: the same errors, and answers with the same members.

The recordings are one JSON object a line in ``$AWS_TRUTH/logs.*.jsonl``; ``<...>`` in them stands for any text.
"""

from __future__ import annotations

import io
import json
import os
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from ruststack import RustStack

G = {"logGroupName": "g"}
STREAM = {**G, "logStreamName": "s"}
FILTER = {**G, "filterName": "f", "filterPattern": "pattern"}
TRANSFORMATIONS = [{"metricNamespace": "namespace", "metricName": "metric", "metricValue": "1"}]
POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})
TARGET = {
    "targetArn": "arn:aws:kinesis:us-east-1:000000000000:stream/s",
    "roleArn": "arn:aws:iam::000000000000:role/r",
}
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
BUCKET = {"destinationResourceArn": "arn:aws:s3:::bucket"}
DAY_MS = 24 * 3600 * 1000
Case = Callable[[Any], Any]


def recorded(kind: str) -> list[Any]:
    folder = os.environ.get("AWS_TRUTH")
    if folder is None:
        return [pytest.param(None, id="absent")]
    rows = map(json.loads, (Path(folder) / f"logs.{kind}.jsonl").read_text().splitlines())
    return [pytest.param(row, id=f"{row['operation']}-{row['snapshot_key']}") for row in rows]


def require(row: dict[str, Any] | None) -> None:
    if row is None:
        absent = "AWS_TRUTH does not name the folder of recorded AWS answers"
        pytest.fail(absent) if os.environ.get("RUSTSTACK_REQUIRE_ALL") == "1" else pytest.skip(absent)


@pytest.fixture(scope="module")
def stack() -> Iterator[RustStack]:
    with RustStack() as stack:
        yield stack


@pytest.fixture
def logs(stack: RustStack) -> Any:
    stack.reset()
    make_function(stack.client("lambda"))
    logs = stack.client("logs", config=Config(parameter_validation=False))
    logs.create_log_group(**G)
    logs.create_log_stream(**STREAM)
    stack.client("s3").create_bucket(Bucket="bucket")
    return logs


def make_function(functions: Any) -> None:
    """A function that CloudWatch Logs may invoke."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): pass")
    functions.create_function(
        FunctionName="f",
        Runtime="python3.12",
        Role="arn:aws:iam::000000000000:role/r",
        Handler="app.handler",
        Code={"ZipFile": written.getvalue()},
    )
    functions.add_permission(
        FunctionName="f", StatementId="logs", Action="lambda:InvokeFunction", Principal="logs.amazonaws.com"
    )


def subscribe(logs: Any, *names: str) -> None:
    for name in names:
        logs.put_subscription_filter(**G, filterName=name, filterPattern="[]", destinationArn=FUNCTION)


def put(logs: Any, *times: int) -> Any:
    return logs.put_log_events(**STREAM, logEvents=[{"timestamp": each, "message": "m"} for each in times])


def now() -> int:
    return int(time.time() * 1000)


def eleven_policies(logs: Any) -> None:
    for number in range(11):
        logs.put_resource_policy(policyName=f"p{number}", policyDocument=POLICY)


ERRORS: dict[tuple[str, str], Case] = {
    ("CreateExportTask", "error-bucket-not-found"): lambda logs: logs.create_export_task(
        **G, fromTime=1611316574, to=1642852574, destination="non-existent-bucket"
    ),
    ("CreateLogGroup", "error-duplicate-log-group"): lambda logs: logs.create_log_group(**G),
    ("DeleteDeliveryDestination", "error-not-found"): lambda logs: logs.delete_delivery_destination(name="foobar"),
    ("GetDeliveryDestination", "error-not-found"): lambda logs: logs.get_delivery_destination(name="foobar"),
    ("GetDeliverySource", "error-not-found"): lambda logs: logs.get_delivery_source(name="foobar"),
    ("DeleteResourcePolicy", "error-policy-not-found"): lambda logs: logs.delete_resource_policy(
        policyName="non-existent"
    ),
    ("DescribeLogGroups", "error-prefix-and-pattern"): lambda logs: logs.describe_log_groups(
        logGroupNamePattern="g", logGroupNamePrefix="g"
    ),
    ("DescribeLogStreams", "error-both-name-and-identifier"): lambda logs: logs.describe_log_streams(
        **G, logGroupIdentifier="g"
    ),
    ("FilterLogEvents", "error-limit-exceeded"): lambda logs: logs.filter_log_events(**G, limit=10001),
    ("FilterLogEvents", "invalid-token"): lambda logs: logs.filter_log_events(
        **G, logStreamNames=["s"], limit=20, nextToken="invalid-token"
    ),
    ("GetLogEvents", "error-limit-exceeded"): lambda logs: logs.get_log_events(**STREAM, limit=10001),
    ("PutLogEvents", "error-invalid-stream"): lambda logs: logs.put_log_events(
        **G, logStreamName="invalid-stream", logEvents=[{"timestamp": now(), "message": "test"}]
    ),
    ("PutMetricFilter", "error-invalid-filter-name"): lambda logs: logs.put_metric_filter(
        **{**FILTER, "filterName": "X" * 513}, metricTransformations=TRANSFORMATIONS
    ),
    ("PutMetricFilter", "error-invalid-filter-pattern"): lambda logs: logs.put_metric_filter(
        **{**FILTER, "filterPattern": "X" * 1025}, metricTransformations=TRANSFORMATIONS
    ),
    ("PutResourcePolicy", "error-limit-exceeded"): eleven_policies,
    ("PutSubscriptionFilter", "error-limit-exceeded"): lambda logs: subscribe(logs, "test", "test-2", "test-3"),
}


def template(text: str) -> re.Pattern[str]:
    text = re.sub("X{100,}", "<letters>", text)
    return re.compile(".+".join(re.escape(piece) for piece in re.split(r"<[^<>]*>", text)) + r"\Z")


@pytest.mark.parametrize("row", recorded("errors"))
def test_the_recorded_error_is_answered(logs: Any, row: Any) -> None:
    require(row)
    with pytest.raises(ClientError) as caught:
        ERRORS[row["operation"], row["snapshot_key"]](logs)
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (row["code"], row["status"])
    assert template(row["message"]).match(answer["Error"]["Message"]), answer["Error"]["Message"]


def destination(logs: Any) -> Any:
    return logs.put_destination(destinationName="d", **TARGET)


def described_destinations(logs: Any) -> Any:
    destination(logs)
    logs.put_destination_policy(destinationName="d", accessPolicy=POLICY)
    return logs.describe_destinations()


def exported(logs: Any) -> Any:
    put(logs, now())
    return logs.create_export_task(**G, fromTime=now() - DAY_MS, to=now() + DAY_MS, destination="bucket")


def described_exports(logs: Any) -> Any:
    exported(logs)
    return logs.describe_export_tasks()


def described_metric_filters(logs: Any) -> Any:
    logs.put_metric_filter(**FILTER, metricTransformations=[{**TRANSFORMATIONS[0], "defaultValue": 0.0}])
    return logs.describe_metric_filters(**G)


def delivery_destination(logs: Any) -> Any:
    return logs.put_delivery_destination(name="d", deliveryDestinationConfiguration=BUCKET)


def described_subscriptions(logs: Any) -> Any:
    subscribe(logs, "test")
    return logs.describe_subscription_filters(**G)


def described_queries(logs: Any) -> Any:
    logs.start_query(**G, startTime=0, endTime=now() // 1000, queryString="fields @message")
    return logs.describe_queries(**G, status="Complete")


def policy(logs: Any) -> Any:
    return logs.put_resource_policy(policyName="p", policyDocument=POLICY)


def rejected(logs: Any) -> Any:
    put(logs, now() - 15 * DAY_MS)
    return logs.put_log_events(
        **STREAM,
        logEvents=[
            {"timestamp": now() - 15 * DAY_MS, "message": "old"},
            {"timestamp": now() + DAY_MS, "message": "new"},
        ],
    )


ANSWERS: dict[str, Case] = {
    "CreateExportTask": exported,
    "DeleteDestination": lambda logs: destination(logs) and logs.delete_destination(destinationName="d"),
    "DescribeDestinations": described_destinations,
    "DescribeExportTasks": described_exports,
    "DescribeLogStreams": lambda logs: logs.describe_log_streams(**G),
    "DescribeMetricFilters": described_metric_filters,
    "DescribeQueries": described_queries,
    "DescribeResourcePolicies": lambda logs: policy(logs) and logs.describe_resource_policies(),
    "DescribeSubscriptionFilters": described_subscriptions,
    "GetDeliveryDestination": lambda logs: delivery_destination(logs) and logs.get_delivery_destination(name="d"),
    "ListTagsLogGroup": lambda logs: (
        logs.tag_log_group(**G, tags={"tag_key_2": "tag_value_2"}) and logs.list_tags_log_group(**G)
    ),
    "PutDeliveryDestination": delivery_destination,
    "PutDestinationPolicy": lambda logs: (
        destination(logs) and logs.put_destination_policy(destinationName="d", accessPolicy=POLICY)
    ),
    "PutLogEvents": rejected,
    "PutResourcePolicy": policy,
}


def paths(shape: Any, value: Any, prefix: str = "") -> Iterator[str]:
    """The places that an answer has: ``A.B`` of a structure, ``A[]`` of a list, ``A{}`` of a map."""
    if shape.type_name == "structure":
        for name, each in value.items():
            place = f"{prefix}.{name}" if prefix else name
            yield place
            yield from paths(shape.members[name], each, place)
    elif shape.type_name in ("list", "map"):
        is_list = shape.type_name == "list"
        place = f"{prefix}[]" if is_list else f"{prefix}{{}}"
        for each in value if is_list else value.values():
            yield place
            yield from paths(shape.member if is_list else shape.value, each, place)


@pytest.mark.parametrize("row", recorded("shapes"))
def test_answers_have_the_recorded_members(logs: Any, row: Any) -> None:
    require(row)
    answer = ANSWERS[row["operation"]](logs)
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == row["status"]
    shape = logs.meta.service_model.operation_model(row["operation"]).output_shape
    ours = set(paths(shape, answer)) if shape is not None else set(answer)
    assert ours == {re.sub(r"\{[^}]*\}", "{}", place) for place in row["paths"]}


def test_no_recorded_row_lacks_a_case() -> None:
    errors = [param.values[0] for param in recorded("errors")]
    require(errors[0])
    assert {(row["operation"], row["snapshot_key"]) for row in errors} == set(ERRORS)
    assert {param.values[0]["operation"] for param in recorded("shapes")} == set(ANSWERS)
