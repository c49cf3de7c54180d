"""The only source of randomness: identifiers in AWS's alphabets, seedable for tests."""

from __future__ import annotations

import base64
import random
import uuid

_UPPER_ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Ids:
    """Random identifiers. ``seed`` makes every following one reproducible."""

    __slots__ = ("_random",)

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)

    def seed(self, seed: int | None) -> None:
        self._random.seed(seed)

    def hex(self, digits: int) -> str:
        """``digits`` lower-case hexadecimal digits."""
        return f"{self._random.getrandbits(digits * 4):0{digits}x}"

    def upper(self, length: int) -> str:
        """``length`` characters of ``0-9A-Z``, as in S3's and DynamoDB's request ids."""
        return "".join(self._random.choices(_UPPER_ALNUM, k=length))

    def base64(self, size_bytes: int) -> str:
        """Base64 text of ``size_bytes`` random bytes, as in S3's ``x-amz-id-2``."""
        return base64.b64encode(self._random.randbytes(size_bytes)).decode()

    def urlsafe(self, size_bytes: int) -> str:
        """URL-safe base64 text without padding of ``size_bytes`` random bytes."""
        return base64.urlsafe_b64encode(self._random.randbytes(size_bytes)).rstrip(b"=").decode()

    def uuid(self) -> str:
        """A version 4 UUID."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))
