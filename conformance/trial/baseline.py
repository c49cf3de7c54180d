"""The ratchet: what a target once got right it may not get wrong again. The file lists what it still gets wrong.

A scenario is known by its operations in their order: one that was recorded anew with others has no past, and is new.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from conformance.compare.mismatch import Judgement, Severity, Verdict
from conformance.report.score import Run

FORMAT = 1

_RANKS = {Verdict.MATCH: 0, Verdict.WAIVED: 0, Verdict.DIFFERS: 1, Verdict.UNSUPPORTED: 2, Verdict.INDETERMINATE: 2}
_SEVERITIES = ("", Severity.MINOR.value, Severity.MAJOR.value, Severity.CRITICAL.value)


@dataclass(slots=True)
class Scenario:
    """``operations`` is their digest; ``wrong`` maps an exchange's number to ``differs minor``, ``crashed``, ..."""

    operations: str
    wrong: dict[int, str] = field(default_factory=dict)


Baseline = dict[str, dict[str, Scenario]]
"""Scenario by name, by kind of target."""


@dataclass(slots=True)
class Change:
    """What a run means for one target's baseline: a line for each exchange that got worse or better; new scenarios."""

    worse: list[str] = field(default_factory=list)
    better: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)


def load_baseline(path: Path) -> Baseline:
    """The file's content. Raises ValueError when it is not a baseline, OSError when it cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["baseline"] != FORMAT:
            raise ValueError(f"its format is {found['baseline']!r}")
        return {
            target: {name: _scenario(each) for name, each in scenarios.items()}
            for target, scenarios in found["targets"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is not a baseline: {error}") from error


def _scenario(found: dict[str, Any]) -> Scenario:
    wrong = {int(number): str(verdict) for number, verdict in found.get("wrong", {}).items()}
    if any(_rank(verdict) == (0, 0) for verdict in wrong.values()):
        raise ValueError("it lists a match as wrong")
    return Scenario(str(found["operations"]), wrong)


def save_baseline(baseline: Baseline, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(to_text(baseline), encoding="utf-8")


def to_text(baseline: Baseline) -> str:
    """One line a scenario, sorted, so that a change is read in a diff."""
    lines = []
    for target, scenarios in sorted(baseline.items()):
        rows = [f"   {json.dumps(name)}: {json.dumps(_document(each))}" for name, each in sorted(scenarios.items())]
        lines.append(f"  {json.dumps(target)}: {{\n" + ",\n".join(rows) + "\n  }")
    return f'{{\n "baseline": {FORMAT},\n "targets": {{\n' + ",\n".join(lines) + "\n }\n}\n"


def _document(scenario: Scenario) -> dict[str, Any]:
    wrong = {str(number): verdict for number, verdict in sorted(scenario.wrong.items())}
    return {"operations": scenario.operations, **({"wrong": wrong} if wrong else {})}


def scenarios_of(run: Run) -> dict[str, Scenario]:
    """What the run found, in the form of a baseline."""
    grouped = groupby(run.judgements, key=lambda each: each.scenario)
    return {name: _summary(list(judgements)) for name, judgements in grouped}


def _summary(judgements: Iterable[Judgement]) -> Scenario:
    judgements = list(judgements)
    wrong = {each.exchange.number: state(each) for each in judgements if _RANKS.get(each.verdict, 3)}
    return Scenario(summarised(each.exchange.operation for each in judgements), wrong)


def summarised(operations: Iterable[str]) -> str:
    """A digest by which a scenario is known again: of its exchanges' operations, in their order."""
    return hashlib.sha256("\n".join(operations).encode()).hexdigest()[:8]


def state(judgement: Judgement) -> str:
    """``match``, ``differs minor``, ``unsupported``, ...: the verdict, and of a difference the worst severity."""
    if judgement.verdict is not Verdict.DIFFERS:
        return judgement.verdict.value
    worst = max((each.severity.value for each in judgement.mismatches), key=_SEVERITIES.index, default="")
    return f"{judgement.verdict.value} {worst}".rstrip()


def _rank(text: str) -> tuple[int, int]:
    """How bad a state is. Raises ValueError for a word that is none."""
    verdict, _, severity = text.partition(" ")
    return _RANKS.get(Verdict(verdict), 3), _SEVERITIES.index(severity)


def ratchet(baseline: Baseline, target: str, run: Run) -> tuple[dict[str, Scenario], Change]:
    """The target's scenarios as they would be kept, each exchange at its best, and what changed.

    What the run did not judge stays as it was.
    """
    kept, change = dict(baseline.get(target, {})), Change()
    for name, found in scenarios_of(run).items():
        before = kept.get(name)
        if before is None or before.operations != found.operations:
            change.new.append(name)
            kept[name] = found
        else:
            kept[name] = Scenario(found.operations, _best(name, before.wrong, found.wrong, change))
    return kept, change


def _best(name: str, before: dict[int, str], now: dict[int, str], change: Change) -> dict[int, str]:
    best = {}
    for number in sorted(before.keys() | now.keys()):
        was, is_ = before.get(number, Verdict.MATCH.value), now.get(number, Verdict.MATCH.value)
        if _rank(was) != _rank(is_):
            lines = change.worse if _rank(is_) > _rank(was) else change.better
            lines.append(f"{name} #{number}: {was} > {is_}")
        kept = min(was, is_, key=_rank)
        if _rank(kept) > (0, 0):
            best[number] = kept
    return best
