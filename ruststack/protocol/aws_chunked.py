"""aws-chunked bodies: S3's own framing inside HTTP, with signatures on chunks and headers after the last one.

    signed:    <hex size>;chunk-signature=<hex>\\r\\n<data>\\r\\n ... 0;chunk-signature=<hex>\\r\\n<trailers>\\r\\n
    unsigned:  <hex size>\\r\\n<data>\\r\\n ... 0\\r\\n<trailers>\\r\\n

Sources: "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks" and
"Signature calculations for trailing headers" in the S3 API reference.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Protocol

from ruststack.protocol.chunk_errors import (
    ChunkSignatureDoesNotMatch,
    IncompleteBody,
    InvalidChunkSize,
    MalformedTrailer,
    WrongDecodedLength,
)

_MIN_CHUNK_BYTES = 8192
_MAX_LINE_BYTES = 8192
_MAX_TRAILER_LINES = 32
_SIZE = re.compile(rb"([0-9a-fA-F]{1,16})(?:;chunk-signature=([0-9a-f]{64}))?")
_TRAILER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
_SIGNATURE_TRAILER = "x-amz-trailer-signature"


class ChunkVerifier(Protocol):
    """Knows the signing key and the previous signature; it is asked in order, the empty last chunk included."""

    def chunk(self, signature: str, payload_sha256: str) -> bool:
        """Whether the chunk whose payload has this SHA-256 (hex) is signed so."""
        ...

    def trailer(self, signature: str, trailer_sha256: str) -> bool:
        """Whether the trailers whose canonical form (``name:value\\n`` each) has this SHA-256 are signed so."""
        ...


class AwsChunkedDecoder:
    """Takes the framing off, piece by piece as the bytes arrive.

    ``decoded_length`` is what x-amz-decoded-content-length said (None: not checked). ``promised`` are the names in
    x-amz-trailer. ``is_signed`` demands signatures (the STREAMING-AWS4-... values of x-amz-content-sha256), and
    ``has_trailer_signature`` one of the trailers too; they are checked if there is a ``verifier``.

    After ``finish`` returned, ``trailers`` holds the trailing headers by lower-case name.
    """

    def __init__(
        self,
        *,
        decoded_length: int | None,
        promised: Iterable[str] = (),
        is_signed: bool = False,
        has_trailer_signature: bool = False,
        verifier: ChunkVerifier | None = None,
    ) -> None:
        self.trailers: dict[str, str] = {}
        self.received = 0
        self._decoded_length = decoded_length
        self._promised = {name.strip().lower() for name in promised if name.strip()}
        self._is_signed = is_signed
        self._has_trailer_signature = has_trailer_signature
        self._verifier = verifier
        self._buffer = b""
        self._at = 0
        self._left = 0
        self._step = self._read_size
        self._chunk = 0
        self._last_size = _MIN_CHUNK_BYTES
        self._signature = ""
        self._trailer_signature = ""
        self._trailer_lines = 0
        self._canonical = ""
        self._hash = hashlib.sha256()
        self._is_done = False

    def feed(self, data: bytes) -> list[bytes]:
        """The pieces of payload that these bytes complete.

        Raises IncompleteBody, InvalidChunkSize, MalformedTrailer, WrongDecodedLength, ChunkSignatureDoesNotMatch.
        """
        self._buffer = self._buffer + data if self._buffer else data
        self._at = 0
        pieces: list[bytes] = []
        while self._at < len(self._buffer) and self._step(pieces):
            pass
        self._buffer = self._buffer[self._at :]
        return pieces

    def finish(self) -> dict[str, str]:
        """The trailers, once the body has ended. Raises what is wrong with the whole."""
        if not self._is_done:
            raise IncompleteBody
        if self._decoded_length is not None and self.received != self._decoded_length:
            raise WrongDecodedLength(NumberBytesExpected=self._decoded_length, NumberBytesProvided=self.received)
        if set(self.trailers) != self._promised:
            raise MalformedTrailer
        self._verify_trailers()
        return self.trailers

    def _line(self) -> bytes | None:
        """The next line without its end; None if it has not wholly arrived."""
        end = self._buffer.find(b"\r\n", self._at, self._at + _MAX_LINE_BYTES)
        if end < 0:
            if len(self._buffer) - self._at >= _MAX_LINE_BYTES:
                raise IncompleteBody
            return None
        line = self._buffer[self._at : end]
        self._at = end + 2
        return line

    def _read_size(self, pieces: list[bytes]) -> bool:
        line = self._line()
        if line is None:
            return False
        found = _SIZE.fullmatch(line)
        if found is None or (self._is_signed and found.group(2) is None):
            raise IncompleteBody
        size = int(found.group(1), 16)
        self._chunk += 1
        if size and self._last_size < _MIN_CHUNK_BYTES:
            raise InvalidChunkSize(Chunk=self._chunk, BadChunkSize=self._last_size)
        self._signature = (found.group(2) or b"").decode()
        self._last_size = self._left = size
        if size:
            self._step = self._read_data
        else:
            self._verify_chunk()
            self._step = self._read_trailer
        return True

    def _read_data(self, pieces: list[bytes]) -> bool:
        piece = self._buffer[self._at : self._at + self._left]
        self._at += len(piece)
        self._left -= len(piece)
        self.received += len(piece)
        if self._is_signed and self._verifier is not None:
            self._hash.update(piece)
        pieces.append(piece)
        if not self._left:
            self._step = self._read_end_of_data
        return True

    def _read_end_of_data(self, pieces: list[bytes]) -> bool:
        end = self._buffer[self._at : self._at + 2]
        if end == b"\r":
            return False
        if end != b"\r\n":
            raise IncompleteBody
        self._at += 2
        self._verify_chunk()
        self._step = self._read_size
        return True

    def _read_trailer(self, pieces: list[bytes]) -> bool:
        line = self._line()
        if line is None:
            return False
        # The documentation's example ends the trailer with "\n\r\n", and some clients do it.
        text = line.removesuffix(b"\n")
        if not text:
            self._is_done = True
            self._step = self._refuse_more
            return True
        self._add_trailer(text)
        return True

    def _add_trailer(self, line: bytes) -> None:
        self._trailer_lines += 1
        try:
            name, colon, value = line.decode("ascii").partition(":")
        except UnicodeDecodeError as error:
            raise MalformedTrailer from error
        name, value = name.strip().lower(), value.strip()
        is_repeated = name in self.trailers or self._trailer_lines > _MAX_TRAILER_LINES
        if not colon or is_repeated or not _TRAILER_NAME.fullmatch(name):
            raise MalformedTrailer
        if name == _SIGNATURE_TRAILER:
            self._trailer_signature = value
        else:
            self.trailers[name] = value
            self._canonical += f"{name}:{value}\n"

    def _refuse_more(self, pieces: list[bytes]) -> bool:
        raise IncompleteBody

    def _verify_chunk(self) -> None:
        if self._is_signed and self._verifier is not None:
            digest, self._hash = self._hash.hexdigest(), hashlib.sha256()
            if not self._verifier.chunk(self._signature, digest):
                raise ChunkSignatureDoesNotMatch

    def _verify_trailers(self) -> None:
        if not self._has_trailer_signature:
            return
        if not self._trailer_signature:
            raise MalformedTrailer
        digest = hashlib.sha256(self._canonical.encode()).hexdigest()
        if self._verifier is not None and not self._verifier.trailer(self._trailer_signature, digest):
            raise ChunkSignatureDoesNotMatch


_STREAMING = "STREAMING-"
_SHA256_DIGITS = 64
_FORMS = {
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER": (False, False),
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": (True, False),
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": (True, True),
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD": (True, False),
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER": (True, True),
}


def is_chunked(content_sha256: str, content_encoding: str) -> bool:
    """Whether a request's body is framed: by x-amz-content-sha256, or by Content-Encoding alone.

    A SHA-256 of the body as it is speaks against the latter: a framed body is signed by its chunks.
    """
    if content_sha256.startswith(_STREAMING):
        return True
    if len(content_sha256) == _SHA256_DIGITS:
        return False
    return "aws-chunked" in content_encoding and "aws-chunked" in [
        entry.strip() for entry in content_encoding.split(",")
    ]


def decoder_for(
    content_sha256: str, decoded_length: int | None, trailer: str = "", verifier: ChunkVerifier | None = None
) -> AwsChunkedDecoder:
    """The decoder for what x-amz-content-sha256, x-amz-decoded-content-length and x-amz-trailer say."""
    is_signed, has_trailer_signature = _FORMS.get(content_sha256, (False, False))
    return AwsChunkedDecoder(
        decoded_length=decoded_length,
        promised=trailer.split(","),
        is_signed=is_signed,
        has_trailer_signature=has_trailer_signature,
        verifier=verifier,
    )
