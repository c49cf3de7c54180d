"""The options of `compare` and `report` that say what to show and what to write, and what they do."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from conformance.files import make_room
from conformance.report import markdown, terminal
from conformance.report.badge import to_badge
from conformance.report.document import to_json
from conformance.report.junit import to_junit
from conformance.report.page import to_html
from conformance.report.score import Run

SHOWN = 10
REPRODUCED = 3
_WRITERS: dict[str, tuple[str, Callable[[Sequence[Run]], str]]] = {
    "html": ("one page for people", to_html),
    "json": ("every judgement as JSON", to_json),
    "junit": ("JUnit XML", to_junit),
    "markdown": ("a summary for a pull request or a CI job", markdown.render),
    "badge": ("an SVG badge with the score", to_badge),
}


def add_arguments(parser: argparse._ActionsContainer) -> None:
    parser.add_argument("--all", action="store_true", help=f"show every difference, not the first {SHOWN}")
    parser.add_argument(
        "--explain", action="store_true", help=f"show how to reproduce each of them, not the first {REPRODUCED}"
    )
    for name, (what, _) in _WRITERS.items():
        parser.add_argument(f"--{name}", type=Path, metavar="FILE", help=f"write {what} (-: to the screen)")
    parser.add_argument(
        "--markdown-limit",
        type=_limit,
        default=markdown.LIMITS["summary"],
        metavar="BYTES",
        help="cut the Markdown to so many bytes, or to what GitHub takes as a job's `summary` (default) or a `comment`",
    )


def _limit(text: str) -> int:
    """Raises ArgumentTypeError for what is neither a name nor a number that leaves room for a line."""
    limit = markdown.LIMITS.get(text) or (int(text) if text.isascii() and text.isdigit() else 0)
    if limit < markdown.LEAST:
        raise argparse.ArgumentTypeError(f"at least {markdown.LEAST} bytes, or {' or '.join(markdown.LIMITS)}")
    return limit


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


def prepare(options: argparse.Namespace) -> None:
    """Make the folders of what is to be written. Raises OSError, before any work is done, when one cannot be."""
    for name in _WRITERS:
        path: Path | None = getattr(options, name)
        if path and str(path) != "-":
            make_room(path)


def write(options: argparse.Namespace, runs: Sequence[Run]) -> None:
    """Every file that the options ask for, in folders that are there. Raises OSError when one cannot be written."""
    for name, (_, writer) in _WRITERS.items():
        path: Path | None = getattr(options, name)
        if path is None:
            continue
        text = markdown.render(runs, options.markdown_limit) if name == "markdown" else writer(runs)
        if str(path) == "-":
            sys.stdout.write(text)
        else:
            path.write_text(text, encoding="utf-8")
