"""Parameter mapping of HTTP APIs: what integrations get, and what clients get, changed by rules.

Source: developer guide, "Transform API requests and responses for HTTP APIs in API Gateway".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

from ruststack.services.apigateway.execution import json_path
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.headers import Headers, replaced, value_of, without
from ruststack.services.apigateway.execution.http_event import context_2

_VARIABLE: Final = re.compile(
    r"\$\{(request|response|context|stageVariables)([^}]*)\}"
    r"|\$(request|response|context|stageVariables)((?:\.[A-Za-z0-9_\-\[\]$*]+)+)"
)


def mapped_request(
    rules: Mapping[str, str], call: Call, route_key: str, headers: Headers, query: list[tuple[str, str]]
) -> tuple[Headers, list[tuple[str, str]], str | None]:
    """Headers and query of the request to a backend, and its path where a rule sets that."""
    path = None
    for target, source in rules.items():
        action, _, place = target.partition(":")
        kind, _, name = place.partition(".")
        value = _filled(source, call, route_key, [], b"")
        if kind == "path" and action == "overwrite":
            path = value
        elif kind == "header":
            headers = _changed(headers, action, name, value)
        elif kind == "querystring":
            kept = [each for each in query if each[0] != name] if action in ("overwrite", "remove") else query
            query = kept if action == "remove" or not value else [*kept, (name, value)]
    return headers, query, path


def mapped_response(
    rules: Mapping[str, Mapping[str, str]], call: Call, route_key: str, status: int, headers: Headers, body: bytes
) -> tuple[int, Headers]:
    """Status and headers of an answer, by the rules for its status."""
    came_with = headers
    for target, source in rules.get(str(status), {}).items():
        action, _, place = target.partition(":")
        kind, _, name = place.partition(".")
        value = _filled(source, call, route_key, came_with, body)
        if kind == "statuscode" and value.isdigit() and 100 <= int(value) <= 599:
            status = int(value)
        elif kind == "header":
            headers = _changed(headers, action, name, value)
    return status, headers


def _changed(headers: Headers, action: str, name: str, value: str) -> Headers:
    if action == "remove":
        return without(headers, name.lower())
    if not value:
        return headers
    if action == "overwrite":
        return replaced(headers, name, value)
    return [*headers, (name, value)]


def _filled(source: str, call: Call, route_key: str, headers: Headers, body: bytes) -> str:
    def value(found: re.Match[str]) -> str:
        return _value(found[1] or found[3], (found[2] or found[4] or "").lstrip("."), call, route_key, headers, body)

    return _VARIABLE.sub(value, source)


def _value(kind: str, name: str, call: Call, route_key: str, headers: Headers, body: bytes) -> str:
    if kind == "stageVariables":
        return (call.stage_variables or {}).get(name, "")
    if kind == "context":
        return context_value(call, route_key, name)
    place, _, rest = name.partition(".")
    if place == "header":
        return (value_of(call.headers if kind == "request" else headers, rest)) or ""
    if place == "body":
        return _of_body(call.body if kind == "request" else body, rest)
    if kind == "request" and place == "querystring":
        return ",".join(value for each, value in call.query if each == rest)
    if kind == "request" and place == "path":
        return call.parameters.get(rest, "") if rest else f"{call.base}{call.path}"
    return ""


def context_value(call: Call, route_key: str, name: str) -> str:
    """``$context.name``, as mappings write it."""
    told: Any = variables(call, route_key)
    for part in name.split("."):
        told = told.get(part) if isinstance(told, dict) else None
    return "" if told is None else told if isinstance(told, str) else orjson.dumps(told).decode()


def variables(call: Call, route_key: str) -> dict[str, Any]:
    """``$context`` of HTTP APIs, for mappings and logs."""
    context = context_2(call, route_key)
    return {
        **context,
        "path": context["http"]["path"],
        "httpMethod": call.method,
        "protocol": "HTTP/1.1",
        "requestTime": call.request_time,
        "requestTimeEpoch": call.epoch_ms,
        "extendedRequestId": call.extended_id,
        "identity": {"sourceIp": call.peer, "userAgent": call.header("user-agent")},
        "authorizer": _authorizer(call),
    }


def _authorizer(call: Call) -> dict[str, Any]:
    told = call.authorizer or {}
    return {**told.get("lambda", {}), **told.get("jwt", {}), **told}


def _of_body(body: bytes, path: str) -> str:
    if not path:
        return body.decode("utf-8", "replace")
    try:
        found = json_path.find(orjson.loads(body), path if path.startswith("$") else f"$.{path}")
    except orjson.JSONDecodeError:
        return ""
    return "" if found is None else found if isinstance(found, str) else orjson.dumps(found).decode()
