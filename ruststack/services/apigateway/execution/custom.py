"""Integrations whose requests and answers pass through templates: AWS, HTTP and MOCK.

Source: developer guide, "Data transformations for REST APIs in API Gateway", "Integration passthrough behaviors",
"Content type conversions in API Gateway", "Understand mock integrations".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import orjson

from ruststack.core.errors import ServiceError
from ruststack.services.apigateway.execution import templates
from ruststack.services.apigateway.execution.aws_services import request_service
from ruststack.services.apigateway.execution.backends import (
    body_of,
    fetch,
    function_of,
    invoke,
    refused_by_lambda,
    with_query,
    with_stage_variables,
)
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.gateway_errors import (
    ApiConfigurationError,
    GatewayError,
    UnsupportedMediaType,
)
from ruststack.services.apigateway.execution.headers import Headers, outgoing, replaced
from ruststack.services.apigateway.execution.mapping import Mapped, request_mapping, response_mapping
from ruststack.services.apigateway.execution.media import decoded, encoded, is_binary, text_of
from ruststack.services.apigateway.state import Integration, IntegrationResponse

_JSON: Final = "application/json"
_BODILESS: Final = ("GET", "HEAD", "OPTIONS")
_NO_STATUS: Final = (
    "Execution failed due to configuration error: Unable to parse statusCode. "
    "It should be an integer that is defined in the request template."
)
_MOCK_STATUS: Final = re.compile(r"""["']?statusCode["']?\s*:\s*["']?(\d{3})\b""")


class Backend(NamedTuple):
    """A backend's answer; ``selected_by`` is what selection patterns are matched against."""

    status: int
    headers: Headers
    body: bytes
    selected_by: str


Answer = tuple[int, Headers, bytes]


async def serve(call: Call, integration: Integration, binary_types: Sequence[str] | None) -> Answer:
    """Request template > backend > response template. Raises GatewayError."""
    mapped = request_mapping(integration.request_parameters, call)
    body = _request_body(call, integration, binary_types)
    _override(call, mapped)
    if integration.type != "MOCK":
        call.note(f"Endpoint request URI: {integration.uri}")
        call.note(f"Endpoint request body after transformations: {text_of(body)}")
    backend = await _BACKENDS[_kind(integration)](call, integration, mapped, body)
    if integration.type != "MOCK":
        call.note(f"Received response. Status: {backend.status}")
        call.note(f"Endpoint response body before transformations: {text_of(backend.body)}")
    return _answer(call, integration, backend, binary_types)


def _kind(integration: Integration) -> str:
    return "LAMBDA" if integration.type == "AWS" and ":lambda:path/" in (integration.uri or "") else integration.type


# the request


def _request_body(call: Call, integration: Integration, binary_types: Sequence[str] | None) -> bytes:
    """The body that goes to the backend. Raises UnsupportedMediaType, GatewayError."""
    template = _request_template(call, integration)
    body = call.body
    is_bytes = is_binary(call.header("content-type"), binary_types)
    if is_bytes and integration.content_handling == "CONVERT_TO_TEXT":
        body, is_bytes = encoded(body).encode(), False
    elif not is_bytes and integration.content_handling == "CONVERT_TO_BINARY":
        unpacked = decoded(body)
        if unpacked is None:
            raise GatewayError
        body, is_bytes = unpacked, True
    if template is None:
        return body
    try:
        text = body.decode("utf-8", "strict" if is_bytes else "replace")
    except UnicodeDecodeError:
        raise GatewayError from None
    return templates.render(template, call, text).encode("utf-8", "surrogatepass")


def _request_template(call: Call, integration: Integration) -> str | None:
    """The template for the body's content type; None lets the body pass."""
    given = integration.request_templates or {}
    kind = (call.header("content-type") or _JSON).partition(";")[0].strip()
    template = given.get(kind) or given.get("$default")
    if template is not None or integration.passthrough_behavior == "WHEN_NO_MATCH":
        return template
    if integration.passthrough_behavior == "NEVER" or given:
        raise UnsupportedMediaType
    return None


