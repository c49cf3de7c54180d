"""The score tables: the judge's report on the golden recordings, summed by service and by operation."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from conformance.report.document import from_json
from conformance.trial.baseline import scenarios_of, to_text
from tools.docs.sections import table

_RECORDINGS = Path(__file__).resolve().parents[2] / "recordings"
_VERDICTS = ("match", "waived", "differs", "unsupported", "crashed", "indeterminate")


class NoScore(Exception):
    """The judge did not come to a report; the message is what it said."""


def score_table() -> str:
    """What the judge finds when it replays every recording against our emulator, summed by service. Raises NoScore."""
    return _table(lambda operation: operation.partition(".")[0], "service")


def operation_table() -> str:
    """The same by operation. Raises NoScore."""
    return _table(str, "operation")


def _table(group: Callable[[str], str], head: str) -> str:
    if not any(_RECORDINGS.glob("*/*.yaml")):
        return "Nothing is recorded yet.\n"
    return render(_report(), group, head)


def render(report: dict[str, Any], group: Callable[[str], str], head: str) -> str:
    """A row a group of operations. What differs from a recording known not to be AWS is waived, and never hidden."""
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for judgement in report["judgements"]:
        groups[group(judgement["operation"]) or "(no operation)"][judgement["verdict"]] += 1
    rows = [_row(name, counts) for name, counts in sorted(groups.items())]
    return table([head, "exchanges", *_VERDICTS, "score"], rows, right_from=1)


def _row(name: str, counts: Counter[str]) -> list[str]:
    total = counts.total()
    # Cut, not rounded: 100 % means that every exchange matches.
    score = f"{int(1000 * counts['match'] / total) / 10} %"
    return [name, str(total), *(str(counts[verdict]) for verdict in _VERDICTS), score]


def score_file() -> str:
    """What the emulator gets wrong, scenario by scenario, as a baseline: `coverage --of` uses it. Raises NoScore."""
    (run,) = from_json(_json())
    return to_text({run.target.partition(" ")[0]: scenarios_of(run)})


def _report() -> dict[str, Any]:
    report: dict[str, Any] = json.loads(_json())["runs"][0]
    return report


@cache
def _json() -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "report.json")
        command = [sys.executable, "-m", "conformance.cli", "compare", "--json", str(path)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if not path.exists():
            raise NoScore(run.stdout + run.stderr)
        return path.read_text()
