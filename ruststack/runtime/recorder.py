"""Keeps the journal: in memory, or on disk together with snapshots, so that the next process can go on."""

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
from ruststack.core.errors import ServiceError, Unreadable
from ruststack.core.ids import Ids
from ruststack.core.journal import Entry, Journal, replay
from ruststack.core.snapshot import Snapshot
from ruststack.core.store import Store

SYNC_S: Final = 1.0
CHECKPOINT_BYTES: Final = 64 * 1024 * 1024

Perform = Callable[[Entry, Input], Any]


class Recorder:
    """The journal of one emulator, and its data directory if the settings ask for persistence.

    Raises core.disk.Unreadable when the data directory cannot be used.
    """

    def __init__(self, config: Config, store: Store, clock: Clock, ids: Ids) -> None:
        self._sync_policy = config.sync
        self._world = (store, clock, ids)
        self._disk = Disk(config.data_dir) if config.persistence else None
        self._timer: asyncio.TimerHandle | None = None
        self.journal = Journal(clock, ids, self._keep if self._disk is not None else None)
        self._base = self._snapshot()

    def blobs(self) -> Blobs:
        """Where bodies go: into the data directory, if there is one."""
        return Blobs(self._disk.folder if self._disk is not None else None)

    async def load(self, perform: Perform) -> int:
        """Go on from what the data directory holds; how many operations were performed again. Raises Unreadable."""
        if self._disk is None:
            return 0
        loaded, entries = self._disk.load()
        if loaded is not None:
            snapshot.restore(loaded, *self._world)
        try:
            count = await replay(self.journal, entries, perform)
        except (ServiceError, LookupError) as error:
            raise Unreadable(f"{self._disk.path}: the journal cannot be replayed: {error}") from error
        if count:
            self._checkpoint(self._disk)
        return count

    def close(self) -> None:
        """Write what must last, and let go of the data directory."""
        if self._timer is not None:
            self._timer.cancel()
        if self._disk is not None:
            if self._disk.journal_bytes:
                self._checkpoint(self._disk)
            self._disk.close()
            self._disk = None

    def start_anew(self) -> None:
        """Forget the entries: the world as it is now is where the journal begins."""
        self.journal.entries.clear()
        self._base = self._snapshot()
        if self._disk is not None:
            self._checkpoint(self._disk)

    def history(self) -> list[Entry]:
        """The entries, oldest first; with persistence, those since the last checkpoint."""
        return self._disk.entries() if self._disk is not None else self.journal.entries

    async def rewind(self, count: int, perform: Perform) -> None:
        """Go back to where the first ``count`` entries had been performed. Raises IndexError."""
        if self._disk is not None:
            raise IndexError("a journal on disk cannot be rewound; one in memory can")
        if count > len(self.journal.entries):
            raise IndexError(f"the journal holds {len(self.journal.entries)} operations, not {count}")
        entries = self.journal.entries[:count]
        snapshot.restore(self._base, *self._world)
        await replay(self.journal, entries, perform)
        self.journal.entries[:] = entries

    def _snapshot(self) -> Snapshot:
        return snapshot.take(*self._world)

    def _keep(self, entry: Entry) -> None:
        assert self._disk is not None
        self._disk.append(entry, is_synced=self._sync_policy == "always")
        if self._disk.journal_bytes > CHECKPOINT_BYTES:
            self._checkpoint(self._disk)
        elif self._sync_policy == "second" and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SYNC_S, self._sync)

    def _sync(self) -> None:
        self._timer = None
        if self._disk is not None:
            self._disk.sync()

    def _checkpoint(self, disk: Disk) -> None:
        disk.checkpoint(self._snapshot())
