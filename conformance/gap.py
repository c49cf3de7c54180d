"""One known gap: which recordings, exchanges and places it speaks of, and what it says of AWS there."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from conformance.accepts import in_region
from conformance.compare.mismatch import Mismatch
from conformance.compare.places import value_at
from conformance.exchange import Exchange, Recording, Response
from conformance.listed import Exchanges, is_among, may_name
from conformance.operations import code_of
from conformance.target import Target

ABSENT = "absent"
_STATUSES = range(300, 600)
_OR = " | "
_WILD = re.compile(r"[*?]")
# What a rule has put in the place of a value, which is not in the answer itself.
_PLACEHOLDER = re.compile(r"<[a-z-]+[:>]")
# The kinds of differences that one value can show, and whether it was recorded at all.
_RECORDED = {"*": (True, False), "value": (True,), "type": (True,), "missing": (True,), "extra": (False,)}


@dataclass(frozen=True, slots=True)
class Gap:
    """One entry. ``scenario``, ``operation`` and ``path`` are globs (of paths several, with `` | ``); ``aws`` and
    ``recorded`` are regular expressions. ``exchange`` are numbers within the scenario, or ``SCENARIO#NUMBER``.

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
    exchange: Exchanges = ()
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

    def condemned(self, recording: Recording, exchange: Exchange, answer: Response) -> Iterator[tuple[str, str | None]]:
        """The plain places, and the values, at which the answer repeats what was recorded, and AWS gives another value.

        That something is absent is said only of the one place of an exchange that the gap names.
        """
        if self.wrong != "recording" or self.aws is None or _PLACEHOLDER.search(self.recorded or ""):
            return
        if not self.speaks_of(recording, exchange) or not self.answered_by(answer):
            return
        for place in self.path.split(_OR):
            if not _WILD.search(place) and self._is_wrong_at(place, exchange.response):
                given = value_at(answer, place)
                is_repeated = (given is None) == (value_at(exchange.response, place) is None)
                if is_repeated and not self._is_right(given):
                    yield place, given

    def _is_wrong_at(self, place: str, recorded: Response) -> bool:
        value = value_at(recorded, place)
        if value is None:
            is_said = bool(self.exchange) and _OR not in self.path
        else:
            is_said = bool(self.exchange) or self.recorded is not None
        fits_kind = (value is not None) in _RECORDED.get(self.kind, ())
        return is_said and fits_kind and _fits(self.recorded, value) and not self._is_right(value)

    def _is_right(self, value: str | None) -> bool:
        """As AWS has it; where the gap knows of AWS's value only its kind, any value is."""
        return _fits(self.aws, value) or (value is not None and bool(_PLACEHOLDER.search(self.aws or "")))

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
            and is_among(self.exchange, recording.scenario, exchange.number)
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
        return fnmatch.fnmatchcase(scenario, self.scenario) and may_name(self.exchange, scenario)

    def holds(self, scenario: str, number: int) -> bool:
        """The gap names this exchange of this scenario."""
        return bool(self.exchange) and self.names(scenario) and is_among(self.exchange, scenario, number)


def _glob(path: str) -> str:
    """List positions in a path are written plainly; only ``*`` and ``?`` are wild."""
    return path.replace("[", "[[]")


def _fits(pattern: str | None, value: str | None) -> bool:
    if pattern is None:
        return True
    if value is None or pattern == ABSENT:
        return value is None and pattern == ABSENT
    return re.fullmatch(pattern, value, re.DOTALL) is not None
