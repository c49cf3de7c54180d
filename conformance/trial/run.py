"""One target's trial: scenario after scenario is loaded, replayed, judged and forgotten, several at a time."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from conformance.accepts import Accepts
from conformance.compare.imitations import is_imitation
from conformance.compare.judge import judge_each
from conformance.compare.mismatch import Judgement, Verdict
from conformance.exchange import Recording, Source
from conformance.gaps import Gaps
from conformance.normalise.rules import Rulebook
from conformance.recording import load
from conformance.replay.cloud import Cloud
from conformance.replay.run import replay_each
from conformance.replay.teardown import tear_down
from conformance.report.score import Run
from conformance.target import Target
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
    """Everything that the scenarios of a run share. ``salt`` makes names and accounts fresh ones.

    ``region`` is where they take place; empty: each where it was recorded.
    """

    target: Target
    url: str
    gaps: Gaps
    salt: str = ""
    tears_down: bool = False
    is_shared: bool = False
    cloud: Cloud | None = None
    region: str = ""
    accepts: Accepts = field(default_factory=Accepts)
    rules: Rulebook = field(default_factory=Rulebook)
    memory: Memory = field(default_factory=Memory)

    @classmethod
    def of(
        cls,
        target: Target,
        gaps: Gaps,
        cloud: Cloud | None = None,
        *,
        accepts: Accepts | None = None,
        region: str = "",
    ) -> Trial:
        """Where scenarios share one account (``is_shared``), each has to go before the next one comes.

        ``cloud`` is what a target without a URL, AWS, is reached by.
        """
        is_shared = not keeps_accounts_apart(target)
        # A target that we did not start may remember an earlier run, and must not keep this one.
        salt = "" if target.is_child else secrets.token_hex(4)
        return cls(
            target,
            target.url or "",
            gaps.at(target),
            salt,
            not target.is_child or is_shared,
            is_shared,
            cloud,
            region,
            (accepts or Accepts()).at(region),
        )

    def workers(self, wanted: int) -> int:
        """How many scenarios may be played at a time, when so many are wanted (0: one a core)."""
        return 1 if self.is_shared else wanted or cores()

    def scenario(self, path: Path) -> Tried:
        """Load it, replay it, judge it and clean up after it. Raises TargetLost, and ValueError for a broken file."""
        recording = load(path)
        kept = [self.memory.kept(each) for each in self._judged(recording)]
        tried = Tried(recording.source, recording.scenario, path, kept)
        if self.tears_down:
            tried.left = self._torn_down(recording)
        return tried

    def judged(self, recording: Recording) -> list[Judgement]:
        return list(self._judged(recording))

    def _judged(self, recording: Recording) -> Iterator[Judgement]:
        if self.cloud and (label := self.cloud.missing(recording)):
            note = f"needs another account: --account {label}=PROFILE"
            for each in recording.exchanges:
                yield Judgement(recording.scenario, each, Verdict.INDETERMINATE, (), note)
            return
        played = replay_each(
            recording, recording.exchanges, self.url, salt=self.salt, region=self.region, cloud=self.cloud
        )
        answers = (answer for _, answer in played)
        yield from judge_each(recording, answers, self.rules, self.gaps, target=self.target.kind, accepts=self.accepts)

    def judged_anew(self, recording: Recording) -> list[Judgement]:
        """The judgements of a replay in accounts and with names that nobody has had, which leaves nothing behind."""
        anew = replace(self, salt=secrets.token_hex(4))
        judgements = anew.judged(recording)
        if self.tears_down:
            anew._torn_down(recording)
        return judgements

    def _torn_down(self, recording: Recording) -> list[str]:
        if self.cloud and self.cloud.missing(recording):
            return []  # it was not played
        return tear_down(recording, self.url, self.salt, self.cloud, self.region)


def run_trial(
    files: list[Path],
    trial: Trial,
    everything: set[str],
    *,
    workers: int = 0,
    shard: str = "",
    tell: Callable[[str], None] = lambda scenario: None,
    warn: Callable[[str], None] = lambda line: None,
) -> Run:
    """The run of every file. ``workers``: at most so many scenarios at a time (0: one a core).

    Raises TargetLost, and ValueError for a file that is no recording.
    """
    started = time.perf_counter()
    target = trial.target
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
    if trial.is_shared and (workers or cores()) > 1:
        warn(f"{run.target} gives every access key one account: its scenarios run one after another")
    for each in in_order(trial.scenario, files, trial.workers(workers)):
        run.sources[each.scenario], run.files[each.scenario] = each.source, each.path
        run.judgements += each.judgements
        run.left += each.left
        tell(each.scenario)
    run.seconds = time.perf_counter() - started
    run.used_gaps = sorted(trial.gaps.used)
    run.problems = trial.gaps.problems(set(run.sources), everything, datetime.now(UTC).date(), is_home=target.is_home)
    if not shard and run.sources.keys() >= everything:
        run.unused = _unused(trial, run)
    return run


def _unused(trial: Trial, run: Run) -> list[str]:
    """Rules and accepted answers that nothing needed, of services that the target has."""
    services = {
        each.exchange.operation.partition(".")[0]
        for each in run.judgements
        if each.verdict not in (Verdict.UNSUPPORTED, Verdict.CRASHED)
    } - {""}
    sources = run.sources.values()
    rules = trial.rules.unused(services, is_taught=any(not is_imitation(each.kind) for each in sources))
    accepts = trial.accepts.unused([each.region for each in sources])
    return [
        *(f"{rule} was never used" for rule in rules),
        *(f"accepted answer {each.id} was never used" for each in accepts),
    ]
