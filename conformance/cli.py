"""The command `ruststack-conform`: record, compare, report, lint, coverage.

Exit codes: 0 all well; 1 differences or findings; 2 wrong usage, or something is not installed; 4 could not record or
reach the target.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

RECORDINGS = Path("recordings")
OK, DIFFERS, USAGE, UNREACHABLE = 0, 1, 2, 4

_COMMANDS = {
    "compare": ("conformance.commands.compare", "replay recordings against a target and say the score"),
    "coverage": ("conformance.commands.coverage", "say which operations the recordings reach"),
    "lint": ("conformance.commands.lint", "find what is wrong with the recordings themselves"),
    "report": ("conformance.commands.report", "show an earlier comparison again"),
    "record": ("conformance.commands.record", "play scenarios against a target and write recordings"),
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="ruststack-conform", description=(__doc__ or "").partition("\n\n")[2])
    commands = parser.add_subparsers(dest="subcommand", required=True, metavar="COMMAND")
    words = sys.argv[1:] if arguments is None else arguments
    chosen = next((word for word in words if word in _COMMANDS), None)
    for name, (module, summary) in _COMMANDS.items():
        sub = commands.add_parser(name, help=summary, description=summary)
        if name == chosen:
            command = _loaded(module)
            if command is None:
                return USAGE
            command.add_arguments(sub)
            sub.set_defaults(run=command.run)
    options = parser.parse_args(words)
    run: Callable[[argparse.Namespace], int] = options.run
    return run(options)


def _loaded(module: str) -> Any:
    """The command's module; each brings only what it needs, so that comparing does not wait for mitmproxy."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("conformance"):
            raise
        print(f"ruststack-conform needs {error.name}: pip install 'ruststack[conform]'", file=sys.stderr)
        return None


if __name__ == "__main__":
    sys.exit(main())
