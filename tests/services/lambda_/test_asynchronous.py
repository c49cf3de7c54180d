"""Asynchronous invocations: retries on the virtual clock, destinations, dead letters."""

from __future__ import annotations

import json

import pytest

from ruststack.core.errors import ServiceError
from ruststack.core.functions import CannotRun, Outcome
from tests.services.lambda_.conftest import ARN

FAILED = Outcome(b'{"errorMessage": "no", "errorType": "ValueError"}', "Unhandled")
QUEUE = "arn:aws:sqs:us-east-1:000000000000:queue"
TOPIC = "arn:aws:sns:us-east-1:000000000000:topic"
BUS = "arn:aws:events:us-east-1:000000000000:event-bus/bus"


def send(fn, payload: bytes = b'{"a":1}', name: str = "f") -> None:
    fn.Invoke(FunctionName=name, InvocationType="Event", Payload=payload)
    fn.settle()


def fails(fn) -> None:
    fn.workers.play = lambda *_: FAILED


def record_of(fn) -> dict:
    (_, _, params) = fn.called[-1]
    return json.loads(params["MessageBody"])


def test_a_function_that_fails_is_tried_three_times(fn):
    fn.make()
    fails(fn)
    send(fn)
    assert fn.live.slept == [60, 120]
    assert len({invocation.request_id for _, invocation in fn.workers.invoked}) == 1
    assert len(fn.workers.invoked) == 3


@pytest.mark.parametrize("retries", [0, 1])
def test_fewer_retries_may_be_asked_for(fn, retries):
    fn.make()
    fn.PutFunctionEventInvokeConfig(FunctionName="f", MaximumRetryAttempts=retries)
    fails(fn)
    send(fn)
    assert len(fn.workers.invoked) == retries + 1


def test_what_gets_better_is_not_tried_again(fn):
    fn.make()
    outcomes = [FAILED, Outcome(b"1")]
    fn.workers.play = lambda *_: outcomes.pop(0)
    send(fn)
    assert fn.live.slept == [60]


def test_an_event_may_grow_too_old(fn):
    fn.make()
    on_failure = {"OnFailure": {"Destination": QUEUE}}
    fn.PutFunctionEventInvokeConfig(FunctionName="f", MaximumEventAgeInSeconds=60, DestinationConfig=on_failure)
    fails(fn)
    send(fn)
    assert fn.live.slept == [60]
    assert record_of(fn)["requestContext"]["condition"] == "EventAgeExceeded"


def test_failures_go_to_their_destination(fn):
    fn.make()
    config = {"OnFailure": {"Destination": QUEUE}, "OnSuccess": {"Destination": TOPIC}}
    fn.PutFunctionEventInvokeConfig(FunctionName="f", MaximumRetryAttempts=0, DestinationConfig=config)
    fails(fn)
    send(fn)
    ((service, operation, params),) = fn.called
    assert (service, operation) == ("sqs", "SendMessage")
    assert params["QueueUrl"] == "http://127.0.0.1:4566/000000000000/queue"
    request_id = fn.workers.invoked[0][1].request_id
    assert json.loads(params["MessageBody"]) == {
        "version": "1.0",
        "timestamp": "2023-11-14T22:13:20.000Z",
        "requestContext": {
            "requestId": request_id,
            "functionArn": f"{ARN}:f:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 1,
        },
        "requestPayload": {"a": 1},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": {"errorMessage": "no", "errorType": "ValueError"},
    }


@pytest.mark.parametrize(
    ("arn", "service", "operation"),
    [(TOPIC, "sns", "Publish"), (BUS, "events", "PutEvents"), (QUEUE, "sqs", "SendMessage")],
)
def test_successes_go_to_theirs(fn, arn, service, operation):
    fn.make()
    fn.PutFunctionEventInvokeConfig(FunctionName="f", DestinationConfig={"OnSuccess": {"Destination": arn}})
    send(fn)
    assert fn.called[0][:2] == (service, operation)
    assert "Success" in json.dumps(fn.called[0][2])


def test_a_function_may_be_a_destination(fn):
    fn.make()
    fn.make("other")
    config = {"OnSuccess": {"Destination": f"{ARN}:other"}}
    fn.PutFunctionEventInvokeConfig(FunctionName="f", DestinationConfig=config)
    send(fn)
    revision, invocation = fn.workers.invoked[1]
    assert revision.function == "other"
    assert json.loads(invocation.payload)["responsePayload"] == {"a": 1}


def test_failures_may_go_to_a_bucket(fn):
    fn.make()
    config = {"OnFailure": {"Destination": "arn:aws:s3:::bucket"}}
    fn.PutFunctionEventInvokeConfig(FunctionName="f", MaximumRetryAttempts=0, DestinationConfig=config)
    fails(fn)
    send(fn)
    ((_, operation, params),) = fn.called
    assert (operation, params["Bucket"]) == ("PutObject", "bucket")
    assert params["Key"].startswith("aws/lambda/async/f/2023/11/14/2023-11-14T22.13.20-")


@pytest.mark.parametrize("arn", [QUEUE, TOPIC])
def test_dead_letters_are_the_events_themselves(fn, arn):
    fn.make(DeadLetterConfig={"TargetArn": arn})
    fn.PutFunctionEventInvokeConfig(FunctionName="f", MaximumRetryAttempts=0)
    fails(fn)
    send(fn)
    params = fn.called[0][2]
    assert '{"a":1}' in (params.get("MessageBody"), params.get("Message"))
    told = {name: each["StringValue"] for name, each in params["MessageAttributes"].items()}
    assert told == {
        "RequestID": fn.workers.invoked[0][1].request_id,
        "ErrorCode": "200",
        "ErrorMessage": "no",
    }


def test_without_any_place_an_event_is_not_waited_for(fn):
    fn.make(DeadLetterConfig={"TargetArn": QUEUE})
    fn.PutFunctionConcurrency(FunctionName="f", ReservedConcurrentExecutions=0)
    send(fn)
    assert (fn.workers.invoked, fn.live.slept) == ([], [])
    assert fn.called[0][2]["MessageAttributes"]["ErrorCode"]["StringValue"] == "429"


def test_what_cannot_run_is_tried_until_it_is_too_old(fn):
    fn.make()
    fn.PutFunctionEventInvokeConfig(FunctionName="f", MaximumEventAgeInSeconds=60)
    fn.workers.broken = CannotRun("InvalidRuntime", "no")
    send(fn)
    assert fn.live.slept == [1, 2, 4, 8, 16]


def test_a_deleted_function_forgets_its_events(fn):
    fn.make()
    fn.workers.play = lambda *_: fn.DeleteFunction(FunctionName="f") or FAILED
    fn.Invoke(FunctionName="f", InvocationType="Event")
    fn.settle()
    assert len(fn.workers.invoked) == 1


def test_a_destination_that_refuses_is_told_to_listeners(fn):
    fn.make()
    fn.PutFunctionEventInvokeConfig(FunctionName="f", DestinationConfig={"OnSuccess": {"Destination": QUEUE}})
    fn.answers["sqs", "SendMessage"] = ServiceError("The queue is gone.")
    send(fn)
    assert [event.kind for event in fn.events] == ["DestinationDeliveryFailures"]
