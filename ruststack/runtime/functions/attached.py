"""What a program in a container writes, as the engine passes it on: pieces with a head, on a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

_READ_BYTES: Final = 64 * 1024
_HEAD_BYTES: Final = 8


class Attached:
    """Reads such a socket until its end. ``made`` is what the SDK gives; ``ended`` is done then."""

    def __init__(self, made: Any, feed: Callable[[bytes], None]) -> None:
        self._made = made
        self._socket: Any = getattr(made, "_sock", made)
        self._socket.setblocking(False)
        self._feed = feed
        self._rest = b""
        self._loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[None] = self._loop.create_future()
        self._loop.add_reader(self._socket.fileno(), self.drain)

    def drain(self) -> None:
        """Take in what has come so far."""
        while self._socket is not None:
            try:
                data = self._socket.recv(_READ_BYTES)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                data = b""
            if not data:
                self.close()
                return
            self._take(data)

    def _take(self, data: bytes) -> None:
        """Each piece has a head: which stream, three zeros, and its length."""
        self._rest += data
        while len(self._rest) >= _HEAD_BYTES:
            end = _HEAD_BYTES + int.from_bytes(self._rest[4:8], "big")
            if len(self._rest) < end:
                return
            piece, self._rest = self._rest[_HEAD_BYTES:end], self._rest[end:]
            self._feed(piece)

    def close(self) -> None:
        """Read no more."""
        closed, self._socket = self._socket, None
        if closed is not None:
            self._loop.remove_reader(closed.fileno())
            self._made.close()
            closed.close()
        if not self.ended.done():
            self.ended.set_result(None)
