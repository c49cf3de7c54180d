"""Cross-origin requests to function URLs, as their configuration says.

Source: developer guide, "Cross-origin resource sharing (CORS)" (urls-configuration); API_Cors.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from ruststack.kit import Request, Response

Headers = list[tuple[str, str]]


def is_preflight(request: Request) -> bool:
    """A browser asks before it sends."""
    return (
        request.method == "OPTIONS"
        and "origin" in request.headers
        and "access-control-request-method" in request.headers
    )


def preflight(cors: Mapping[str, Any], request: Request) -> Response:
    """The answer to a browser that asks; the function is not run."""
    headers = allowing(cors, request)
    if headers:
        methods, names = _list(cors, "AllowMethods"), _list(cors, "AllowHeaders")
        if methods:
            headers.append(("Access-Control-Allow-Methods", ",".join(methods)))
        if names:
            headers.append(("Access-Control-Allow-Headers", ",".join(names)))
        if cors.get("MaxAge") is not None:
            headers.append(("Access-Control-Max-Age", str(cors["MaxAge"])))
    return Response(200, [("Content-Type", "application/json"), *headers])


def allowing(cors: Mapping[str, Any], request: Request) -> Headers:
    """The headers of every answer to an origin that is allowed."""
    origin = request.headers.get("origin")
    allowed = _list(cors, "AllowOrigins")
    if origin is None or not any(fnmatchcase(origin, each.replace("[", "[[]")) for each in allowed):
        return []
    with_credentials = bool(cors.get("AllowCredentials"))
    is_open = "*" in allowed and not with_credentials
    headers = [("Access-Control-Allow-Origin", "*" if is_open else origin)]
    if not is_open:
        headers.append(("Vary", "Origin"))
    if with_credentials:
        headers.append(("Access-Control-Allow-Credentials", "true"))
    exposed = _list(cors, "ExposeHeaders")
    if exposed:
        headers.append(("Access-Control-Expose-Headers", ",".join(exposed)))
    return headers


def _list(cors: Mapping[str, Any], name: str) -> list[str]:
    return list(cors.get(name) or ())
