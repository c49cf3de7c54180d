"""How fast the judge is: replaying against our server, loading, and comparing alone; by the golden recordings.

A busy machine lengthens the time on the clock, and hardly that of the processor: both are told.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from conformance.compare.judge import judge
from conformance.exchange import Recording, Response
from conformance.gaps import Gaps
from conformance.normalise.rules import Rulebook
from conformance.recording import load
from conformance.target import opened
from conformance.trial.pool import cores
from conformance.trial.run import Trial, run_trial

RECORDINGS: Final = Path(__file__).resolve().parents[2] / "recordings"
EXCHANGES: Final = 1000
# What changes in an answer from run to run, so that comparing cannot stop at equal bytes.
_ANEW: Final = (("x-amz-request-id", "0A1B2C3D4E5F6071"), ("Date", "Sun, 22 Nov 2026 00:00:00 GMT"))


@dataclass(frozen=True, slots=True)
class Speed:
    """So many exchanges in so many seconds of the clock, and of all processors together."""

    exchanges: int
    seconds: float
    cpu_s: float

    @property
    def rate(self) -> float:
        return self.exchanges / self.seconds

    @property
    def rate_of_a_core(self) -> float:
        return self.exchanges / self.cpu_s


def table(exchanges: int = EXCHANGES) -> str:
    """A Markdown table of one run over so many exchanges of S3."""
    files = chosen(exchanges)
    rows = [
        ("replay and judge against `ruststack start`, its start included", replaying(files)),
        ("load from YAML", loading(files)),
        ("compare alone: the recorded answer itself", comparing(files, is_same=True)),
        ("compare alone: the same with other ids, dates and order of headers", comparing(files, is_same=False)),
    ]
    lines = [
        "| | exchanges | s | s of CPU | exchanges/s | exchanges/s of a core |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(_row(name, speed) for name, speed in rows),
    ]
    return "\n".join((*lines, f"\nCores: {cores()}; load before: {os.getloadavg()[0]:.1f}.")) + "\n"


def _row(name: str, speed: Speed) -> str:
    return (
        f"| {name} | {speed.exchanges:,} | {speed.seconds:.2f} | {speed.cpu_s:.2f} | {speed.rate:,.0f} "
        f"| {speed.rate_of_a_core:,.0f} |"
    )


def chosen(exchanges: int) -> list[Path]:
    """Every so many of S3's recordings, in all about so many exchanges."""
    files = sorted((RECORDINGS / "s3").glob("*.yaml"))
    found: list[Path] = []
    count = 0
    for start in range(3):
        for path in files[start::3]:
            if count >= exchanges:
                return found
            found.append(path)
            count += len(load(path).exchanges)
    return found


def replaying(files: list[Path]) -> Speed:
    """As `compare` does it, with the server's start and end."""
    watch = _Watch()
    with opened("embedded") as target:
        run = run_trial(files, Trial.of(target, Gaps()), set())
    return watch.stopped(len(run.judgements))


def loading(files: list[Path]) -> Speed:
    watch = _Watch()
    return watch.stopped(sum(len(load(path).exchanges) for path in files))


def comparing(files: list[Path], *, is_same: bool) -> Speed:
    """Without reading files and without a target."""
    loaded = [load(path) for path in files]
    answers = [[_Answer(each if is_same else _anew(each)) for each in _responses(one)] for one in loaded]
    rules = Rulebook()
    watch = _Watch()
    done = sum(
        len(judge(recording, given, rules, target="ruststack"))
        for recording, given in zip(loaded, answers, strict=True)
    )
    return watch.stopped(done)


def _responses(recording: Recording) -> Iterator[Response]:
    return (each.response for each in recording.exchanges)


def _anew(response: Response) -> Response:
    changed = dict(_ANEW)
    headers = tuple((name, changed.get(name, value)) for name, value in reversed(response.headers))
    return replace(response, headers=headers, body=bytes(bytearray(response.body)))


@dataclass(frozen=True, slots=True)
class _Answer:
    response: Response
    failure: str = ""
    waits_for: str = ""


class _Watch:
    def __init__(self) -> None:
        self._began, self._cpu = time.perf_counter(), _cpu_s()

    def stopped(self, exchanges: int) -> Speed:
        return Speed(exchanges, time.perf_counter() - self._began, _cpu_s() - self._cpu)


def _cpu_s() -> float:
    """Of this process and those that it has waited for."""
    return sum(os.times()[:4])
