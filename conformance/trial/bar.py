"""The bar that runs have to clear, and why they did not: differences, a score, a baseline, and gaps that rot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conformance.compare.mismatch import Judgement, Severity, Verdict
from conformance.report.score import Run

EVERYTHING, NONE = Severity.MINOR.value, "none"
LEVELS = (*(each.value for each in Severity), NONE)


@dataclass(frozen=True, slots=True)
class Bar:
    """``fail_on``: the least severity that fails, or none. ``fail_under``: the least per cent that must match."""

    fail_on: str = EVERYTHING
    fail_under: float | None = None

    def complaints(self, runs: Sequence[Run]) -> Iterator[str]:
        """A line for each thing that keeps the runs under the bar; what has lines of its own in the report has none."""
        for run in runs:
            if self.fail_under is not None and not _reaches(run, self.fail_under):
                yield f"{run.target} matches {run.total().percent()} %, and --fail-under asks for {self.fail_under:g} %"

    def is_cleared_by(self, run: Run) -> bool:
        """Nothing in the run fails by itself: no difference that counts, no problem with a gap."""
        return not run.problems and not any(self._counts(each) for each in run.unexplained())

    def _counts(self, failure: Judgement) -> bool:
        if self.fail_on == NONE:
            return False
        if failure.verdict in (Verdict.CRASHED, Verdict.UNSUPPORTED):
            return True  # any client branches differently
        wanted = _rank(self.fail_on)
        return any(_rank(each.severity.value) >= wanted for each in failure.mismatches if not each.gap)


def _rank(severity: str) -> int:
    return -LEVELS.index(severity)


def _reaches(run: Run, percent: float) -> bool:
    total = run.total()
    if not total.total:
        # A fleet may be larger than the set; otherwise a run that judged nothing has proved nothing.
        return bool(run.shard)
    return 100 * total.matched >= percent * total.total
