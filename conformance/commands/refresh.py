"""`ruststack-conform refresh`: record again, rewrite only what changed, and say what the source answers otherwise."""

from __future__ import annotations

import argparse
import secrets
import sys
from pathlib import Path

from conformance.files import make_room
from conformance.refresh import markdown
from conformance.refresh.plan import jobs
from conformance.refresh.run import Refresh, Refreshed, State, refresh
from conformance.report.progress import Progress
from conformance.target import TargetError, opened

_EPILOG = """\
examples:
  ruststack-conform refresh --target localstack s3 --markdown out/drift.md
  ruststack-conform refresh --target aws --adopt --max-requests 500 sts

exit codes: 0 everything answers as recorded; 3 drift: something was rewritten
or recorded for the first time (with --dry-run: would be); 4 something could
not be recorded, its old file is left alone; 2 wrong usage, or a target of
another kind than what is to be refreshed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument(
        "what", nargs="*", metavar="SCENARIO|PATH", help="a name, a service, a prefix*, a file or a folder (all)"
    )
    parser.add_argument(
        "--target", required=True, metavar="NAME|URL", help="aws, localstack, dynamodb-local, moto, embedded or a URL"
    )
    parser.add_argument(
        "--recordings",
        type=Path,
        metavar="FOLDER",
        default=Path("recordings"),
        help="the folder to refresh (default recordings)",
    )
    parser.add_argument("--region", default="us-east-1", help="the region to record in (us-east-1)")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the drift report")
    parser.add_argument("--dry-run", action="store_true", help="report, and write no recording")
    parser.add_argument(
        "--adopt", action="store_true", help="also replace recordings of other emulators by this target's; never AWS's"
    )
    parser.add_argument("--max-requests", type=int, metavar="N", help="begin no scenario that would send more than N")
    parser.add_argument("--command", default="", help="what starts the embedded target; {port} stands for its port")


def run(options: argparse.Namespace) -> int:
    if options.markdown:
        # Before hours of recording, not after.
        make_room(options.markdown)
    try:
        chosen = jobs(options.what, options.recordings)
        with (
            opened(options.target, command=options.command, region=options.region) as target,
            Progress(len(chosen), "recording again") as progress,
        ):
            # Bucket names are the whole world's on AWS; recordings spell them all alike.
            seed = secrets.token_hex(4) if target.kind == "aws" else "ruststack"
            result = refresh(
                chosen,
                target,
                adopt=options.adopt,
                is_dry=options.dry_run,
                most=options.max_requests,
                seed=seed,
                tell=lambda each: _tell(each, progress),
            )
    except (LookupError, ValueError) as error:
        print(error.args[0], file=sys.stderr)
        return 2
    except BrokenPipeError:
        raise  # of our own output: no failure
    except (TargetError, OSError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 4
    print(markdown.summary(result))
    if options.markdown:
        options.markdown.write_text(markdown.render(result), encoding="utf-8")
    return exit_code(result)


def exit_code(result: Refresh) -> int:
    """4 outranks 3: drift beside a failure is in the report, and what was recorded is written."""
    if result.of(State.FAILED):
        return 4
    if result.of(State.CHANGED, State.NEW):
        return 3
    if not result.of(State.SAME):
        print("nothing to refresh: the target is of another kind than the recordings' source", file=sys.stderr)
        return 2
    return 0


def _tell(each: Refreshed, progress: Progress) -> None:
    progress.clear()
    for line in markdown.lines(each):
        print(line, flush=True)
    progress.advance(each.name)
