"""What looks like a secret, wherever it hides: in the text itself, in base64 within it, and in what was compressed.

The last check before a recording is written, and what `lint` asks of every one: redaction should have left nothing.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator

# What a key looks like: AWS access keys, signatures that are not blanked, session tokens, private keys, and secrets by
# the names they travel under. AWS's own documentation keys end in EXAMPLE and are allowed.
# A word ends at a byte that is no ASCII letter.
_KEY_SHAPES = (
    re.compile(r"\b(?:AKIA|ASIA|AROA|AIDA)(?![A-Z0-9]{9}EXAMPLE\b)[A-Z0-9]{16}\b", re.ASCII),
    re.compile(r"(?i)signature['\"]?\s*[=:]\s*['\"]?(?!0{64}\b|f{64}\b)[0-9a-f]{64}\b", re.ASCII),
    re.compile(r"\b(?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[A-Za-z0-9+/=%]{20,}", re.ASCII),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----", re.ASCII),
    re.compile(
        r"(?i)(?:aws_?secret_?access_?key|SecretAccessKey)['\">\s:=]+(?!\*|<|test\b|x{20})[A-Za-z0-9/+]{40}\b", re.ASCII
    ),
    re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}", re.ASCII),
)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}|[A-Za-z0-9_-]{24,}={0,2}")
_ALPHABET = str.maketrans("-_", "+/")
_DEEPEST = 3
_LARGEST = 64 << 20


def find_secret(text: str) -> str | None:
    """What looks like a secret in the text, shortened so that reporting it does not leak it."""
    for layer, inside in enumerate(_layers(text, 0)):
        for shape in _KEY_SHAPES:
            found = shape.search(inside)
            if found:
                where = (
                    f"at line {text.count(chr(10), 0, found.start()) + 1}" if not layer else "in base64 or compressed"
                )
                return f"{found.group()[:12]}... {where}"
    return None


def find_in_body(body: bytes) -> str | None:
    """As ``find_secret``, of bytes."""
    return find_secret(body.decode("latin-1")) or next(filter(None, map(find_secret, _inflated(body))), None)


def _layers(text: str, depth: int) -> Iterator[str]:
    """The text, and what is inside of it."""
    yield text
    if depth == _DEEPEST:
        return
    for run in _BASE64.finditer(text):
        data = _decoded(run.group())
        for inside in (data.decode("latin-1"), *_inflated(data)) if data else ():
            yield from _layers(inside, depth + 1)


def _decoded(run: str) -> bytes:
    letters = run.rstrip("=").translate(_ALPHABET)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    try:
        return base64.b64decode(letters + "=" * (-len(letters) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _inflated(data: bytes) -> Iterator[str]:
    if data[:2] != b"\x1f\x8b" and not (data[:1] == b"\x78" and len(data) > 2):
        return
    try:
        yield zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(data, _LARGEST).decode("latin-1")
    except zlib.error:
        return
