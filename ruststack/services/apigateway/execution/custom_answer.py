"""What becomes of a backend's answer: a response is selected, its parameters mapped, its template filled in.

Source: developer guide, "Set up an integration response in API Gateway", "Content type conversions in API Gateway".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from ruststack.services.apigateway.execution import templates
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.gateway_errors import ApiConfigurationError, GatewayError
from ruststack.services.apigateway.execution.headers import Headers, outgoing, replaced
from ruststack.services.apigateway.execution.mapping import response_mapping
from ruststack.services.apigateway.execution.media import decoded, encoded, is_binary, text_of
from ruststack.services.apigateway.state import Integration, IntegrationResponse

_JSON: Final = "application/json"
Answer = tuple[int, Headers, bytes]


class Backend(NamedTuple):
    """A backend's answer; ``selected_by`` is what selection patterns are matched against."""

    status: int
    headers: Headers
    body: bytes
    selected_by: str


def answer(call: Call, integration: Integration, backend: Backend, binary_types: Sequence[str] | None) -> Answer:
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
