"""Requests that reach a user's own code through AWS, which no model describes: an API's stage, a function's URL."""

from __future__ import annotations

from conformance.exchange import Request

APIS, FUNCTION_URLS = "execute-api", "lambda-url"
INVOKED = (APIS, FUNCTION_URLS)


def find(request: Request) -> str:
    """``execute-api`` or ``lambda-url``; empty for a request to AWS itself. Emulators have paths for either too."""
    labels = (request.header("host") or "").partition(":")[0].split(".")[1:]
    return next((name for name in INVOKED if name in labels), "") or _by_path(request.path)


def _by_path(path: str) -> str:
    first, _, rest = path.lstrip("/").partition("/")
    if first == "restapis" and "/_user_request_" in rest:
        return APIS
    return APIS if first == "_aws" and rest.startswith(f"{APIS}/") else ""
