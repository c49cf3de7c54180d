"""aws-chunked framing on a request body: whether there is any, and the signatures on its chunks."""

from __future__ import annotations

import hashlib
from typing import Final

from ruststack.core import sigv4
from ruststack.core.http import Request
from ruststack.gateway import canonical
from ruststack.gateway.signature import Signature
from ruststack.protocol.aws_chunked import AwsChunkedDecoder, decoder_for, is_chunked

_EMPTY_SHA256: Final = hashlib.sha256(b"").hexdigest()


class ChunkSignatures:
    """Checks the chain of chunk signatures that starts with the request's own.

    Source: "Transferring Payload in Multiple Chunks" and "Signature calculations for trailing headers", S3 API
    reference.
    """

    def __init__(self, seed: Signature, secret: str) -> None:
        caller = seed.caller
        self._key = sigv4.signing_key(secret, caller.date, caller.region, caller.signing_name)
        self._start = f"{seed.amz_date}\n{seed.scope}\n"
        self._previous = seed.value

    def chunk(self, signature: str, payload_sha256: str) -> bool:
        """Whether the next chunk is signed so."""
        text = f"AWS4-HMAC-SHA256-PAYLOAD\n{self._start}{self._previous}\n{_EMPTY_SHA256}\n{payload_sha256}"
        return self._follows(text, signature)

    def trailer(self, signature: str, trailer_sha256: str) -> bool:
        """Whether the trailers are signed so."""
        return self._follows(f"AWS4-HMAC-SHA256-TRAILER\n{self._start}{self._previous}\n{trailer_sha256}", signature)

    def _follows(self, text: str, signature: str) -> bool:
        self._previous = sigv4.sign(self._key, text)
        return canonical.equal(self._previous, signature)


def decoder_of(request: Request, signatures: ChunkSignatures | None) -> AwsChunkedDecoder | None:
    """What takes aws-chunked framing off, by Content-Encoding or x-amz-content-sha256; None for a plain body."""
    headers = request.headers
    content_sha256 = headers.get("x-amz-content-sha256", "")
    if not is_chunked(content_sha256, headers.get("content-encoding", "")):
        return None
    length = headers.get("x-amz-decoded-content-length", "")
    decoded_length = int(length) if length.isascii() and length.isdigit() and len(length) < 20 else None
    return decoder_for(content_sha256, decoded_length, headers.get("x-amz-trailer", ""), signatures)
