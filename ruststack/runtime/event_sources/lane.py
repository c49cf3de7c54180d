"""One sequence of a shard's records, in which order is kept: they become batches, by size and by window."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from ruststack.runtime.event_sources.batches import Batches
from ruststack.runtime.event_sources.mapping import Mapping
from ruststack.runtime.event_sources.record import Record
from ruststack.runtime.event_sources.windows import Window, window_of

# Source: Lambda quotas: an invocation's payload has 6 MB at most. What is not records (a window's state) is left room.
BATCH_BYTES: Final = 6 * 1024 * 1024 - 4096
_BESIDE_BYTES: Final = 1024 * 1024


class Lane:
    """``taken`` is told when there is room for more records, ``done`` of records that were processed or given up, and
    of the tumbling window as it is then. ``is_current`` says that there are no more records for now.
    """

    def __init__(
        self,
        mapping: Mapping,
        shard: str,
        taken: Callable[[], None],
        done: Callable[[list[Record], Window | None], None],
    ) -> None:
        self.queued: deque[Record] = deque()
        self.queued_bytes = 0
        self.is_closed = self.is_current = False
        self._mapping = mapping
        self._batches = Batches(mapping, shard, mapping.window(shard))
        self._taken = taken
        self._done = done
        self._woken: asyncio.Event = mapping.waker()

    def put(self, records: list[Record]) -> None:
        """Records that follow."""
        self.queued.extend(records)
        self.queued_bytes += sum(len(each.encoded) for each in records)
        self._woken.set()

    def tell(self, *, is_current: bool) -> None:
        """Whether all records that there are have been put."""
        if is_current and not self.is_current:
            self._woken.set()
        self.is_current = is_current

    def close(self) -> None:
        """None follow any more."""
        self.is_closed = True
        self._woken.set()

    async def run(self) -> None:
        """Until the mapping is disabled or gone, or all is processed and none follow."""
        mapping = self._mapping
        while mapping.is_wanted:
            count = await self._gathered()
            if self._is_over() and not await self._end_window():
                return
            if count and not await self._process([self.queued.popleft() for _ in range(count)]):
                return
            if self.is_closed and not self.queued and self._batches.window is None:
                return

    async def _process(self, batch: list[Record]) -> bool:
        self.queued_bytes -= sum(len(each.encoded) for each in batch)
        self._taken()
        batches, size_s = self._batches, self._mapping.setting("TumblingWindowInSeconds")
        if batches.window is None and size_s:
            batches.window = window_of(batch[0].came, size_s)
        if not await batches.process(batch):
            return False
        self._done(batch, batches.window)
        if batches.window is not None and batches.window.is_too_large:
            if not await batches.finish(is_early=True):
                return False
            batches.window = batches.window.afresh()
            self._done([], batches.window)
        return True

    def _is_over(self) -> bool:
        """Whether the open window gets no more records."""
        window = self._batches.window
        if window is None:
            return False
        if self.queued:
            return not window.holds(self.queued[0].came)
        return self.is_closed or (self.is_current and self._mapping.world.clock.now() >= window.end)

    async def _end_window(self) -> bool:
        if not await self._batches.finish():
            return False
        self._batches.window = None
        self._done([], None)
        return True

    async def _gathered(self) -> int:
        """How many records make the next batch, as soon as it is full or its window is over; 0 when something else has
        changed.
        """
        mapping, ends = self._mapping, None
        while mapping.is_wanted:
            self._woken.clear()
            count, is_full = self._fitting()
            now = mapping.world.clock.now()
            if count and ends is None:
                ends = now + (mapping.setting("MaximumBatchingWindowInSeconds") or 0)
            if is_full or self.is_closed or self._is_over() or (ends is not None and now >= ends):
                return count
            moments = [each for each in (ends, self._window_end()) if each is not None]
            await mapping.until_woken(self._woken, min(moments) - now if moments else None)
        return 0

    def _window_end(self) -> float | None:
        window = self._batches.window
        return window.end if window is not None and self.is_current else None

    def _fitting(self) -> tuple[int, bool]:
        """How many queued records fit into one batch, and whether no more would."""
        most, size, count = self._mapping.setting("BatchSize") or 100, 0, 0
        size_s = self._mapping.setting("TumblingWindowInSeconds")
        window, room = None, BATCH_BYTES
        if self.queued and size_s:
            open_ = self._batches.window
            came = self.queued[0].came
            window = open_ if open_ is not None and open_.holds(came) else window_of(came, size_s)
            room -= _BESIDE_BYTES
        for record in self.queued:
            size += len(record.encoded) + 1
            if count >= most or (count and size > room) or (window is not None and not window.holds(record.came)):
                return count, True
            count += 1
        return count, count >= most
