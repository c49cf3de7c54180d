"""The verdict on each exchange of a scenario: from a recording and a target's answers, without any input or output."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from conformance.compare import body, digests, envelopes, headers, trees
from conformance.compare.imitations import is_imitation
from conformance.compare.mismatch import KNOWN_ERROR, Judgement, Mismatch, Severity, Verdict
from conformance.exchange import Exchange, Recording, Response
from conformance.normalise.placeholders import Normaliser
from conformance.normalise.rules import Rulebook
from conformance.operations import code_of

UNIMPLEMENTED = "x-ruststack-unimplemented"
# An answer that was itself taken from a recording proves nothing about the target.
RECORDED = "x-ruststack-recorded"
_AS_RECORDED = (Verdict.MATCH, Verdict.WAIVED)
# As known gaps have it of a value that AWS does not send.
_ABSENT = "absent"


class Reply(Protocol):
    """What a replay gives back for one exchange; ``live``, where it has that too, is the answer as it came."""

    @property
    def response(self) -> Response | None: ...
    @property
    def failure(self) -> str: ...
    @property
    def waits_for(self) -> str: ...


class Condemning(Protocol):
    """A known gap that says what AWS answers instead of what is recorded."""

    @property
    def id(self) -> str: ...
    @property
    def answers(self) -> str | None: ...
    @property
    def aws(self) -> str | None: ...


class Waiver(Protocol):
    """Marks the mismatches that a known gap covers, and knows which recorded answers are none of AWS's."""

    def cover(
        self, recording: Recording, exchange: Exchange, mismatches: Sequence[Mismatch], answer: Response
    ) -> list[Mismatch]: ...

    def pass_by(self, recording: Recording, exchange: Exchange) -> None: ...

    def condemning(self, recording: Recording, exchange: Exchange, answer: Response) -> Condemning | None: ...

    def condemned(
        self, recording: Recording, exchange: Exchange, answer: Response
    ) -> Iterable[tuple[Condemning, str, str | None]]: ...

    def is_waived(self, mismatch: Mismatch) -> bool: ...


class Other(Protocol):
    """Another answer, or another value in one place, that is as right as the recorded one."""

    @property
    def id(self) -> str: ...
    @property
    def response(self) -> Response | None: ...

    def allows(self, recording: Recording, mismatch: Mismatch) -> bool: ...


class Acceptor(Protocol):
    """Knows what else is right; remembers by its id what was needed."""

    @property
    def used(self) -> set[str]: ...

    def holding(self, recording: Recording, exchange: Exchange) -> Sequence[Other]: ...


def judge(
    recording: Recording,
    replies: Iterable[Reply],
    rules: Rulebook,
    waiver: Waiver | None = None,
    *,
    target: str = "",
    accepts: Acceptor | None = None,
) -> list[Judgement]:
    """One judgement for each exchange, in order. ``target`` is the target's kind."""
    return list(judge_each(recording, replies, rules, waiver, target=target, accepts=accepts))


def judge_each(
    recording: Recording,
    replies: Iterable[Reply],
    rules: Rulebook,
    waiver: Waiver | None = None,
    *,
    target: str = "",
    accepts: Acceptor | None = None,
) -> Iterator[Judgement]:
    """As ``judge``, one by one: no reply is held longer than its judgement."""
    source = recording.source.kind
    normaliser = Normaliser(
        rules,
        recording.scenario.partition("/")[0],
        is_loose=is_imitation(source),
        holds_target=not is_imitation(source) or source != target,
    )
    for exchange, reply in zip(recording.exchanges, replies, strict=True):
        judgement = _judge(recording, exchange, reply, normaliser, waiver, accepts)
        if waiver and judgement.verdict in _AS_RECORDED and not judgement.note:
            judgement = _held_to_aws(judgement, recording, waiver, is_own=source == target)
        yield replace(judgement, seconds=getattr(reply, "seconds", 0.0))


def _judge(
    recording: Recording,
    exchange: Exchange,
    reply: Reply,
    normaliser: Normaliser,
    waiver: Waiver | None,
    accepts: Acceptor | None,
) -> Judgement:
    normaliser.hear(exchange.request, exchange.response, exchange.operation.partition(".")[0])
    actual = reply.response
    if waiver and (actual is None or reply.waits_for):
        waiver.pass_by(recording, exchange)
    if actual is None:
        return Judgement(recording.scenario, exchange, Verdict.CRASHED, note=reply.failure)
    live = getattr(reply, "live", None) or actual
    others = accepts.holding(recording, exchange) if accepts else []
    found, needed = _found(recording, exchange, actual, live, normaliser, others)
    if accepts:
        accepts.used.update(needed)
    if waiver:
        found = waiver.cover(recording, exchange, found, actual)
    verdict, note = _verdict(exchange, actual, found, reply.waits_for, waiver)
    if needed and verdict is Verdict.MATCH:
        note = f"accepted: {', '.join(needed)}"
    return Judgement(recording.scenario, exchange, verdict, tuple(found), note, actual)


