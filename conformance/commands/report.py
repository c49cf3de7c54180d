"""`ruststack-conform report`: every form of report from the JSON of earlier comparisons; merges a fleet's shards."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from conformance.complaint import complaint
from conformance.report import outputs
from conformance.report.document import from_json
from conformance.report.score import Run
from conformance.trial import outcome
from conformance.trial.merge import merged
from conformance.trial.outcome import Outcome

_EPILOG = """\
examples:
  ruststack-conform report out/report.json --html out/page.html
  ruststack-conform report --merge out/shard-*.json --junit out/junit.xml

exit codes: 0; with --merge, or one of --fail-on, --fail-under and --baseline,
as `compare` would have ended: 1 when something differs without a known gap.
2 for what is no report, and for shards that are not one whole."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="what `compare --json FILE` wrote")
    parser.add_argument(
        "--merge", action="store_true", help="the files are the shards of one run each: make them one again"
    )
    outcome.add_arguments(parser)
    outputs.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    outputs.prepare(options)
    try:
        wanted = Outcome.of(options)
        runs = [run for path in options.files for run in _runs(path)]
        runs = merged(runs) if options.merge else runs
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    outputs.show(options, runs)
    outputs.write(options, runs)
    return wanted.exit_code(runs) if options.merge or outcome.is_asked_for(options) else 0


def _runs(path: Path) -> list[Run]:
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} is not a report: {complaint(error)}") from error
