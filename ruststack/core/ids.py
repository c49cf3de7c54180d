"""The only source of randomness: identifiers in AWS's alphabets, seedable for tests."""

from __future__ import annotations

import base64
import binascii
import random
from typing import Any

_UPPER_ALNUM = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LOWER_ALNUM = _UPPER_ALNUM.lower()
# Ten times cheaper than a choice a letter; that four letters come a seventh more often does no harm.
_TO_UPPER_ALNUM = bytes(_UPPER_ALNUM[byte % len(_UPPER_ALNUM)] for byte in range(256))
_TO_LOWER_ALNUM = bytes(_LOWER_ALNUM[byte % len(_LOWER_ALNUM)] for byte in range(256))


class Ids:
    """Random identifiers. ``seed`` makes every following one reproducible."""

    __slots__ = ("_random", "is_seeded")

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)
        self.is_seeded = seed is not None

    def seed(self, seed: int | None) -> None:
        """Make every following identifier reproducible, or with None unpredictable again."""
        self._random.seed(seed)
        self.is_seeded = seed is not None

    def position(self) -> object:
        """Where a seeded sequence stands, for `restore`; None when it is not seeded."""
        return self._random.getstate() if self.is_seeded else None

    def restore(self, position: Any) -> None:
        """Go on with the sequence from ``position``. None changes nothing: unpredictable ids never come again."""
        if position is not None:
            self._random.setstate(position)
            self.is_seeded = True

    def start_entry(self, seed: int | None = None) -> int:
        """Begin the sequence of one journaled operation, and say its seed; a replay passes the seed that was said."""
        seed = self._random.getrandbits(63) if seed is None else seed
        self._random.seed(seed)
        return seed

    def hex(self, digits: int) -> str:
        """``digits`` lower-case hexadecimal digits."""
        return f"{self._random.getrandbits(digits * 4):0{digits}x}"

    def upper(self, length: int) -> str:
        """``length`` characters of ``0-9A-Z``, as in S3's and DynamoDB's request ids."""
        return self._random.getrandbits(length * 8).to_bytes(length, "little").translate(_TO_UPPER_ALNUM).decode()

    def lower(self, length: int) -> str:
        """``length`` characters of ``0-9a-z``, as in API Gateway's ids."""
        return self._random.getrandbits(length * 8).to_bytes(length, "little").translate(_TO_LOWER_ALNUM).decode()

    def base64(self, size_bytes: int) -> str:
        """Base64 text of ``size_bytes`` random bytes, as in S3's ``x-amz-id-2``."""
        data = self._random.getrandbits(size_bytes * 8).to_bytes(size_bytes, "little")
        return binascii.b2a_base64(data, newline=False).decode()

    def urlsafe(self, size_bytes: int) -> str:
        """URL-safe base64 text without padding of ``size_bytes`` random bytes."""
        return base64.urlsafe_b64encode(self._random.randbytes(size_bytes)).rstrip(b"=").decode()

    def uuid(self) -> str:
        """A version 4 UUID."""
        digits = f"{self._random.getrandbits(128):032x}"
        variant = "89ab"[int(digits[16], 16) & 3]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