def _override(call: Call, mapped: Mapped) -> None:
    """Templates may set parameters too: theirs are the last word."""
    override = call.overrides.get("requestOverride") or {}
    for kind in Mapped._fields:
        values = override.get(kind)
        if isinstance(values, dict):
            getattr(mapped, kind).update({name: str(value) for name, value in values.items()})


def _query(mapped: Mapped) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in mapped.querystring.items():
        pairs += [(name, value)] if isinstance(value, str) else [(name, each) for each in value]
    return pairs


def uri_of(call: Call, integration: Integration, mapped: Mapped) -> str:
    """The address with path parameters and stage variables filled in."""
    uri = integration.uri or ""
    for name, value in mapped.path.items():
        uri = uri.replace(f"{{{name}}}", value)
    return with_stage_variables(uri, call.stage_variables)


def method_of(call: Call, integration: Integration) -> str:
    """The backend's method, or the client's where the integration leaves it open."""
    method = integration.http_method
    return call.method if not method or method == "ANY" else method


def _request_headers(call: Call, mapped: Mapped) -> Headers:
    headers: Headers = list(mapped.header.items())
    present = {name.lower() for name, _ in headers}
    content_type = call.header("content-type") or _JSON
    for name, value in (
        ("Content-Type", content_type),
        ("Accept", _JSON),
        ("User-Agent", f"AmazonAPIGateway_{call.api_id}"),
    ):
        if name.lower() not in present and (name != "Content-Type" or call.method not in _BODILESS):
            headers.append((name, value))
    return replaced(headers, "X-Amzn-Trace-Id", call.trace_id.partition(";")[0])


# the backends


async def _lambda(call: Call, integration: Integration, mapped: Mapped, body: bytes) -> Backend:
    function = function_of(uri_of(call, integration, mapped))
    is_event = any(
        name.lower() == "x-amz-invocation-type" and value == "Event" for name, value in mapped.header.items()
    )
    try:
        invoked = await invoke(call, function, body, integration.timeout_in_millis / 1000, is_event=is_event)
    except ServiceError as error:
        if error.code != "InvalidRequestContentException":
            raise refused_by_lambda(error) from None
        # What a template made is no JSON: Lambda's own words go the way of any answer.
        told = orjson.dumps({"Type": "User", "message": error.message})
        return Backend(400, [("Content-Type", _JSON)], told, "")
    return Backend(200, [("Content-Type", _JSON)], invoked.payload, _error_message(invoked.payload))


def _error_message(payload: bytes) -> str:
    try:
        answer = orjson.loads(payload) if payload else None
    except orjson.JSONDecodeError:
        return ""
    message = answer.get("errorMessage") if isinstance(answer, dict) else None
    return message if isinstance(message, str) else ""


async def _service(call: Call, integration: Integration, mapped: Mapped, body: bytes) -> Backend:
    uri, method = uri_of(call, integration, mapped), method_of(call, integration)
    call.note(f"Sending request to {uri}")
    response = await request_service(
        call,
        uri,
        method,
        _query(mapped),
        _request_headers(call, mapped),
        b"" if method in _BODILESS else body,
        integration.timeout_in_millis / 1000,
    )
    return Backend(response.status, response.headers, body_of(response), str(response.status))


async def _http(call: Call, integration: Integration, mapped: Mapped, body: bytes) -> Backend:
    url, method = with_query(uri_of(call, integration, mapped), _query(mapped)), method_of(call, integration)
    headers = [*_request_headers(call, mapped), ("X-Amzn-Apigateway-Api-Id", call.api_id)]
    call.note(f"Sending request to {url}")
    sent = b"" if method in _BODILESS else body
    response = await fetch(call, method, url, headers, sent, integration.timeout_in_millis / 1000)
    return Backend(response.status, response.headers, body_of(response), str(response.status))


