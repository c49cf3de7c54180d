"""Refresh: record the chosen scenarios into a folder aside, compare, and write only what is not the same any more."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from conformance.exchange import Recording, Source
from conformance.record.run import Outcome, record, source_of
from conformance.recording import SecretFound, dump, load, sweep
from conformance.refresh.drift import Drift, drift
from conformance.refresh.merge import merged
from conformance.refresh.plan import Job, sources, why_left
from conformance.scenarios import Scenario
from conformance.target import Target


class State(StrEnum):
    """What became of one scenario's recording."""

    SAME = "same"
    CHANGED = "changed"
    NEW = "new"
    FAILED = "failed"
    LEFT = "left alone"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """One scenario. ``why`` says why it failed or was left alone; ``before`` is where the old recording came from."""

    name: str
    title: str
    state: State
    why: str = ""
    before: Source | None = None
    drift: Drift = field(default_factory=Drift)
    exchanges: int = 0
    surprises: int = 0
    left: tuple[str, ...] = ()


@dataclass(slots=True)
class Refresh:
    """All of one run: the source as it is now, and what became of each recording."""

    source: Source
    found: list[Refreshed] = field(default_factory=list)
    requests: int = 0
    is_dry: bool = False

    def of(self, *states: State) -> list[Refreshed]:
        return [each for each in self.found if each.state in states]


class Budget:
    """How many requests may be sent; none is begun that would go beyond, as far as the old recording tells."""

    def __init__(self, most: int | None) -> None:
        self.most = most
        self.spent = 0

    def allows(self, job: Job) -> bool:
        expected = len(job.old.exchanges) if job.old else 1
        return self.most is None or self.spent + expected <= self.most


def refresh(
    jobs: list[Job],
    target: Target,
    *,
    adopt: bool = False,
    is_dry: bool = False,
    most: int | None = None,
    seed: str = "ruststack",
    tell: Callable[[Refreshed], None] = lambda each: None,
) -> Refresh:
    """Record each job's scenario again and, unless ``is_dry``, rewrite the files that are not the same any more.

    A recording that cannot be made leaves its old file alone. ``most`` is the number of requests that may be sent.
    """
    result = Refresh(source_of(target), is_dry=is_dry)
    kinds, budget = sources(jobs), Budget(most)

    def note(each: Refreshed) -> None:
        result.found.append(each)
        tell(each)

    def playable() -> Iterator[Scenario]:
        for job in jobs:
            why = why_left(job, target.kind, kinds.get(job.name.partition("/")[0], set()), adopt=adopt)
            if why or job.scenario is None:
                note(_told(job, State.LEFT, why))
            elif not budget.allows(job):
                note(_told(job, State.FAILED, f"the budget of {most} requests is used up"))
            else:
                yield job.scenario

    by_name = {job.name: job for job in jobs}

    def take(outcome: Outcome) -> None:
        budget.spent += outcome.requests
        note(_taken(by_name[outcome.scenario], outcome, is_dry))

    with tempfile.TemporaryDirectory(prefix="ruststack-refresh-") as aside:
        record(playable(), target, Path(aside), seed=seed, tell=take)
    result.requests = budget.spent
    if not is_dry:
        for folder in {by_name[each.name].path.parent for each in result.of(State.CHANGED, State.NEW)}:
            sweep(folder)
    return result


def _told(job: Job, state: State, why: str = "", outcome: Outcome | None = None) -> Refreshed:
    title = job.scenario.title if job.scenario else job.old.title if job.old else ""
    before = job.old.source if job.old else None
    return Refreshed(job.name, title, state, why, before, left=tuple(outcome.left) if outcome else ())


def _taken(job: Job, outcome: Outcome, is_dry: bool) -> Refreshed:
    """Compare what was recorded with the old file, and write it when it differs."""
    if outcome.error:
        return _told(job, State.FAILED, outcome.error, outcome)
    new = load(outcome.path)
    found = drift(job.old, new) if job.old else Drift(added=new.exchanges)
    state = _state(job.old, new, found)
    if state is not State.SAME and not is_dry:
        try:
            dump(merged(job.old, new, found) if job.old else new, job.path)
        except (OSError, SecretFound) as error:
            return _told(job, State.FAILED, str(error), outcome)
    before = job.old.source if job.old else None
    return Refreshed(
        job.name,
        new.title,
        state,
        before=before,
        drift=found,
        exchanges=len(new.exchanges),
        surprises=len(outcome.surprises),
        left=tuple(outcome.left),
    )


def _state(old: Recording | None, new: Recording, found: Drift) -> State:
    if old is None:
        return State.NEW
    # Another kind of source is another provenance, even where it answers the same.
    return State.SAME if found.is_none and old.source.kind == new.source.kind else State.CHANGED
