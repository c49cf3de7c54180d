"""`ruststack-conform report`: show an earlier comparison again, from the JSON that it wrote."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from conformance.report import machine, markdown, terminal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="what `compare --json FILE` wrote")
    parser.add_argument("--format", choices=("terminal", "markdown", "junit"), default="terminal")


def run(options: argparse.Namespace) -> int:
    try:
        runs = machine.from_json(options.file.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError) as error:
        print(f"{options.file} is not a report: {error}", file=sys.stderr)
        return 2
    match options.format:
        case "markdown":
            text = markdown.render(runs)
        case "junit":
            text = machine.to_junit(runs)
        case _:
            text = terminal.render(runs, is_coloured=sys.stdout.isatty())
    sys.stdout.write(text)
    return 0