def _found(
    recording: Recording,
    exchange: Exchange,
    actual: Response,
    live: Response,
    normaliser: Normaliser,
    others: Sequence[Other],
) -> tuple[list[Mismatch], list[str]]:
    """The mismatches that no other answer explains, and what explained the rest."""
    source = recording.source.kind
    fresh = normaliser.copy() if any(each.response for each in others) else normaliser
    found, needed = _left(recording, mismatches(exchange, actual, normaliser, source, live), others)
    if not found:
        return found, needed
    for other in others:
        if other.response:
            tried = fresh.copy()
            expected = replace(exchange, response=other.response)
            left, also = _left(recording, mismatches(expected, actual, tried, source, live), others)
            if not left:
                normaliser.become(tried)
                return [], [other.id, *also]
    return found, needed


def _left(recording: Recording, found: Iterable[Mismatch], others: Sequence[Other]) -> tuple[list[Mismatch], list[str]]:
    left, needed = [], dict[str, None]()
    for each in found:
        other = next((other for other in others if other.allows(recording, each)), None)
        if other:
            needed[other.id] = None
        else:
            left.append(each)
    return left, list(needed)


def mismatches(
    exchange: Exchange, actual: Response, normaliser: Normaliser, source: str, live: Response
) -> Iterator[Mismatch]:
    """Every difference between the recorded answer and the actual one, most severe dimension first.

    ``actual`` is spelled as the recording would spell it, ``live`` as it came.
    """
    expected = exchange.response
    if expected.status != actual.status:
        yield Mismatch("status", "value", Severity.CRITICAL, str(expected.status), str(actual.status))
    elif not is_imitation(source) and expected.reason != actual.reason:
        yield Mismatch("reason", "value", Severity.MINOR, expected.reason, actual.reason)
    yield from headers.diff(exchange, actual, normaliser, source)
    yield from digests.diff(expected, live)
    yield from envelopes.wrong_digests(live)
    yield from body.diff(exchange, actual, normaliser, source, live)


def _held_to_aws(judgement: Judgement, recording: Recording, waiver: Waiver, *, is_own: bool) -> Judgement:
    """Who gives a recorded answer of which it is known that AWS gives another one differs from AWS.

    The recording's own source (``is_own``) can but repeat itself: that matches, and is told.
    """
    answer = judgement.response
    if answer is None:
        return judgement
    known = dict(_known_errors(judgement, recording, waiver, answer))
    if not known:
        return judgement
    note = f"as recorded, but not as AWS: {', '.join(dict.fromkeys(known.values()))}"
    if is_own:
        return replace(judgement, note=note)
    covered = waiver.cover(recording, judgement.exchange, list(known), answer)
    return replace(judgement, verdict=Verdict.DIFFERS, mismatches=(*judgement.mismatches, *covered), note=note)


def _known_errors(
    judgement: Judgement, recording: Recording, waiver: Waiver, answer: Response
) -> Iterator[tuple[Mismatch, str]]:
    """What of the answer is as recorded, but not as AWS, and the known gap that says so: all of it, or some places."""
    exchange = judgement.exchange
    whole = waiver.condemning(recording, exchange, answer)
    if whole:
        if judgement.verdict is Verdict.MATCH:
            given = f"{answer.status} {code_of(answer)}".rstrip()
            yield Mismatch("status", KNOWN_ERROR, Severity.CRITICAL, whole.answers, given), whole.id
        return
    elsewhere = {each.path for each in judgement.mismatches}
    for gap, place, value in waiver.condemned(recording, exchange, answer):
        if not any(place == each or place.startswith((f"{each}/", f"{each}[")) for each in elsewhere):
            aws = None if gap.aws == _ABSENT else gap.aws
            yield Mismatch(place, KNOWN_ERROR, _severity_at(place), aws, value), gap.id


def _severity_at(place: str) -> Severity:
    kind, _, name = place.partition(" ")
    if kind == "header":
        return headers.severity(name.lower())
    return trees.severity(name) if kind == "body" else Severity.CRITICAL


def _verdict(
    exchange: Exchange, actual: Response, found: list[Mismatch], waits_for: str, waiver: Waiver | None
) -> tuple[Verdict, str]:
    if not found:
        return Verdict.MATCH, ""
    if is_unsupported(exchange.response, actual):
        return Verdict.UNSUPPORTED, actual.header(UNIMPLEMENTED) or ""
    if waiver and all(waiver.is_waived(each) for each in found):
        return Verdict.WAIVED, ""
    if actual.status == 500 and exchange.response.status < 500:
        return Verdict.CRASHED, f"500 {code_of(actual)}".rstrip()
    if exchange.response.status == 500 and actual.status < 500:
        return Verdict.INDETERMINATE, "the recorded answer is a failure of its source"
    if waits_for:
        return Verdict.INDETERMINATE, f"needs {waits_for}, which an earlier answer did not give"
    return Verdict.DIFFERS, ""


def is_unsupported(expected: Response, actual: Response) -> bool:
    """The target says itself that it lacks the operation."""
    if actual.header(UNIMPLEMENTED) is not None or actual.header(RECORDED) is not None:
        return True
    return actual.status == 501 and expected.status != 501
