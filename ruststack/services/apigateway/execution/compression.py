"""Payload compression of REST APIs: requests are unpacked before they are mapped, large answers packed.

Source: developer guide, "Payload compression for REST APIs in API Gateway".
"""

from __future__ import annotations

import gzip
import zlib

from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.gateway_errors import BadRequest, RequestTooLarge
from ruststack.services.apigateway.execution.headers import Headers, value_of, without

_GZIP = 31
_DEFLATE = 15


def unpack(call: Call, largest: int) -> None:
    """A packed body as it was, for an API that compresses. Raises BadRequest, RequestTooLarge.

    Unknown: AWS's words for what cannot be unpacked; a body of noise with Content-Encoding: gzip would tell.
    """
    kind = (call.header("content-encoding") or "").strip().lower()
    if kind not in ("gzip", "deflate") or not call.body:
        return
    unpacker = zlib.decompressobj(_GZIP if kind == "gzip" else _DEFLATE)
    try:
        body = unpacker.decompress(call.body, largest)
    except zlib.error:
        raise BadRequest("Invalid request body") from None
    if unpacker.unconsumed_tail:
        raise RequestTooLarge
    if not unpacker.eof:
        raise BadRequest("Invalid request body")
    call.body, call.headers = body, without(call.headers, "content-encoding")


def pack(call: Call, least: int, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    """An answer of at least so many bytes packed, if the client takes that and the backend has not packed it."""
    if len(body) < max(least, 1) or value_of(headers, "content-encoding") is not None:
        return headers, body
    accepted = {each.partition(";")[0].strip().lower() for each in (call.header("accept-encoding") or "").split(",")}
    if accepted & {"gzip", "*"}:
        return [*headers, ("Content-Encoding", "gzip")], gzip.compress(body, 6, mtime=0)
    if "deflate" in accepted:
        return [*headers, ("Content-Encoding", "deflate")], zlib.compress(body, 6)
    return headers, body