async def _mock(call: Call, integration: Integration, mapped: Mapped, body: bytes) -> Backend:
    """Answers with the ``statusCode`` that the request template wrote. Raises GatewayError."""
    text = text_of(body)
    try:
        parsed = orjson.loads(text)
        status = parsed.get("statusCode") if isinstance(parsed, dict) else None
    except orjson.JSONDecodeError:
        # Frameworks write {statusCode: 200}, which AWS reads as well.
        loose = _MOCK_STATUS.search(text)
        status = int(loose[1]) if loose is not None else None
    if not isinstance(status, int) or isinstance(status, bool):
        raise GatewayError(log=_NO_STATUS)
    return Backend(status, [], b"", str(status))


_BACKENDS: Final[dict[str, Callable[..., Any]]] = {"LAMBDA": _lambda, "AWS": _service, "HTTP": _http, "MOCK": _mock}


# the answer


def _answer(call: Call, integration: Integration, backend: Backend, binary_types: Sequence[str] | None) -> Answer:
    chosen = _selected(integration, backend.selected_by)
    headers = response_mapping(chosen.response_parameters, call, backend.headers, backend.body)
    template = _response_template(call, chosen)
    body: bytes | str = _converted(call, backend, chosen, binary_types)
    status = int(chosen.status_code)
    if template is not None:
        if isinstance(body, bytes):
            raise GatewayError  # bytes do not go through templates
        body = templates.render(template, call, body)
        override = call.overrides.get("responseOverride") or {}
        status = _status(override.get("status"), status)
        for name, value in (override.get("header") or {}).items():
            headers = replaced(headers, name, str(value))
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    headers = outgoing(integration.type, headers)
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.insert(0, ("Content-Type", _JSON))
    return status, headers, data


def _status(override: Any, status: int) -> int:
    is_status = isinstance(override, int) and not isinstance(override, bool) and 100 <= override <= 599
    return override if is_status else status


def _selected(integration: Integration, by: str) -> IntegrationResponse:
    """The first whose pattern is matched, or the one without. Raises ApiConfigurationError."""
    responses = (integration.integration_responses or {}).values()
    for response in responses:
        if response.selection_pattern and by and _matches(response.selection_pattern, by):
            return response
    for response in responses:
        if not response.selection_pattern:
            return response
    raise ApiConfigurationError(
        log="Execution failed due to configuration error: No match for output mapping and no default output mapping "
        f"configured. Endpoint Response Status Code: {by}"
    )


def _matches(pattern: str, text: str) -> bool:
    compiled = _pattern(pattern)
    return compiled is not None and compiled.fullmatch(text) is not None


@lru_cache(512)
def _pattern(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _response_template(call: Call, chosen: IntegrationResponse) -> str | None:
    given = chosen.response_templates
    if not given:
        return None
    accept = call.header("accept")
    if accept is not None and accept in given:
        return given[accept] or None
    return (given[_JSON] if _JSON in given else next(iter(given.values()))) or None


def _converted(
    call: Call, backend: Backend, chosen: IntegrationResponse, binary_types: Sequence[str] | None
) -> bytes | str:
    """The body as text or bytes, by the table of content type conversions. Raises GatewayError."""
    kind = next((value for name, value in backend.headers if name.lower() == "content-type"), None)
    wants_bytes = is_binary(call.header("accept"), binary_types)
    becomes_text = chosen.content_handling == "CONVERT_TO_TEXT" or (not chosen.content_handling and not wants_bytes)
    if is_binary(kind, binary_types):
        return encoded(backend.body) if becomes_text else backend.body
    if becomes_text or (not chosen.content_handling and _is_plain(backend.body)):
        return text_of(backend.body)
    unpacked = decoded(backend.body)
    if unpacked is None:
        raise GatewayError
    return unpacked


def _is_plain(body: bytes) -> bool:
    """Whether there is nothing to decode: clients that accept all would otherwise get errors for plain JSON."""
    return not body or body.lstrip()[:1] in (b"{", b"[", b'"', b"<")
