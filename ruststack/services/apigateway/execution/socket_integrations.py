"""The backends of WebSocket routes: what a message goes to, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import orjson

from ruststack.core.errors import ServiceError
from ruststack.services.apigateway.execution.backends import (
    body_of,
    fetch,
    function_of,
    invoke,
    refused_by_lambda,
    with_stage_variables,
)
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.gateway_errors import GatewayError, MalformedAnswer
from ruststack.services.apigateway.execution.headers import Headers

_JSON: Final = "application/json"


class Told(NamedTuple):
    """A backend's answer; ``body`` is what a route response sends back."""

    status: int
    headers: Headers
    body: str


async def serve(call: Call, integration: Mapping[str, Any], event: dict[str, Any]) -> Told:
    """Raises GatewayError."""
    kind = integration["IntegrationType"]
    timeout_s = float(integration.get("TimeoutInMillis") or 29000) / 1000
    if kind == "MOCK":
        return Told(200, [], "")
    uri = with_stage_variables(integration.get("IntegrationUri") or "", call.stage_variables)
    if kind in ("AWS_PROXY", "AWS") and ":lambda:" in uri:
        # Without proxy the function gets the message itself; templates of WebSocket APIs are not here yet.
        payload = orjson.dumps(event) if kind == "AWS_PROXY" else str(event.get("body") or "{}").encode()
        try:
            invoked = await invoke(call, function_of(uri), payload, timeout_s)
        except ServiceError as error:
            raise refused_by_lambda(error) from None
        if invoked.error and kind == "AWS_PROXY":
            raise MalformedAnswer
        return (
            _told(invoked.payload) if kind == "AWS_PROXY" else Told(200, [], invoked.payload.decode("utf-8", "replace"))
        )
    if kind in ("HTTP", "HTTP_PROXY"):
        method = integration.get("IntegrationMethod") or "POST"
        body = str(event.get("body") or "").encode()
        headers = [("Content-Type", _JSON), ("User-Agent", f"AmazonAPIGateway_{call.api_id}")]
        response = await fetch(call, "POST" if method == "ANY" else method, uri, headers, body, timeout_s)
        return Told(response.status, [], body_of(response).decode("utf-8", "replace"))
    raise GatewayError(status=501)


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
