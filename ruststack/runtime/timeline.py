"""Where the emulator stands in time, and how it goes on, back, or on from where the last process stopped."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ruststack.config import Config
from ruststack.core import snapshot
from ruststack.core.blobs import Blobs
from ruststack.core.clock import Clock
from ruststack.core.ids import Ids
from ruststack.core.snapshot import Snapshot
from ruststack.core.store import Store

if TYPE_CHECKING:
    from ruststack.core.journal import Entry, Journal
    from ruststack.runtime.recorder import Recorder


class Timeline:
    """Holds all that changes: states, clock, ids, bodies, and the journal that tells how they came to be.

    ``perform`` performs a journal entry's operation again. ``on_move`` is called when the clock was moved, so that
    services apply what time alone changes. There is a journal only if the settings ask for it or for persistence.
    Raises core.disk.Unreadable when the data directory cannot be used.
    """

    def __init__(self, config: Config, perform: Callable[[Entry, Any], Any], on_move: Callable[[], None]) -> None:
        self._config = config
        self._perform = perform
        self._on_move = on_move
        self.clock = Clock()
        self.ids = Ids(config.seed)
        self.store = Store()
        self._recorder = self._new_recorder() if config.journal or config.persistence else None
        self.blobs = Blobs() if self._recorder is None else self._recorder.blobs()

    def _new_recorder(self) -> Recorder:
        # Most servers keep no journal, and should not wait for its modules when they start.
        module = importlib.import_module("ruststack.runtime.recorder")
        recorder: Recorder = module.Recorder(self._config, self.store, self.clock, self.ids)
        return recorder

    @property
    def journal(self) -> Journal | None:
        """The journal, if one is kept."""
        return None if self._recorder is None else self._recorder.journal

    async def load(self) -> int:
        """Go on from what the data directory holds; how many operations were performed again."""
        return 0 if self._recorder is None else await self._recorder.load(self._perform)

    def close(self) -> None:
        """Write what must last."""
        if self._recorder is not None:
            self._recorder.close()

    def snapshot(self) -> Snapshot:
        """The world as it is; see `core.snapshot`."""
        return snapshot.take(self.store, self.clock, self.ids)

    def restore(self, taken: Snapshot) -> None:
        """Go back to a snapshot. The journal starts anew from there."""
        snapshot.restore(taken, self.store, self.clock, self.ids)
        if self._recorder is not None:
            self._recorder.start_anew()

    def reset(self) -> None:
        """Forget every state; clock and ids are as they were at the start. The journal starts anew."""
        self.store.reset()
        self.clock.reset()
        self.ids.seed(self._config.seed)
        if self._recorder is not None:
            self._recorder.start_anew()

    def history(self) -> list[Entry]:
        """The journal's entries, oldest first; with persistence, those since the last checkpoint."""
        return [] if self._recorder is None else self._recorder.history()

    async def rewind(self, count: int) -> None:
        """Go back to where the first ``count`` journaled operations had been performed. Raises IndexError."""
        if self._recorder is None:
            raise IndexError("no journal is kept: RUSTSTACK_JOURNAL=1 keeps one")
        await self._recorder.rewind(count, self._perform)

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
