"""`ruststack-conform compare`: replay recordings against targets, judge every answer, and say the score."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from conformance import gaps as known
from conformance.files import PACKAGED, goldens, recordings, scenario_names
from conformance.replay.run import TargetLost
from conformance.report import outputs
from conformance.report.progress import Progress
from conformance.report.score import Run
from conformance.target import EMBEDDED, TargetError, opened
from conformance.trial.bar import EVERYTHING, LEVELS, NONE, Bar
from conformance.trial.baseline import Baseline, load_baseline, ratchet, save_baseline
from conformance.trial.minimise import TRIALS, Reduction
from conformance.trial.reductions import keep, reductions, shown, sought
from conformance.trial.run import Trial, run_trial
from conformance.trial.shards import Shard


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="recordings or folders (default recordings)"
    )
    parser.add_argument("--recordings", type=Path, default=goldens(), help="where known_gaps.yaml lies")
    parser.add_argument(
        "--target",
        action="append",
        dest="targets",
        metavar="NAME|URL",
        help="embedded (default: `ruststack start`), a name or a URL; again, or with commas, for several targets",
    )
    parser.add_argument("--command", default="", help="what starts the embedded target; {port} stands for its port")
    parser.add_argument("-n", type=int, default=0, metavar="N", help="scenarios at a time (default: one a core)")
    parser.add_argument("--shard", default="", metavar="K/N", help="judge only the Kth of N equal parts")
    parser.add_argument("--no-gaps", action="store_true", help="judge as if nothing were known")
    parser.add_argument(
        "--minimise",
        action="store_true",
        help="shrink each scenario with an unexplained difference (with --all: with any) to the fewest exchanges that "
        f"still show its worst one, by at most {TRIALS} replays each",
    )
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where --minimise writes what is left as recordings")
    _add_bar_arguments(parser)
    outputs.add_arguments(parser)


def _add_bar_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--fail-on",
        choices=LEVELS,
        help="the least severity that fails (default: minor, and with --fail-under or --baseline none)",
    )
    parser.add_argument("--fail-under", type=float, metavar="PERCENT", help="fail when fewer exchanges match")
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="fail when an exchange is worse than it says")
    parser.add_argument("--update-baseline", action="store_true", help="write what got better, and what is new, to it")


def run(options: argparse.Namespace) -> int:
    try:
        compared, baseline = _compared(options), _baseline(options)
    except (ValueError, OSError) as error:
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
    bar = _bar(options)
    complaints = [*bar.complaints(runs), *_ratcheted(options, baseline, runs)]
    for line in complaints:
        print(line, file=sys.stderr)
    return 0 if not complaints and all(bar.is_cleared_by(each) for each in runs) else 1


def _compared(options: argparse.Namespace) -> list[tuple[Run, list[Reduction | str]]]:
    """The run of each target, and what --minimise made of its failures."""
    if options.out and not options.minimise:
        raise ValueError("--out needs --minimise")
    files = recordings(options.paths or [options.recordings])
    shard = Shard.parse(options.shard) if options.shard else None
    files = shard.of(files) if shard else files
    gaps = known.Gaps() if options.no_gaps else known.load(options.recordings / known.FILE)
    names = ",".join(options.targets or [EMBEDDED]).split(",")
    compared = [_tried(options, name, files, gaps) for name in names]
    if options.recordings == PACKAGED:
        # The list of known gaps is as old as the package, and not the user's to mend.
        for run, _ in compared:
            run.problems = []
    return compared


def _tried(
    options: argparse.Namespace, name: str, files: list[Path], gaps: known.Gaps
) -> tuple[Run, list[Reduction | str]]:
    with opened(name, command=options.command) as target:
        trial = Trial.of(target, gaps)
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


def _bar(options: argparse.Namespace) -> Bar:
    is_other = options.fail_under is not None or options.baseline is not None
    return Bar(options.fail_on or (NONE if is_other else EVERYTHING), options.fail_under)


def _baseline(options: argparse.Namespace) -> Baseline:
    """What the file says. Raises ValueError when there is none and none is to be written."""
    path: Path | None = options.baseline
    if path is None:
        if options.update_baseline:
            raise ValueError("--update-baseline needs --baseline FILE")
        return {}
    if options.update_baseline and not path.exists():
        return {}
    return load_baseline(path)


def _ratcheted(options: argparse.Namespace, baseline: Baseline, runs: Sequence[Run]) -> list[str]:
    """A line for each exchange that is worse than the baseline; what is better is told, and kept if that was asked."""
    if options.baseline is None:
        return []
    worse = []
    for each in runs:
        target = each.target.partition(" ")[0]
        baseline[target], change = ratchet(baseline, target, each)
        worse += [f"worse than {options.baseline} on {target}: {line}" for line in change.worse]
        for line in change.better:
            print(f"better than {options.baseline} on {target}: {line}")
        if change.new:
            print(f"{len(change.new)} scenarios are new to {options.baseline} on {target}")
    if options.update_baseline:
        save_baseline(baseline, options.baseline)
    return worse
