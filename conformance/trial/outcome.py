"""What runs come to: the options that say what passes, the lines that say why not, and the exit code."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from conformance.files import make_room
from conformance.report.score import Run
from conformance.trial.bar import EVERYTHING, LEVELS, NONE, Bar
from conformance.trial.baseline import Baseline, load_baseline, ratchet, save_baseline


def add_arguments(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--fail-on",
        choices=LEVELS,
        help="the least severity that fails (default: minor, and with --fail-under or --baseline none)",
    )
    parser.add_argument("--fail-under", type=_percent, metavar="PERCENT", help="fail when fewer exchanges match")
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="fail when an exchange is worse than it says")
    parser.add_argument("--update-baseline", action="store_true", help="write what got better, and what is new, to it")


def _percent(text: str) -> float:
    with contextlib.suppress(ValueError):
        if (percent := float(text)) >= 0:
            return percent
    raise argparse.ArgumentTypeError(f"{text} is no number of per cent, such as 90")


def is_asked_for(options: argparse.Namespace) -> bool:
    """One of the options was given."""
    return any((options.fail_on, options.fail_under is not None, options.baseline, options.update_baseline))


@dataclass(slots=True)
class Outcome:
    """The bar and the baseline that runs are held against. ``file`` is the baseline's; None for none."""

    bar: Bar
    baseline: Baseline
    file: Path | None
    updates: bool

    @classmethod
    def of(cls, options: argparse.Namespace) -> Self:
        """Raises ValueError for a baseline that is none, or is not there and is not to be written; OSError."""
        is_other = options.fail_under is not None or options.baseline is not None
        bar = Bar(options.fail_on or (NONE if is_other else EVERYTHING), options.fail_under)
        return cls(bar, _baseline(options.baseline, options.update_baseline), options.baseline, options.update_baseline)

    def exit_code(self, runs: Sequence[Run]) -> int:
        """0 or 1. Writes each complaint to standard error, and the baseline to its file if that was asked."""
        complaints = [*self.bar.complaints(runs), *(line for run in runs for line in self._worse(run))]
        if self.file and self.updates:
            save_baseline(self.baseline, self.file)
        for line in complaints:
            print(line, file=sys.stderr)
        return 0 if not complaints and all(self.bar.is_cleared_by(each) for each in runs) else 1

    def _worse(self, run: Run) -> list[str]:
        """A line for each exchange that is worse than the baseline; what is better or new is told at once."""
        if self.file is None:
            return []
        target = run.target.partition(" ")[0]
        self.baseline[target], change = ratchet(self.baseline, target, run)
        for line in change.better:
            print(f"better than {self.file} on {target}: {line}")
        if change.new:
            print(f"{len(change.new)} scenarios are new to {self.file} on {target}")
        return [f"worse than {self.file} on {target}: {line}" for line in change.worse]


def _baseline(path: Path | None, updates: bool) -> Baseline:
    if path is None:
        if updates:
            raise ValueError("--update-baseline needs --baseline FILE")
        return {}
    if updates:
        make_room(path)
    return {} if updates and not path.exists() else load_baseline(path)
