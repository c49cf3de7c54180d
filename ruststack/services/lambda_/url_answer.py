"""What a function's answer is over HTTP, at its URL.

Source: developer guide, "Invoking Lambda function URLs" (urls-invocation, response payload format), "Response
streaming".
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator
from typing import Any, Final, NamedTuple

import orjson

from ruststack.core.functions import Streamed

PRELUDE_TYPE: Final = "application/vnd.awslambda.http-integration-response"
_MARK: Final = bytes(8)
_LONGEST_PRELUDE: Final = 1024 * 1024
_NOT_PASSED: Final = frozenset(("connection", "content-length", "transfer-encoding", "keep-alive"))

Headers = list[tuple[str, str]]


class Answer(NamedTuple):
    """Status, headers and body."""

    status: int
    headers: Headers
    body: bytes


class Malformed(ValueError):
    """The function's answer cannot be sent."""


def plain(payload: bytes) -> Answer:
    """A payload as the body."""
    return Answer(200, [("Content-Type", "application/json")], payload)


def of_payload(payload: bytes) -> Answer:
    """An answer that names a status is taken apart; any other is the body: a text as it is, all else as JSON.

    Raises Malformed.  Source: recorded answers of AWS (lambda.shapes: a function that returns "hi").
    """
    try:
        document = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return plain(payload)
    if isinstance(document, str):
        return plain(document.encode())
    if not isinstance(document, dict) or "statusCode" not in document:
        return plain(orjson.dumps(document))
    status, headers = head(document)
    return Answer(status, headers, _body(document))


def head(document: dict[str, Any]) -> tuple[int, Headers]:
    """Status and headers, with the cookies. Raises Malformed."""
    try:
        status = int(document.get("statusCode") or 200)
    except (TypeError, ValueError):
        raise Malformed("statusCode is no number") from None
    given = document.get("headers") or {}
    cookies = document.get("cookies") or []
    if not 100 <= status <= 599 or not isinstance(given, dict) or not isinstance(cookies, list):
        raise Malformed("statusCode, headers or cookies cannot be sent")
    headers = [(name, _value(value)) for name, value in given.items() if name.lower() not in _NOT_PASSED]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    headers += [("Set-Cookie", _value(cookie)) for cookie in cookies]
    if any(not _is_sendable(name, value) for name, value in headers):
        raise Malformed("a header cannot be sent")
    return status, headers


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _is_sendable(name: str, value: str) -> bool:
    """Headers of bytes, without line breaks, and with names that are tokens."""
    is_token = bool(name) and name.isascii() and not any(each in ' \t\r\n:()<>@,;\\"/[]?={}' for each in name)
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return is_token and not any(each in value for each in "\r\n\0")


def _body(document: dict[str, Any]) -> bytes:
    """Unknown: what AWS makes of a body that is no text; a function that answers one would tell. Here it is JSON."""
    body = document.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        return orjson.dumps(body)
    if document.get("isBase64Encoded"):
        try:
            return base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            raise Malformed("the body is no base64") from None
    return body.encode("utf-8", "surrogatepass")


async def of_stream(streamed: Streamed) -> tuple[int, Headers, bytes]:
    """Status and headers of a stream, and what of its body has come with them. Raises Malformed.

    A runtime may put a JSON document with the head before eight zero bytes.
    """
    if streamed.content_type.partition(";")[0].strip() != PRELUDE_TYPE:
        kind = streamed.content_type or "application/octet-stream"
        return 200, [("Content-Type", kind)], b""
    begun = b""
    async for piece in streamed.pieces:
        begun += piece
        prelude, mark, rest = begun.partition(_MARK)
        if mark:
            return *_head_of_prelude(prelude), rest
        if len(begun) > _LONGEST_PRELUDE:
            break
    raise Malformed("the stream has no head")


def _head_of_prelude(prelude: bytes) -> tuple[int, Headers]:
    try:
        document = orjson.loads(prelude)
    except orjson.JSONDecodeError:
        raise Malformed("the head of the stream is no JSON") from None
    if not isinstance(document, dict):
        raise Malformed("the head of the stream is no object")
    return head(document)


async def after(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """A body that has begun already."""
    if first:
        yield first
    async for piece in pieces:
        yield piece
