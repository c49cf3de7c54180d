"""`ruststack-conform record`: play scenarios against a target, or run a program, and write recordings."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from dataclasses import replace
from pathlib import Path

from conformance.files import scenario_name
from conformance.network import Routes
from conformance.record.program import NothingSaid, Run, counted, record_program, troubles
from conformance.record.run import Outcome, record
from conformance.record.traffic import Ambiguous
from conformance.recording import SecretFound
from conformance.report.progress import Progress
from conformance.scenarios import select
from conformance.target import NAMED, TargetError, opened

RUNS_A_PROGRAM = True

OK, PROGRAM_FAILED, USAGE, NOT_RECORDED = 0, 1, 2, 4

_EPILOG = """\
examples:
  ruststack-conform record --target localstack 's3/object_*'
  ruststack-conform record --target aws sts/identity
  ruststack-conform record --name shop -- pytest tests/
  ruststack-conform record --name shop/upload --target moto -- node up.mjs

A program is run as it is: the environment leads its SDK through the recorder.
Without --target what it said is recorded from wherever it goes:
$AWS_ENDPOINT_URL, else AWS or the endpoint that it names itself."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.usage = "%(prog)s [options] [SCENARIO ...]\n       %(prog)s [options] --name NAME -- COMMAND ..."
    parser.epilog = _EPILOG
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="a name, a service or a prefix*; default: all")
    parser.add_argument(
        "--target",
        metavar="NAME|URL",
        help=f"aws, {', '.join(NAMED)}, embedded or a URL (default for scenarios: localstack)",
    )
    parser.add_argument(
        "--out", type=Path, default=Path("recordings"), metavar="FOLDER", help="where to write (default recordings)"
    )
    parser.add_argument("--name", default="", help="what the recording of a program is called: FOLDER/NAME.yaml")
    parser.add_argument(
        "--keep-account", action="store_true", help="write account ids as they are (default: 000000000000 and on)"
    )
    parser.add_argument(
        "--account", action="append", default=[], metavar="LABEL=PROFILE", help="on AWS: the profile of another account"
    )
    parser.add_argument(
        "--connect-to",
        action="append",
        default=[],
        metavar="HOST=ADDRESS[:PORT]",
        help="reach a host (* fits any) at another address, such as a VPC endpoint; Host and certificate stay its own",
    )
    parser.add_argument(
        "--target-version", default="", metavar="VERSION", help="the version of a target that does not tell it itself"
    )
    parser.add_argument("--region", default="us-east-1", help="the region to play scenarios in (default us-east-1)")
    parser.add_argument("--seed", default="ruststack", help="names differ by seed; recordings spell them all alike")
    parser.add_argument("--command", default="", help="what starts the embedded target; {port} stands for its port")
    parser.add_argument("--list", action="store_true", help="list the scenarios and stop")


def run(options: argparse.Namespace) -> int:
    if options.out.is_file():
        print(f"--out {options.out}: a file; the folder to write to is wanted", file=sys.stderr)
        return USAGE
    try:
        options.routes = Routes.parse(options.connect_to)
    except ValueError as error:
        print(error, file=sys.stderr)
        return USAGE
    if options.program:
        return _run_program(options)
    if options.name:
        print("--name is for a program's recording: ruststack-conform record --name NAME -- COMMAND", file=sys.stderr)
        return USAGE
    return _play_scenarios(options)


# -- a program --------------------------------------------------------------------------------------------------------


