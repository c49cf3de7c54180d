"""Parameter mappings of REST APIs: where an integration's parameters, or an answer's headers, come from.

Source: developer guide, "Parameter mapping examples for REST APIs" and "Amazon API Gateway API request and response
data mapping reference".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from ruststack.services.apigateway.execution import json_path
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.gateway_errors import BadRequest, GatewayError
from ruststack.services.apigateway.execution.headers import Headers, multiple
from ruststack.services.apigateway.execution.media import text_of
from ruststack.services.apigateway.execution.rest_context import request_context


class Mapped(NamedTuple):
    """What a mapping gives an integration; query values may be several."""

    header: dict[str, str]
    path: dict[str, str]
    querystring: dict[str, str | list[str]]


def request_mapping(parameters: Mapping[str, str] | None, call: Call) -> Mapped:
    """Raises BadRequest for a body that is no JSON where one is asked for."""
    mapped = Mapped({}, {}, {})
    for target, source in (parameters or {}).items():
        kind, _, name = target.removeprefix("integration.request.").partition(".")
        value = _of_request(source, call)
        if not value or kind not in Mapped._fields:
            continue
        getattr(mapped, kind)[name] = value if kind == "querystring" or isinstance(value, str) else ",".join(value)
    return mapped


def response_mapping(parameters: Mapping[str, str] | None, call: Call, headers: Headers, body: bytes) -> Headers:
    """The headers of an answer. Raises GatewayError for a body that is no JSON where one is asked for."""
    found: Headers = []
    for target, source in (parameters or {}).items():
        value = _of_response(source, call, headers, body)
        if value:
            found.append((target.removeprefix("method.response.header."), value))
    return found


def _of_request(source: str, call: Call) -> str | list[str] | None:
    if not source.startswith("method.request."):
        return _static(source, call)
    kind, _, name = source[15:].partition(".")
    if kind == "path":
        return call.parameters.get(name)
    if kind == "querystring":
        return call.query_value(name)
    if kind == "multivaluequerystring":
        values = [value for each, value in call.query if each == name]
        return values[0] if len(values) == 1 else values
    if kind == "header":
        return _last(multiple(call.headers), name)
    if kind == "multivalueheader":
        return ",".join(multiple(call.headers).get(name, ()))
    if kind == "body":
        try:
            return _of_body(call.body, name)
        except orjson.JSONDecodeError:
            raise BadRequest("Invalid JSON in request body") from None
    return None


def _of_response(source: str, call: Call, headers: Headers, body: bytes) -> str | None:
    if not source.startswith("integration.response."):
        return _static(source, call)
    kind, _, name = source[21:].partition(".")
    if kind == "header":
        return _last(multiple(headers), name)
    if kind == "multivalueheader":
        return ",".join(multiple(headers).get(name, ()))
    if kind == "body":
        try:
            return _of_body(body, name)
        except orjson.JSONDecodeError:
            raise GatewayError from None
    return None


def _last(headers: dict[str, list[str]], name: str) -> str | None:
    """Recorded: the name of a mapping is matched with its case."""
    values = headers.get(name)
    return values[-1] if values else None


def _of_body(body: bytes, path: str) -> str | None:
    stripped = body.strip()
    if not path:
        return text_of(stripped or b"{}")
    # Recorded: what does not begin as JSON is not read at all.
    value = json_path.find(orjson.loads(stripped) if stripped[:1] in (b"{", b"[", b'"', b"'") else {}, f"$.{path}")
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()


def _static(source: str, call: Call) -> str | None:
    if len(source) > 1 and source.startswith("'") and source.endswith("'"):
        return source[1:-1]
    if source.startswith("stageVariables."):
        return (call.stage_variables or {}).get(source[15:])
    if source.startswith("context."):
        value: Any = request_context(call)
        for part in source[8:].split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value if isinstance(value, str) else None
    return None
