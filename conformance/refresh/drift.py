"""What a source answers otherwise than when it was recorded: the old recording is expected, the new one answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from conformance.compare.imitations import expected_headers
from conformance.compare.judge import judge
from conformance.compare.mismatch import Judgement
from conformance.exchange import Exchange, Recording, Response
from conformance.minting import minted_value
from conformance.normalise.rules import Rulebook
from conformance.refresh.asked import asked
from conformance.replay.rebind import RECORDED_PORT, Rebinder
from conformance.replay.words import Words
from conformance.tree import decode, leaves

_SHORTEST = 8


@dataclass(frozen=True, slots=True)
class Drift:
    """``changes`` are the exchanges that differ after normalisation, each with its mismatches.

    ``is_asked_otherwise``: the scenario itself sends other requests, or says another thing of them, than when it was
    recorded; ``added`` and ``gone`` are exchanges that only one of the runs has.
    """

    changes: tuple[Judgement, ...] = ()
    is_asked_otherwise: bool = False
    added: tuple[Exchange, ...] = ()
    gone: tuple[Exchange, ...] = ()

    @property
    def is_none(self) -> bool:
        return not (self.changes or self.is_asked_otherwise or self.added or self.gone)


@dataclass(frozen=True, slots=True)
class _Reply:
    response: Response
    failure: str = ""
    waits_for: str = ""


def drift(old: Recording, new: Recording) -> Drift:
    """How the new recording of a scenario differs from the old one."""
    words = spelling(old, new)
    pairs = _pairs(old.exchanges, new.exchanges, words)
    before, now = {first.number for first, _ in pairs}, {second.number for _, second in pairs}
    gone = tuple(each for each in old.exchanges if each.number not in before)
    added = tuple(each for each in new.exchanges if each.number not in now)
    is_otherwise = bool(gone or added) or any(not _is_alike(*pair, words) for pair in pairs)
    changes = tuple(each for each in _judged(old, pairs, new.source.kind) if each.mismatches)
    return Drift(changes, is_otherwise or old.title != new.title, added, gone)


def _judged(old: Recording, pairs: Sequence[tuple[Exchange, Exchange]], target: str) -> list[Judgement]:
    """The judge's own verdicts, on answers spelled as a replay would spell them."""
    rebinder = Rebinder(old, {}, old.accounts, RECORDED_PORT)
    replies = []
    for first, second in pairs:
        replies.append(_Reply(_without_envelope(second, rebinder.response(second.response), target)))
        rebinder.learn(first, second.response)
    return judge(_of(old, pairs), replies, Rulebook(), target=target)


def _without_envelope(exchange: Exchange, answer: Response, target: str) -> Response:
    """What an imitation's web stack says is not expected of it either."""
    return replace(answer, headers=expected_headers(replace(exchange, response=answer), target))


def _of(old: Recording, pairs: Sequence[tuple[Exchange, Exchange]]) -> Recording:
    return Recording(
        old.scenario, old.title, old.source, old.accounts, old.names, tuple(first for first, _ in pairs), old.bindings
    )


def _is_alike(old: Exchange, new: Exchange, words: Words) -> bool:
    said = (old.step, old.expects, old.operation, old.account) == (new.step, new.expects, new.operation, new.account)
    return said and asked(old.request) == asked(new.request, words.to_recorded)


def _pairs(old: Sequence[Exchange], new: Sequence[Exchange], words: Words) -> list[tuple[Exchange, Exchange]]:
    """The exchanges that belong together: one by one, or where the runs differ by what was asked."""
    if [(each.operation, each.request.method) for each in old] == [(e.operation, e.request.method) for e in new]:
        return list(zip(old, new, strict=True))
    before = [(each.operation, *asked(each.request)[:2]) for each in old]
    now = [(each.operation, *asked(each.request, words.to_recorded)[:2]) for each in new]
    blocks = SequenceMatcher(None, before, now, autojunk=False).get_matching_blocks()
    return [(old[i + n], new[j + n]) for i, j, size in blocks for n in range(size)]


def spelling(old: Recording, new: Recording) -> Words:
    """The values that the new run minted, to be spelled as the old recording spells them: bound ones, and paired ones
    that show in more than one exchange.
    """
    words = Words()
    answers = {each.number: each.response for each in new.exchanges}
    for binding in old.bindings:
        value = minted_value(answers[binding.source], binding.where) if binding.source in answers else None
        if value:
            words.add(binding.value, value)
    for before, now in _counterparts(old, new).items():
        words.add(before, now)
    return words


def _counterparts(old: Recording, new: Recording) -> dict[str, str]:
    rules, service = Rulebook(), old.scenario.partition("/")[0]
    texts = [_text(each.response) for each in new.exchanges]
    found: dict[str, str] = {}
    for first, second in zip(old.exchanges, new.exchanges, strict=False):
        there = _places(second.response)
        for place, value in _places(first.response).items():
            rule, other = rules.find(service, place.partition("|")[0]), there.get(place, value)
            if rule is None or not rule.is_paired or rule.is_per_exchange or value == other:
                continue
            if len(other) >= _SHORTEST and sum(other in text for text in texts) > 1:
                found.setdefault(value, other)
    return found


def _places(response: Response) -> dict[str, str]:
    """Every value of an answer by a rule's place, with its position behind it."""
    found = {f"header {name.lower()}|": value.strip('"') for name, value in response.headers}
    for path, value in leaves(decode(response.body)):
        if isinstance(value, str):
            steps = "/".join(step for step in path if isinstance(step, str))
            found[f"body {steps}|{path}"] = value.strip('"')
    return found


def _text(response: Response) -> str:
    return "\n".join((*(value for _, value in response.headers), response.body.decode("latin-1")))
