"""Proof: a behaviour is proven when the goldens hold it, and the emulator answers every golden that does as AWS."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from conformance.coverage.behaviours import Behaviour, Observed, Place
from conformance.exchange import Source
from conformance.report.document import from_json
from conformance.trial.baseline import Scenario, load_baseline, scenarios_of, summarised

SCORE = "score.json"
_MATCH = "match"


class State(StrEnum):
    """Unjudged: recorded, but the results say nothing of it."""

    PROVEN = "proven"
    DIFFERS = "differs"
    UNJUDGED = "unjudged"
    UNRECORDED = "unrecorded"


@dataclass(frozen=True, slots=True)
class Relied:
    """One behaviour that an application relies on. ``why``: what is wrong with it, or what comes nearest, in words.

    ``seen`` is where the application shows it, ``goldens`` where the goldens do.
    """

    behaviour: Behaviour
    state: State
    seen: tuple[Place, ...]
    goldens: tuple[Place, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reliance:
    """All that an application relies on, held against one target's results.

    ``strangers`` are requests that are no operation of AWS's; ``sources`` is where the goldens come from that hold it.
    """

    target: str
    behaviours: tuple[Relied, ...]
    strangers: int = 0
    sources: tuple[str, ...] = ()

    def of(self, state: State) -> list[Relied]:
        return [each for each in self.behaviours if each.state is state]


@dataclass(frozen=True, slots=True)
class Results:
    """What a target's comparison came to: the scenarios in a baseline's form."""

    target: str
    scenarios: Mapping[str, Scenario]
    _digests: dict[str, str] = field(default_factory=dict, compare=False)

    def state(self, place: Place, goldens: Observed) -> str | None:
        """``match``, ``differs major``, ...; None when that was not judged, or the scenario is another one by now."""
        scenario, number = place
        if scenario not in self._digests:
            self._digests[scenario] = summarised(goldens.operations[scenario])
        found = self.scenarios.get(scenario)
        if found is None or found.operations != self._digests[scenario]:
            return None
        return found.wrong.get(number, _MATCH)


def load_results(path: Path) -> list[Results]:
    """From what `compare --json` wrote, or from a baseline. Raises ValueError for another file, and OSError."""
    text = path.read_text(encoding="utf-8")
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ValueError(f"{path} holds no results: {error}") from error
    if isinstance(found, dict) and "baseline" in found:
        return [Results(target, scenarios) for target, scenarios in load_baseline(path).items()]
    try:
        return [Results(run.target, scenarios_of(run)) for run in from_json(text)]
    except ValueError as error:
        raise ValueError(f"{path} holds no results: {error}") from error


def held_against(results: Results, application: Observed, goldens: Observed) -> Reliance:
    """Every behaviour that was observed, in the order of operations, with its state."""
    by_operation: dict[str, list[Behaviour]] = {}
    for each in goldens.seen:
        by_operation.setdefault(each.operation, []).append(each)
    found = [
        _relied(each, tuple(places), goldens, results, by_operation.get(each.operation, []))
        for each, places in sorted(application.seen.items(), key=lambda entry: _order(entry[0]))
    ]
    sources = {_source(goldens.sources[scenario]) for each in found for scenario, _ in each.goldens}
    return Reliance(results.target, tuple(found), application.strangers, tuple(sorted(sources)))


def _source(source: Source) -> str:
    return f"{source.kind} {source.version}".strip() + (", seen on AWS" if source.seen_on_aws else "")


def _order(behaviour: Behaviour) -> tuple[str, str, list[str]]:
    return behaviour.operation, behaviour.answer, sorted(behaviour.parameters)


def _relied(
    behaviour: Behaviour, seen: tuple[Place, ...], goldens: Observed, results: Results, others: Sequence[Behaviour]
) -> Relied:
    places = tuple(goldens.seen.get(behaviour, ()))
    if not places:
        return Relied(behaviour, State.UNRECORDED, seen, why=nearest(behaviour, others))
    states = {place: results.state(place, goldens) for place in places}
    wrong = {place: state for place, state in states.items() if state not in (None, _MATCH)}
    if wrong:
        return Relied(behaviour, State.DIFFERS, seen, places, _told(wrong, len(places)))
    if None in states.values():
        unjudged = [place for place, state in states.items() if state is None]
        return Relied(behaviour, State.UNJUDGED, seen, places, f"no result for {_names(unjudged)}")
    return Relied(behaviour, State.PROVEN, seen, places)


def _told(wrong: Mapping[Place, str | None], total: int) -> str:
    kinds = sorted({state.partition(" ")[0] for state in wrong.values() if state})
    return f"{' or '.join(kinds)} in {len(wrong)} of {total} recordings of it: {_names(list(wrong))}"


def _names(places: Sequence[Place], most: int = 3) -> str:
    shown = ", ".join(f"{scenario} #{number}" for scenario, number in places[:most])
    return shown + (f" and {len(places) - most} more" if len(places) > most else "")


def nearest(behaviour: Behaviour, others: Sequence[Behaviour]) -> str:
    """How the recording of the same operation that is most like it differs, in words."""
    if not others:
        return f"nothing of {behaviour.operation} is recorded"
    alike = [each.answer for each in others if each.parameters == behaviour.parameters]
    if alike:
        return f"with these parameters only {', '.join(sorted(alike))} is recorded"
    best = min(others, key=lambda each: (each.answer != behaviour.answer, _apart(behaviour, each), _order(each)))
    return f"the nearest recording {' and '.join(_differences(behaviour, best))}"


def _apart(one: Behaviour, other: Behaviour) -> int:
    return len(one.parameters ^ other.parameters)


def _differences(behaviour: Behaviour, other: Behaviour) -> Iterator[str]:
    lacks, more = behaviour.parameters - other.parameters, other.parameters - behaviour.parameters
    if lacks:
        yield f"is without {', '.join(sorted(lacks))}"
    if more:
        yield f"has {', '.join(sorted(more))} besides"
    if other.answer != behaviour.answer:
        yield f"answers {other.answer}"
