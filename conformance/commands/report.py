"""`ruststack-conform report`: show an earlier comparison again, from the JSON that it wrote."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from conformance.report import outputs
from conformance.report.document import from_json
from conformance.report.score import Run


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="what `compare --json FILE` wrote")
    outputs.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    runs: list[Run] = []
    for path in options.files:
        try:
            runs += from_json(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            print(f"{path} is not a report: {error}", file=sys.stderr)
            return 2
    outputs.show(options, runs)
    outputs.write(options, runs)
    return 0
