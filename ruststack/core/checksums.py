"""Digests by AWS's names: whole, piece by piece, and (CRCs) combined from the digests of consecutive parts."""

from __future__ import annotations

import hashlib
import importlib
import zlib
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Final, Protocol

HASHES: Final = ("md5", "sha1", "sha256", "sha512")
# Each xxHash's constructor in awscrt.
XXHASHES: Final = {"xxhash64": "new_xxhash64", "xxhash3": "new_xxhash3_64", "xxhash128": "new_xxhash3_128"}
# Each CRC's reflected polynomial and width in bits.
CRCS: Final = {
    "crc32": (0xEDB88320, 32),
    "crc32c": (0x82F63B78, 32),
    "crc64nvme": (0x9A6C9329AC4BC9B5, 64),
}
ALGORITHMS: Final = (*HASHES, *XXHASHES, *CRCS)


class Digest(Protocol):
    """A digest that is fed piece by piece."""

    def update(self, data: bytes, /) -> None:
        """Take the next piece."""
        ...

    def digest(self) -> bytes:
        """The digest of all pieces so far; CRCs are big-endian, as in AWS's base64 headers."""
        ...


class _Crc:
    __slots__ = ("_function", "_size_bytes", "_value")

    def __init__(self, function: Callable[[bytes, int], int], size_bytes: int) -> None:
        self._function = function
        self._size_bytes = size_bytes
        self._value = 0

    def update(self, data: bytes, /) -> None:
        self._value = self._function(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(self._size_bytes, "big")


class _XxHash:
    __slots__ = ("_state",)

    def __init__(self, constructor: str) -> None:
        self._state = getattr(importlib.import_module("awscrt.checksums").XXHash, constructor)()

    def update(self, data: bytes, /) -> None:
        self._state.update(data)

    def digest(self) -> bytes:
        return bytes(self._state.finalize())


@cache
def _crc_function(algorithm: str) -> Callable[[bytes, int], int]:
    if algorithm == "crc32":
        return zlib.crc32
    # awscrt loads a large library, which only clients that ask for these two checksums should wait for.
    function: Callable[[bytes, int], int] = getattr(importlib.import_module("awscrt.checksums"), algorithm)
    return function


def new(algorithm: str) -> Digest:
    """A fresh digest for md5, sha1, sha256, sha512, crc32, crc32c, crc64nvme, xxhash64, xxhash3 or xxhash128.

    Raises ValueError for any other name.
    """
    if algorithm in CRCS:
        return _Crc(_crc_function(algorithm), CRCS[algorithm][1] // 8)
    if algorithm in HASHES:
        return hashlib.new(algorithm, usedforsecurity=False)
    if algorithm in XXHASHES:
        return _XxHash(XXHASHES[algorithm])
    raise ValueError(f"no digest algorithm is named {algorithm!r}")


# The ones that most requests need, without the detour over an object that could take more data.
WHOLE: Final[dict[str, Callable[[bytes], bytes]]] = {
    "md5": lambda data: hashlib.md5(data, usedforsecurity=False).digest(),
    "sha256": lambda data: hashlib.sha256(data, usedforsecurity=False).digest(),
    "crc64nvme": lambda data: _crc_function("crc64nvme")(data, 0).to_bytes(8, "big"),
    "crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
}


def digest(algorithm: str, data: bytes) -> bytes:
    """The digest of ``data``; names and errors as in `new`."""
    whole = WHOLE.get(algorithm)
    if whole is not None:
        return whole(data)
    taken = new(algorithm)
    taken.update(data)
    return taken.digest()


def combine(algorithm: str, parts: Iterable[tuple[bytes, int]]) -> bytes:
    """The CRC of consecutive parts, from each part's CRC and length in bytes, without reading them.

    Appending n bytes multiplies the CRC so far by x^8n modulo the polynomial, over GF(2).
    """
    polynomial, width = CRCS[algorithm]
    total = 0
    for crc, size_bytes in parts:
        shifted = _multiply(_power_of_x(algorithm, 8 * size_bytes), total, polynomial, width) if total else 0
        total = shifted ^ int.from_bytes(crc, "big")
    return total.to_bytes(width // 8, "big")


def _multiply(a: int, b: int, polynomial: int, width: int) -> int:
    """The product modulo the polynomial; in reflected form the top bit stands for x^0."""
    product = 0
    bit = 1 << (width - 1)
    while a:
        if a & bit:
            product ^= b
            a ^= bit
        bit >>= 1
        b = (b >> 1) ^ polynomial if b & 1 else b >> 1
    return product


@lru_cache(maxsize=1024)
def _power_of_x(algorithm: str, exponent: int) -> int:
    polynomial, width = CRCS[algorithm]
    result, square = 1 << (width - 1), 1 << (width - 2)
    while exponent:
        if exponent & 1:
            result = _multiply(result, square, polynomial, width)
        square = _multiply(square, square, polynomial, width)
        exponent >>= 1
    return result
