"""`ruststack-conform coverage`: what recordings reach of AWS's models, or what of an application's is proven."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from conformance.complaint import complaint
from conformance.coverage import reliance, screen
from conformance.coverage.behaviours import observe
from conformance.coverage.document import reach_to_json, reliance_to_json
from conformance.coverage.proof import SCORE, Results, State, held_against, load_results
from conformance.coverage.reach import Reach, reach
from conformance.files import goldens, make_room, recordings
from conformance.operations.models import heads
from conformance.report.progress import Progress

_EPILOG = """\
examples:
  ruststack-conform coverage --service s3
  ruststack-conform coverage --missing recordings/app
  ruststack-conform coverage --of recordings/app --results out/report.json

exit codes: 0; with --of 1 when something is not proven; 2 wrong usage."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="recordings or folders (default recordings)"
    )
    parser.add_argument("--service", action="append", default=[], metavar="NAME", help="its operations in detail")
    parser.add_argument("--missing", action="store_true", help="list only the operations that nothing reaches")
    parser.add_argument(
        "--of", nargs="+", type=Path, metavar="RECORDING", help="what your application does: is it proven by the PATHs?"
    )
    parser.add_argument(
        "--results", type=Path, metavar="FILE", help=f"with --of: what `compare --json` wrote (default PATH/{SCORE})"
    )
    parser.add_argument("--all", action="store_true", help="with --of: list what is proven, too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all of it as JSON (-: to the screen)")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write it as Markdown (-: to the screen)")


def run(options: argparse.Namespace) -> int:
    for path in (options.json, options.markdown):
        if path and str(path) != "-":
            make_room(path)
    try:
        return _reliance(options) if options.of else _reach(options)
    except ValueError as error:
        print(complaint(error), file=sys.stderr)
        return 2


def _reach(options: argparse.Namespace) -> int:
    if options.results or options.all:
        raise ValueError("--results and --all need --of RECORDING")
    files = recordings(options.paths or [goldens()])
    with Progress(len(files), "reading") as progress:
        found = reach(files, progress.advance)
    absent = [name for name in options.service if name not in found]
    if absent:
        raise ValueError(f"no recording speaks to {', '.join(absent)}; there are {', '.join(found) or 'none'}")
    _write(options.json, reach_to_json(found))
    _write(options.markdown, screen.to_markdown(found, options.service))
    if not _is_taken(options):
        _show_reach(options, found)
    return 0


def _show_reach(options: argparse.Namespace, found: Reach) -> None:
    if options.missing:
        shown = [list(screen.missing(found[name])) for name in options.service or found]
    elif options.service:
        shown = [list(screen.service(found[name])) for name in options.service]
    else:
        shown = [list(screen.summary(found, len(heads())))]
    print("\n\n".join("\n".join(lines) for lines in shown))


def _reliance(options: argparse.Namespace) -> int:
    if options.service or options.missing:
        raise ValueError("--service and --missing are not for --of")
    results = _results(options)
    mine, files = recordings(options.of), recordings(options.paths or [goldens()])
    with Progress(len(mine) + len(files), "reading") as progress:
        application, known = observe(mine, progress.advance), observe(files, progress.advance)
    found = [held_against(each, application, known) for each in results]
    _write(options.json, reliance_to_json(found))
    _write(options.markdown, "\n".join(map(reliance.to_markdown, found)))
    if not _is_taken(options):
        is_coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        shown = ["\n".join(reliance.render(each, is_coloured=is_coloured, is_whole=options.all)) for each in found]
        print("\n\n".join(shown))
    return 0 if all(len(each.of(State.PROVEN)) == len(each.behaviours) for each in found) else 1


def _results(options: argparse.Namespace) -> Sequence[Results]:
    path: Path = options.results or goldens() / SCORE
    if options.results is None and not path.exists():
        raise ValueError(f"there is no {path}: say --results FILE, which `compare --json FILE` writes")
    found = load_results(path)
    if not found:
        raise ValueError(f"{path} holds no run")
    return found


def _is_taken(options: argparse.Namespace) -> bool:
    return "-" in (str(options.json), str(options.markdown))


def _write(path: Path | None, text: str) -> None:
    if path is None:
        return
    if str(path) == "-":
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")
