"""Durable executions over the wire: what a client sends, and how refusals look."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from ruststack import RustStack
from ruststack.app import App
from ruststack.core.functions import Outcome
from tests.services.lambda_.conftest import ARN, CODE, ROLE, Workers

PENDING = Outcome(b'{"Status": "PENDING"}')
MISSING = f"{ARN}:d:1/durable-execution/missing/00000000-0000-0000-0000-000000000000"


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Of a server with a durable function that waits for a callback."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(App, "_workers", lambda app: Workers())
        with RustStack() as stack:
            stack._app.live.functions.play = lambda revision, invocation: play(stack, json.loads(invocation.payload))
            no_retries = Config(retries={"max_attempts": 0}, parameter_validation=False)
            made = stack.client("lambda", config=no_retries)
            made.create_function(
                FunctionName="d",
                Runtime="python3.12",
                Handler="index.handler",
                Role=ROLE,
                Code={"ZipFile": CODE},
                DurableConfig={"ExecutionTimeout": 600},
            )
            yield made


def play(stack: RustStack, event: dict[str, Any]) -> Outcome:
    operations = event["InitialExecutionState"]["Operations"]
    given = json.loads(operations[0]["ExecutionDetails"]["InputPayload"])
    if "rawPath" in given:
        told = f"{given['requestContext']['http']['method']} {given['rawPath']}"
        return Outcome(json.dumps({"Status": "SUCCEEDED", "Result": json.dumps(told)}).encode())
    if len(operations) > 1:
        return Outcome(json.dumps({"Status": "SUCCEEDED", "Result": json.dumps(operations[1]["Status"])}).encode())
    asked = {name: event[name] for name in ("DurableExecutionArn", "CheckpointToken")}
    update = {"Id": "c", "Type": "CALLBACK", "Action": "START"}
    place = {"account": "000000000000", "region": "us-east-1"}
    stack._app.call("lambda", "CheckpointDurableExecution", {**asked, "Updates": [update]}, **place)
    return PENDING


def start(client: Any, name: str) -> tuple[str, str]:
    """The ARN of an execution, and the id of the callback that it waits for."""
    given = {"FunctionName": "d:$LATEST", "InvocationType": "Event", "DurableExecutionName": name, "Payload": b"{}"}
    arn = client.invoke(**given)["DurableExecutionArn"]
    while not (events := [event for event in history(client, arn) if event["EventType"] == "CallbackStarted"]):
        pass
    return arn, events[0]["CallbackStartedDetails"]["CallbackId"]


def history(client: Any, arn: str) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = client.get_durable_execution_history(DurableExecutionArn=arn)["Events"]
    return events


def error_of(call: Any, **params: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as caught:
        call(**params)
    error: dict[str, Any] = caught.value.response
    return error


def test_a_failure_is_sent_and_joined(client: Any) -> None:
    arn, callback_id = start(client, "failure")
    client.send_durable_execution_callback_heartbeat(CallbackId=callback_id)
    client.send_durable_execution_callback_failure(
        CallbackId=callback_id, Error={"ErrorType": "E", "StackTrace": ["a"]}
    )
    answer = client.invoke(FunctionName="d:$LATEST", DurableExecutionName="failure", Payload=b"{}")
    assert (answer["DurableExecutionArn"], json.loads(answer["Payload"].read())) == (arn, "FAILED")
    error = error_of(client.send_durable_execution_callback_success, CallbackId=callback_id, Result=b"x")
    assert (error["Error"]["Code"], error["Type"]) == ("CallbackTimeoutException", "User")


def test_an_execution_is_stopped_with_an_error(client: Any) -> None:
    arn, _ = start(client, "stop")
    told = client.stop_durable_execution(DurableExecutionArn=arn, Error={"ErrorMessage": "enough"})
    execution = client.get_durable_execution(DurableExecutionArn=arn)
    assert (execution["Status"], execution["Error"]) == ("STOPPED", {"ErrorMessage": "enough"})
    assert told["StopTimestamp"] == execution["EndTimestamp"]
    assert client.delete_durable_execution(DurableExecutionArn=arn)["ResponseMetadata"]["HTTPStatusCode"] == 202


def test_an_execution_is_stopped_without_an_error(client: Any) -> None:
    arn, _ = start(client, "stop-silently")
    client.stop_durable_execution(DurableExecutionArn=arn)
    assert client.get_durable_execution(DurableExecutionArn=arn)["Error"] == {}


def test_an_execution_is_paused_and_resumed(client: Any) -> None:
    arn, callback_id = start(client, "pause")
    assert client.pause_durable_execution(DurableExecutionArn=arn)["ResponseMetadata"]["HTTPStatusCode"] == 202
    client.send_durable_execution_callback_success(CallbackId=callback_id)
    client.resume_durable_execution(DurableExecutionArn=arn)
    answer = client.invoke(FunctionName="d:$LATEST", DurableExecutionName="pause", Payload=b"{}")
    assert json.loads(answer["Payload"].read()) == "SUCCEEDED"


def test_executions_are_listed_by_status_and_time(client: Any) -> None:
    start(client, "listed")
    now = datetime.now(UTC)
    given = {"FunctionName": "d", "DurableExecutionName": "listed", "Statuses": ["RUNNING"]}
    (listed,) = client.list_durable_executions_by_function(**given, StartedBefore=now)["DurableExecutions"]
    assert listed["Status"] == "RUNNING"
    assert client.list_durable_executions_by_function(**given, StartedAfter=now)["DurableExecutions"] == []


def test_an_alias_of_a_durable_function_may_have_a_url(client: Any) -> None:
    version = client.publish_version(FunctionName="d")["Version"]
    client.create_alias(FunctionName="d", Name="live", FunctionVersion=version)
    made = client.create_function_url_config(FunctionName="d", Qualifier="live", AuthType="NONE")
    allowed = {"Action": "lambda:InvokeFunctionUrl", "Principal": "*", "FunctionUrlAuthType": "NONE"}
    client.add_permission(FunctionName="d", Qualifier="live", StatementId="url", **allowed)
    place = urlsplit(client.meta.endpoint_url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port)
    try:
        connection.request("GET", "/now", headers={"Host": urlsplit(made["FunctionUrl"]).netloc})
        response = connection.getresponse()
        assert (response.status, response.read()) == (200, b"GET /now")
    finally:
        connection.close()


def test_refusals(client: Any) -> None:
    error = error_of(client.get_durable_execution, DurableExecutionArn=MISSING)
    assert error["Error"] == {"Code": "ResourceNotFoundException", "Message": "Durable Execution does not exist"}
    error = error_of(client.get_durable_execution, DurableExecutionArn=f"{ARN}:d")
    assert error["Error"]["Message"].startswith(
        f"1 validation error detected: Value '{ARN}:d' at 'durableExecutionArn' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: arn:([a-zA-Z0-9-]+):lambda:"
    )
    error = error_of(client.checkpoint_durable_execution, DurableExecutionArn=MISSING, CheckpointToken="QUJD")
    assert error["Error"] == {"Code": "InvalidParameterValueException", "Message": "Invalid checkpoint token"}
    error = error_of(client.list_durable_executions_by_function, FunctionName="d", Statuses=["BOGUS"])
    assert error["Error"]["Message"] == (
        "1 validation error detected: Value '[BOGUS]' at 'statuses' failed to satisfy constraint: Member must satisfy "
        "constraint: [Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, DELETING, STOPPED, PAUSED, PAUSING, "
        "FAILED, RUNNING], Member must not be null]"
    )
    error = error_of(client.get_durable_execution_history, DurableExecutionArn=MISSING, MaxItems=1001)
    assert "at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 1000" in str(error)


def test_names_are_judged(client: Any) -> None:
    for name in ("has space", "x" * 65):
        error = error_of(client.invoke, FunctionName="d:$LATEST", DurableExecutionName=name)
        assert error["Error"]["Code"] == "ValidationException"
        assert "at 'durableExecutionName' failed to satisfy constraint" in error["Error"]["Message"]


def test_updates_are_judged_by_the_model_first(client: Any) -> None:
    arn, _ = start(client, "model")
    update = {"Id": "w", "Type": "WAIT", "Action": "START", "WaitOptions": {"WaitSeconds": 0}}
    given = {"DurableExecutionArn": arn, "CheckpointToken": "QUJD"}
    error = error_of(client.checkpoint_durable_execution, **given, Updates=[update])
    assert "Member must have value greater than or equal to 1" in error["Error"]["Message"]
    error = error_of(client.checkpoint_durable_execution, **given, Updates=[{"Id": "w"}])
    assert error["Error"]["Code"] == "ValidationException"
