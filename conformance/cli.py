"""The command `ruststack-conform`: its subcommands, each in a module that is loaded when it is asked for.

A command's module has ``add_arguments(parser)``, with an example in ``parser.epilog``, and ``run(options)``, which
returns one of the exit codes of ``conformance.exits``.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import textwrap
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NoReturn

from conformance.complaint import complaint
from conformance.exits import INTERRUPTED, PIPE_BROKEN, UNREACHABLE, USAGE, in_short

_COMMANDS = {
    "compare": ("conformance.commands.compare", "replay recordings against a target and say the score"),
    "coverage": (
        "conformance.commands.coverage",
        "what recordings reach of AWS's models, and prove of your application",
    ),
    "lint": ("conformance.commands.lint", "find what is wrong with the recordings themselves"),
    "replay": ("conformance.commands.replay", "send recorded requests to a target, or answer as AWS from recordings"),
    "report": ("conformance.commands.report", "every form of report from stored results; merge shards"),
    "record": ("conformance.commands.record", "play scenarios against a target and write recordings"),
    "import": ("conformance.commands.import_", "make recordings of what mitmproxy or a browser has kept (flows, HAR)"),
    "export": ("conformance.commands.export", "write recordings as HAR, for browsers' and others' tools"),
    "refresh": ("conformance.commands.refresh", "record again, rewrite only what changed, and report the drift"),
    "sweep": ("conformance.commands.sweep", "delete what recording may have left on a target"),
    "iam-policy": ("conformance.commands.iam_policy", "print the least that recording on real AWS needs"),
}

# The order in which a newcomer meets them. A command that stands nowhere is listed last.
_GROUPS = {
    "judge a target": ("compare", "report", "coverage", "replay", "lint"),
    "make recordings": ("record", "import", "export"),
    "keep them true": ("refresh", "sweep", "iam-policy"),
}

_ABOUT = """\
Records what a service really answers, replays the requests against any
endpoint, and shows every difference."""

_EPILOG = f"""\
a first run:
  ruststack-conform compare --target http://localhost:4566

exit codes:
{in_short()}

Each command explains itself: ruststack-conform COMMAND --help"""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code. Interrupting it, or closing the pipe that it writes to, is no error."""
    try:
        code = _run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # What is still buffered cannot be written either; Python would say so when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_BROKEN
    except (ConnectionError, TimeoutError) as error:
        print(f"the target is gone: {error}", file=sys.stderr)
        return UNREACHABLE
    except OSError as error:
        print(complaint(error), file=sys.stderr)
        return USAGE


def _run(words: list[str]) -> int:
    if not words:
        _parser().print_help(sys.stderr)
        return USAGE
    options = parsed(words)
    if options is None:
        return USAGE
    run: Callable[[argparse.Namespace], int] = options.run
    return run(options)


def parsed(words: list[str]) -> argparse.Namespace | None:
    """The options of a command line, with its command's ``run``; None when a library is not installed, which was said.

    Raises SystemExit for wrong usage, as argparse does.
    """
    parser = _parser()
    commands = parser.add_subparsers(dest="subcommand", required=True, metavar="COMMAND", help=argparse.SUPPRESS)
    # What stands after `--` is another program's command line; a command that runs one finds it in `program`.
    words, program = _split(words)
    chosen = next((word for word in words if word in _COMMANDS), None)
    for name, (module, summary) in _COMMANDS.items():
        sub = commands.add_parser(
            name,
            prog=f"{parser.prog} {name}",
            description=f"{summary[:1].upper()}{summary[1:]}.",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name == chosen:
            command = _loaded(module)
            if command is None:
                return None
            command.add_arguments(sub)
            sub.set_defaults(run=command.run)
            if program and not getattr(command, "RUNS_A_PROGRAM", False):
                sub.error("it runs no other program")
    options = parser.parse_args(words)
    options.program = program
    return options


def _parser() -> _Parser:
    parser = _Parser(
        "ruststack-conform",
        description=f"{_ABOUT}\n\n{_overview()}",
        epilog=_EPILOG,
        usage="%(prog)s COMMAND ...",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {_version()}", help="say the version")
    return parser


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    at = words.index("--") if "--" in words else len(words)
    return words[:at], words[at + 1 :]


def _overview() -> str:
    return "\n\n".join(f"{title}:\n" + "\n".join(_lines(names)) for title, names in _grouped().items())


def _grouped() -> dict[str, list[str]]:
    grouped = {title: [name for name in names if name in _COMMANDS] for title, names in _GROUPS.items()}
    grouped["others"] = [
        name for name in _COMMANDS if name not in {each for names in _GROUPS.values() for each in names}
    ]
    return {title: names for title, names in grouped.items() if names}


def _lines(names: list[str]) -> Iterator[str]:
    for name in names:
        yield textwrap.fill(_COMMANDS[name][1], 78, initial_indent=f"  {name:<12}", subsequent_indent=" " * 14)


def _version() -> str:
    try:
        return version("ruststack")
    except PackageNotFoundError:
        return "(not installed)"


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
