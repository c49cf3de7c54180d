"""What functions answer to HTTP APIs, as HTTP: formats 1.0 and 2.0.

Source: developer guide, "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway" (Lambda function response
format).
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from ruststack.services.apigateway.execution.gateway_errors import GatewayError
from ruststack.services.apigateway.execution.headers import Headers
from ruststack.services.apigateway.execution.http_errors import HttpApiError
from ruststack.services.apigateway.execution.media import decoded
from ruststack.services.apigateway.execution.proxy_answer import merged, status_of

Answer = tuple[int, Headers, bytes]
_TEXT: Final = "text/plain;charset=UTF-8"
_JSON: Final = "application/json"


def answer_2(payload: bytes) -> Answer:
    """An object with ``statusCode`` is an answer; anything else is the body of one. Raises HttpApiError."""
    try:
        answer = orjson.loads(payload) if payload else None
    except orjson.JSONDecodeError:
        raise HttpApiError from None
    if not isinstance(answer, dict) or "statusCode" not in answer:
        text = answer.encode("utf-8", "surrogatepass") if isinstance(answer, str) else payload
        return 200, [("Content-Type", _JSON)], text
    cookies = answer.get("cookies") or []
    if not isinstance(cookies, list):
        raise HttpApiError
    status, headers, body = _told(answer, {})
    # Unknown: the order where ``headers`` sets a cookie too; others report that ``cookies`` come first.
    # Experiment: a function that answers with both, asked once.
    return status, [*(("Set-Cookie", str(each)) for each in cookies), *headers], body


def answer_1(payload: bytes) -> Answer:
    """Only an object with ``statusCode`` is an answer. Raises HttpApiError."""
    try:
        answer = orjson.loads(payload)
    except orjson.JSONDecodeError:
        raise HttpApiError from None
    if not isinstance(answer, dict) or "statusCode" not in answer:
        raise HttpApiError
    return _told(answer, answer.get("multiValueHeaders") or {})


def _told(answer: dict[str, Any], multiple: Any) -> Answer:
    single = answer.get("headers") or {}
    body = answer.get("body")
    if not isinstance(single, dict) or not isinstance(multiple, dict):
        raise HttpApiError
    try:
        status = status_of(answer["statusCode"])
        headers = merged({name: _header(value) for name, value in single.items()}, multiple)
    except GatewayError:
        raise HttpApiError from None
    text = "" if body is None else body if isinstance(body, str) else orjson.dumps(body).decode()
    data: bytes | None = text.encode("utf-8", "surrogatepass")
    if answer.get("isBase64Encoded") is True:
        data = decoded(text)
    if data is None:
        raise HttpApiError
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.insert(0, ("Content-Type", _TEXT))
    return status, headers, data


def _header(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else orjson.dumps(value).decode()
