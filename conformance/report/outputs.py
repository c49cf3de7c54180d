"""The options of `compare` and `report` that say what to show and what to write, and what they do."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from conformance.report import terminal
from conformance.report.document import to_json
from conformance.report.junit import to_junit
from conformance.report.markdown import render as to_markdown
from conformance.report.page import to_html
from conformance.report.score import Run

SHOWN = 10
REPRODUCED = 3
_WRITERS: dict[str, tuple[str, Callable[[Sequence[Run]], str]]] = {
    "html": ("one page for people", to_html),
    "json": ("every judgement as JSON", to_json),
    "junit": ("JUnit XML", to_junit),
    "markdown": ("a summary for a pull request or a CI job", to_markdown),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help=f"show every difference, not the first {SHOWN}")
    parser.add_argument(
        "--explain", action="store_true", help=f"show how to reproduce each of them, not the first {REPRODUCED}"
    )
    for name, (what, _) in _WRITERS.items():
        parser.add_argument(f"--{name}", type=Path, metavar="FILE", help=f"write {what} (-: to the screen)")


def show(options: argparse.Namespace, runs: Sequence[Run]) -> None:
    """The runs on the screen, unless that is taken by one of the files."""
    how = view(options)
    if how:
        sys.stdout.write(terminal.render(runs, is_coloured=how.is_coloured, limit=how.limit, reproduced=how.reproduced))


def view(options: argparse.Namespace) -> terminal.View | None:
    """How much to show on the screen; None when it is taken by one of the files."""
    if any(str(getattr(options, name)) == "-" for name in _WRITERS):
        return None
    is_coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return terminal.View(is_coloured, None if options.all else SHOWN, None if options.explain else REPRODUCED)


def write(options: argparse.Namespace, runs: Sequence[Run]) -> None:
    """Every file that the options ask for. Raises OSError when one cannot be written."""
    for name, (_, writer) in _WRITERS.items():
        path: Path | None = getattr(options, name)
        if path and str(path) == "-":
            sys.stdout.write(writer(runs))
        elif path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(writer(runs), encoding="utf-8")
