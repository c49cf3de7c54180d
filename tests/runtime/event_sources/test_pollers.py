"""Event source mappings of DynamoDB streams: what functions get, and what happens to what they cannot process.

A function of the test's own stands in Lambda's place, but for the last test.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ruststack import RustStack
from ruststack.kit import Output
from ruststack.remote import RemoteStack
from ruststack.services.lambda_.errors import TooManyRequestsException
from tests.runtime.event_sources.conftest import FAILED, Function, World, archive, checkpoints, key_of, report
from tests.services.dynamodb import engines


def test_records_come_as_functions_know_them(world: World, function: Function) -> None:
    world.put("a")
    uuid = world.map()
    assert function.batches(1) == [["a"]]
    (record,) = function.invoked[0]
    assert set(record) == {
        *("eventID", "eventName", "eventVersion", "eventSource", "awsRegion", "dynamodb", "eventSourceARN"),
    }
    assert (record["eventName"], record["eventSource"]) == ("INSERT", "aws:dynamodb")
    assert record["eventSourceARN"] == world.stream
    assert record["dynamodb"]["NewImage"] == {"pk": {"S": "a"}}
    world.until(lambda: world.result(uuid) == "OK")


def test_latest_passes_by_what_is_there_and_trim_horizon_does_not(world: World, function: Function) -> None:
    world.put("before")
    world.map(StartingPosition="LATEST")
    world.put("after")
    assert function.batches(1) == [["after"]]


def test_a_batch_has_so_many_records_at_most(world: World, function: Function) -> None:
    world.put("a", "b", "c", "d", "e")
    world.map(BatchSize=2)
    assert function.batches(3) == [["a", "b"], ["c", "d"], ["e"]]


def test_a_window_waits_on_the_clock_unless_the_batch_is_full(world: World, function: Function) -> None:
    world.stack.clock.freeze()
    world.map(BatchSize=3, MaximumBatchingWindowInSeconds=60)
    world.put("a")
    world.put("b", "c")
    assert function.batches(1) == [["a", "b", "c"]]
    world.put("d")
    world.stack.clock.advance(59)
    world.put("e")
    assert len(function.invoked) == 1
    world.stack.clock.advance(2)
    assert function.batches(2)[1] == ["d", "e"]


def test_what_no_filter_wants_is_passed_by(world: World, function: Function) -> None:
    patterns = [{"dynamodb": {"Keys": {"pk": {"S": [{"prefix": "x"}]}}}}, {"eventName": ["REMOVE"]}]
    world.map(FilterCriteria={"Filters": [{"Pattern": json.dumps(each)} for each in patterns]})
    world.put("a", "x1")
    world.db.delete_item(TableName="table", Key={"pk": {"S": "a"}})
    assert function.batches(1)[0][0] == "x1"
    world.until(lambda: sum(map(len, function.invoked)) == 2)
    assert function.invoked[-1][-1]["eventName"] == "REMOVE"


def test_a_filter_that_is_no_pattern_is_refused(world: World) -> None:
    for pattern in ("no", "[]", '{"a": "x"}', '{"a": [{"unknown": 1}]}'):
        with pytest.raises(ClientError, match="Invalid filter pattern definition"):
            world.map(FilterCriteria={"Filters": [{"Pattern": pattern}]})


def test_a_failed_batch_is_tried_again_before_what_follows(world: World, function: Function) -> None:
    def once(records: list[Any]) -> Output:
        return FAILED if len(function.invoked) == 1 else report()

    function.answer = once
    world.put("a")
    uuid = world.map()
    function.batches(1)
    world.put("b")
    assert function.batches(3) == [["a"], ["a"], ["b"]]
    world.until(lambda: world.result(uuid) == "OK")


def test_what_was_tried_often_enough_is_told_to_a_bucket(world: World, function: Function) -> None:
    s3 = world.stack.client("s3")
    s3.create_bucket(Bucket="failures")
    function.answer = lambda records: FAILED if key_of(records[0]) == "a" else report()
    world.put("a")
    uuid = world.map(MaximumRetryAttempts=1, DestinationConfig={"OnFailure": {"Destination": "arn:aws:s3:::failures"}})
    assert function.batches(2) == [["a"], ["a"]]
    world.until(lambda: s3.list_objects_v2(Bucket="failures")["KeyCount"] == 1)
    (listed,) = s3.list_objects_v2(Bucket="failures")["Contents"]
    assert listed["Key"].startswith(f"aws/lambda/{uuid}/shardId-")
    told = json.loads(s3.get_object(Bucket="failures", Key=listed["Key"])["Body"].read())
    number = function.invoked[0][0]["dynamodb"]["SequenceNumber"]
    assert told["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert told["requestContext"]["approximateInvokeCount"] == 2
    assert told["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    info = told["DDBStreamBatchInfo"]
    assert (info["startSequenceNumber"], info["endSequenceNumber"], info["batchSize"]) == (number, number, 1)
    assert info["streamArn"] == world.stream
    assert json.loads(told["payload"])["Records"] == function.invoked[0]
    assert world.result(uuid).startswith("PROBLEM")
    world.put("b")
    assert function.batches(3)[2] == ["b"]


def test_a_batch_is_halved_until_the_bad_record_is_alone(world: World, function: Function) -> None:
    function.answer = lambda records: FAILED if "c" in map(key_of, records) else report()
    world.put("a", "b", "c", "d")
    world.map(BisectBatchOnFunctionError=True, MaximumRetryAttempts=0)
    assert function.batches(5) == [["a", "b", "c", "d"], ["a", "b"], ["c", "d"], ["c"], ["d"]]


def test_a_reported_failure_is_where_it_goes_on(world: World, function: Function) -> None:
    def from_b(records: list[Any]) -> Output:
        if len(function.invoked) > 1:
            return report()
        return report(*(each["dynamodb"]["SequenceNumber"] for each in records[:0:-1]))

    function.answer = from_b
    world.put("a", "b", "c")
    world.map(FunctionResponseTypes=["ReportBatchItemFailures"])
    assert function.batches(2) == [["a", "b", "c"], ["b", "c"]]


@pytest.mark.parametrize("payload", [b"", b"null", b"{}", b'{"batchItemFailures": null}', b'{"batchItemFailures": []}'])
def test_no_reported_failure_is_success(world: World, function: Function, payload: bytes) -> None:
    function.answer = lambda records: {"StatusCode": 200, "Payload": payload}
    world.put("a")
    world.map(FunctionResponseTypes=["ReportBatchItemFailures"])
    function.batches(1)
    world.put("b")
    assert function.batches(2) == [["a"], ["b"]]


@pytest.mark.parametrize(
    "payload",
    [
        b"[]",
        b"nonsense",
        b'{"batchItemFailures": "x"}',
        b'{"batchItemFailures": ["x"]}',
        b'{"batchItemFailures": [{"itemIdentifier": ""}]}',
        b'{"batchItemFailures": [{"itemIdentifier": null}]}',
        b'{"batchItemFailures": [{"itemIdentifier": "unknown"}]}',
    ],
)
def test_a_malformed_report_is_a_failure_of_the_whole_batch(world: World, function: Function, payload: bytes) -> None:
    function.answer = lambda records: {"StatusCode": 200, "Payload": payload}
    world.put("a", "b")
    world.map(FunctionResponseTypes=["ReportBatchItemFailures"], MaximumRetryAttempts=1)
    assert function.batches(2) == [["a", "b"], ["a", "b"]]


def test_records_that_are_too_old_are_given_up(world: World, function: Function) -> None:
    world.stack.clock.freeze(1_790_000_000.0)
    world.put("old")
    world.stack.clock.advance(61)
    world.put("new")
    world.map(MaximumRecordAgeInSeconds=60)
    assert function.batches(1) == [["new"]]


@pytest.mark.parametrize(("age_s", "is_good"), [(-1, True), (0, False), (59, False), (60, True)])
def test_records_may_not_be_too_old_too_soon(world: World, function: Function, age_s: int, is_good: bool) -> None:
    if is_good:
        assert world.map(MaximumRecordAgeInSeconds=age_s)
        return
    with pytest.raises(ClientError) as caught:
        world.map(MaximumRecordAgeInSeconds=age_s)
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValueException"


def test_a_function_at_its_limit_is_not_a_failure(world: World, function: Function) -> None:
    def busy(records: list[Any]) -> Output:
        if len(function.invoked) < 3:
            raise TooManyRequestsException(Reason="ConcurrentInvocationLimitExceeded")
        return report()

    function.answer = busy
    world.put("a")
    world.map(MaximumRetryAttempts=0)
    assert function.batches(3) == [["a"]] * 3


def test_a_disabled_mapping_goes_on_where_it_was(world: World, function: Function) -> None:
    world.put("a")
    uuid = world.map()
    function.batches(1)
    world.until(lambda: world.result(uuid) == "OK")
    world.functions.update_event_source_mapping(UUID=uuid, Enabled=False)
    world.until(lambda: not world.stack._app._pollers._running)
    world.put("b")
    assert len(function.invoked) == 1
    world.functions.update_event_source_mapping(UUID=uuid, Enabled=True)
    assert function.batches(2) == [["a"], ["b"]]


def test_a_deleted_mapping_reads_no_more(world: World, function: Function) -> None:
    uuid = world.map()
    world.functions.delete_event_source_mapping(UUID=uuid)
    world.until(lambda: not world.stack._app._pollers._running)
    world.put("a")
    assert function.invoked == []


def test_a_stream_that_has_ended_is_read_to_its_end(world: World, function: Function) -> None:
    world.put("a")
    world.db.delete_table(TableName="table")
    world.map()
    assert function.batches(1) == [["a"]]
    world.until(lambda: not world.stack._app._pollers._running)


def test_after_a_reset_nothing_reads_and_after_a_restore_it_does_again(world: World, function: Function) -> None:
    world.map()
    snapshot = world.stack.snapshot()
    world.stack.reset()
    assert not world.stack._app._pollers._running
    world.stack.restore(snapshot)
    world.put("a")
    assert function.batches(1) == [["a"]]


def test_a_rewound_server_reads_on_from_where_it_was_then(function: Function) -> None:
    with RustStack(journal=True) as stack:
        world = World(stack)
        world.make()
        world.map()
        world.put("a")
        function.batches(1)
        world.until(lambda: bool(checkpoints(stack)))
        done = len(stack._app.timeline.history())
        RemoteStack(stack.endpoint_url).ask("POST", "rewind", {"to": done})
        world.put("b")
        assert function.batches(2) == [["a"], ["b"]]


def test_a_restarted_server_goes_on_where_it_was(tmp_path: Path, function: Function) -> None:
    with RustStack(persistence=True, data_dir=tmp_path) as stack:
        world = World(stack)
        world.make()
        world.put("a")
        uuid = world.map()
        function.batches(1)
        world.until(lambda: world.result(uuid) == "OK")
    with RustStack(persistence=True, data_dir=tmp_path) as stack:
        World(stack).put("b")
        assert function.batches(2) == [["a"], ["b"]]


@pytest.mark.skipif(not engines.IS_LOCAL, reason="RUSTSTACK_TEST_DYNAMODB_BACKEND=local is not set")
def test_the_streams_of_dynamodb_local_are_read(function: Function) -> None:
    with RustStack(**engines.settings()) as stack:
        world = World(stack)
        world.make()
        world.put("before")
        world.map(StartingPosition="LATEST")
        world.until(lambda: bool(checkpoints(stack)))
        world.put("a")
        world.until(lambda: function.invoked != [])
        world.put("b", "c")
        world.until(lambda: sum(map(len, function.invoked)) == 3)
        assert [key for batch in function.batches(1) for key in batch] == ["a", "b", "c"]


def test_a_real_function_is_invoked(world: World) -> None:
    world.functions.update_function_code(
        FunctionName="f",
        ZipFile=archive(
            "import boto3\n"
            "def handler(event, context):\n"
            "    for record in event['Records']:\n"
            "        key = record['dynamodb']['Keys']['pk']['S']\n"
            "        boto3.client('s3').put_object(Bucket='seen', Key=key)\n"
        ),
    )
    s3 = world.stack.client("s3")
    s3.create_bucket(Bucket="seen")
    world.map()
    world.put("a", "b")
    world.until(lambda: s3.list_objects_v2(Bucket="seen")["KeyCount"] == 2)
