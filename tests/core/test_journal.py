"""The journal has an entry of every change that succeeded, and replaying the entries makes the same state."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from ruststack.core.blobs import Blobs, MemoryBlob
from ruststack.core.clock import Clock
from ruststack.core.context import Context, World
from ruststack.core.ids import Ids
from ruststack.core.journal import Journal, replay

State = list[tuple[str, float, str]]


class Fixture:
    """A tiny service: `Note` writes down a word, the time and an id."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.ids = Ids()
        self.journal = Journal(self.clock, self.ids)
        self.state: State = []

    def note(self, context: Any, params: dict[str, Any]) -> dict[str, Any]:
        word = params.pop("Word")
        if word == "bad":
            raise ValueError(word)
        text = word.read().decode() if isinstance(word, MemoryBlob) else word
        self.state.append((text, self.clock.now(), self.ids.hex(8)))
        self.state.append((text, self.clock.now(), self.ids.hex(8)))
        return {}

    def run(self, word: Any) -> Any:
        world = World(self.clock, self.ids, Blobs(), lambda *_: {}, lambda event: None, None)
        context = Context("notes", "Note", "000000000000", "us-east-1", "key", "", None, world)
        return self.journal.run(context, {"Word": word}, self.note)

    def replayed_elsewhere(self) -> State:
        other = Fixture()
        asyncio.run(replay(other.journal, self.journal.entries, other.note))
        assert other.journal.entries == []
        return other.state


def test_a_replay_makes_the_same_state_with_the_same_times_and_ids() -> None:
    fixture = Fixture()
    for word in ("a", MemoryBlob(b"b"), "c"):
        fixture.run(word)
    assert fixture.replayed_elsewhere() == fixture.state
    assert len({id for _, _, id in fixture.state}) == 6


def test_an_entry_holds_the_input_as_it_came_even_if_the_handler_takes_it_apart() -> None:
    fixture = Fixture()
    fixture.run("a")
    entry = fixture.journal.entries[0]
    assert entry.params() == {"Word": "a"}
    assert (entry.service, entry.operation, entry.account, entry.access_key) == ("notes", "Note", "000000000000", "key")


def test_an_operation_that_fails_has_no_entry_and_lets_go_of_the_clock() -> None:
    fixture = Fixture()
    with pytest.raises(ValueError, match="bad"):
        fixture.run("bad")
    assert fixture.journal.entries == []
    fixture.clock.freeze(1.0)
    assert fixture.clock.now() == 1.0


def test_time_stands_still_inside_an_operation() -> None:
    fixture = Fixture()
    fixture.run("a")
    assert fixture.state[0][1] == fixture.state[1][1]


def test_what_an_operation_calls_is_part_of_it() -> None:
    fixture = Fixture()
    inner = fixture.note

    def outer(context: Any, params: dict[str, Any]) -> dict[str, Any]:
        return fixture.journal.run(context, {"Word": "inner"}, inner)  # type: ignore[return-value]

    fixture.note = outer  # type: ignore[method-assign]
    fixture.run("outer")
    assert [entry.params()["Word"] for entry in fixture.journal.entries] == ["outer"]
    assert [word for word, _, _ in fixture.state] == ["inner", "inner"]


def test_an_operation_that_waits_gets_its_entry_when_it_is_done() -> None:
    fixture = Fixture()

    async def story() -> None:
        gate = asyncio.Event()

        async def wait(context: Any, params: dict[str, Any]) -> dict[str, Any]:
            await gate.wait()
            return {"done": True}

        fixture.note = wait  # type: ignore[method-assign, assignment]
        result: Awaitable[Any] = fixture.run("a")
        task = asyncio.ensure_future(result)
        await asyncio.sleep(0)
        assert fixture.journal.entries == []
        gate.set()
        assert await task == {"done": True}
        assert len(fixture.journal.entries) == 1

    asyncio.run(story())


def test_a_seeded_sequence_is_the_same_with_every_run() -> None:
    states = []
    for _ in range(2):
        clock = Clock()
        clock.freeze(1.0)
        fixture = Fixture(clock)
        fixture.ids.seed(7)
        fixture.run("a")
        fixture.run("b")
        states.append(fixture.state)
    assert states[0] == states[1]
