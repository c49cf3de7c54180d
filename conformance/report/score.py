"""The score: judgements counted by operation and verdict. Nothing ever leaves the denominator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.compare.mismatch import Judgement, Severity, Verdict
from conformance.exchange import Source
from conformance.gap import Gap


@dataclass(slots=True)
class Score:
    """How many exchanges had which verdict."""

    counts: Counter[Verdict] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def matched(self) -> int:
        return self.counts[Verdict.MATCH]

    @property
    def waived(self) -> int:
        return self.counts[Verdict.WAIVED]

    @property
    def failed(self) -> int:
        return self.total - self.matched - self.waived

    def percent(self) -> str:
        """Matches among all, cut and never rounded up: 100 only when all match."""
        return _percent(self.matched, self.total)

    def percent_with_waived(self) -> str:
        """The same, where the recording is known not to be AWS counted as a match."""
        return _percent(self.matched + self.waived, self.total)


def _percent(part: int, total: int) -> str:
    tenths = part * 1000 // total if total else 0
    return f"{tenths // 10}.{tenths % 10}"


@dataclass(slots=True)
class Run:
    """Everything that one comparison with one target found: every report's input is a list of these, one a target.

    ``used_gaps`` are the ids of the known gaps that covered something, and ``shard`` (``3/16``) the part of the
    recordings that was judged: with both, reports of parts can be merged and gaps that healed be found. ``gaps`` are
    all that the run was judged with, and ``scenarios`` all that are recorded, judged here or not. ``url`` is where a
    target that runs on its own was reached; empty for one that was started for the run. ``started`` is when (UTC, ISO
    8601). ``files`` maps each judged scenario to its recording. ``is_home``: the known gaps are about this target, so
    that one which covers nothing has healed; ``has_own_gaps``: they are the user's own, to be mended. ``details`` are
    what reports have shown so far. ``unused``: a line for each rule and accepted answer that nothing needed, when all
    was judged. ``whole`` is the fingerprint of all the recordings that a shard is a part of.
    """

    target: str
    judgements: list[Judgement]
    sources: dict[str, Source] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    seconds: float = 0.0
    used_gaps: list[str] = field(default_factory=list)
    shard: str = ""
    url: str = ""
    started: str = ""
    files: dict[str, Path] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()
    scenarios: set[str] = field(default_factory=set)
    is_home: bool = False
    has_own_gaps: bool = True
    whole: str = ""
    unused: list[str] = field(default_factory=list)
    details: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)

    def total(self) -> Score:
        return score(self.judgements)

    def by_operation(self) -> dict[str, Score]:
        """A score for each operation, by name."""
        grouped: dict[str, Score] = {}
        for each in self.judgements:
            grouped.setdefault(each.exchange.operation or "(none)", Score()).counts[each.verdict] += 1
        return dict(sorted(grouped.items()))

    def failures(self) -> list[Judgement]:
        """What neither matches nor is waived, worst first."""
        failed = [each for each in self.judgements if each.verdict not in (Verdict.MATCH, Verdict.WAIVED)]
        return sorted(failed, key=_badness)

    def unexplained(self) -> list[Judgement]:
        """The failures that no known gap explains."""
        return [each for each in self.failures() if not is_explained(each)]


def is_explained(judgement: Judgement) -> bool:
    """Every mismatch is covered by a known gap."""
    return bool(judgement.mismatches) and all(each.gap for each in judgement.mismatches)


def score(judgements: Iterable[Judgement]) -> Score:
    return Score(Counter(each.verdict for each in judgements))


_ORDER = (Verdict.CRASHED, Verdict.DIFFERS, Verdict.UNSUPPORTED, Verdict.INDETERMINATE)


def _badness(judgement: Judgement) -> tuple[bool, int, str, int]:
    is_critical = any(each.severity is Severity.CRITICAL for each in judgement.mismatches)
    return (
        not is_critical and judgement.verdict is not Verdict.CRASHED,
        _ORDER.index(judgement.verdict),
        judgement.scenario,
        judgement.exchange.number,
    )
