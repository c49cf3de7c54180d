"""ParallelizationFactor: batches of one shard side by side, in which the changes of one item keep their order."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from typing import Any

from ruststack.kit import Output
from tests.runtime.event_sources.conftest import FAILED, Function, World, checkpoints, key_of, report

KEYS = [f"key{number}" for number in range(8)]


def test_batches_run_side_by_side(world: World, function: Function) -> None:
    reached, release = threading.Semaphore(0), asyncio.Event()

    async def wait(records: list[Any]) -> Output:
        reached.release()
        await release.wait()
        return report()

    function.wait_and_answer = wait  # type: ignore[method-assign]
    world.put(*KEYS)
    world.map(ParallelizationFactor=2)
    assert all(reached.acquire(timeout=60) for _ in range(2))
    assert sorted(key for batch in function.batches(2) for key in batch) == KEYS
    world.stack._loop.call_soon_threadsafe(release.set)
    world.until(lambda: bool(checkpoints(world.stack)))


def test_the_changes_of_an_item_keep_their_order(world: World, function: Function) -> None:
    failed: set[str] = set()

    def fail_once(records: list[Any]) -> Output:
        number = records[0]["dynamodb"]["SequenceNumber"]
        if number in failed:
            return report()
        failed.add(number)
        return FAILED

    function.answer = fail_once
    for version in range(3):
        for key in KEYS:
            world.db.put_item(TableName="table", Item={"pk": {"S": key}, "version": {"N": str(version)}})
    world.stack.clock.freeze()
    world.map(ParallelizationFactor=5, BatchSize=1)

    def seen() -> dict[str, list[str]]:
        versions = defaultdict(list)
        for (record,) in list(function.invoked):
            version = record["dynamodb"]["NewImage"]["version"]["N"]
            if version not in versions[key_of(record)]:
                versions[key_of(record)].append(version)
        return versions

    def has_all() -> bool:
        world.stack.clock.advance(30)
        return sum(map(len, seen().values())) == 24

    world.until(has_all)
    assert seen() == {key: ["0", "1", "2"] for key in KEYS}


def test_a_lane_that_fails_holds_no_other_up_and_is_where_a_restart_goes_on(world: World, function: Function) -> None:
    function.answer = lambda records: FAILED if "key0" in map(key_of, records) else report()
    world.stack.clock.freeze()
    world.put("key0")
    world.map(ParallelizationFactor=10)
    function.batches(1)
    others = [f"other{number}" for number in range(20)]
    for key in others:
        world.put(key)

    def done() -> set[str]:
        return {key for batch in function.batches(1) for key in batch}

    world.until(lambda: len(done() & set(others)) >= 10)
    assert checkpoints(world.stack) == {}
    function.answer = lambda records: report()
    world.stack.clock.advance(60)
    world.until(lambda: done() == {"key0", *others})
    last = max(record["dynamodb"]["SequenceNumber"] for batch in function.invoked for record in batch)
    world.until(lambda: list(checkpoints(world.stack).values()) == [last])


def test_how_many_run_may_be_changed(world: World, function: Function) -> None:
    uuid = world.map()
    world.put("a")
    function.batches(1)
    world.functions.update_event_source_mapping(UUID=uuid, ParallelizationFactor=10, BatchSize=1)
    world.put(*KEYS)
    assert sorted(key for batch in function.batches(9)[1:] for key in batch) == KEYS
