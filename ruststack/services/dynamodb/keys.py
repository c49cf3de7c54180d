"""Keys as bytes that sort as DynamoDB sorts: numbers by value, text by UTF-8, binary by unsigned bytes.

Partition keys are looked up, and scanned, in the order of a hash of theirs: no order that a client could rely on.
"""

from __future__ import annotations

import base64
import hashlib
from decimal import Decimal
from typing import Final

from ruststack.services.dynamodb.values import AttributeValue

_BIAS: Final = 200
_ZERO: Final = b"\x80"


def sortable(value: AttributeValue) -> bytes:
    """A scalar as bytes; only values of one type may be compared."""
    ((kind, content),) = value.items()
    if kind == "S":
        return str(content).encode("utf-8", "surrogatepass")
    if kind == "N":
        return _number(content)
    return base64.b64decode(content)


def token(value: AttributeValue) -> bytes:
    """What a partition is found by: eight bytes of a hash, then the key itself."""
    key = sortable(value)
    return hashlib.md5(key, usedforsecurity=False).digest()[:8] + key


def segment(token: bytes, segments: int) -> int:
    """Which of so many segments of a parallel scan a partition belongs to."""
    return int.from_bytes(token[:4]) * segments >> 32


def segment_start(number: int, segments: int) -> bytes:
    """The lowest token that may belong to a segment."""
    return (-((-number << 32) // segments)).to_bytes(4) if number else b""


def _number(text: str) -> bytes:
    """Sign, exponent, digits; the digits of a negative number are turned round, and end in the highest byte."""
    number = Decimal(text)
    if not number:
        return _ZERO
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    scale = _BIAS + len(digits) + exponent
    if not sign:
        return b"\xc0" + scale.to_bytes(2) + bytes(digits).rstrip(b"\0").translate(_UP)
    return b"\x40" + (0xFFFF - scale).to_bytes(2) + bytes(digits).rstrip(b"\0").translate(_DOWN) + b"\xff"


_UP: Final = bytes((byte + 1) % 256 for byte in range(256))
_DOWN: Final = bytes((9 - byte) % 256 for byte in range(256))
