"""An excerpt of a recording: some of its exchanges, with what they need, in the same order of cause and effect.

Exchanges keep their numbers, so that what speaks of them (known gaps, an earlier report) still does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from conformance.exchange import Binding, Exchange, Recording


def with_sources(recording: Recording, numbers: Iterable[int]) -> frozenset[int]:
    """The exchanges, and all whose answers minted a value that one of them carries."""
    sources: dict[int, set[int]] = {}
    for binding in recording.bindings:
        for user in binding.uses:
            sources.setdefault(user, set()).add(binding.source)
    wanted, waiting = set[int](), list(numbers)
    while waiting:
        number = waiting.pop()
        if number not in wanted:
            wanted.add(number)
            waiting += sources.get(number, ())
    return frozenset(wanted)


def excerpt(recording: Recording, numbers: Iterable[int]) -> Recording:
    """The recording of these exchanges alone. Each must be given with its sources (``with_sources``)."""
    wanted = frozenset(numbers)
    before = _all_before(recording.exchanges)
    kept: list[Exchange] = []
    for each in recording.exchanges:
        if each.number in wanted:
            kept.append(replace(each, after=_after(before, before[each.number] & wanted, len(kept))))
    return replace(recording, exchanges=tuple(kept), bindings=tuple(_bindings(recording, wanted)))


def _all_before(exchanges: Iterable[Exchange]) -> dict[int, frozenset[int]]:
    """All that was answered when each exchange was sent."""
    before: dict[int, frozenset[int]] = {}
    for each in exchanges:
        latest = before.keys() if each.after is None else each.after
        before[each.number] = frozenset(latest).union(*(before[one] for one in latest))
    return before


def _after(before: dict[int, frozenset[int]], answered: frozenset[int], count: int) -> tuple[int, ...] | None:
    """``after`` as a recording has it; ``count`` exchanges come before this one."""
    if len(answered) == count:
        return None
    earlier = frozenset[int]().union(*(before[each] for each in answered))
    return tuple(sorted(answered - earlier))


def _bindings(recording: Recording, wanted: frozenset[int]) -> Iterable[Binding]:
    for binding in recording.bindings:
        uses = tuple(each for each in binding.uses if each in wanted)
        if uses and binding.source in wanted:
            yield replace(binding, uses=uses)
