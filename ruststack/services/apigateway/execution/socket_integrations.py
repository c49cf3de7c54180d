"""The backends of WebSocket routes: what a message goes to, and what comes back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import orjson

from ruststack.core.errors import ServiceError
from ruststack.services.apigateway.execution import json_path, templates
from ruststack.services.apigateway.execution.aws_services import request_service
from ruststack.services.apigateway.execution.backends import (
    body_of,
    fetch,
    function_of,
    invoke,
    refused_by_lambda,
    with_stage_variables,
)
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.gateway_errors import MalformedAnswer
from ruststack.services.apigateway.execution.headers import Headers
from ruststack.services.apigateway.execution.media import text_of
from ruststack.services.apigateway.execution.permission import Asker
from ruststack.services.apigateway.v2.state import Records

_JSON: Final = "application/json"
_MOCK_STATUS: Final = re.compile(r"""["']?statusCode["']?\s*:\s*["']?(\d{3})\b""")


class Told(NamedTuple):
    """A backend's answer; ``body`` is what a route response sends back."""

    status: int
    headers: Headers
    body: str


async def serve(call: Call, integration: Mapping[str, Any], responses: Records, event: dict[str, Any]) -> Told:
    """What comes back from the backend; ``responses`` are the integration's. Raises GatewayError."""
    if integration["IntegrationType"] == "AWS_PROXY":
        return await _proxied(call, integration, event)
    call.context = event["requestContext"]
    message = str(event.get("body") or "")
    template = _chosen(integration.get("RequestTemplates"), integration.get("TemplateSelectionExpression"), message)
    sent = message if template is None else templates.render(template, call, message)
    status, body = await _sent(call, integration, sent)
    if integration["IntegrationType"] == "HTTP_PROXY":
        return Told(status, [], body)
    response = _response(responses, str(status))
    template = _chosen(response.get("ResponseTemplates"), response.get("TemplateSelectionExpression"), body)
    return Told(status, [], body if template is None else templates.render(template, call, body))


async def _proxied(call: Call, integration: Mapping[str, Any], event: dict[str, Any]) -> Told:
    """Raises GatewayError."""
    uri = with_stage_variables(integration.get("IntegrationUri") or "", call.stage_variables)
    try:
        asker = _asker(integration, event["requestContext"])
        invoked = await invoke(call, function_of(uri), orjson.dumps(event), _timeout_s(integration), asker=asker)
    except ServiceError as error:
        raise refused_by_lambda(error) from None
    if invoked.error:
        raise MalformedAnswer
    return _told(invoked.payload)


def _asker(integration: Mapping[str, Any], context: Mapping[str, Any]) -> Asker:
    return Asker(route=str(context.get("routeKey") or ""), role=integration.get("CredentialsArn"))


async def _sent(call: Call, integration: Mapping[str, Any], body: str) -> tuple[int, str]:
    """Status and body of what answers a body. Raises GatewayError."""
    kind = integration["IntegrationType"]
    if kind == "MOCK":
        found = _MOCK_STATUS.search(body)
        return (int(found[1]) if found is not None else 200), ""
    uri = with_stage_variables(integration.get("IntegrationUri") or "", call.stage_variables)
    data = body.encode("utf-8", "surrogatepass")
    if kind == "AWS" and ":lambda:" in uri:
        try:
            asker = _asker(integration, call.context or {})
            invoked = await invoke(call, function_of(uri), data or b"{}", _timeout_s(integration), asker=asker)
        except ServiceError as error:
            raise refused_by_lambda(error) from None
        return 200, text_of(invoked.payload)
    method = integration.get("IntegrationMethod") or "POST"
    method = "POST" if method == "ANY" else method
    headers = [("Content-Type", _JSON), ("User-Agent", f"AmazonAPIGateway_{call.api_id}")]
    if kind == "AWS":
        response = await request_service(call, uri, method, [], headers, data, _timeout_s(integration))
    else:
        response = await fetch(call, method, uri, headers, data, _timeout_s(integration))
    return response.status, text_of(body_of(response))


def _timeout_s(integration: Mapping[str, Any]) -> float:
    return float(integration.get("TimeoutInMillis") or 29000) / 1000


def _chosen(given: Mapping[str, str] | None, expression: str | None, message: str) -> str | None:
    """The template whose key the selection expression gives (a fixed text, or from the body), or ``$default``'s."""
    if not given:
        return None
    key = (expression or "$default").replace("\\", "")
    if "request.body" in key or "integration.response.body" in key:
        key = selected(key, message)
    return given.get(key, given.get("$default"))


def _response(responses: Records, status: str) -> Mapping[str, Any]:
    """The integration response whose key (``/2\\d\\d/``) is matched by the status, or ``$default``, or none."""
    default: Mapping[str, Any] = {}
    for response in responses.values():
        key = response["IntegrationResponseKey"]
        if key == "$default":
            default = response
        elif len(key) > 1 and key.startswith("/") and key.endswith("/") and _matches(key[1:-1], status):
            return response
    return default


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return False


def selected(expression: str, message: str | bytes) -> str:
    """What an expression (``$request.body.action``) finds in a message; empty for nothing."""
    _, _, path = expression.partition(".body.")
    if not path:
        return ""
    try:
        found = json_path.find(orjson.loads(message), f"$.{path.rstrip('}')}")
    except orjson.JSONDecodeError:
        return ""
    return found if isinstance(found, str) else ""


def _told(payload: bytes) -> Told:
    """Raises MalformedAnswer."""
    try:
        answer = orjson.loads(payload) if payload else None
    except orjson.JSONDecodeError:
        raise MalformedAnswer from None
    if not isinstance(answer, dict):
        return Told(200, [], "")
    status = answer.get("statusCode", 200)
    if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 599:
        raise MalformedAnswer
    given = answer.get("headers") or {}
    headers = [(str(name), str(value)) for name, value in given.items()] if isinstance(given, dict) else []
    body = answer.get("body")
    return Told(status, headers, "" if body is None else body if isinstance(body, str) else orjson.dumps(body).decode())
