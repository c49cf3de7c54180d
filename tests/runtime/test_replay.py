"""The journal of a scenario replays to the state that the scenario left, and its snapshot stays as it was taken."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from conformance.scenarios import Driver, Scenario, discover
from conformance.scenarios.driver import Endpoint
from ruststack import RustStack
from ruststack.core.portable import Writer
from ruststack.core.snapshot import Snapshot
from ruststack.services import SERVICES

# What the emulator lacks still; a scenario of it stops at a 501.
LACKING = {f"conformance.scenarios.dynamodb.{name}" for name in ("partiql", "statements", "streams", "ttl")}
LACKING |= {
    f"conformance.scenarios.lambda_.{name}"
    for name in ("aliases", "functions", "invoking", "layers", "permissions", "sources", "versions")
}

# Two of each module: all of them hold, but take a minute.
SCENARIOS: dict[str, list[Scenario]] = {}
for each in discover().values():
    if each.name.partition("/")[0] in SERVICES and each.play.__module__ not in LACKING:
        SCENARIOS.setdefault(each.play.__module__, []).append(each)
CHOSEN = [scenario for scenarios in SCENARIOS.values() for scenario in scenarios[:2]]


@pytest.fixture(scope="module")
def stack() -> Iterator[RustStack]:
    with RustStack(journal=True) as stack:
        yield stack


def written(snapshot: Snapshot) -> Any:
    """A snapshot as JSON, without states in which nothing has been made yet: reading makes those too."""
    writer = Writer()
    trees = {key: writer.tree(state) for key, state in snapshot.states.items()}
    return {key: tree for key, tree in trees.items() if len(tree) > 1}, [blob.digest("md5") for blob in writer.blobs]


@pytest.mark.parametrize("scenario", CHOSEN, ids=lambda scenario: scenario.name)
def test_a_scenarios_journal_replays_to_its_state(stack: RustStack, scenario: Scenario) -> None:
    stack.reset()
    scenario.play(Driver(scenario.name, Endpoint(stack.endpoint_url)))
    timeline = stack._app.timeline
    snapshot = stack.snapshot()
    left = written(snapshot)
    asyncio.run_coroutine_threadsafe(timeline.rewind(len(timeline.history())), stack._loop).result(60)
    assert written(stack.snapshot()) == left
    assert written(snapshot) == left
