"""What each request of a scenario says, indexed: who carries a value, where, and who had said it before.

A value counts as said in whatever way it stands in a request: plain, percent-encoded, in XML, in JSON inside a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from conformance.carrying import LONG, carries, forms, pieces
from conformance.exchange import Exchange, Request
from conformance.fields import fields

_RUN = re.compile(r"[A-Za-z0-9]+")


class Said:
    """The requests of a scenario."""

    def __init__(self, exchanges: Sequence[Exchange]) -> None:
        self._fields: list[list[tuple[str, str]]] = []
        self._texts: list[str] = []
        self._by_field: dict[str, list[int]] = {}
        self._by_run: dict[str, list[int]] = {}
        self._before = _closure(exchanges)
        for index, exchange in enumerate(exchanges):
            self._note(index, exchange.request)

    def _note(self, index: int, request: Request) -> None:
        said = fields(request)
        text = "\n".join(
            dict.fromkeys((request.target, *(unquoted for _, value in said for unquoted in _plain(value))))
        )
        self._fields.append(said)
        self._texts.append(text)
        for piece in {piece for place, value in said for piece in pieces(place, value)}:
            self._by_field.setdefault(piece, []).append(index)
        for run in set(_RUN.findall(text)):
            self._by_run.setdefault(run, []).append(index)

    def is_after(self, index: int, other: int) -> bool:
        """Whether request ``index`` was sent after the answer ``other`` had arrived."""
        return bool(self._before[index] >> other & 1)

    def carrying(self, value: str) -> list[int]:
        """The requests that carry the value."""
        found = set(self._by_field.get(value, ()))
        if len(value) >= LONG:
            possible = {index for form in forms(value) for index in self._holding(form)}
            found |= {index for index in possible - found if self.places(index, value)}
        return sorted(found)

    def mentions_before(self, value: str, index: int) -> bool:
        """Whether a request that was sent before the answer ``index`` arrived has the value in it as a word."""
        word = re.compile(rf"(?<![A-Za-z0-9]){re.escape(value)}(?![A-Za-z0-9])")
        return any(not self.is_after(each, index) and word.search(self._texts[each]) for each in self._holding(value))

    def _holding(self, form: str) -> Iterable[int]:
        """The requests in whose text the form may be."""
        runs = _RUN.findall(form)
        return self._by_run.get(max(runs, key=len), ()) if runs else range(len(self._texts))

    def places(self, index: int, value: str) -> set[str]:
        """The fields of a request in which the value stands; of JSON in a text the field inside, not the text."""
        found = {place for place, text in self._fields[index] if carries(place, text, value)}
        return {place for place in found if not any(other.startswith(f"{place}/") for other in found)}


def _plain(value: str) -> tuple[str, ...]:
    return (value, unquote(value)) if "%" in value else (value,)


def _closure(exchanges: Sequence[Exchange]) -> list[int]:
    """For each exchange the set of those before it, as bits."""
    place = {exchange.number: index for index, exchange in enumerate(exchanges)}
    before: list[int] = []
    for index, exchange in enumerate(exchanges):
        if exchange.after is None:
            before.append((1 << index) - 1)
            continue
        bits = 0
        for number in exchange.after:
            if number in place:
                bits |= before[place[number]] | 1 << place[number]
        before.append(bits)
    return before
