"""Counting: verdicts, answers as AWS gives them, and who only repeats what a recording is known to have wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from conformance.compare.mismatch import KNOWN_ERROR
from conformance.gap import Gap
from tools.scoreboard.contest import Judgement, Result

VERDICTS = ("match", "waived", "differs", "unsupported", "crashed", "indeterminate")
_ANSWERED = ("match", "waived", "differs")
_CRITICAL = "critical"
Key = Callable[[Judgement], str]


@dataclass(frozen=True, slots=True)
class KnownErrors:
    """The exchanges (scenario, number) whose recorded answer is known not to be AWS's; in the critical ones a client
    would branch differently."""

    all: frozenset[tuple[str, int]] = frozenset()
    critical: frozenset[tuple[str, int]] = frozenset()


def known_errors(results: Iterable[Result], gaps: Iterable[Gap] = ()) -> KnownErrors:
    """Where any target's answer is unlike the recording for a reason in the list of known gaps, and which answers the
    list says to be wrong as a whole: of a service that we lack there may be nobody yet who answers as AWS does.
    """
    judged = [(each, result) for result in results for each in result.judgements]
    waived = [(exchange_of(each), found) for each, result in judged if (found := _waived(each, result))]
    wrong = {place for each, _ in judged if (place := exchange_of(each)) and _is_told(each, gaps)}
    critical = {place for place, found in waived if _is_critical(found)}
    return KnownErrors(frozenset({place for place, _ in waived} | wrong), frozenset(critical | wrong))


def _is_told(judgement: Judgement, gaps: Iterable[Gap]) -> bool:
    scenario, number = exchange_of(judgement)
    return any(gap.holds(scenario, number) for gap in gaps)


def exchange_of(judgement: Judgement) -> tuple[str, int]:
    return judgement["scenario"], judgement["exchange"]


def _waived(judgement: Judgement, result: Result) -> list[dict[str, Any]]:
    return [each for each in judgement["mismatches"] if each["gap"] in result.gaps]


def _is_critical(mismatches: Iterable[dict[str, Any]]) -> bool:
    return any(each["severity"] == _CRITICAL for each in mismatches)


@dataclass(frozen=True, slots=True)
class Tally:
    """What one target did with some exchanges.

    ``same`` counts the answers that are as recorded, ``repeats`` those of them that are a recording's known error,
    ``alike`` the answers that differ from AWS's in
    nothing that a client would branch on, as far as it is known.
    """

    verdicts: Counter[str]
    same: int
    repeats: int
    alike: int

    @classmethod
    def of(cls, judgements: Iterable[Judgement], result: Result, errors: KnownErrors) -> Tally:
        judged = list(judgements)
        same = [each for each in judged if _is_as_recorded(each)]
        repeats = sum(exchange_of(each) in errors.all for each in same)
        alike = sum(_is_alike(each, result, errors) for each in judged)
        return cls(Counter(each["verdict"] for each in judged), len(same), repeats, alike)

    @property
    def total(self) -> int:
        return self.verdicts.total()

    @property
    def as_recorded(self) -> str:
        """Answered exactly as the source of the recording did."""
        return percent(self.same, self.total)

    @property
    def as_aws(self) -> str:
        """Answered as AWS does in everything, as far as that is known: a recording's known error is none of AWS's."""
        return percent(self.same - self.repeats + self.verdicts["waived"], self.total)

    @property
    def same_branch(self) -> str:
        """Answered so that a client does the same as with AWS, as far as that is known."""
        return percent(self.alike, self.total)


def _is_as_recorded(judgement: Judgement) -> bool:
    """It matches, or would, if the recorded answer were not known to be none of AWS's."""
    if judgement["verdict"] == "match":
        return True
    return {each.get("kind") for each in judgement["mismatches"]} == {KNOWN_ERROR}


def _is_alike(judgement: Judgement, result: Result, errors: KnownErrors) -> bool:
    if judgement["verdict"] not in _ANSWERED:
        return False
    waived = _waived(judgement, result)
    if exchange_of(judgement) in errors.critical and not _is_critical(waived):
        return False
    return not _is_critical(each for each in judgement["mismatches"] if each not in waived)


def percent(part: int, whole: int) -> str:
    """Cut, never rounded up: 100 only when all are."""
    tenths = part * 1000 // whole if whole else 0
    return f"{tenths // 10}.{tenths % 10} %"


def grouped(judgements: Iterable[Judgement], key: Key) -> dict[str, list[Judgement]]:
    found: dict[str, list[Judgement]] = {}
    for each in judgements:
        found.setdefault(key(each), []).append(each)
    return dict(sorted(found.items()))


def service_of(judgement: Judgement) -> str:
    name: str = judgement["scenario"]
    return name.partition("/")[0]


def source_of(sources: dict[str, dict[str, Any]]) -> Key:
    """Groups by what a scenario was recorded from."""

    def key(judgement: Judgement) -> str:
        source = sources[judgement["scenario"]]
        return f"{source['kind']} {source['version']}".strip()

    return key
