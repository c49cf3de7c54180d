"""`ruststack-conform coverage`: which operations of AWS's models the recordings reach, and with which errors."""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from pathlib import Path

from conformance.files import goldens, recordings
from conformance.operations import all_operations, code_of
from conformance.recording import load

_EPILOG = """\
examples:
  ruststack-conform coverage s3
  ruststack-conform coverage --missing recordings/app"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="recordings or folders (default recordings)"
    )
    parser.add_argument("--missing", action="store_true", help="list only the operations that nothing reaches")


def run(options: argparse.Namespace) -> int:
    try:
        reached, errors = reach(recordings(options.paths or [goldens()]))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    for service in sorted({name.partition(".")[0] for name in reached if name}):
        _print(service, reached, errors, options.missing)
    return 0


def reach(files: list[Path]) -> tuple[Counter[str], dict[str, Counter[str]]]:
    """How often each operation was recorded, and the error codes that it answered."""
    reached: Counter[str] = Counter()
    errors: dict[str, Counter[str]] = defaultdict(Counter)
    for path in files:
        for each in load(path).exchanges:
            reached[each.operation] += 1
            if each.response.status >= 300:
                errors[each.operation][code_of(each.response) or str(each.response.status)] += 1
    return reached, errors


def _print(service: str, reached: Counter[str], errors: dict[str, Counter[str]], only_missing: bool) -> None:
    modelled = [f"{service}.{name}" for name in all_operations(service)]
    missing = [name for name in modelled if not reached[name]]
    beside = [name for name in reached if name.startswith(f"{service}.") and name not in modelled]
    if not only_missing:
        for name in sorted((*modelled, *beside)):
            codes = ", ".join(sorted(errors[name]))
            print(f"{reached[name]:>5}  {name}{'  ' + codes if codes else ''}")
    print(f"{service}: {len(modelled) - len(missing)} of {len(modelled)} operations reached")
    if missing:
        print(f"not reached: {', '.join(missing)}")
