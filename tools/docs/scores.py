"""The score table of the README: the judge's report on the golden recordings, summed by service."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from tools.docs.sections import table

_RECORDINGS = Path(__file__).resolve().parents[2] / "recordings"
_VERDICTS = ("match", "waived", "differs", "unsupported", "crashed", "indeterminate")


class NoScore(Exception):
    """The judge did not come to a report; the message is what it said."""


def score_table() -> str:
    """Replay every recording against an emulator of our own, and sum what the judge found. Raises NoScore."""
    if not any(_RECORDINGS.glob("*/*.yaml")):
        return "Nothing is recorded yet.\n"
    return render(_report())


def render(report: dict[str, Any]) -> str:
    """A row a service. Exchanges that differ from a recording known not to be AWS are waived, and never hidden."""
    services: dict[str, Counter[str]] = defaultdict(Counter)
    operations: dict[str, set[str]] = defaultdict(set)
    for judgement in report["judgements"]:
        service, _, operation = judgement["operation"].partition(".")
        services[service][judgement["verdict"]] += 1
        operations[service].add(operation)
    rows = [_row(name, len(operations[name]), counts) for name, counts in sorted(services.items())]
    return table(["service", "operations", "exchanges", *_VERDICTS, "score"], rows, right_from=1)


def _row(name: str, operations: int, counts: Counter[str]) -> list[str]:
    total = counts.total()
    cells = [name, str(operations), str(total), *(str(counts[verdict]) for verdict in _VERDICTS)]
    # Cut, not rounded: 100 % means that every exchange matches.
    return [*cells, f"{int(1000 * counts['match'] / total) / 10} %"]


def _report() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "report.json")
        command = [sys.executable, "-m", "conformance.cli", "compare", "--json", str(path)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if not path.exists():
            raise NoScore(run.stdout + run.stderr)
        report: dict[str, Any] = json.loads(path.read_text())
        return report
