"""What the command line understands, in full: every command, its flags and their help."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from typing import Any

from ruststack import __version__
from ruststack.config import Config
from ruststack.parsing import boolean
from ruststack.remote import DEFAULT_REGION
from ruststack.settings import SETTINGS

Run = Callable[[Config, argparse.Namespace], int]
Commands = Any


def _start(config: Config, given: argparse.Namespace) -> int:
    code: int = importlib.import_module("ruststack.serve").serve(config)
    return code


def _of(function: str, module: str = "ruststack.commands") -> Run:
    """A command that talks to a running server, loaded when it is run."""

    def run(config: Config, given: argparse.Namespace) -> int:
        code: int = getattr(importlib.import_module(module), function)(config, given)
        return code

    return run


def parser() -> argparse.ArgumentParser:
    full = argparse.ArgumentParser(prog="ruststack", description="The local AWS that proves what it claims.")
    full.add_argument("--version", action="version", version=f"ruststack {__version__}")
    commands = full.add_subparsers(metavar="command", required=True)
    start = _command(commands, "start", _start, "run the server until Ctrl-C or SIGTERM")
    for setting in SETTINGS:
        switch: dict[str, Any] = {"nargs": "?", "const": "1"} if setting.read is boolean else {}
        start.add_argument(
            setting.flag,
            **switch,
            dest=setting.field,
            metavar="VALUE",
            help=f"{setting.meaning} ({setting.values}; {setting.variable})".replace("%", "%%"),
        )
    _remote(commands, "status", "say whether a server runs, its version and its services")
    reset = _remote(commands, "reset", "forget all state of the running server")
    reset.add_argument("--account", metavar="ID", help="only what belongs to this account (12 digits)")
    snapshot = _remote(commands, "snapshot", "hold the running server's state under a name")
    snapshot.add_argument("name", nargs="?", default="default", help="default: default")
    snapshot.add_argument("--list", action="store_true", help="list the snapshots held instead")
    restore = _remote(commands, "restore", "go back to a snapshot")
    restore.add_argument("name", nargs="?", default="default", help="default: default")
    env = _remote(commands, "env", 'print what points AWS tools at the server: eval "$(ruststack env)"')
    env.add_argument("--account", metavar="ID", help="act in this account (12 digits)")
    env.add_argument("--unset", action="store_true", help="print what undoes it instead")
    logs = _remote(commands, "logs", "print what a Lambda function, or any log group, has logged")
    logs.set_defaults(run=_of("logs", "ruststack.logs"))
    logs.add_argument("name", metavar="FUNCTION", help="a function's name or ARN, or a log group's")
    logs.add_argument("-f", "--follow", action="store_true", help="go on with what comes, until Ctrl-C")
    logs.add_argument("--since", metavar="TIME", default="", help="a span such as 10m, 2h, 1d, or a time; default: all")
    logs.add_argument("--filter", metavar="PATTERN", default="", help="a filter pattern of CloudWatch Logs")
    logs.add_argument("--region", metavar="NAME", default=DEFAULT_REGION, help=f"default: {DEFAULT_REGION}")
    logs.add_argument("--account", metavar="ID", help="look in this account (12 digits)")
    _remote(commands, "doctor", "check the surroundings: Python, libraries, settings, ports, directories")
    return full


def _command(commands: Commands, name: str, run: Run, help: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=help, description=help)
    command.set_defaults(run=run)
    return command


def _remote(commands: Commands, name: str, help: str) -> argparse.ArgumentParser:
    command = _command(commands, name, _of(name), help)
    command.add_argument("--endpoint", metavar="URL", help="the server; default: where these settings would start one")
    return command
