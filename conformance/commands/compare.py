"""`ruststack-conform compare`: replay recordings against a target, judge every answer, and say the score."""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from conformance import gaps as known
from conformance.compare.judge import judge
from conformance.files import recordings, scenario_names
from conformance.normalise.rules import Rulebook
from conformance.recording import load
from conformance.replay.run import TargetLost, replay
from conformance.replay.teardown import tear_down
from conformance.report import outputs
from conformance.report.progress import Progress
from conformance.report.score import Run
from conformance.target import Target, TargetError, opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="recordings or folders (default recordings)"
    )
    parser.add_argument("--recordings", type=Path, default=Path("recordings"), help="where known_gaps.yaml lies")
    parser.add_argument("--target", default="embedded", help="embedded (default: `ruststack start`), a name or a URL")
    parser.add_argument("--command", default="", help="what starts the embedded target; {port} stands for its port")
    outputs.add_arguments(parser)
    parser.add_argument("--no-gaps", action="store_true", help="judge as if nothing were known")


def run(options: argparse.Namespace) -> int:
    try:
        files = recordings(options.paths or [options.recordings])
        gaps = known.Gaps() if options.no_gaps else known.load(options.recordings / known.FILE)
        with opened(options.target, command=options.command) as target:
            runs = [compare(files, target, gaps, set(scenario_names(options.recordings)))]
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    except (TargetError, TargetLost) as error:
        print(error, file=sys.stderr)
        return 4
    outputs.show(options, runs)
    outputs.write(options, runs)
    return 1 if any(each.unexplained() or each.problems for each in runs) else 0


def compare(files: list[Path], target: Target, gaps: known.Gaps, everything: set[str]) -> Run:
    """Replay and judge file after file; one is in memory at a time, but for what differs."""
    if target.url is None:
        raise TargetError("comparing with real AWS is not possible yet; record it with `record --target aws`")
    started = time.perf_counter()
    rules = Rulebook()
    # A target that we did not start may remember an earlier run, and must not keep this one.
    salt = "" if target.is_child else secrets.token_hex(4)
    result = Run(
        f"{target.kind} {target.version}".strip(),
        [],
        url="" if target.is_child else target.url,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        gaps=gaps.gaps,
        scenarios=everything,
    )
    with Progress(len(files), "comparing") as progress:
        for path in files:
            recording = load(path)
            result.sources[recording.scenario], result.files[recording.scenario] = recording.source, path
            result.judgements += judge(
                recording, replay(recording, target.url, salt=salt), rules, gaps, target=target.kind
            )
            if salt:
                result.left += tear_down(recording, target.url, salt)
            progress.advance(recording.scenario)
    result.seconds = time.perf_counter() - started
    result.used_gaps = sorted(gaps.used)
    result.problems = gap_problems(gaps, set(result.sources), everything, datetime.now(UTC).date())
    return result


def gap_problems(gaps: known.Gaps, judged: set[str], everything: set[str], today: date) -> list[str]:
    """A line for each gap that has expired or healed."""
    lines = [f"known gap {gap.id} expired on {gap.expires}: settle it or renew it" for gap in gaps.expired(today)]
    return lines + [
        f"known gap {gap.id} covers nothing any more: remove it from {known.FILE}"
        for gap in gaps.healed(judged, everything)
    ]
