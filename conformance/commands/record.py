"""`ruststack-conform record`: play scenarios against a target and write recordings."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from conformance.record.run import Outcome, record
from conformance.scenarios import select
from conformance.target import TargetError, opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="a name, a service or a prefix*; default: all")
    parser.add_argument("--target", default="localstack", help="localstack, aws, moto, embedded or a URL")
    parser.add_argument("--out", type=Path, default=Path("recordings"), help="the folder to write to")
    parser.add_argument("--region", default="us-east-1", help="the region to record in (default us-east-1)")
    parser.add_argument("--seed", default="ruststack", help="names differ by seed; recordings spell them all alike")
    parser.add_argument("--command", default="", help="what starts the embedded target; {port} stands for its port")
    parser.add_argument("--target-version", default="", help="for the record, of a target that does not say it itself")
    parser.add_argument("--list", action="store_true", help="list the scenarios and stop")


def run(options: argparse.Namespace) -> int:
    try:
        chosen = select(options.scenarios)
    except LookupError as error:
        print(error.args[0], file=sys.stderr)
        return 2
    if options.list:
        for each in chosen:
            print(f"{each.name:<40} {each.title}")
        return 0
    try:
        with opened(options.target, command=options.command, region=options.region) as target:
            target = replace(target, version=target.version or options.target_version)
            outcomes = record(chosen, target, options.out, seed=options.seed, tell=_tell)
    except (TargetError, OSError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 4
    failed = sum(1 for each in outcomes if each.error)
    surprises = sum(len(each.surprises) for each in outcomes)
    print(
        f"{len(outcomes) - failed} of {len(outcomes)} scenarios recorded from {target.kind} {target.version}, "
        f"{sum(each.exchanges for each in outcomes)} exchanges, {surprises} answers not as AWS gives them"
    )
    return 4 if failed else 0


def _tell(outcome: Outcome) -> None:
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
