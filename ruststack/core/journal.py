"""What changed the state, in order: enough to make the same state again.

Time and randomness come from ``clock`` and ``ids`` alone, and states change inside operations alone. So time, place,
operation, input and the seed of its identifiers say what an operation changed: replaying all of them makes the state.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from ruststack.core.blobs import Blob
from ruststack.core.clock import Clock
from ruststack.core.context import Context, Input, Output
from ruststack.core.ids import Ids
from ruststack.core.portable import Reader, Tree, Writer

Result = Output | Awaitable[Output | None] | None
Perform = Callable[[Context, Input], Result]


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation that succeeded. ``input`` is in portable form and names ``blobs`` by index; times in seconds."""

    time: float
    account: str
    region: str
    access_key: str | None
    service: str
    operation: str
    input: Tree
    seed: int
    blobs: Sequence[Blob] = ()

    def params(self) -> Input:
        """The input as the handler gets it."""
        params: Input = Reader(self.blobs).value(self.input)
        return params


class Journal:
    """Runs operations that may change the state, and keeps an entry of each that succeeds.

    Operations that other operations call, or that a replay runs, are part of what called them: they get no entry.
    ``keep`` takes each entry before the operation is answered; without it entries are held in ``entries``.
    """

    def __init__(self, clock: Clock, ids: Ids, keep: Callable[[Entry], None] | None = None) -> None:
        self.entries: list[Entry] = []
        self._clock = clock
        self._ids = ids
        self._keep = keep or self.entries.append
        self._is_inside = False

    def run(self, context: Context, params: Input, perform: Perform) -> Result:
        """Perform an operation, and keep an entry if it succeeds. Raises what it raises.

        Clock and ids are pinned while it runs, so that the replay can show it the same. An operation that waits is
        pinned up to its first wait only: what it does later must not depend on either.
        """
        if self._is_inside:
            return perform(context, params)
        entry = self._begin(context, params)
        result = self._pinned(entry, lambda: perform(context, params))
        if isinstance(result, Awaitable):
            return self._kept_later(entry, result)
        self._keep(entry)
        return result

    def replay(self, entry: Entry, perform: Callable[[Entry, Input], Result]) -> Result:
        """Perform an entry's operation again as it was; the result may have to be awaited."""
        self._ids.start_entry(entry.seed)
        return self._pinned(entry, lambda: perform(entry, entry.params()))

    def _begin(self, context: Context, params: Input) -> Entry:
        # The input is written down before the handler sees it, for a handler may take it apart.
        writer = Writer()
        tree = writer.tree(params)
        return Entry(
            self._clock.now(),
            context.account,
            context.region,
            context.access_key,
            context.service,
            context.operation,
            tree,
            self._ids.start_entry(),
            tuple(writer.blobs),
        )

    def _pinned(self, entry: Entry, act: Callable[[], Result]) -> Result:
        self._is_inside = True
        self._clock.pin(entry.time)
        try:
            return act()
        finally:
            self._clock.pin(None)
            self._is_inside = False

    async def _kept_later(self, entry: Entry, waiting: Awaitable[Output | None]) -> Output | None:
        result = await waiting
        self._keep(entry)
        return result


async def replay(
    journal: Journal, entries: Iterable[Entry], perform: Callable[[Entry, Input], Result], until: int | None = None
) -> int:
    """Perform entries in order, the first ``until`` of them or all; how many there were."""
    count = 0
    for entry in entries:
        if until is not None and count >= until:
            break
        result = journal.replay(entry, perform)
        if isinstance(result, Awaitable):
            await result
        count += 1
    return count
