"""Where the emulator stands in time, and how it goes on, back, or on from where the last process stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from ruststack.config import Config
from ruststack.core import snapshot
from ruststack.core.blobs import Blobs
from ruststack.core.clock import Clock
from ruststack.core.context import Input
from ruststack.core.disk import Disk
from ruststack.core.ids import Ids
from ruststack.core.journal import Entry, Journal, replay
from ruststack.core.snapshot import Snapshot
from ruststack.core.store import Store

SYNC_S: Final = 1.0
CHECKPOINT_BYTES: Final = 64 * 1024 * 1024

Perform = Callable[[Entry, Input], Any]


class Timeline:
    """Holds all that changes: states, clock, ids, bodies, and the journal that tells how they came to be.

    ``perform`` runs an entry's operation again, for a replay. ``on_move`` is called when the clock was moved, so
    that services apply what time alone changes. The journal is None unless the settings ask for it or for
    persistence. Raises core.disk.Unreadable when the data directory cannot be used.
    """

    def __init__(self, config: Config, perform: Perform, on_move: Callable[[], None]) -> None:
        self._config = config
        self._perform = perform
        self._on_move = on_move
        self._disk = Disk(config.data_dir) if config.persistence else None
        self._timer: asyncio.TimerHandle | None = None
        self.clock = Clock()
        self.ids = Ids(config.seed)
        self.store = Store()
        self.blobs = Blobs(self._disk.folder if self._disk is not None else None)
        self.journal: Journal | None = None
        if config.journal or self._disk is not None:
            self.journal = Journal(self.clock, self.ids, self._keep if self._disk is not None else None)
        self._base = self.snapshot()

    async def load(self) -> int:
        """Go on from what the data directory holds; how many operations were replayed."""
        if self._disk is None or self.journal is None:
            return 0
        loaded, entries = self._disk.load()
        if loaded is not None:
            snapshot.restore(loaded, self.store, self.clock, self.ids)
        count = await replay(self.journal, entries, self._perform)
        if count:
            self._checkpoint()
        return count

    def close(self) -> None:
        """Write what must last, and let go of the data directory."""
        if self._timer is not None:
            self._timer.cancel()
        if self._disk is not None:
            if self._disk.journal_bytes:
                self._checkpoint()
            self._disk.close()
            self._disk = None

    def snapshot(self) -> Snapshot:
        """The world as it is; see `core.snapshot`."""
        return snapshot.take(self.store, self.clock, self.ids)

    def restore(self, taken: Snapshot) -> None:
        """Go back to a snapshot. The journal starts anew from there."""
        snapshot.restore(taken, self.store, self.clock, self.ids)
        self._start_anew()

    def reset(self) -> None:
        """Forget every state; clock and ids are as they were at the start."""
        self.store.reset()
        self.clock.reset()
        self.ids.seed(self._config.seed)
        self._start_anew()

    def history(self) -> list[Entry]:
        """The journal's entries, oldest first; with persistence, those since the last checkpoint."""
        if self._disk is not None:
            return self._disk.entries()
        return self.journal.entries if self.journal is not None else []

    async def rewind(self, count: int) -> None:
        """Go back to where the first ``count`` journaled operations had been done. Raises IndexError."""
        if self.journal is None or self._disk is not None:
            raise IndexError("only a journal in memory can be rewound: set RUSTSTACK_JOURNAL=1, without persistence")
        if count > len(self.journal.entries):
            raise IndexError(f"the journal holds {len(self.journal.entries)} operations, not {count}")
        entries = self.journal.entries[:count]
        snapshot.restore(self._base, self.store, self.clock, self.ids)
        await replay(self.journal, entries, self._perform)
        self.journal.entries[:] = entries

    def seed(self, seed: int | None) -> None:
        """Make the identifiers that follow reproducible, or with None random again."""
        self.ids.seed(seed)

    def freeze(self, at: float | None = None) -> None:
        """Stop time at an instant (seconds since the epoch) or now."""
        self.clock.freeze(at)
        self._on_move()

    def advance(self, seconds: float) -> None:
        """Move time on."""
        self.clock.advance(seconds)
        self._on_move()

    def resume(self) -> None:
        """Let time run on from where it stands."""
        self.clock.resume()
        self._on_move()

    def _start_anew(self) -> None:
        if self.journal is not None:
            self.journal.entries.clear()
            self._base = self.snapshot()
        if self._disk is not None:
            self._checkpoint()

    def _keep(self, entry: Entry) -> None:
        assert self._disk is not None
        self._disk.append(entry, is_synced=self._config.sync == "always")
        if self._disk.journal_bytes > CHECKPOINT_BYTES:
            self._checkpoint()
        elif self._config.sync == "second" and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SYNC_S, self._sync)

    def _sync(self) -> None:
        self._timer = None
        if self._disk is not None:
            self._disk.sync()

    def _checkpoint(self) -> None:
        assert self._disk is not None
        self._disk.checkpoint(self.snapshot())
