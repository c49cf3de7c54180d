"""Tables of the judge's pages: its exit codes, the action's inputs and outputs, and where the recordings come from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from conformance.exits import MEANINGS
from conformance.files import recordings
from conformance.recording import count_exchanges, load_source
from tools.docs.sections import table

_ROOT = Path(__file__).resolve().parents[2]


def exit_codes() -> str:
    return table(["code", "meaning"], [[str(code), meaning] for code, (_, meaning) in MEANINGS.items()])


def action_table() -> str:
    """The inputs and outputs of action.yml, in its own words."""
    action = yaml.safe_load((_ROOT / "action.yml").read_text(encoding="utf-8"))
    inputs = [
        [f"`{name}`", each["description"], f"`{each['default']}`" if each["default"] else ""]
        for name, each in action["inputs"].items()
    ]
    outputs = [[f"`{name}`", each["description"]] for name, each in action["outputs"].items()]
    return table(["input", "meaning", "default"], inputs) + "\n" + table(["output", "meaning"], outputs)


@dataclass
class _Made:
    """What one kind and version of a source answered."""

    scenarios: int = 0
    exchanges: int = 0
    seen_on_aws: int = 0
    dates: set[str] = field(default_factory=set)

    def cells(self) -> list[str]:
        first, last = min(self.dates), max(self.dates)
        when = first if first == last else f"{first} to {last}"
        return [when, str(self.seen_on_aws), str(self.scenarios), str(self.exchanges)]


def sources_table() -> str:
    """A row for each service and source: when it was recorded, how much, and how much of it on real AWS."""
    made: dict[tuple[str, str], _Made] = defaultdict(_Made)
    for path in recordings([_ROOT / "recordings"]):
        source = load_source(path)
        row = made[path.parent.name, f"{source.kind} {source.version}".strip()]
        row.scenarios += 1
        row.exchanges += count_exchanges(path)
        row.seen_on_aws += source.seen_on_aws
        row.dates.add(source.date)
    rows = [[service, source, *row.cells()] for (service, source), row in sorted(made.items())]
    return table(["service", "recorded from", "when", "of them on AWS", "scenarios", "exchanges"], rows, right_from=3)
