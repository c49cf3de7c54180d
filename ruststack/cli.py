"""The command line: `ruststack start | status | reset | snapshot | restore | env | doctor`."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence

from ruststack import __version__
from ruststack.config import BadSetting, Config, load
from ruststack.settings import SETTINGS

BAD_USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, 1 when it could not be done, or 2 for bad usage and settings."""
    given = _parser().parse_args(arguments)
    flags = {name: value for name, value in vars(given).items() if name in Config.__dataclass_fields__ and value}
    try:
        config = load(flags)
    except BadSetting as error:
        print(f"ruststack: {error}", file=sys.stderr)
        return BAD_USAGE
    run: Callable[[Config, argparse.Namespace], int] = given.run
    return run(config, given)


def _start(config: Config, given: argparse.Namespace) -> int:
    # Each command loads only what it needs: `start` must be quick, and so must `status` in a health check.
    return int(importlib.import_module("ruststack.serve").serve(config))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ruststack", description="The local AWS that proves what it claims.")
    parser.add_argument("--version", action="version", version=f"ruststack {__version__}")
    commands = parser.add_subparsers(metavar="command", required=True)
    _settings(_command(commands, "start", _start, "run the server until Ctrl-C"))
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[Config, argparse.Namespace], int],
    help: str,
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=help, description=help)
    command.set_defaults(run=run)
    return command


def _settings(command: argparse.ArgumentParser) -> None:
    for setting in SETTINGS:
        command.add_argument(
            setting.flag, dest=setting.field, metavar="VALUE", help=f"{setting.meaning} {setting.values}"
        )


if __name__ == "__main__":
    sys.exit(main())
