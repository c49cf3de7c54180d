"""Self-signed certificates for RSA keys, made from a source of random digits.

Source: RFC 5280 (certificates), RFC 8017 (RSA signatures), ITU-T X.690 (DER).
"""

from __future__ import annotations

import base64
import hashlib
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

Digits = Callable[[int], str]
"""Gives that many random hexadecimal digits."""

_EXPONENT: Final = 65_537
_HALF_BITS: Final = 1024
_WITNESSES: Final = (2, 3, 5, 7, 11, 13, 17, 19)
_SMALL: Final = tuple(n for n in range(3, 2000, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2)))

_RSA: Final = "1.2.840.113549.1.1.1"
_SHA256_WITH_RSA: Final = "1.2.840.113549.1.1.11"
_SHA256: Final = "2.16.840.1.101.3.4.2.1"
_NAMES: Final = {"C": "2.5.4.6", "ST": "2.5.4.8", "L": "2.5.4.7", "O": "2.5.4.10", "OU": "2.5.4.11", "CN": "2.5.4.3"}


def self_signed(digits: Digits, subject: dict[str, str], begins: float, ends: float) -> str:
    """A certificate in PEM. ``subject`` is by short names (``CN``); times are in seconds since the epoch."""
    p, q = _prime(digits), _prime(digits)
    modulus = p * q
    private = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    algorithm = _sequence(_oid(_SHA256_WITH_RSA), _NULL)
    name = _sequence(*(_set(_sequence(_oid(_NAMES[key]), _text(value))) for key, value in subject.items()))
    key = _sequence(_sequence(_oid(_RSA), _NULL), _bits(_sequence(_integer(modulus), _integer(_EXPONENT))))
    body = _sequence(
        _tagged(0xA0, _integer(2)),
        _integer(int(digits(16), 16) | 1),
        algorithm,
        name,
        _sequence(_time(begins), _time(ends)),
        name,
        key,
    )
    return _pem(_sequence(body, algorithm, _bits(_signature(body, modulus, private))))


def _prime(digits: Digits) -> int:
    """A prime of 1024 bits, both highest of which are set, for which the exponent is good."""
    candidate = int(digits(_HALF_BITS // 4), 16) | 3 << (_HALF_BITS - 2) | 1
    residues = [candidate % small for small in _SMALL]
    step = 0
    while True:
        if all((each + step) % small for each, small in zip(residues, _SMALL, strict=True)):
            found = candidate + step
            if found % _EXPONENT != 1 and all(_may_be_prime(found, witness) for witness in _WITNESSES):
                return found
        step += 2


def _may_be_prime(number: int, witness: int) -> bool:
    """One round of Miller and Rabin's test."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    power = pow(witness, odd, number)
    if power in (1, number - 1):
        return True
    for _ in range(twos - 1):
        power = power * power % number
        if power == number - 1:
            return True
    return False


def _signature(data: bytes, modulus: int, private: int) -> bytes:
    """RSASSA-PKCS1-v1_5 with SHA-256."""
    size = (modulus.bit_length() + 7) // 8
    digest = _sequence(_sequence(_oid(_SHA256), _NULL), _tagged(0x04, hashlib.sha256(data).digest()))
    padded = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
    return pow(int.from_bytes(padded, "big"), private, modulus).to_bytes(size, "big")


def _tagged(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


_NULL: Final = _tagged(0x05, b"")


def _sequence(*items: bytes) -> bytes:
    return _tagged(0x30, b"".join(items))


def _set(item: bytes) -> bytes:
    return _tagged(0x31, item)


def _integer(value: int) -> bytes:
    return _tagged(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _bits(content: bytes) -> bytes:
    return _tagged(0x03, b"\x00" + content)


def _text(value: str) -> bytes:
    return _tagged(0x13, value.encode("ascii"))


def _time(seconds: float) -> bytes:
    """UTCTime to 2049, GeneralizedTime from then on."""
    moment = datetime.fromtimestamp(seconds, UTC)
    if moment.year < 2050:
        return _tagged(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())
    return _tagged(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())


def _oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    content = bytes((first * 40 + second,))
    for number in rest:
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(number & 0x7F | 0x80)
        content += bytes(reversed(groups))
    return _tagged(0x06, content)


def _pem(der: bytes) -> str:
    lines = textwrap.wrap(base64.b64encode(der).decode(), 64)
    return "\n".join(("-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----"))
