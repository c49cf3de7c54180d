"""After operations by chance: snapshots stay as taken, the journal replays, what is kept on disk reads back."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruststack.core.portable import Reader, Writer
from tests.services.dynamodb import random_operations
from tests.services.dynamodb.line import Line
from tests.services.dynamodb.random_operations import BATCHES, KINDS, TRANSACTIONS, WRITES, batch, creation
from tests.services.dynamodb.test_against_reference import quickly

STREAM = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}}
RECOVERY = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
CHANGES = (
    WRITES.map(lambda write: (f"{write[0]}Item", random_operations.request(write)))
    | BATCHES.map(lambda writes: ("BatchWriteItem", batch(writes)))
    | TRANSACTIONS.map(
        lambda writes: (
            "TransactWriteItems",
            {
                "TransactItems": [{write[0]: random_operations.request(write)} for write in writes],
                "ClientRequestToken": "token",
            },
        )
    )
    | st.sampled_from(sorted(KINDS)).map(lambda name: ("DeleteTable", {"TableName": name}))
    | st.sampled_from(sorted(KINDS)).map(lambda name: ("CreateTable", creation(name) | STREAM))
    | st.sampled_from(sorted(KINDS)).map(lambda name: ("CreateBackup", {"TableName": name, "BackupName": "backup"}))
)


@pytest.fixture(scope="module", params=[0.0, 0.002], ids=["at once", "late indexes"])
def line(request: pytest.FixtureRequest) -> Line:
    return Line(journal=True, dynamodb_index_delay=request.param)


def play(line: Line, changes: list[Any]) -> None:
    for operation, params in changes:
        line.call(operation, params)


@quickly
@given(st.lists(CHANGES, max_size=10), st.lists(CHANGES, max_size=10))
def test_the_state_can_be_held_replayed_and_kept(line: Line, before: Any, after: Any) -> None:
    line.app.reset()
    for name in KINDS:
        line.call("CreateTable", creation(name) | STREAM)
    line.call("UpdateContinuousBackups", {"TableName": "mixed"} | RECOVERY)
    play(line, before)
    held, taken = line.state(), line.app.snapshot()
    play(line, after)
    end, timeline = line.state(), line.app.timeline
    asyncio.run(timeline.rewind(len(timeline.history())))
    assert line.state() == end
    trees = [Writer().tree(state) for _, state in line.app.store.states("dynamodb")]
    read = [Reader([]).value(orjson.loads(orjson.dumps(tree))) for tree in trees]
    assert [Writer().tree(state) for state in read] == trees
    line.app.restore(taken)
    assert line.state() == held
    play(line, after)
    line.app.restore(taken)
    assert line.state() == held
    assert line.crashes == []
