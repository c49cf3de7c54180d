"""The fewest exchanges of a failing scenario that still show its worst difference, found by delta debugging.

Each candidate is replayed against the live target in a sandbox of its own. It counts only if the answer differs in the
very same places, and no other exchange that is left differs where it did not before: without what made the recorded
answers true, they would show differences of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from conformance.compare.mismatch import Judgement, Severity, Verdict
from conformance.excerpt import excerpt, with_sources
from conformance.exchange import Recording

TRIALS = 64
"""At most so many replays of one scenario."""

Judged = Callable[[Recording], Sequence[Judgement]]
Marks = dict[tuple[str, str], str | None]
"""What the target gave, by path and kind of the difference."""

_NUMBER = re.compile(r"(?<=:)\??\d+(?=>)")
_SEVERITIES = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR)


class NotReproduced(Exception):
    """The scenario was replayed once more, and the difference was not there."""


@dataclass(frozen=True, slots=True)
class Reduction:
    """``recording`` is what is left of ``whole`` exchanges, and ``found`` the judgement that shows the difference.

    ``is_fewest``: none of those left can go; False when ``trials`` were used up before that was known.
    """

    recording: Recording
    found: Judgement
    whole: int
    trials: int
    is_fewest: bool


def worst(judgements: Iterable[Judgement], *, is_known_too: bool = False) -> Judgement | None:
    """The failure to explain: of the most severe the first, for what follows may only be its consequence.

    ``is_known_too``: also one that a known gap explains.
    """
    failures = [each for each in judgements if _fails(each, is_known_too)]
    return min(failures, key=lambda each: (_rank(each), each.exchange.number), default=None)


def _fails(judgement: Judgement, is_known_too: bool) -> bool:
    if judgement.verdict in (Verdict.MATCH, Verdict.WAIVED):
        return False
    return is_known_too or not judgement.mismatches or any(not each.gap for each in judgement.mismatches)


def _rank(judgement: Judgement) -> int:
    return min((_SEVERITIES.index(each.severity) for each in judgement.mismatches), default=0)


def minimise(recording: Recording, found: Judgement, judged: Judged, limit: int = TRIALS) -> Reduction:
    """The reduction to what ``found`` needs. ``judged`` replays a recording in a fresh sandbox, and judges it.

    Raises NotReproduced.
    """
    search = _Search(recording, found, judged, limit)
    search.run()
    return Reduction(
        excerpt(recording, search.best), search.found, len(recording.exchanges), search.trials, not search.is_cut
    )


class _Search:
    """``best`` are the numbers of the fewest exchanges so far."""

    def __init__(self, recording: Recording, found: Judgement, judged: Judged, limit: int) -> None:
        self._recording = recording
        self._judged = judged
        self._limit = limit
        self._number = found.exchange.number
        self.trials = 0
        self.is_cut = False
        self.best = frozenset(each.number for each in recording.exchanges)
        again = self._replayed(self.best)
        # What differs anyway may go on differing; what the target gives twice it must give every time.
        self._known = {each.exchange.number: _marks(each) for each in again}
        self.found = next(each for each in again if each.exchange.number == self._number)
        self._sought = _stable(_marks(found), _marks(self.found))
        if not self._sought or _marks(found).keys() != _marks(self.found).keys():
            raise NotReproduced(f"{found.scenario} #{self._number} did not differ in the same way once more")

    def run(self) -> None:
        self._drop(number for number in self.best if number > self._number)
        size = len(self.best) // 2
        while size > 1:
            others = sorted(self.best - {self._number}, reverse=True)
            for start in range(0, len(others), size):
                self._drop(others[start : start + size])
            size //= 2
        before = None
        while self.best != before:
            before = self.best
            for number in sorted(before - {self._number}, reverse=True):
                self._drop([number])

    def _drop(self, numbers: Iterable[int]) -> bool:
        """Do without them, if the difference stays; whether anything went."""
        candidate = with_sources(self._recording, self.best.difference(numbers) | {self._number})
        if candidate == self.best:
            return False
        if self.trials >= self._limit:
            self.is_cut = True
            return False
        judgements = self._replayed(candidate)
        if not all(map(self._is_as_before, judgements)):
            return False
        self.best = candidate
        self.found = next(each for each in judgements if each.exchange.number == self._number)
        return True

    def _replayed(self, numbers: frozenset[int]) -> Sequence[Judgement]:
        self.trials += 1
        return self._judged(excerpt(self._recording, numbers))

    def _is_as_before(self, judgement: Judgement) -> bool:
        number, marks = judgement.exchange.number, _marks(judgement)
        if number != self._number:
            return marks.keys() <= self._known[number].keys()
        return marks.keys() == self._sought.keys() and _stable(self._sought, marks) == self._sought


def _marks(judgement: Judgement) -> Marks:
    if judgement.response is None:
        return {("", judgement.verdict.value): None}
    return {(each.path, each.kind): _without_numbers(each.actual) for each in judgement.mismatches}


def _without_numbers(text: str | None) -> str | None:
    """Placeholders are numbered over the whole scenario."""
    return _NUMBER.sub("", text) if text else text


def _stable(first: Marks, second: Marks) -> Marks:
    """The first's marks, without what the second gives otherwise."""
    return {place: value if second.get(place) == value else None for place, value in first.items()}
