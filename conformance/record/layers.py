"""What lies around a body's text: compression, aws-chunked frames, event stream messages, CBOR.

Each layer is taken off, what is inside is changed, and the layer is put back so that it is right for the new inside:
lengths, checksums and trailers. A layer that is broken is left alone, and the change is done to the bytes as they are.
"""

from __future__ import annotations

import gzip
import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from conformance.digests import DIGESTS
from conformance.exchange import Headers, header
from conformance.record.secrets import Cover, is_secret_name

Change = Callable[[bytes], bytes]

_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})((?:;[^\r\n]*)?)\r\n")


def changed(body: bytes, headers: Headers, change: Change, cover: Cover) -> bytes:
    """The body with ``change`` done to its innermost bytes. ``cover`` replaces a secret by one of the same length."""
    encoding = (header(headers, "content-encoding") or "").lower()
    kind = (header(headers, "content-type") or "").lower()
    if "aws-chunked" in encoding or header(headers, "x-amz-decoded-content-length"):
        return in_chunks(body, change)
    if encoding == "gzip":
        return _zipped(body, change)
    if "vnd.amazon.eventstream" in kind:
        return in_messages(body, change)
    if "cbor" in kind:
        return in_cbor(body, change, cover)
    return change(body)


def _zipped(body: bytes, change: Change) -> bytes:
    try:
        plain = gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        return change(body)
    new = change(plain)
    return body if new == plain else gzip.compress(new, mtime=0)


# -- aws-chunked ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chunked:
    """A body in frames: each chunk's size line extension and data, and what follows the last chunk."""

    chunks: tuple[tuple[bytes, bytes], ...]
    tail: bytes

    @property
    def payload(self) -> bytes:
        return b"".join(data for _, data in self.chunks)


def unframed(body: bytes) -> Chunked | None:
    """The frames of a well-formed body; None for another."""
    chunks, at = [], 0
    while True:
        line = _CHUNK.match(body, at)
        if line is None:
            return None
        start, size = line.end(), int(line.group(1), 16)
        data = body[start : start + size]
        if len(data) < size or (size and body[start + size : start + size + 2] != b"\r\n"):
            return None
        chunks.append((line.group(2), data))
        at = start + size + (2 if size else 0)
        if not size:
            return Chunked(tuple(chunks), body[at:])


def in_chunks(body: bytes, change: Change) -> bytes:
    """The frames with another payload. A payload of another length moves the end of the last chunk that has data."""
    framed = unframed(body)
    if framed is None:
        return change(body)
    old = framed.payload
    new = change(old)
    if new == old:
        return body
    pieces, rest, last = [], new, len(framed.chunks) - 2
    for index, (extension, data) in enumerate(framed.chunks):
        part = rest if index == last else rest[: len(data)]
        rest = rest[len(part) :]
        if part or index > last:
            pieces.append(f"{len(part):x}".encode() + extension + b"\r\n" + part + (b"\r\n" if part else b""))
    return b"".join(pieces) + _trailer(framed.tail, old, new)


def _trailer(tail: bytes, old: bytes, new: bytes) -> bytes:
    lines = []
    for line in tail.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        digest = DIGESTS.get(name.decode("latin-1").strip().lower())
        is_right = digest is not None and digest(old).encode() == value.strip()
        lines.append(name + colon + digest(new).encode() if digest and is_right else line)
    return b"\r\n".join(lines)


# -- event streams ----------------------------------------------------------------------------------------------------


def in_messages(body: bytes, change: Change) -> bytes:
    """Each message with another payload, its lengths and checksums made right."""
    pieces, at = [], 0
    while at < len(body):
        if len(body) - at < 16:
            return change(body)
        total, head = struct.unpack_from(">II", body, at)
        if total < 16 + head or at + total > len(body):
            return change(body)
        message = body[at : at + total]
        payload = message[12 + head : -4]
        new = change(payload)
        pieces.append(message if new == payload else _message(message[12 : 12 + head], new))
        at += total
    return b"".join(pieces)


def _message(headers: bytes, payload: bytes) -> bytes:
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    text = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
    return text + struct.pack(">I", zlib.crc32(text))


# -- CBOR -------------------------------------------------------------------------------------------------------------


class _Broken(Exception):
    """Not CBOR after all."""


def in_cbor(body: bytes, change: Change, cover: Cover) -> bytes:
    """The document with its texts changed and the values of its secret members covered."""
    try:
        new, end = _Rewriter(body, change, cover).item(0, False)
    except (_Broken, RecursionError):
        return change(body)
    return new + body[end:]


@dataclass(frozen=True, slots=True)
class _Rewriter:
    body: bytes
    change: Change
    cover: Cover

    def item(self, at: int, is_secret: bool) -> tuple[bytes, int]:
        """The item that begins at ``at``, written anew, and where the next one begins."""
        major, count, start = self._head(at)
        if major in (2, 3) and count is not None:
            end = self._within(start + count)
            new = self._text(self.body[start:end], major, is_secret)
            return (self.body[at:end] if new == self.body[start:end] else _sized(major, len(new)) + new), end
        if major == 6:
            new, end = self.item(start, is_secret)
            return self.body[at:start] + new, end
        if major in (2, 3, 4, 5):
            new, end = self._members(start, count, is_secret, major == 5)
            return self.body[at:start] + new, end
        return self.body[at:start], start

    def _text(self, data: bytes, major: int, is_secret: bool) -> bytes:
        if is_secret:
            return self.cover(data.decode("utf-8", "replace")).encode() if data else data
        return self.change(data) if major == 3 else data

    def _members(self, at: int, count: int | None, is_secret: bool, is_map: bool) -> tuple[bytes, int]:
        pieces: list[bytes] = []
        done = 0
        while count is None or done < count:
            if count is None and self.body[self._within(at, 1)] == 0xFF:
                return b"".join((*pieces, b"\xff")), at + 1
            hides = is_secret
            if is_map:
                name, after = self._name(at)
                pieces.append(self.body[at:after])
                hides, at = is_secret or is_secret_name(name), after
            new, at = self.item(at, hides)
            pieces.append(new)
            done += 1
        return b"".join(pieces), at

    def _name(self, at: int) -> tuple[str, int]:
        _, end = _Rewriter(self.body, bytes, str).item(at, False)
        _, _, start = self._head(at)
        return self.body[start:end].decode("latin-1"), end

    def _head(self, at: int) -> tuple[int, int | None, int]:
        """Major type, argument (None: of no stated length) and where the content begins."""
        first = self.body[self._within(at, 1)]
        major, small = first >> 5, first & 31
        if small < 24:
            return major, small, at + 1
        if small == 31:
            return major, None, at + 1
        if small > 27:
            raise _Broken
        end = self._within(at + 1 + (1 << (small - 24)))
        return major, int.from_bytes(self.body[at + 1 : end]), end

    def _within(self, at: int, room: int = 0) -> int:
        if at + room > len(self.body):
            raise _Broken
        return at


def _sized(major: int, length: int) -> bytes:
    if length < 24:
        return bytes((major << 5 | length,))
    size = next(power for power in range(4) if length < 1 << (8 << power))
    return bytes((major << 5 | 24 + size,)) + length.to_bytes(1 << size)
