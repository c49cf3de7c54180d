"""What digests a body, in headers and in messages: when a body is changed (a name, a value), right stays right."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from conformance.exchange import Headers


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@lru_cache(maxsize=4)
def _table(polynomial: int) -> tuple[int, ...]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (polynomial if value & 1 else 0)
        table.append(value)
    return tuple(table)


def crc(data: bytes, polynomial: int, bits: int) -> bytes:
    """A reflected CRC with all bits set at the start and inverted at the end; for the small bodies of requests."""
    table, value = _table(polynomial), (1 << bits) - 1
    for byte in data:
        value = table[(value ^ byte) & 0xFF] ^ (value >> 8)
    return (value ^ ((1 << bits) - 1)).to_bytes(bits // 8)


DIGESTS: dict[str, Callable[[bytes], str]] = {
    "content-length": lambda body: str(len(body)),
    "content-md5": lambda body: _b64(hashlib.md5(body, usedforsecurity=False).digest()),
    "x-amz-content-sha256": lambda body: hashlib.sha256(body).hexdigest(),
    "x-amz-checksum-crc32": lambda body: _b64(zlib.crc32(body).to_bytes(4)),
    "x-amz-checksum-crc32c": lambda body: _b64(crc(body, 0x82F63B78, 32)),
    "x-amz-checksum-crc64nvme": lambda body: _b64(crc(body, 0x9A6C9329AC4BC9B5, 64)),
    "x-amz-checksum-sha1": lambda body: _b64(hashlib.sha1(body, usedforsecurity=False).digest()),
    "x-amz-checksum-sha256": lambda body: _b64(hashlib.sha256(body).digest()),
}


def refreshed(headers: Headers, old: bytes, new: bytes) -> Headers:
    """The headers for the body ``new``: each that was right for ``old`` is made right again, each wrong one stays."""
    if old == new:
        return headers
    return tuple((name, _refresh(name.lower(), value, old, new)) for name, value in headers)


def _refresh(name: str, value: str, old: bytes, new: bytes) -> str:
    digest = DIGESTS.get(name)
    return digest(new) if digest and digest(old) == value else value


def with_message_digests(old: bytes, new: bytes) -> bytes:
    """SQS's answer ``new``, made of ``old`` by changing texts in it, with the digests of the changed messages right."""
    if old == new or b'"MD5OfBody"' not in old:
        return new
    for before, after in zip(messages(old), messages(new), strict=False):
        digest = md5(before["Body"])
        if before.get("MD5OfBody") == digest:
            new = new.replace(digest.encode(), md5(after["Body"]).encode())
    return new


def md5(text: str) -> str:
    """The digest by which SQS tells what a message's body is."""
    return hashlib.md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def messages(body: bytes) -> list[dict[str, Any]]:
    """The messages with a body in SQS's answer to a receive; none in any other answer."""
    if b'"MD5OfBody"' not in body:
        return []
    try:
        tree = json.loads(body)
    except ValueError:
        return []
    messages = tree.get("Messages") if isinstance(tree, dict) else None
    found = messages if isinstance(messages, list) else []
    return [each for each in found if isinstance(each, dict) and isinstance(each.get("Body"), str)]
