"""A request's body as it arrives: its aws-chunked framing taken off, kept while it is small, only digested beyond."""

from __future__ import annotations

import hashlib
import re

from conformance.exchange import Headers, header

KEPT_BYTES = 1024 * 1024
_SIZE = re.compile(rb"([0-9a-fA-F]{1,16})(?:;[^\r\n]*)?\r\n")
_LONGEST_LINE = 256


class Payload:
    """``data`` is the whole payload, or empty once that has more than ``KEPT_BYTES``; ``size`` and ``digest`` hold."""

    def __init__(self, headers: Headers) -> None:
        self.data = b""
        self.size = 0
        self._pieces: list[bytes] = []
        self._sha256 = hashlib.sha256()
        self._chunks = _Chunks() if _is_framed(headers) else None

    @classmethod
    def of(cls, headers: Headers, body: bytes) -> Payload:
        """The payload of a body that is here already."""
        payload = cls(headers)
        payload.feed(body)
        return payload.finish()

    def feed(self, data: bytes) -> None:
        """Take the next piece from the wire."""
        for piece in self._chunks.feed(data) if self._chunks else (data,):
            self.size += len(piece)
            self._sha256.update(piece)
            if self.size <= KEPT_BYTES:
                self._pieces.append(piece)
            else:
                self._pieces.clear()

    def finish(self) -> Payload:
        self.data = b"".join(self._pieces) if self.size <= KEPT_BYTES else b""
        return self

    @property
    def digest(self) -> str:
        """SHA-256 in hexadecimal."""
        return self._sha256.hexdigest()


def _is_framed(headers: Headers) -> bool:
    said = (header(headers, "x-amz-content-sha256") or "") + (header(headers, "content-encoding") or "")
    return said.startswith("STREAMING-") or "aws-chunked" in said


class _Chunks:
    """Takes the framing off. What is not framed, though its headers say so, passes as it is."""

    def __init__(self) -> None:
        self._buffer = b""
        self._left = 0
        self._is_plain = False
        self._is_over = False

    def feed(self, data: bytes) -> list[bytes]:
        if self._is_plain:
            return [data]
        if self._is_over:
            return []  # trailers follow from the payload
        self._buffer += data
        pieces: list[bytes] = []
        while self._buffer and self._step(pieces):
            pass
        return pieces

    def _step(self, pieces: list[bytes]) -> bool:
        """Take one piece or one size line off the buffer; False when more has to come first."""
        if self._left:
            piece, self._buffer = self._buffer[: self._left], self._buffer[self._left :]
            self._left -= len(piece)
            pieces.append(piece)
            return True
        line = _SIZE.match(self._buffer.removeprefix(b"\r\n"))
        if line is None:
            if len(self._buffer) < _LONGEST_LINE and b"\n" not in self._buffer.removeprefix(b"\r\n"):
                return False
            self._is_plain = True
            pieces.append(self._buffer)
            self._buffer = b""
            return False
        self._buffer = self._buffer.removeprefix(b"\r\n")[line.end() :]
        self._left = int(line[1], 16)
        self._is_over = not self._left
        return not self._is_over
