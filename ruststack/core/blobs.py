"""Bodies: small ones in memory, large ones on disk, hashed while they arrive, never copied when they are joined."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from typing import Protocol


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
        """Digest by name: md5, sha1, sha256, crc32, crc32c or crc64nvme. Kept from arrival when it was asked for then."""
        ...


class MemoryBlob:
    """A body held as bytes."""

    __slots__ = ("_digests", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
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
        if algorithm not in self._digests:
            if algorithm == "crc32":
                self._digests[algorithm] = zlib.crc32(self.data).to_bytes(4, "big")
            else:
                self._digests[algorithm] = hashlib.new(algorithm, self.data).digest()
        return self._digests[algorithm]


EMPTY = MemoryBlob(b"")


class Blobs:
    """Makes blobs: from bytes, or by joining others without copying."""

    def of(self, data: bytes) -> Blob:
        return MemoryBlob(data)

    def join(self, parts: Sequence[Blob]) -> Blob:
        return MemoryBlob(b"".join(part.read() for part in parts))
