"""Known gaps: differences that are understood, each with its reason, its evidence and the day on which it expires.

``wrong: recording`` says that the recorded source is not as AWS there, and ``aws`` what AWS gives: the target's value
must be that, and the exchange then counts as waived. ``wrong: emulator`` says that we are not as AWS: it still differs
in the score. A gap that has expired, or that covers nothing any more, is an error: the list cannot rot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from conformance.compare.mismatch import Mismatch
from conformance.exchange import Exchange, Recording, Response
from conformance.files import GAPS
from conformance.gap import Gap
from conformance.listed import Entry, entries
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
_LACKING = 501


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

    def condemned(
        self, recording: Recording, exchange: Exchange, answer: Response
    ) -> Iterator[tuple[Gap, str, str | None]]:
        """Each place at which the answer repeats what a gap says to be none of AWS's, and the value."""
        for gap in self._concerning(recording):
            for place, value in gap.condemned(recording, exchange, answer):
                yield gap, place, value

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
    return Gaps([_gap(entry, where) for entry, where in entries(path, "gaps", _REQUIRED, _OPTIONAL)])


def _gap(entry: Entry, where: str) -> Gap:
    if entry["wrong"] not in ("recording", "emulator"):
        raise ValueError(f"{where}: wrong is 'recording' or 'emulator', not {entry['wrong']!r}")
    if not isinstance(entry["expires"], date):
        raise ValueError(f"{where}: expires is a date such as 2027-06-30")
    values = dict(entry)
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
