"""`ruststack-conform compare`: replay recordings against targets, judge every answer, and say the score."""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path

from conformance import accepts as accepted
from conformance import gaps as known
from conformance.files import PACKAGED, goldens, recordings, scenario_names
from conformance.network import Routes
from conformance.replay.cloud import Cloud
from conformance.replay.regions import FIRST, is_region
from conformance.replay.run import TargetLost
from conformance.report import outputs
from conformance.report.progress import Progress
from conformance.report.score import Run
from conformance.target import EMBEDDED, TargetError, opened
from conformance.trial import outcome
from conformance.trial.minimise import TRIALS, Reduction
from conformance.trial.outcome import Outcome
from conformance.trial.reductions import keep, reductions, shown, sought
from conformance.trial.run import Trial, run_trial
from conformance.trial.shards import Shard, fingerprint

_EPILOG = """\
examples:
  ruststack-conform compare
  ruststack-conform compare s3/bucket_tags --target http://localhost:4566
  ruststack-conform compare --target embedded,localstack --html out/page.html
  ruststack-conform compare --command 'moto_server -p {port}'
  ruststack-conform compare --baseline baseline.json --junit out/junit.xml

A PATH that is not here is one within the goldens: s3, or s3/bucket_tags.

exit codes: 0 all matches, is waived or is a known gap; 1 something differs,
or a bar was not cleared; 2 wrong usage; 4 the target cannot be reached"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="recordings or folders (default: the goldens)"
    )
    parser.add_argument(
        "--recordings",
        type=Path,
        default=goldens(),
        metavar="FOLDER",
        help="where known_gaps.yaml and accept.yaml lie (default: the goldens)",
    )
    parser.add_argument("-n", type=_workers, default=0, metavar="N", help="scenarios at a time (default: one a core)")
    parser.add_argument("--shard", default="", metavar="K/N", help="judge only the Kth of N equal parts")
    parser.add_argument("--no-gaps", action="store_true", help="judge as if nothing were known")
    _add_target(parser.add_argument_group("the target"))
    outcome.add_arguments(parser.add_argument_group("what passes"))
    shown = parser.add_argument_group("what is shown and written")
    outputs.add_arguments(shown)
    shown.add_argument(
        "--minimise",
        action="store_true",
        help="shrink each scenario with an unexplained difference (with --all: with any) to the fewest exchanges that "
        f"still show its worst one, by at most {TRIALS} replays each",
    )
    shown.add_argument("--out", type=Path, metavar="FOLDER", help="where --minimise writes what is left as recordings")


def _add_target(group: argparse._ActionsContainer) -> None:
    group.add_argument(
        "--target",
        action="append",
        dest="targets",
        metavar="NAME|URL",
        help="embedded (default: `ruststack start`), aws, a name or a URL; again, or with commas, for several",
    )
    group.add_argument("--command", default="", help="what starts the embedded target; {port} stands for its port")
    group.add_argument(
        "--account", action="append", default=[], metavar="LABEL=PROFILE", help="on AWS: the profile of another account"
    )
    group.add_argument(
        "--connect-to", action="append", default=[], metavar="HOST=ADDRESS[:PORT]", help="on AWS: as in `record`"
    )
    group.add_argument(
        "--region",
        default="",
        help="the target's region: what was recorded in another takes place there, and answers are mapped back",
    )


def _workers(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text} is no number of scenarios: 1, 2, ... or 0 for one a core")
    return int(text)


def run(options: argparse.Namespace) -> int:
    try:
        wanted = Outcome.of(options)
        outputs.prepare(options)
        compared = _compared(options)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    except (TargetError, TargetLost) as error:
        print(error, file=sys.stderr)
        return 4
    runs = [run for run, _ in compared]
    outputs.show(options, runs)
    outputs.write(options, runs)
    for _, found in compared:
        _show_reductions(options, found)
    return wanted.exit_code(runs)


def _compared(options: argparse.Namespace) -> list[tuple[Run, list[Reduction | str]]]:
    """The run of each target, and what --minimise made of its failures."""
    if options.out and not options.minimise:
        raise ValueError("--out needs --minimise")
    if options.region and not is_region(options.region):
        raise ValueError(f"{options.region!r} is no region: --region eu-west-1")
    files = recordings(options.paths or [options.recordings])
    shard = Shard.parse(options.shard) if options.shard else None
    whole, files = (fingerprint(files), shard.of(files)) if shard else ("", files)
    gaps = known.Gaps() if options.no_gaps else known.load(options.recordings / known.FILE)
    names = ",".join(options.targets or [EMBEDDED]).split(",")
    accepts = accepted.load(options.recordings / accepted.FILE)
    compared = [_tried(options, name, files, gaps, accepts) for name in names]
    for run, _ in compared:
        run.whole = whole
        if options.recordings == PACKAGED:
            # The list of known gaps is as old as the package, and not the user's to mend.
            run.has_own_gaps, run.problems = False, []
    return compared


def _tried(
    options: argparse.Namespace, name: str, files: list[Path], gaps: known.Gaps, accepts: accepted.Accepts
) -> tuple[Run, list[Reduction | str]]:
    with contextlib.ExitStack() as stack:
        target = stack.enter_context(opened(name, command=options.command, region=options.region or FIRST))
        cloud = None if target.url else stack.enter_context(_cloud(options))
        trial = Trial.of(target, gaps, cloud, accepts=accepts, region=options.region)
        everything = set(scenario_names(options.recordings))
        with Progress(len(files), f"comparing {name}") as progress:
            run = run_trial(
                files,
                trial,
                everything,
                workers=options.n,
                shard=options.shard,
                tell=progress.advance,
                warn=_warn,
            )
        found = sought(run, is_known_too=options.all) if options.minimise else []
        with Progress(len(found), f"minimising on {name}") as progress:
            return run, list(reductions(run, trial, found, workers=trial.workers(options.n), tell=progress.advance))


def _cloud(options: argparse.Namespace) -> contextlib.AbstractContextManager[Cloud]:
    if not all("=" in each for each in options.account):
        raise ValueError("--account LABEL=PROFILE, as in --account other=my-second-profile")
    profiles = dict(each.split("=", 1) for each in options.account)
    return Cloud.opened(profiles, Routes.parse(options.connect_to))


def _show_reductions(options: argparse.Namespace, found: list[Reduction | str]) -> None:
    view = outputs.view(options)
    for each in found:
        if isinstance(each, str):
            print(each, file=sys.stderr)
            continue
        if view:
            print("\n" + "\n".join(shown(each, view)))
        if options.out:
            print(f"   written: {keep(each, options.out)}", file=sys.stdout if view else sys.stderr)


def _warn(line: str) -> None:
    print(line, file=sys.stderr)
