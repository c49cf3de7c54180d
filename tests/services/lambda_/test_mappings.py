"""Event source mappings: their life, and what goes with which source."""

from __future__ import annotations

import pytest

from ruststack.core.errors import ServiceError
from tests.services.lambda_.conftest import ARN

QUEUE = "arn:aws:sqs:us-east-1:000000000000:queue"
FIFO = f"{QUEUE}.fifo"
STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/s"
TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2025-02-22T03:03:25.490"


class Missing(ServiceError):
    code, status, message = "ResourceNotFoundException", 400, "not here"


class Unimplemented(ServiceError):
    code, status = "NotImplemented", 501


@pytest.fixture
def made(fn):
    fn.make()
    return fn


def test_a_queue_has_no_more_members_than_it_needs(made):
    told = made.CreateEventSourceMapping(FunctionName="f", EventSourceArn=QUEUE)
    assert told["State"] == "Creating"
    assert {name: value for name, value in told.items() if name not in ("UUID", "LastModified", "State")} == {
        "BatchSize": 10,
        "EventSourceArn": QUEUE,
        "EventSourceMappingArn": f"arn:aws:lambda:us-east-1:000000000000:event-source-mapping:{told['UUID']}",
        "FunctionArn": f"{ARN}:f",
        "FunctionResponseTypes": [],
        "MaximumBatchingWindowInSeconds": 0,
        "StateTransitionReason": "USER_INITIATED",
    }


def test_a_stream_has_all_of_them(made):
    told = made.CreateEventSourceMapping(FunctionName="f:$LATEST", EventSourceArn=STREAM, StartingPosition="LATEST")
    assert (told["BatchSize"], told["MaximumRetryAttempts"], told["LastProcessingResult"]) == (
        100,
        -1,
        "No records processed",
    )
    assert (told["StateTransitionReason"], told["FunctionArn"]) == ("User action", f"{ARN}:f:$LATEST")


def test_changes_are_told_to_who_polls(made):
    uuid = made.CreateEventSourceMapping(FunctionName="f", EventSourceArn=QUEUE)["UUID"]
    assert made.UpdateEventSourceMapping(UUID=uuid, BatchSize=5)["State"] == "Updating"
    assert made.UpdateEventSourceMapping(UUID=uuid, Enabled=False)["State"] == "Disabling"
    assert made.GetEventSourceMapping(UUID=uuid)["State"] == "Disabled"
    assert made.UpdateEventSourceMapping(UUID=uuid, Enabled=True)["State"] == "Enabling"
    assert made.DeleteEventSourceMapping(UUID=uuid)["State"] == "Deleting"
    assert made.ListEventSourceMappings()["EventSourceMappings"] == []
    assert [(event.kind, event.detail["uuid"]) for event in made.events] == [("Mapping", uuid)] * 5


def test_who_polls_says_how_it_goes(made):
    uuid = made.CreateEventSourceMapping(FunctionName="f", EventSourceArn=TABLE, StartingPosition="LATEST")["UUID"]
    made.state.mappings[uuid].progress.result = "OK"
    assert made.GetEventSourceMapping(UUID=uuid)["LastProcessingResult"] == "OK"


def test_who_polls_says_how_far_it_has_come(made):
    uuid = made.CreateEventSourceMapping(FunctionName="f", EventSourceArn=TABLE, StartingPosition="LATEST")["UUID"]
    made.AdvanceEventSourceMapping(UUID=uuid, ShardId="shard-1", SequenceNumber="5")
    assert made.state.mappings[uuid].checkpoints["shard-1"] == "5"
    made.DeleteEventSourceMapping(UUID=uuid)
    assert made.AdvanceEventSourceMapping(UUID=uuid, ShardId="shard-1", SequenceNumber="6") == {}


def test_lists_are_of_a_source_or_a_function(made):
    made.make("other")
    made.CreateEventSourceMapping(FunctionName="f", EventSourceArn=QUEUE)
    made.CreateEventSourceMapping(FunctionName="other", EventSourceArn=QUEUE)
    made.CreateEventSourceMapping(FunctionName="f", EventSourceArn=TABLE, StartingPosition="LATEST")

    def count(**asked):
        return len(made.ListEventSourceMappings(**asked)["EventSourceMappings"])

    assert (count(), count(EventSourceArn=QUEUE), count(FunctionName="f")) == (3, 2, 2)
    assert count(EventSourceArn=QUEUE, FunctionName=f"{ARN}:other") == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"EventSourceArn": QUEUE, "BatchSize": 11}, "Maximum batch window in seconds must be greater than 0"),
        ({"EventSourceArn": FIFO, "MaximumBatchingWindowInSeconds": 1}, "Batching window is not supported"),
        ({"EventSourceArn": FIFO, "BatchSize": 11}, "Maximum batch size for FIFO queues is 10"),
        ({"EventSourceArn": QUEUE, "FilterCriteria": {"Filters": [{"Pattern": "x"}]}}, "Invalid filter pattern"),
        ({"EventSourceArn": QUEUE, "FilterCriteria": {"Filters": [{"Pattern": "[]"}]}}, "Invalid filter pattern"),
        ({"EventSourceArn": "arn:aws:sns:us-east-1:000000000000:topic"}, "Unrecognized event source."),
        ({"EventSourceArn": "arn:aws:sqs:us-west-2:000000000000:queue"}, "Unrecognized event source."),
        ({"EventSourceArn": "arn:aws:sqs:us-east-1:000000000000:"}, "Unrecognized event source."),
        ({"EventSourceArn": QUEUE, "FunctionName": "f:nobody"}, "Function does not exist"),
    ],
)
def test_what_does_not_go_together_is_refused(made, refused, given, words):
    error = refused(made.CreateEventSourceMapping, **{"FunctionName": "f", **given})
    assert error.code == "InvalidParameterValueException"
    assert error.message.startswith(words)


def test_larger_batches_wait(made):
    made.CreateEventSourceMapping(
        FunctionName="f", EventSourceArn=QUEUE, BatchSize=11, MaximumBatchingWindowInSeconds=1
    )


@pytest.mark.parametrize(
    ("arn", "asked", "words"),
    [
        (QUEUE, ("sqs", "GetQueueUrl"), "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService."),
        (TABLE, ("dynamodbstreams", "DescribeStream"), f"Stream not found: {TABLE}"),
        (STREAM, ("kinesis", "DescribeStreamSummary"), f"Stream not found: {STREAM}"),
    ],
)
def test_a_source_must_be_there_unless_its_service_is_not(made, refused, arn, asked, words):
    made.answers[asked] = Missing()
    given = {"FunctionName": "f", "EventSourceArn": arn, "StartingPosition": "LATEST"}
    assert refused(made.CreateEventSourceMapping, **given).message.startswith(words)
    made.answers[asked] = Unimplemented()
    made.CreateEventSourceMapping(**given)


def test_the_poller_notes_how_far_it_is(made):
    uuid = made.CreateEventSourceMapping(FunctionName="f", EventSourceArn=QUEUE)["UUID"]
    made.AdvanceEventSourceMapping(UUID=uuid, ShardId="shard", SequenceNumber="7")
    assert made.state.mappings[uuid].checkpoints == {"shard": "7"}
    assert made.AdvanceEventSourceMapping(UUID="none", ShardId="shard", SequenceNumber="7") == {}
