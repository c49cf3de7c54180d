"""One target's trial: scenario after scenario is loaded, replayed, judged and forgotten, several at a time."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from conformance.compare.judge import judge
from conformance.compare.mismatch import Judgement
from conformance.exchange import Recording, Source
from conformance.gaps import Gaps
from conformance.normalise.rules import Rulebook
from conformance.recording import load
from conformance.replay.run import replay
from conformance.replay.teardown import tear_down
from conformance.report.score import Run
from conformance.target import Target, TargetError
from conformance.trial.accounts import keeps_accounts_apart
from conformance.trial.memory import Memory
from conformance.trial.pool import cores, in_order


@dataclass(slots=True)
class Tried:
    """One scenario's part of a run."""

    source: Source
    scenario: str
    path: Path
    judgements: list[Judgement]
    left: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Trial:
    """Everything that the scenarios of a run share. ``salt`` makes names and accounts fresh ones."""

    target: Target
    url: str
    gaps: Gaps
    salt: str = ""
    tears_down: bool = False
    rules: Rulebook = field(default_factory=Rulebook)

    @classmethod
    def of(cls, target: Target, gaps: Gaps, *, is_shared: bool) -> Trial:
        """``is_shared``: its scenarios live in one account there, so that each has to go before the next one comes."""
        if target.url is None:
            raise TargetError("comparing with real AWS is not possible yet; record it with `record --target aws`")
        # A target that we did not start may remember an earlier run, and must not keep this one.
        salt = "" if target.is_child else secrets.token_hex(4)
        return cls(target, target.url, gaps.at(target), salt, tears_down=not target.is_child or is_shared)

    def scenario(self, path: Path) -> Tried:
        """Load it, replay it, judge it and clean up after it. Raises TargetLost, and ValueError for a broken file."""
        recording = load(path)
        tried = Tried(recording.source, recording.scenario, path, self.judged(recording))
        if self.tears_down:
            tried.left = tear_down(recording, self.url, self.salt)
        return tried

    def judged(self, recording: Recording) -> list[Judgement]:
        answers = replay(recording, self.url, salt=self.salt)
        return judge(recording, answers, self.rules, self.gaps, target=self.target.kind)


def run_trial(
    files: list[Path],
    target: Target,
    gaps: Gaps,
    everything: set[str],
    *,
    workers: int = 0,
    shard: str = "",
    tell: Callable[[str], None] = lambda scenario: None,
    warn: Callable[[str], None] = lambda line: None,
) -> Run:
    """The run of every file. ``workers``: at most so many scenarios at a time (0: one a core).

    Raises TargetLost, TargetError, and ValueError for a file that is no recording.
    """
    started = time.perf_counter()
    workers = workers or cores()
    is_shared = not keeps_accounts_apart(target)
    trial = Trial.of(target, gaps, is_shared=is_shared)
    run = Run(
        f"{target.kind} {target.version}".strip(),
        [],
        url="" if target.is_child else trial.url,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        gaps=trial.gaps.gaps,
        scenarios=everything,
        shard=shard,
        is_home=target.is_home,
    )
    if is_shared and workers > 1:
        warn(f"{run.target} gives every access key one account: its scenarios run one after another")
    memory = Memory()
    for each in in_order(trial.scenario, files, 1 if is_shared else workers):
        run.sources[each.scenario], run.files[each.scenario] = each.source, each.path
        run.judgements += memory.kept(each.judgements)
        run.left += each.left
        tell(each.scenario)
    run.seconds = time.perf_counter() - started
    run.used_gaps = sorted(trial.gaps.used)
    run.problems = trial.gaps.problems(set(run.sources), everything, datetime.now(UTC).date(), is_home=target.is_home)
    return run
