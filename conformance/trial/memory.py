"""What a run keeps of its exchanges: no body of what matches, and of the rest as much as reports can show."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from conformance.compare.mismatch import Judgement, Verdict
from conformance.exchange import Request, Response

# A report shows 16 KB of a body; whole bodies are kept besides, for as long as they are few.
_SHOWN = 16 * 1024
_BUDGET = 32 << 20

Message = TypeVar("Message", Request, Response)


class Memory:
    """Counts the bytes that one run's judgements hold."""

    def __init__(self, budget: int = _BUDGET) -> None:
        self._budget = budget
        self._held = 0

    def kept(self, judgements: list[Judgement]) -> list[Judgement]:
        """The judgements, with the bodies that they may keep."""
        return [self._kept(each) for each in judgements]

    def _kept(self, judgement: Judgement) -> Judgement:
        exchange, answer = judgement.exchange, judgement.response
        room = 0 if judgement.verdict is Verdict.MATCH else self._room(judgement)
        return replace(
            judgement,
            exchange=replace(exchange, request=_cut(exchange.request, room), response=_cut(exchange.response, room)),
            response=_cut(answer, room) if answer else None,
        )

    def _room(self, judgement: Judgement) -> int:
        exchange, answer = judgement.exchange, judgement.response
        sizes = [len(exchange.request.body), len(exchange.response.body), len(answer.body) if answer else 0]
        room = max(sizes) if self._held + sum(sizes) <= self._budget else _SHOWN
        self._held += sum(min(size, room) for size in sizes)
        return room


def _cut(message: Message, room: int) -> Message:
    return message if len(message.body) <= room else replace(message, body=message.body[:room])
