"""Causal order: after which answers a request was sent, told by when requests began and answers ended.

A client that waits for an answer sends afterwards; one that does not wait sends at the same time. Only that is kept of
the clock, so that a slower or quicker target is asked in the same order.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from conformance.exchange import Exchange

Span = tuple[datetime, datetime | None]


def causal(exchanges: Sequence[Exchange], spans: Sequence[Span]) -> tuple[Exchange, ...]:
    """The exchanges with their ``after``. ``spans`` are begin and end of each, sorted by begin.

    An exchange whose end is unknown counts as over before the next began.
    """
    ends = [ended or began for began, ended in spans]
    running: list[tuple[datetime, int]] = []
    arrived: list[int] = []  # the answers that are there, but for those that a later one among them came after
    over = 0
    ordered = []
    for index, (each, (began, _)) in enumerate(zip(exchanges, spans, strict=True)):
        while running and running[0][0] <= began:
            arrived.append(heapq.heappop(running)[1])
            over += 1
        if arrived:
            latest = max(arrived)
            arrived = [done for done in arrived if done == latest or ends[done] > spans[latest][0]]
        after = tuple(sorted(exchanges[done].number for done in arrived))
        ordered.append(replace(each, after=None if over == index else after))
        heapq.heappush(running, (ends[index], index))
    return tuple(ordered)
