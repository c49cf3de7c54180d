"""Takes one request body in: joined in memory while it is small, spooled to disk once it is not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol

from ruststack.core.blobs import EMPTY, Blob, Blobs, MemoryBlob
from ruststack.core.spool import Spool


class Decoder(Protocol):
    """Takes framing off a body that arrives in pieces."""

    def feed(self, data: bytes) -> list[bytes]:
        """The pieces of payload that these bytes complete. Raises ServiceError when the framing is broken."""
        ...

    def finish(self) -> dict[str, str]:
        """The trailers. Raises ServiceError when the framing promised more than came."""
        ...


class Intake:
    """One body on its way in. ``feed`` and ``finish`` raise what the decoder raises, and OSError from the disk."""

    __slots__ = (
        "_blobs",
        "_decoder",
        "_digests",
        "_memory_limit",
        "_on_room",
        "_pieces",
        "_spool",
        "received",
        "size",
        "trailers",
    )

    def __init__(
        self,
        blobs: Blobs,
        digests: Iterable[str],
        memory_limit: int,
        decoder: Decoder | None,
        on_room: Callable[[], None],
    ) -> None:
        self._blobs = blobs
        self._digests = digests
        self._memory_limit = memory_limit
        self._decoder = decoder
        self._on_room = on_room
        self._pieces: list[bytes] = []
        self._spool: Spool[Any] | None = None
        self.received = 0
        self.size = 0
        self.trailers: dict[str, str] = {}

    def feed(self, data: bytes) -> bool:
        """Take the next piece from the wire; False when the caller should stop reading until ``on_room``."""
        self.received += len(data)
        if self._decoder is not None:
            has_room = True
            for piece in self._decoder.feed(data):
                has_room = self._take(piece)
            return has_room
        return self._take(data)

    def _take(self, data: bytes) -> bool:
        self.size += len(data)
        if self._spool is not None:
            return self._spool.write(data)
        self._pieces.append(data)
        return self.size <= self._memory_limit or self._start_spool()

    def _start_spool(self) -> bool:
        self._spool = self._blobs.spool(self._digests, self._on_room)
        pieces, self._pieces = self._pieces, []
        return self._spool.write(b"".join(pieces))

    def finish(self) -> Blob | Awaitable[Blob]:
        """The whole body, or an awaitable of it when it goes to disk."""
        if self._decoder is not None:
            self.trailers = self._decoder.finish()
        if self._spool is not None:
            return self._spool.finish()
        pieces = self._pieces
        if not pieces:
            return EMPTY
        return MemoryBlob(pieces[0] if len(pieces) == 1 else b"".join(pieces))

    def abort(self) -> None:
        """Leave nothing behind."""
        self._pieces = []
        if self._spool is not None:
            self._spool.abort()
