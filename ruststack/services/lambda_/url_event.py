"""What a function gets of a request to its URL: an event of payload format 2.0.

Source: developer guide, "Invoking Lambda function URLs" (urls-invocation), request payload format.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from urllib.parse import unquote_plus

import orjson

from ruststack.kit import Front, Request, World

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TEXTS: Final = ("text/", "json", "xml", "javascript")
_DROPPED: Final = frozenset(("connection", "keep-alive", "transfer-encoding", "te", "upgrade", "cookie"))


class Caller(NamedTuple):
    """Who signed the request: the access key and its account."""

    access_key: str
    account: str


def event(world: World, request: Request, entry: Front, request_id: str, trace_id: str, caller: Caller | None) -> bytes:
    """The event as JSON. ``caller`` is None at a URL for everybody."""
    body = request.body.read()
    document: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": entry.path,
        "rawQueryString": request.query,
        "headers": _headers(request, trace_id),
        "requestContext": _context(world, request, entry, request_id, caller),
        "isBase64Encoded": False,
    }
    cookies = request.headers.get("cookie")
    if cookies:
        # Unknown: whether the header stays beside the list; a request with a cookie would tell.
        document["cookies"] = [cookie.strip() for cookie in cookies.split(";")]
    if request.query:
        document["queryStringParameters"] = _query(request.query)
    if body:
        document.update(_body(request, body))
    return orjson.dumps(document)


def _headers(request: Request, trace_id: str) -> dict[str, str]:
    headers = {name: value for name, value in request.headers.items() if name not in _DROPPED}
    port = headers.get("host", "").partition(":")[2]
    forwarded = {
        "x-forwarded-for": _address(request),
        "x-forwarded-proto": "http",
        "x-forwarded-port": port or "80",
        "x-amzn-trace-id": trace_id,
    }
    return {name: _sound(value) for name, value in {**headers, **forwarded}.items()}


def _sound(value: str) -> str:
    """Header values are bytes, and events are UTF-8."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def _address(request: Request) -> str:
    return request.peer or "127.0.0.1"


def _query(query: str) -> dict[str, str]:
    """Values of one name are joined by commas."""
    values: dict[str, str] = {}
    for pair in query.split("&"):
        name, _, value = (unquote_plus(piece, errors="replace") for piece in pair.partition("="))
        values[name] = f"{values[name]},{value}" if name in values else value
    return values


def _context(world: World, request: Request, entry: Front, request_id: str, caller: Caller | None) -> dict[str, Any]:
    now = world.clock.now()
    told = datetime.fromtimestamp(now, UTC)
    context: dict[str, Any] = {
        "accountId": caller.account if caller is not None else "anonymous",
        "apiId": entry.name,
        "domainName": request.headers.get("host", "").partition(":")[0],
        "domainPrefix": entry.name,
        "http": {
            "method": request.method,
            "path": entry.path,
            "protocol": "HTTP/1.1",
            "sourceIp": _address(request),
            "userAgent": _sound(request.headers.get("user-agent", "")),
        },
        "requestId": request_id,
        "routeKey": "$default",
        "stage": "$default",
        "time": f"{told:%d}/{_MONTHS[told.month - 1]}/{told:%Y:%H:%M:%S} +0000",
        "timeEpoch": int(now * 1000),
    }
    if caller is not None:
        context["authorizer"] = {"iam": _identity(caller)}
    return context


def _identity(caller: Caller) -> dict[str, Any]:
    return {
        "accessKey": caller.access_key,
        "accountId": caller.account,
        "callerId": caller.account,
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": f"arn:aws:iam::{caller.account}:root",
        "userId": caller.account,
    }


def _body(request: Request, body: bytes) -> dict[str, Any]:
    """Text as it is, if the type says that it is text, and all else in base64."""
    kind = request.headers.get("content-type", "").partition(";")[0].lower()
    if any(each in kind for each in _TEXTS):
        try:
            return {"body": body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
