"""Events as they come: live tails over a socket, and subscriptions of functions."""

from __future__ import annotations

import base64
import gzip
import io
import json
import threading
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.config import Config

from ruststack import RustStack
from ruststack.services.logs.errors import ResourceNotFoundException
from tests.services.logs.conftest import NOW_MS

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"


@pytest.fixture
def stack() -> Iterator[RustStack]:
    with RustStack() as stack:
        yield stack


@pytest.fixture
def client(stack: RustStack) -> Any:
    client = stack.client("logs", config=Config(inject_host_prefix=False))
    for group in ("g", "h"):
        client.create_log_group(logGroupName=group)
        for stream in ("s1", "s2", "other"):
            client.create_log_stream(logGroupName=group, logStreamName=stream)
    return client


def put(client: Any, *messages: str, group: str = "g", stream: str = "s1") -> None:
    events = [{"timestamp": int(time.time() * 1000), "message": each} for each in messages]
    client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def results(events: Iterator[Any], count: int) -> list[dict[str, Any]]:
    """As many events as are waited for, however many updates they come in."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        found += next(events)["sessionUpdate"]["sessionResults"]
    return found


def started(client: Any, **req: Any) -> tuple[Any, Iterator[Any]]:
    stream = client.start_live_tail(**{"logGroupIdentifiers": ["g"]} | req)["responseStream"]
    events = iter(stream)
    assert next(events)["sessionStart"]["logGroupIdentifiers"] == req.get("logGroupIdentifiers", ["g"])
    return stream, events


def test_a_live_tail_tells_of_events_as_they_come(client):
    put(client, "before")
    stream, events = started(client)
    assert next(events)["sessionUpdate"]["sessionResults"] == []
    put(client, "one", "two")
    put(client, "elsewhere", group="h")
    put(client, "three", stream="s2")
    found = results(events, 3)
    assert [each["message"] for each in found] == ["one", "two", "three"]
    assert {name: found[2][name] for name in ("logStreamName", "logGroupIdentifier")} == {
        "logStreamName": "s2",
        "logGroupIdentifier": "000000000000:g",
    }
    stream.close()


@pytest.mark.parametrize(
    ("req", "expected"),
    [
        ({"logEventFilterPattern": "ERROR"}, ["ERROR s1", "ERROR other"]),
        ({"logStreamNames": ["s2"]}, ["fine s2"]),
        ({"logStreamNamePrefixes": ["s"]}, ["ERROR s1", "fine s2"]),
    ],
)
def test_a_live_tail_chooses_streams_and_events(client, req, expected):
    stream, events = started(client, **req)
    put(client, "ERROR s1")
    put(client, "fine s2", stream="s2")
    put(client, "ERROR other", stream="other")
    assert [each["message"] for each in results(events, len(expected))] == expected
    stream.close()


def test_a_session_ends_with_its_client(stack, client):
    stream, _ = started(client)
    tails = stack._app.store.state("logs", "000000000000", "us-east-1").tails
    assert len(tails) == 1
    stream.close()
    put(client, *["x" * 1000] * 100)
    deadline = time.monotonic() + 60
    gone = threading.Event()
    while tails and time.monotonic() < deadline:
        gone.wait(0.01)
    assert not tails


def test_many_events_come_in_several_updates(client):
    stream, events = started(client)
    put(client, *map(str, range(1200)))
    sizes = []
    while sum(sizes) < 1200:
        sizes.append(len(next(events)["sessionUpdate"]["sessionResults"]))
    assert max(sizes) == 500
    stream.close()


def test_what_a_live_tail_may_not_be(logs, refused):
    logs.make("g")
    logs.make("h")
    both = {"logStreamNames": ["a"], "logStreamNamePrefixes": ["b"]}
    assert refused(logs.StartLiveTail, logGroupIdentifiers=["g"], **both).code == "InvalidParameterException"
    error = refused(logs.StartLiveTail, logGroupIdentifiers=["g", "h"], logStreamNames=["a"])
    assert error.code == "InvalidParameterException"
    assert refused(logs.StartLiveTail, logGroupIdentifiers=["none"]).code == "ResourceNotFoundException"
    error = refused(logs.StartLiveTail, logGroupIdentifiers=["g"], logEventFilterPattern="a@b")
    assert error.code == "InvalidParameterException"


# subscriptions


@pytest.fixture
def subscribed(logs):
    logs.make("g", "s")
    logs.PutSubscriptionFilter(
        logGroupName="g", filterName="f", filterPattern="ERROR", destinationArn=FUNCTION, distribution="ByLogStream"
    )
    logs.calls.clear()
    return logs


def test_a_subscribed_function_gets_what_matches(subscribed):
    subscribed.put("ERROR a", "fine", "ERROR b")
    subscribed.run_works()
    ((service, operation, params),) = subscribed.calls
    assert (service, operation, params["FunctionName"], params["InvocationType"]) == (
        "lambda",
        "Invoke",
        FUNCTION,
        "Event",
    )
    data = json.loads(params["Payload"])["awslogs"]["data"]
    document = json.loads(gzip.decompress(base64.b64decode(data)))
    ids = [event.pop("id") for event in document["logEvents"]]
    assert all(len(each) == 56 for each in ids)
    assert document == {
        "messageType": "DATA_MESSAGE",
        "owner": "000000000000",
        "logGroup": "g",
        "logStream": "s",
        "subscriptionFilters": ["f"],
        "logEvents": [
            {"timestamp": NOW_MS, "message": "ERROR a"},
            {"timestamp": NOW_MS + 2, "message": "ERROR b"},
        ],
    }


def test_what_does_not_match_is_not_delivered(subscribed):
    subscribed.put("fine")
    assert subscribed.works == []


def test_a_function_that_has_gone_harms_nobody(subscribed):
    def gone(*args, **place):
        raise ResourceNotFoundException("none")

    subscribed.world.call = gone
    subscribed.put("ERROR")
    subscribed.run_works()


def test_a_real_function_is_told(stack):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(
            "app.py",
            "import base64, boto3, gzip, json\n"
            "def handler(event, context):\n"
            "    told = json.loads(gzip.decompress(base64.b64decode(event['awslogs']['data'])))\n"
            "    for each in told['logEvents']:\n"
            "        boto3.client('s3').put_object(Bucket='seen', Key=each['message'])\n",
        )
    functions, s3, client = (stack.client(name) for name in ("lambda", "s3", "logs"))
    s3.create_bucket(Bucket="seen")
    role = "arn:aws:iam::000000000000:role/r"
    functions.create_function(
        FunctionName="f", Runtime="python3.12", Role=role, Handler="app.handler", Code={"ZipFile": written.getvalue()}
    )
    client.create_log_group(logGroupName="g")
    client.create_log_stream(logGroupName="g", logStreamName="s1")
    subscription = {"logGroupName": "g", "filterName": "f", "filterPattern": "ERROR", "destinationArn": FUNCTION}
    with pytest.raises(client.exceptions.InvalidParameterException, match="given CloudWatch Logs permission"):
        client.put_subscription_filter(**subscription)
    functions.add_permission(
        FunctionName="f", StatementId="logs", Action="lambda:InvokeFunction", Principal="logs.amazonaws.com"
    )
    client.put_subscription_filter(**subscription)
    put(client, "ERROR-1", "fine", "ERROR-2")
    patience = threading.Event()
    for _ in range(6000):
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket="seen").get("Contents", ())]
        if len(keys) == 2:
            break
        patience.wait(0.01)
    assert keys == ["ERROR-1", "ERROR-2"]
