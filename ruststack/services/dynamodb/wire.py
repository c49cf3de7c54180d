"""Requests that mean no operation of DynamoDB, and bodies that are compressed.

Source: architect/dynalite's tests, which were recorded from DynamoDB; of compression, the SDKs' guide ("Request
compression") and what was seen of DynamoDB: scylladb/scylladb, pull requests 27049, 27080 and 28820 (gzip alone; a
body that grows beyond 16 MB is refused).
"""

from __future__ import annotations

import zlib
from typing import Final

import orjson

from ruststack.core.blobs import MemoryBlob
from ruststack.kit import Context, Request, Response, ServiceError
from ruststack.services.dynamodb.errors import SerializationException

_TARGETS: Final = {"dynamodb": "DynamoDB_20120810", "dynamodbstreams": "DynamoDBStreams_20120810"}
_JSON: Final = "application/x-amz-json-1.0"
_KINDS: Final = (_JSON, "application/json")
_LARGEST: Final = 16 * 1024 * 1024
_GZIP: Final = 31
_UNKNOWN: Final = b"<UnknownOperationException/>\n"


class UnknownOperationException(ServiceError):
    """The target names no operation; there is no message."""

    code, status = "UnknownOperationException", 400
    namespace = "com.amazon.coral.service"


def unrouted(ctx: Context, request: Request) -> ServiceError:
    """The answer to a target that the model does not know."""
    return UnknownOperationException()


def intercept(ctx: Context, request: Request) -> Response | None:
    """Answers what is no POST, no JSON by its type, or too large; unpacks what is compressed.

    Raises UnknownOperationException for another target, SerializationException for what is no JSON.
    """
    headers = request.headers
    if request.method == "GET":
        return Response(200, [], f"healthy: dynamodb.{ctx.region}.amazonaws.com ".encode())
    if request.method != "POST":
        return Response(404, [], _UNKNOWN)
    if "content-encoding" in headers:
        _unpack(request)
    if request.body.size > _LARGEST:
        return Response(413, [])
    if "smithy-protocol" in headers:
        return None
    kind = headers.get("content-type", "")
    if kind != _JSON and request.body.size and kind.partition(";")[0].strip() not in _KINDS:
        return Response(404, [], _UNKNOWN)
    _check_target(ctx, request)
    return None


def _check_target(ctx: Context, request: Request) -> None:
    target = request.headers.get("x-amz-target", "")
    prefix, _, name = target.partition(".")
    if prefix != _TARGETS[ctx.service] or "." in name:
        _check_json(request)
        raise UnknownOperationException()
    if ctx.operation and not request.body.size:
        raise SerializationException()


def _check_json(request: Request) -> None:
    """What is no JSON is told before a target that means nothing is."""
    try:
        orjson.loads(request.body.read() or b"{}")
    except orjson.JSONDecodeError:
        raise SerializationException() from None


def _unpack(request: Request) -> None:
    """Raises SerializationException.

    Unknown: what DynamoDB says of a body that is no gzip, or is packed in another way; such requests would tell. Other
    ways are left as they are here, and then are no JSON.
    """
    if request.headers["content-encoding"].strip().lower() != "gzip":
        return
    unpacker = zlib.decompressobj(_GZIP)
    try:
        plain = unpacker.decompress(request.body.read(), _LARGEST + 1)
    except zlib.error:
        raise SerializationException() from None
    if not unpacker.eof and len(plain) <= _LARGEST:
        raise SerializationException()
    request.body = MemoryBlob(plain)
