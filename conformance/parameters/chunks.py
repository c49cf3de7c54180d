"""aws-chunked bodies: the data without its frames, and the headers as if it had travelled whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.exchange import Headers, Request

_CODING = "aws-chunked"


def unframed(request: Request) -> Request:
    """The request without chunk framing, its trailer among its headers; as it is when it has no frames.

    Raises ValueError for broken framing.
    """
    streams = (request.header("x-amz-content-sha256") or "").startswith("STREAMING-")
    if not (streams or _CODING in (request.header("content-encoding") or "")):
        return request
    body, trailer = _joined(request.body)
    return replace(request, headers=(*_whole(request.headers), *trailer), body=body)


def _whole(headers: Headers) -> Headers:
    kept = []
    for name, value in headers:
        if name.lower() == "content-length":
            continue
        if name.lower() == "content-encoding":
            value = ",".join(each for each in value.split(",") if each.strip() != _CODING)
            if not value:
                continue
        kept.append((name, value))
    return tuple(kept)


def _joined(body: bytes) -> tuple[bytes, Headers]:
    pieces: list[bytes] = []
    rest = body
    while True:
        line, found, rest = rest.partition(b"\r\n")
        if not found:
            raise ValueError("a chunk's frame is broken")
        size = int(line.partition(b";")[0], 16)
        if size == 0:
            return b"".join(pieces), tuple(_trailer(rest))
        if size < 0 or len(rest) < size + 2:
            raise ValueError("a chunk is cut short")
        pieces.append(rest[:size])
        rest = rest[size + 2 :]


def _trailer(rest: bytes) -> Iterator[tuple[str, str]]:
    for line in rest.decode("latin-1").split("\r\n"):
        name, found, value = line.partition(":")
        if found and name.lower() != "x-amz-trailer-signature":
            yield name, value.strip()
