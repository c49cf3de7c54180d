"""Known gaps: differences that are understood, each with its reason, its evidence and the day on which it expires.

``wrong: recording`` says that the recorded source is not as AWS there, and ``aws`` what AWS gives: the target's value
must be that, and the exchange then counts as waived. ``wrong: emulator`` says that we are not as AWS: it still differs
in the score. A gap that has expired, or that covers nothing any more, is an error: the list cannot rot.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from conformance.accepts import in_region
from conformance.compare.mismatch import Mismatch
from conformance.complaint import complaint
from conformance.exchange import Exchange, Recording, Response
from conformance.files import GAPS
from conformance.operations import code_of
from conformance.target import Target

FILE = GAPS
_REQUIRED = ("id", "wrong", "path", "reason", "evidence", "expires")
_OPTIONAL = (
    "scenario",
    "operation",
    "exchange",
    "kind",
    "source",
    "target",
    "region",
    "needs",
    "aws",
    "recorded",
    "answers",
)
_ABSENT = "absent"
_LACKING = 501
_STATUSES = range(300, 600)
_OR = " | "


@dataclass(frozen=True, slots=True)
class Gap:
    """One entry. ``scenario``, ``operation`` and ``path`` are globs (of paths several, with `` | ``); ``aws`` and
    ``recorded`` are regular expressions.

    ``aws: absent`` says that AWS does not send the value at all. ``answers`` is for a recorded answer that is wrong as
    a whole: the status and error code that AWS gives (``403 AccessDenied``, ``200``; a regular expression), which the
    target's answer must have. ``target`` is the kind of target that it speaks of: without one, what is wrong with the
    recording holds for every target, and what is wrong with the emulator for our own alone.
    """

    id: str
    wrong: str
    path: str
    reason: str
    evidence: str
    expires: date
    scenario: str = "*"
    operation: str = "*"
    exchange: tuple[int, ...] = ()
    kind: str = "*"
    source: str = "*"
    target: str = ""
    region: str = ""
    needs: str = ""
    aws: str | None = None
    recorded: str | None = None
    answers: str | None = None

    def covers(self, recording: Recording, exchange: Exchange, mismatch: Mismatch, answer: Response) -> bool:
        return (
            any(fnmatch.fnmatchcase(mismatch.path, _glob(each)) for each in self.path.split(_OR))
            and fnmatch.fnmatchcase(mismatch.kind, self.kind)
            and self.speaks_of(recording, exchange)
            and _fits(self.aws, mismatch.actual)
            and _fits(self.recorded, mismatch.expected)
            and self.answered_by(answer)
            and not self._has_nothing_to_mend(exchange.response)
        )

    def answered_by(self, answer: Response) -> bool:
        """The status and code are AWS's, as far as the gap says them."""
        return _fits(self.answers, f"{answer.status} {code_of(answer)}".rstrip())

    def _has_nothing_to_mend(self, recorded: Response) -> bool:
        """A recorded answer with AWS's status and code is not wrong as a whole: its wrong places must be named."""
        is_whole = self.wrong == "recording" and self.path == "*" and self.answers is not None
        return is_whole and self.answered_by(recorded)

    def condemns(self, recording: Recording, exchange: Exchange) -> bool:
        """It says of just this recorded answer, or of what the scenario expects there, that AWS gives another one."""
        is_whole = self.wrong == "recording" and self.path == "*" and self.answers is not None
        if not is_whole or not self.speaks_of(recording, exchange) or self.answered_by(exchange.response):
            return False
        return bool(self.exchange) or (bool(exchange.expects) and self.foretells(recording, exchange))

    def foretells(self, recording: Recording, exchange: Exchange) -> bool:
        """Of this scenario or operation by name it is said that AWS answers what the scenario expects."""
        if self.wrong != "recording" or self.answers is None or self.scenario == self.operation == "*":
            return False
        said = (exchange.expects, *(f"{status} {exchange.expects}" for status in _STATUSES))
        return self.speaks_of(recording, exchange) and any(_fits(self.answers, each) for each in said)

    def speaks_of(self, recording: Recording, exchange: Exchange) -> bool:
        """The gap is about this exchange."""
        return (
            self.concerns(recording)
            and fnmatch.fnmatchcase(exchange.operation, self.operation)
            and (not self.exchange or exchange.number in self.exchange)
        )

    def holds_at(self, target: Target) -> bool:
        """The gap is about this target, in the region in which it is judged."""
        if not in_region(self.region or "*", target.region):
            return False
        if self.target:
            return fnmatch.fnmatchcase(target.kind, self.target)
        return target.is_home or self.wrong == "recording"

    def concerns(self, recording: Recording) -> bool:
        """The gap is about this recording."""
        return self.names(recording.scenario) and fnmatch.fnmatchcase(recording.source.kind, self.source)

    def names(self, scenario: str) -> bool:
        """The gap is about this scenario."""
        return fnmatch.fnmatchcase(scenario, self.scenario)


def _glob(path: str) -> str:
    """List positions in a path are written plainly; only ``*`` and ``?`` are wild."""
    return path.replace("[", "[[]")


def _fits(pattern: str | None, value: str | None) -> bool:
    if pattern is None:
        return True
    if value is None or pattern == _ABSENT:
        return value is None and pattern == _ABSENT
    return re.fullmatch(pattern, value, re.DOTALL) is not None


