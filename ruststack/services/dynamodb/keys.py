"""Keys as bytes that sort as DynamoDB sorts: numbers by value, text by UTF-8, binary by unsigned bytes.

Partition keys are looked up, and scanned, in the order of a hash of theirs, DynamoDB's own: MD5 over a word and
the key. Source: architect/dynalite, whose tests of the order were recorded from DynamoDB.
"""

from __future__ import annotations

import base64
from decimal import Context, Decimal
from typing import Final

from ruststack.services.dynamodb.values import AttributeValue

try:
    # Python's own: OpenSSL's takes twice as long before it begins, which is all of it for a few bytes.
    from _md5 import md5  # type: ignore[import-not-found,unused-ignore]
except ImportError:
    from hashlib import md5

_BIAS: Final = 200
_SALT: Final = b"Outliers"
_LONGEST_PAIRS: Final = 20
_EXACT: Final = Context(prec=64, Emax=10_000, Emin=-10_000)
_ZERO: Final = b"\x80"


def sortable(value: AttributeValue) -> bytes:
    """A scalar as bytes; only values of one type may be compared."""
    if "S" in value:
        text: str = value["S"]
        return text.encode() if text.isascii() else text.encode("utf-8", "surrogatepass")
    ((kind, content),) = value.items()
    if kind == "N":
        return _number(content)
    return base64.b64decode(content)


def token(value: AttributeValue) -> bytes:
    """What a partition is found by: eight bytes of a hash, then the key itself."""
    key = sortable(value)
    hashed = _packed(value["N"]) if "N" in value else key
    return _hash(hashed) + key


def _hash(hashed: bytes) -> bytes:
    digest: bytes = md5(_SALT + hashed, usedforsecurity=False).digest()
    return digest[:8]


def joint_token(values: list[AttributeValue]) -> bytes:
    """What a partition is found by whose key has several attributes.

    Source: developer guide, GSI.MultiAttributeKeys: "hashing multiple partition key attributes together". Unknown: over
    which bytes; the order of a Scan of such an index would tell.
    """
    if len(values) == 1:
        return token(values[0])
    hashed = b"".join(framed(_hashed(value)) for value in values)
    key = b"".join(framed(sortable(value)) for value in values)
    return _hash(hashed) + key


def joint_sort(values: list[AttributeValue]) -> bytes:
    """Sort keys of several attributes, in order of the first, then of the second, and so on."""
    if len(values) == 1:
        return sortable(values[0])
    *before, last = map(sortable, values) if values else (b"",)
    return b"".join(map(framed, before)) + last


def framed(piece: bytes) -> bytes:
    """A piece that others follow: with an end that comes before all that could go on there."""
    return escaped(piece) + b"\0\0"


def escaped(piece: bytes) -> bytes:
    """What every piece begins with that begins so, when others follow."""
    return piece.replace(b"\0", b"\0\xff")


def tie(hash_value: AttributeValue, range_value: AttributeValue | None) -> bytes:
    """What items of equal keys stand in an index by: a hash of the table's key."""
    hashed = _hashed(hash_value) + (_hashed(range_value) if range_value else b"")
    return _hash(hashed)


def _hashed(value: AttributeValue) -> bytes:
    ((kind, content),) = value.items()
    return _packed(content) if kind == "N" else sortable(value)


def _packed(text: str) -> bytes:
    """A number as DynamoDB hashes it: the exponent in base 100, then two digits a byte, one more than their value."""
    number = Decimal(text)
    if not number:
        return b"\x80"
    sign, figures, _ = number.normalize(_EXACT).as_tuple()
    exponent = number.adjusted() + 1
    digits = list(figures)
    if exponent % 2:
        digits.insert(0, 0)
    if len(digits) % 2:
        digits.append(0)
    first = ((exponent + exponent % 2) // 2 - 64) & 0xFF
    pairs = [10 * high + low for high, low in zip(digits[::2], digits[1::2], strict=True)]
    if not sign:
        return bytes([first, *(pair + 1 for pair in pairs)])
    end = [102] if len(pairs) < _LONGEST_PAIRS else []
    return bytes([first ^ 0xFF, *(101 - pair for pair in pairs), *end])


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
