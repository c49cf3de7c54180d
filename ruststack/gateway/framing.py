"""Which framing a body has on top of HTTP's own."""

from __future__ import annotations

from ruststack.core.http import Request
from ruststack.gateway.intake import Decoder


def decoder_of(request: Request) -> Decoder | None:
    """What takes aws-chunked framing off, by Content-Encoding or x-amz-content-sha256; None for a plain body."""
    return None