class Gaps:
    """The list, with a memory of what it covered."""

    def __init__(self, gaps: Sequence[Gap] = ()) -> None:
        self.gaps = tuple(gaps)
        self._by_id = {gap.id: gap for gap in gaps}
        self._by_recording: dict[tuple[str, str], list[Gap]] = {}
        self.used: set[str] = set()

    def at(self, target: Target) -> Gaps:
        """The gaps that are about this target, with a memory of their own."""
        return Gaps([gap for gap in self.gaps if gap.holds_at(target)])

    def cover(
        self, recording: Recording, exchange: Exchange, mismatches: Sequence[Mismatch], answer: Response
    ) -> list[Mismatch]:
        """The mismatches, each named after the first gap that covers it."""
        if not mismatches:
            return []
        gaps = self._concerning(recording)
        if answer.status == _LACKING:
            self.pass_by(recording, exchange)
        return [self._covered(gaps, recording, exchange, each, answer) for each in mismatches]

    def pass_by(self, recording: Recording, exchange: Exchange) -> None:
        """An exchange that was not played, or that the target lacks, says nothing about its gaps: none has healed."""
        self.used |= {gap.id for gap in self._concerning(recording) if gap.speaks_of(recording, exchange)}

    def condemning(self, recording: Recording, exchange: Exchange, answer: Response) -> Gap | None:
        """The gap that says of a recorded answer that it is none of AWS's; none when this answer is as AWS's."""
        gaps = [gap for gap in self._concerning(recording) if gap.condemns(recording, exchange)]
        return None if any(gap.answered_by(answer) for gap in gaps) else next(iter(gaps), None)

    def _concerning(self, recording: Recording) -> list[Gap]:
        key = (recording.scenario, recording.source.kind)
        if key not in self._by_recording:
            self._by_recording[key] = [gap for gap in self.gaps if gap.concerns(recording)]
        return self._by_recording[key]

    def _covered(
        self, gaps: list[Gap], recording: Recording, exchange: Exchange, mismatch: Mismatch, answer: Response
    ) -> Mismatch:
        gap = next((gap for gap in gaps if gap.covers(recording, exchange, mismatch, answer)), None)
        if gap is None:
            return mismatch
        self.used.add(gap.id)
        return replace(mismatch, gap=gap.id)

    def is_waived(self, mismatch: Mismatch) -> bool:
        return bool(mismatch.gap) and self._by_id[mismatch.gap].wrong == "recording"

    def healed(self, scenarios: set[str], all_scenarios: set[str]) -> list[Gap]:
        """The gaps that covered nothing, though every recording that they could speak of was judged."""
        return [
            gap
            for gap in self.gaps
            if gap.id not in self.used
            and not gap.needs
            and {name for name in all_scenarios if gap.names(name)} <= scenarios
        ]

    def expired(self, today: date) -> list[Gap]:
        return [gap for gap in self.gaps if gap.expires < today]

    def problems(self, judged: set[str], everything: set[str], today: date, *, is_home: bool = True) -> list[str]:
        """A line for each gap that has expired, and at home for each that covers nothing any more."""
        lines = [f"known gap {gap.id} expired on {gap.expires}: settle it or renew it" for gap in self.expired(today)]
        if is_home:
            lines += [
                f"known gap {gap.id} covers nothing any more: remove it from {FILE}"
                for gap in self.healed(judged, everything)
            ]
        return lines


def load(path: Path) -> Gaps:
    """The list in a file; none when there is no file. Raises ValueError naming the entry that is wrong."""
    if not path.exists():
        return Gaps()
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or []
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise ValueError(f"{path} cannot be read: {complaint(error)}") from error
    if not isinstance(entries, list):
        raise ValueError(f"{path} is not a list of gaps")
    gaps = [_gap(entry, f"{path}, entry {number}") for number, entry in enumerate(entries, start=1)]
    ids = [gap.id for gap in gaps]
    repeated = {each for each in ids if ids.count(each) > 1}
    if repeated:
        raise ValueError(f"{path}: several gaps are named {', '.join(sorted(repeated))}")
    return Gaps(gaps)


def _gap(entry: Any, where: str) -> Gap:
    if not isinstance(entry, dict):
        raise ValueError(f"{where} is not a mapping")
    missing = [name for name in _REQUIRED if not entry.get(name)]
    unknown = sorted(set(entry) - {*_REQUIRED, *_OPTIONAL})
    if missing or unknown:
        raise ValueError(
            f"{where}: {'lacks ' + ', '.join(missing) if missing else 'does not know ' + ', '.join(unknown)}"
        )
    if entry["wrong"] not in ("recording", "emulator"):
        raise ValueError(f"{where}: wrong is 'recording' or 'emulator', not {entry['wrong']!r}")
    if not isinstance(entry["expires"], date):
        raise ValueError(f"{where}: expires is a date such as 2027-06-30")
    numbers = entry.get("exchange", ())
    values = {**entry, "exchange": tuple(numbers) if isinstance(numbers, list | tuple) else (numbers,)}
    for name in ("aws", "recorded", "answers"):
        if name in values:
            values[name] = str(values[name])
            _check_pattern(values[name], f"{where}: {name}")
    return Gap(**values)


def _check_pattern(pattern: str, where: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{where} is not a regular expression: {error}") from error