def _run_program(options: argparse.Namespace) -> int:
    problem = _wrong_usage(options)
    if problem:
        print(problem, file=sys.stderr)
        return USAGE
    name = "/".join(options.name.strip("/").split("/"))
    goes_to = options.target or os.environ.get("AWS_ENDPOINT_URL")
    try:
        with contextlib.ExitStack() as stack:
            target = stack.enter_context(opened(goes_to, command=options.command)) if goes_to else None
            if target:
                target = replace(target, version=target.version or options.target_version)
            done = record_program(
                options.program,
                name,
                target,
                options.out,
                os.environ,
                keeps_accounts=options.keep_account,
                routes=options.routes,
            )
    except FileNotFoundError as error:
        print(f"there is no program {error.filename or options.program[0]}", file=sys.stderr)
        return USAGE
    except (NothingSaid, Ambiguous, SecretFound, TargetError, OSError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return NOT_RECORDED
    _tell_run(done, options.program[0])
    return OK if done.exit_code == 0 else PROGRAM_FAILED


def _wrong_usage(options: argparse.Namespace) -> str:
    if options.scenarios:
        return f"either scenarios or a program: {options.scenarios[0]} stands before --"
    if not options.name:
        return "give the recording a --name: ruststack-conform record --name NAME -- COMMAND"
    wanted = "/".join(options.name.split("/"))
    try:
        fits = scenario_name("", wanted).lstrip("/") == wanted
    except ValueError:
        fits = False
    return (
        "" if fits else f"--name {options.name}: lower-case words joined by _, and / between folders, as in shop/upload"
    )


def _tell_run(done: Run, program: str) -> None:
    for each in done.written:
        print(f"recorded {each.scenario} ({each.exchanges}) in {each.path}")
    for reason, count in sorted(done.dropped.items()):
        print(f"dropped  {counted(count)}: {reason}")
    for line in troubles(done.trouble):
        print(f"         {line}")
    where = f"{done.target.kind} {done.target.version}".strip()
    if done.target.kind == "other" and done.target.url is None:
        where = "AWS's hosts, but no public authority vouches for their certificates: it is not marked as seen on AWS"
    print(f"from {where}; {program} ended with {done.exit_code}")


# -- scenarios --------------------------------------------------------------------------------------------------------


def _play_scenarios(options: argparse.Namespace) -> int:
    try:
        chosen = select(options.scenarios)
    except LookupError as error:
        print(f"{error.args[0]}; a program is recorded with --name NAME -- COMMAND", file=sys.stderr)
        return USAGE
    if not all("=" in each for each in options.account):
        print("--account LABEL=PROFILE, as in --account other=my-second-profile", file=sys.stderr)
        return USAGE
    if options.list:
        for each in chosen:
            print(f"{each.name:<40} {each.title}")
        return OK
    try:
        with (
            opened(options.target or "localstack", command=options.command, region=options.region) as target,
            Progress(len(chosen), "recording") as progress,
        ):
            target = replace(target, version=target.version or options.target_version)
            outcomes = record(
                chosen,
                target,
                options.out,
                seed=options.seed,
                tell=lambda each: _tell(each, progress),
                keeps_accounts=options.keep_account,
                profiles=dict(each.split("=", 1) for each in options.account),
                routes=options.routes,
            )
    except BrokenPipeError:
        raise  # of our own output: no failure
    except (TargetError, OSError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return NOT_RECORDED
    failed = sum(1 for each in outcomes if each.error)
    surprises = sum(len(each.surprises) for each in outcomes)
    source = f"{target.kind} {target.version}".strip()
    print(
        f"{len(outcomes) - failed} of {len(outcomes)} scenarios recorded from {source}, "
        f"{sum(each.exchanges for each in outcomes)} exchanges, {surprises} answers not as AWS gives them"
    )
    return NOT_RECORDED if failed else OK


def _tell(outcome: Outcome, progress: Progress) -> None:
    progress.clear()
    if outcome.error:
        print(f"FAILED   {outcome.scenario}: {outcome.error}")
    else:
        print(f"recorded {outcome.scenario} ({outcome.exchanges})")
    for each in outcome.surprises:
        where = f"{each.operation} at {each.step!r}" if each.step else each.operation
        print(f"         AWS answers {each.expected}, this target {each.actual}: {where}")
    for line in outcome.left:
        print(f"         not cleaned up: {line}")
    sys.stdout.flush()
    progress.advance(outcome.scenario)
