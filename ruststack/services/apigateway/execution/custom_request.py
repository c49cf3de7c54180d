"""What goes to a backend behind templates: body, parameters, address and headers.

Source: developer guide, "Integration passthrough behaviors", "Content type conversions in API Gateway".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ruststack.services.apigateway.execution import templates
from ruststack.services.apigateway.execution.backends import with_stage_variables
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.gateway_errors import GatewayError, UnsupportedMediaType
from ruststack.services.apigateway.execution.headers import Headers, replaced
from ruststack.services.apigateway.execution.mapping import Mapped
from ruststack.services.apigateway.execution.media import decoded, encoded, is_binary
from ruststack.services.apigateway.state import Integration

_JSON: Final = "application/json"
BODILESS: Final = ("GET", "HEAD", "OPTIONS")


def request_body(call: Call, integration: Integration, binary_types: Sequence[str] | None) -> bytes:
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


def override(call: Call, mapped: Mapped) -> None:
    """Templates may set parameters too: theirs are the last word."""
    override = call.overrides.get("requestOverride") or {}
    for kind in Mapped._fields:
        values = override.get(kind)
        if isinstance(values, dict):
            getattr(mapped, kind).update({name: str(value) for name, value in values.items()})


def query_of(mapped: Mapped) -> list[tuple[str, str]]:
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


def request_headers(call: Call, mapped: Mapped) -> Headers:
    headers: Headers = list(mapped.header.items())
    present = {name.lower() for name, _ in headers}
    content_type = call.header("content-type") or _JSON
    for name, value in (
        ("Content-Type", content_type),
        ("Accept", _JSON),
        ("User-Agent", f"AmazonAPIGateway_{call.api_id}"),
    ):
        if name.lower() not in present and (name != "Content-Type" or call.method not in BODILESS):
            headers.append((name, value))
    return replaced(headers, "X-Amzn-Trace-Id", call.trace_id.partition(";")[0])
