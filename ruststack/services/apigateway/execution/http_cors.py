"""CORS of HTTP APIs: preflights are answered by the gateway, and backends' own headers give way to its.

Source: developer guide, "Configure CORS for HTTP APIs in API Gateway".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.headers import Headers


def is_preflight(call: Call) -> bool:
    """Whether a browser asks what it may send."""
    return (
        call.method == "OPTIONS"
        and call.header("origin") is not None
        and call.header("access-control-request-method") is not None
    )


def preflight(call: Call, cors: Mapping[str, Any]) -> tuple[int, Headers, bytes]:
    """What the browser may send; nothing to an origin that is not allowed."""
    headers = origin_headers(call, cors)
    if headers:
        for name, member in (("methods", "AllowMethods"), ("headers", "AllowHeaders")):
            if cors.get(member):
                headers.append((f"access-control-allow-{name}", ",".join(cors[member])))
        if cors.get("MaxAge") is not None:
            headers.append(("access-control-max-age", str(cors["MaxAge"])))
    return 204, headers, b""


def decorated(call: Call, cors: Mapping[str, Any], headers: Headers) -> Headers:
    """The headers of an answer with the API's in place of those that the backend wrote."""
    kept = [each for each in headers if not each[0].lower().startswith("access-control-")]
    return kept + origin_headers(call, cors)


def origin_headers(call: Call, cors: Mapping[str, Any]) -> Headers:
    """What tells a browser that its page may read the answer; empty where it may not."""
    origin, allowed = call.header("origin"), cors.get("AllowOrigins") or ()
    if origin is None or not any(_is_of(origin, each) for each in allowed):
        return []
    headers: Headers = [("access-control-allow-origin", "*" if "*" in allowed else origin)]
    if cors.get("AllowCredentials"):
        headers.append(("access-control-allow-credentials", "true"))
    if cors.get("ExposeHeaders"):
        headers.append(("access-control-expose-headers", ",".join(cors["ExposeHeaders"])))
    return headers


def _is_of(origin: str, allowed: str) -> bool:
    if allowed in ("*", origin):
        return True
    # ``https://*`` stands for all origins of that scheme.
    return allowed.endswith("://*") and origin.startswith(allowed[:-1])
