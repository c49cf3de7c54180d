"""A large body on its way to disk: written and hashed by worker threads while it arrives, within bounded memory.

MD5 is the slowest part of taking a body in (729 MB/s). It has a thread to itself; writing and the other digests share a
second one. Both let go of the interpreter while they work, so that the event loop goes on receiving.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Generic, TypeVar

from ruststack.core import checksums
from ruststack.core.folder import BlobFolder, StoredFile

HIGH_WATER_BYTES: Final = 8 * 1024 * 1024
LOW_WATER_BYTES: Final = 4 * 1024 * 1024

Made = TypeVar("Made")


class _Lane:
    """A queue of pieces that at most one thread at a time works off, in order."""

    def __init__(self, steps: list[Callable[[bytes], object]], on_progress: Callable[[], None]) -> None:
        self.pending_bytes = 0
        self.error: Exception | None = None
        self._steps = steps
        self._on_progress = on_progress
        self._pieces: deque[bytes] = deque()
        self._is_busy = False
        self._lock = threading.Lock()

    @property
    def is_idle(self) -> bool:
        return not self._is_busy

    def put(self, piece: bytes) -> bool:
        """Queue a piece; True when a thread must be sent to `run`."""
        with self._lock:
            self._pieces.append(piece)
            self.pending_bytes += len(piece)
            was_busy, self._is_busy = self._is_busy, True
        return not was_busy

    def run(self) -> None:
        while True:
            with self._lock:
                if not self._pieces:
                    self._is_busy = False
                    break
                piece = self._pieces.popleft()
            self._take(piece)
            with self._lock:
                self.pending_bytes -= len(piece)
            self._on_progress()
        self._on_progress()

    def _take(self, piece: bytes) -> None:
        if self.error is not None:
            return
        try:
            for step in self._steps:
                step(piece)
        except Exception as error:  # noqa: BLE001 - Spool.finish raises it again, on the loop
            self.error = error


class Spool(Generic[Made]):
    """Takes a body's pieces on the event loop and becomes a blob.

    ``write`` answers whether there is room for more; after False the caller should stop reading from its socket until
    ``on_room`` is called (on the loop). End it with ``await finish()``, or with ``abort()`` at any time, which leaves
    nothing behind. All methods belong to the loop that made it.
    """

    def __init__(
        self,
        folder: BlobFolder,
        digests: Iterable[str],
        on_room: Callable[[], None],
        make: Callable[[StoredFile, int, Mapping[str, bytes]], Made],
    ) -> None:
        self.size = 0
        self._loop = asyncio.get_running_loop()
        self._on_room = on_room
        self._make = make
        self._is_full = False
        self._is_over = False
        self._idle: asyncio.Future[None] | None = None
        self._digests = {name: checksums.new(name) for name in digests}
        self._stored = folder.new()
        self._handle = os.open(self._stored.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        quick = [digest.update for name, digest in self._digests.items() if name != "md5"]
        self._lanes = [_Lane([self._write_all, *quick], self._on_progress)]
        if "md5" in self._digests:
            self._lanes.append(_Lane([self._digests["md5"].update], self._on_progress))

    def write(self, piece: bytes) -> bool:
        """Take the next piece of the body; False when the caller should pause until ``on_room``."""
        if self._is_over:
            return True
        self.size += len(piece)
        for lane in self._lanes:
            if lane.put(piece):
                self._loop.run_in_executor(None, lane.run)
        if not self._is_full and self._pending_bytes() > HIGH_WATER_BYTES:
            self._is_full = True
            self._is_full = self._pending_bytes() > LOW_WATER_BYTES
        return not self._is_full

    async def finish(self) -> Made:
        """Wait until everything is written and hashed, and return the blob.

        Raises OSError when the disk would not take it, and then leaves nothing behind; ConnectionAbortedError (one of
        them) when `abort` was called meanwhile.
        """
        try:
            await self._until_idle()
            for lane in self._lanes:
                if lane.error is not None:
                    raise lane.error
        except BaseException:
            self.abort()
            raise
        self._is_over = True
        # Lanes and spool refer to each other: cut, so that the file goes with the blob and not at the next collection.
        self._lanes.clear()
        os.close(self._handle)
        return self._make(self._stored, self.size, {name: digest.digest() for name, digest in self._digests.items()})

    def abort(self) -> None:
        """Drop the body and its file. Harmless after `finish`, and a second time."""
        if self._is_over:
            return
        self._is_over = True
        self._stored.remove()
        for lane in self._lanes:
            lane.error = lane.error or ConnectionAbortedError("the body was abandoned")
        self._close_when_idle()

    def _close_when_idle(self) -> None:
        if all(lane.is_idle for lane in self._lanes):
            os.close(self._handle)
        else:
            closing = self._loop.create_task(self._until_idle())
            closing.add_done_callback(lambda _: os.close(self._handle))

    async def _until_idle(self) -> None:
        if self._idle is None:
            self._idle = self._loop.create_future()
        self._notice()
        await asyncio.shield(self._idle)

    def _pending_bytes(self) -> int:
        return max(lane.pending_bytes for lane in self._lanes)

    def _write_all(self, piece: bytes) -> None:
        view = memoryview(piece)
        while view:
            view = view[os.write(self._handle, view) :]

    def _on_progress(self) -> None:
        """On a worker thread: wake the loop only if it waits for what has just happened."""
        is_awaited = self._idle is not None and all(lane.is_idle for lane in self._lanes)
        if is_awaited or (self._is_full and self._pending_bytes() <= LOW_WATER_BYTES):
            # The loop may have been closed under an upload when the server stops; nobody waits then.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._notice)

    def _notice(self) -> None:
        if self._is_full and self._pending_bytes() <= LOW_WATER_BYTES:
            self._is_full = False
            if not self._is_over:
                self._on_room()
        if self._idle is not None and not self._idle.done() and all(lane.is_idle for lane in self._lanes):
            self._idle.set_result(None)
