"""Access logs of stages, and execution logs of methods, in CloudWatch Logs."""

from __future__ import annotations

from typing import Any

import orjson

from tests.services.apigateway.execution.conftest import Plane

OK = {"statusCode": 200, "body": "fine"}
GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:access"
FORMAT = '{"id":"$context.requestId","path":"$context.path","status":"$context.status","n":"$context.none","l":"$context.responseLength","k":"$context.routeKey"}'  # noqa: E501 - one line, as it is written


def line(plane: Plane) -> Any:
    """The first line of the log; each question gives the server a turn to write it."""
    logs = plane.stack.client("logs")
    for _ in range(1000):
        events = logs.filter_log_events(logGroupName="access")["events"]
        if events:
            return orjson.loads(events[0]["message"])
    raise AssertionError("nothing was logged")


def test_a_request_to_a_rest_api_is_logged(plane: Plane) -> None:
    plane.stack.client("logs").create_log_group(logGroupName="access")
    api = plane.api().method("/", uri=plane.function("f", lambda event: OK)).deploy()
    patches = [
        {"op": "replace", "path": f"/accessLogSettings/{name}", "value": value}
        for name, value in (("destinationArn", GROUP), ("format", FORMAT))
    ]
    plane.v1.update_stage(restApiId=api.id, stageName="dev", patchOperations=patches)
    answer = api.ask("/")
    told = line(plane)
    assert told.pop("id") == answer.header("x-amzn-RequestId")
    assert told == {"path": "/dev/", "status": "200", "n": "-", "l": "4", "k": "-"}


def test_a_request_to_an_http_api_is_logged(plane: Plane) -> None:
    plane.stack.client("logs").create_log_group(logGroupName="access")
    api = plane.http_api().route("GET /a", plane.function("f", lambda event: OK))
    settings = {"DestinationArn": GROUP, "Format": FORMAT}
    plane.v2.update_stage(ApiId=api.id, StageName="$default", AccessLogSettings=settings)
    answer = api.ask("/a")
    told = line(plane)
    assert told.pop("id") == answer.header("Apigw-Requestid")
    assert told == {"path": "/a", "status": "200", "n": "-", "l": "4", "k": "GET /a"}


def test_what_happens_is_logged_where_a_methods_settings_say_so(plane: Plane) -> None:
    uri = plane.function("f", lambda event: OK if event["path"] == "/" else "text")
    api = plane.api().method("/", uri=uri).method("/bad", uri=uri).deploy()
    change = [{"op": "replace", "path": "/*/*/logging/loglevel", "value": "INFO"}]
    plane.v1.update_stage(restApiId=api.id, stageName="dev", patchOperations=change)
    asked = [api.ask("/").header("x-amzn-RequestId"), api.ask("/bad").header("x-amzn-RequestId")]
    lines = logged(plane, f"API-Gateway-Execution-Logs_{api.id}/dev", "status: 502")
    assert f"({asked[0]}) Starting execution for request: {asked[0]}" in lines
    assert f"({asked[0]}) Method completed with status: 200" in lines
    malformed = "Execution failed due to configuration error: Malformed Lambda proxy response"
    assert f"({asked[1]}) {malformed}" in lines


def logged(plane: Plane, group: str, last: str) -> list[str]:
    """The lines of a log up to one; each question gives the server a turn to write."""
    logs = plane.stack.client("logs")
    for _ in range(1000):
        groups = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        events = logs.filter_log_events(logGroupName=group)["events"] if groups else []
        lines = [event["message"] for event in events]
        if any(last in line for line in lines):
            return lines
    raise AssertionError("nothing was logged")
