"""The whole world at one instant: every state, the clock's setting and the place in a seeded sequence of ids."""

from __future__ import annotations

from typing import NamedTuple

from ruststack.core.clock import Clock
from ruststack.core.ids import Ids
from ruststack.core.store import States, Store


class Snapshot(NamedTuple):
    """What `take` saw. Nothing changes it afterwards, so it can be restored any number of times."""

    states: States
    clock: tuple[float, float | None]
    ids: object


def take(store: Store, clock: Clock, ids: Ids) -> Snapshot:
    """Copy containers, share leaves: the cost is that of copying dicts, whatever the bodies weigh."""
    return Snapshot(store.fork(), clock.setting(), ids.position())


def restore(snapshot: Snapshot, store: Store, clock: Clock, ids: Ids) -> None:
    """Go back to a snapshot."""
    store.restore(snapshot.states)
    clock.restore(snapshot.clock)
    ids.restore(snapshot.ids)
