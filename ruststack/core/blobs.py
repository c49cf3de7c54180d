"""Bodies: small ones in memory, large ones in files, never copied when they are sliced or joined."""

from __future__ import annotations

import bisect
import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

from ruststack.core import checksums
from ruststack.core.folder import BlobFolder, StoredFile
from ruststack.core.spool import Spool

PIECE_BYTES: Final = 256 * 1024


class Blob(Protocol):
    """An immutable body. A leaf of the state: snapshots share it, and its storage goes when the last reference goes."""

    @property
    def size(self) -> int:
        """Length in bytes."""
        ...

    def read(self, start: int = 0, end: int | None = None) -> bytes:
        """The bytes from ``start`` up to, not including, ``end``."""
        ...

    def chunks(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The same bytes in pieces of at most a megabyte."""
        ...

    def slice(self, start: int, end: int) -> Blob:
        """A view of a range, without copying."""
        ...

    def digest(self, algorithm: str) -> bytes:
        """By name, as in `checksums.new`; at no cost when it was asked for while the body arrived."""
        ...


class MemoryBlob:
    """A body held as bytes. ``stored`` is its copy on disk, once persistence has made one."""

    __slots__ = ("_digests", "data", "stored")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.stored: StoredFile | None = None
        self._digests: dict[str, bytes] = {}

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self, start: int = 0, end: int | None = None) -> bytes:
        return self.data if start == 0 and end is None else self.data[start:end]

    def chunks(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        yield self.read(start, end)

    def slice(self, start: int, end: int) -> Blob:
        return MemoryBlob(self.data[start:end])

    def digest(self, algorithm: str) -> bytes:
        known = self._digests.get(algorithm)
        if known is None:
            whole = checksums.WHOLE.get(algorithm)
            known = whole(self.data) if whole is not None else checksums.digest(algorithm, self.data)
            self._digests[algorithm] = known
        return known


class FileBlob:
    """A range of a file on disk; the file lasts as long as any blob, slice or reader that refers to it."""

    __slots__ = ("_digests", "offset", "size", "stored")

    def __init__(
        self, stored: StoredFile, size: int, digests: Mapping[str, bytes] | None = None, offset: int = 0
    ) -> None:
        self.stored = stored
        self.size = size
        self.offset = offset
        self._digests = dict(digests or {})

    @property
    def known_digests(self) -> Mapping[str, bytes]:
        """The digests that cost nothing."""
        return self._digests

    def read(self, start: int = 0, end: int | None = None) -> bytes:
        return b"".join(self.chunks(start, end))

    def chunks(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        position, stop = self.offset + start, self.offset + (self.size if end is None else min(end, self.size))
        if position >= stop:
            return
        handle = os.open(self.stored.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            while position < stop:
                piece = os.pread(handle, min(PIECE_BYTES, stop - position), position)
                if not piece:
                    raise OSError(f"{self.stored.path} is shorter than the body that it holds")
                yield piece
                position += len(piece)
        finally:
            os.close(handle)

    def slice(self, start: int, end: int) -> Blob:
        end = min(end, self.size)
        return FileBlob(self.stored, max(0, end - start), offset=self.offset + start)

    def digest(self, algorithm: str) -> bytes:
        return _streamed_digest(self, self._digests, algorithm)


class JoinedBlob:
    """Several bodies one after the other."""

    __slots__ = ("_digests", "_ends", "parts", "size")

    def __init__(self, parts: Sequence[Blob]) -> None:
        self.parts = tuple(parts)
        self._ends = list(itertools.accumulate(part.size for part in self.parts))
        self.size = self._ends[-1] if self._ends else 0
        self._digests: dict[str, bytes] = {}

    def read(self, start: int = 0, end: int | None = None) -> bytes:
        return b"".join(self.chunks(start, end))

    def chunks(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        for part, first, last in self._cut(start, self.size if end is None else end):
            yield from part.chunks(first, last)

    def slice(self, start: int, end: int) -> Blob:
        return join(
            part if last - first == part.size else part.slice(first, last)
            for part, first, last in self._cut(start, end)
        )

    def digest(self, algorithm: str) -> bytes:
        if algorithm in checksums.CRCS and algorithm not in self._digests:
            parts = ((part.digest(algorithm), part.size) for part in self.parts)
            self._digests[algorithm] = checksums.combine(algorithm, parts)
        return _streamed_digest(self, self._digests, algorithm)

    def _cut(self, start: int, end: int) -> Iterator[tuple[Blob, int, int]]:
        """The parts that a range touches, each with the range within it."""
        end = min(end, self.size)
        index = bisect.bisect_right(self._ends, start)
        while start < end:
            part = self.parts[index]
            begin = self._ends[index] - part.size
            last = min(end, self._ends[index])
            yield part, start - begin, last - begin
            start = last
            index += 1


def _streamed_digest(blob: Blob, known: dict[str, bytes], algorithm: str) -> bytes:
    found = known.get(algorithm)
    if found is None:
        digest = checksums.new(algorithm)
        for piece in blob.chunks():
            digest.update(piece)
        found = known[algorithm] = digest.digest()
    return found


def join(parts: Iterable[Blob]) -> Blob:
    """One blob of consecutive parts, without copying them; joined parts are flattened, empty ones dropped."""
    flat: list[Blob] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, JoinedBlob) else (part,))
    flat = [part for part in flat if part.size]
    if len(flat) == 1:
        return flat[0]
    return JoinedBlob(flat) if flat else EMPTY


EMPTY = MemoryBlob(b"")


class Blobs:
    """Makes blobs: from bytes, by joining others, or by spooling a large body to disk as it arrives."""

    def __init__(self, folder: BlobFolder | None = None) -> None:
        self.folder = folder or BlobFolder()

    def of(self, data: bytes) -> Blob:
        return MemoryBlob(data) if data else EMPTY

    def join(self, parts: Iterable[Blob]) -> Blob:
        return join(parts)

    def spool(self, digests: Iterable[str] = (), on_room: Callable[[], None] = lambda: None) -> Spool[FileBlob]:
        """Take in one large body and the named digests of it; to be called on the event loop (see `Spool`)."""
        return Spool(self.folder, digests, on_room, FileBlob)
