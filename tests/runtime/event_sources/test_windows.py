"""Tumbling windows: what a function makes of the records of a stretch of time is handed on from batch to batch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ruststack import RustStack
from ruststack.kit import Output
from tests.runtime.event_sources.conftest import FAILED, Function, World, key_of

START = 1_790_000_040.0  # a multiple of a minute


@pytest.fixture(autouse=True)
def counting(function: Function) -> None:
    """A function that counts the records of a window."""
    function.answer = lambda records: state(function, count=len(records))


def state(function: Function, count: int) -> Output:
    before = function.events[-1]["state"].get("count", 0)
    return answered({"state": {"count": before + count}})


def answered(value: Any) -> Output:
    return {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": json.dumps(value).encode()}


def told(function: Function) -> list[tuple[list[str], Any, bool, bool]]:
    return [
        (
            [key_of(each) for each in event["Records"]],
            event["state"],
            event["isFinalInvokeForWindow"],
            event["isWindowTerminatedEarly"],
        )
        for event in function.events
    ]


def test_a_window_has_the_state_of_the_batches_before_and_an_end(world: World, function: Function) -> None:
    world.stack.clock.freeze(START + 1)
    world.map(TumblingWindowInSeconds=60)
    world.put("a", "b")
    function.batches(1)
    world.stack.clock.advance(58)
    world.put("c")
    function.batches(2)
    world.stack.clock.advance(1)
    function.batches(3)
    world.put("d")
    function.batches(4)
    assert told(function) == [
        (["a", "b"], {}, False, False),
        (["c"], {"count": 2}, False, False),
        ([], {"count": 3}, True, False),
        (["d"], {}, False, False),
    ]
    first = function.events[0]
    assert first["window"] == {"start": "2026-09-21T14:14:00Z", "end": "2026-09-21T14:15:00Z"}
    assert first["eventSourceARN"] == world.stream
    assert first["shardId"].startswith("shardId-")
    assert function.events[3]["window"]["start"] == "2026-09-21T14:15:00Z"


def test_old_records_are_kept_apart_by_window(world: World, function: Function) -> None:
    world.stack.clock.freeze(START)
    world.put("a", "b", "c")
    world.stack.clock.advance(60)
    world.put("d")
    world.stack.clock.advance(600)
    world.map(TumblingWindowInSeconds=60, BatchSize=2)
    function.batches(5)
    assert told(function) == [
        (["a", "b"], {}, False, False),
        (["c"], {"count": 2}, False, False),
        ([], {"count": 3}, True, False),
        (["d"], {}, False, False),
        ([], {"count": 1}, True, False),
    ]


@pytest.mark.parametrize("value", [{}, None, [], "x", {"state": None}])
def test_an_answer_without_a_state_is_a_failure(world: World, function: Function, value: Any) -> None:
    function.answer = lambda records: answered(value if len(function.events) == 1 else {"state": {}})
    world.stack.clock.freeze(START)
    world.map(TumblingWindowInSeconds=60)
    world.put("a")
    function.batches(1)
    world.stack.clock.advance(1)
    assert function.batches(2) == [["a"], ["a"]]


def test_a_batch_that_is_given_up_leaves_the_state_as_it_was(world: World, function: Function) -> None:
    function.answer = lambda records: (
        FAILED if records and key_of(records[0]) == "bad" else state(function, count=len(records))
    )
    world.stack.clock.freeze(START)
    world.map(TumblingWindowInSeconds=60, MaximumRetryAttempts=0)
    for number, key in enumerate(("a", "bad", "c"), 1):
        world.put(key)
        function.batches(number)
    assert [each[1] for each in told(function)] == [{}, {"count": 1}, {"count": 1}]


def test_what_a_partial_failure_came_to_is_kept(world: World, function: Function) -> None:
    def second_fails(records: list[Any]) -> Output:
        if len(function.events) == 1:
            failed = [{"itemIdentifier": records[1]["dynamodb"]["SequenceNumber"]}]
            return answered({"state": {"count": 1}, "batchItemFailures": failed})
        return state(function, count=len(records))

    function.answer = second_fails
    world.stack.clock.freeze(START)
    world.map(TumblingWindowInSeconds=60, FunctionResponseTypes=["ReportBatchItemFailures"])
    world.put("a", "b", "c")
    function.batches(1)
    world.stack.clock.advance(1)
    function.batches(2)
    assert told(function)[1] == (["b", "c"], {"count": 1}, False, False)


def test_a_state_of_more_than_a_megabyte_ends_its_window_early(world: World, function: Function) -> None:
    large = {"x": "x" * 1024 * 1024}
    function.answer = lambda records: answered({"state": large if len(function.events) == 1 else {}})
    world.stack.clock.freeze(START)
    world.map(TumblingWindowInSeconds=60)
    world.put("a")
    function.batches(2)
    world.put("b")
    function.batches(3)
    assert told(function) == [(["a"], {}, False, False), ([], large, False, True), (["b"], {}, False, False)]
    assert len({json.dumps(event["window"]) for event in function.events}) == 1


def test_the_last_invocation_is_tried_until_it_succeeds(world: World, function: Function) -> None:
    function.answer = lambda records: FAILED if len(function.events) in (2, 3) else state(function, count=len(records))
    world.stack.clock.freeze(START)
    world.map(TumblingWindowInSeconds=60, MaximumRetryAttempts=0)
    world.put("a")
    function.batches(1)
    world.stack.clock.advance(60)
    function.batches(2)
    world.put("b")
    for count in (3, 4, 5):
        world.stack.clock.advance(5)
        function.batches(count)
    assert [each[2] for each in told(function)] == [False, True, True, True, False]


def test_a_shard_that_ends_ends_its_window(world: World, function: Function) -> None:
    world.put("a")
    world.db.delete_table(TableName="table")
    world.map(TumblingWindowInSeconds=900)
    function.batches(2)
    assert [each[2] for each in told(function)] == [False, True]
    world.until(lambda: not world.stack._app._pollers._running)


def test_a_restarted_server_goes_on_with_its_window(tmp_path: Path, function: Function) -> None:
    with RustStack(persistence=True, data_dir=tmp_path) as stack:
        world = World(stack)
        world.make()
        stack.clock.freeze(START)
        uuid = world.map(TumblingWindowInSeconds=60)
        world.put("a")
        function.batches(1)
        world.until(lambda: world.result(uuid) == "OK")
    with RustStack(persistence=True, data_dir=tmp_path) as stack:
        World(stack).put("b")
        function.batches(2)
        stack.clock.advance(60)
        function.batches(3)
    assert told(function) == [
        (["a"], {}, False, False),
        (["b"], {"count": 1}, False, False),
        ([], {"count": 2}, True, False),
    ]


def test_windows_and_lanes_do_not_go_together(world: World) -> None:
    with pytest.raises(ClientError) as caught:
        world.map(TumblingWindowInSeconds=60, ParallelizationFactor=2)
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValueException"
