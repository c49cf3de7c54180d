"""Integrations whose requests and answers pass through templates: AWS, HTTP and MOCK.

Source: developer guide, "Data transformations for REST APIs in API Gateway", "Understand mock integrations".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

import orjson

from ruststack.core.errors import ServiceError
from ruststack.services.apigateway.execution.aws_services import request_service
from ruststack.services.apigateway.execution.backends import (
    body_of,
    fetch,
    function_of,
    invoke,
    refused_by_lambda,
    tenant_of,
    with_query,
)
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.custom_answer import Answer, Backend, answer
from ruststack.services.apigateway.execution.custom_request import (
    BODILESS,
    method_of,
    override,
    query_of,
    request_body,
    request_headers,
    uri_of,
)
from ruststack.services.apigateway.execution.gateway_errors import GatewayError
from ruststack.services.apigateway.execution.mapping import Mapped, request_mapping
from ruststack.services.apigateway.execution.media import text_of
from ruststack.services.apigateway.execution.permission import Asker
from ruststack.services.apigateway.state import Integration

_JSON: Final = "application/json"
_NO_STATUS: Final = (
    "Execution failed due to configuration error: Unable to parse statusCode. "
    "It should be an integer that is defined in the request template."
)
_MOCK_STATUS: Final = re.compile(r"""["']?statusCode["']?\s*:\s*["']?(\d{3})\b""")


async def serve(call: Call, integration: Integration, binary_types: Sequence[str] | None) -> Answer:
    """Request template > backend > response template. Raises GatewayError."""
    mapped = request_mapping(integration.request_parameters, call)
    body = request_body(call, integration, binary_types)
    override(call, mapped)
    if integration.type != "MOCK":
        call.note(f"Endpoint request URI: {integration.uri}")
        call.note(f"Endpoint request body after transformations: {text_of(body)}")
    backend = await _BACKENDS[_kind(integration)](call, integration, mapped, body)
    if integration.type != "MOCK":
        call.note(f"Received response. Status: {backend.status}")
        call.note(f"Endpoint response body before transformations: {text_of(backend.body)}")
    return answer(call, integration, backend, binary_types)


def _kind(integration: Integration) -> str:
    return "LAMBDA" if integration.type == "AWS" and ":lambda:path/" in (integration.uri or "") else integration.type


async def _lambda(call: Call, integration: Integration, mapped: Mapped, body: bytes) -> Backend:
    function = function_of(uri_of(call, integration, mapped))
    is_event = any(
        name.lower() == "x-amz-invocation-type" and value == "Event" for name, value in mapped.header.items()
    )
    try:
        asker = Asker(role=integration.credentials)
        timeout_s, tenant_id = integration.timeout_in_millis / 1000, tenant_of(mapped.header)
        invoked = await invoke(call, function, body, timeout_s, asker=asker, is_event=is_event, tenant_id=tenant_id)
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
        query_of(mapped),
        request_headers(call, mapped),
        b"" if method in BODILESS else body,
        integration.timeout_in_millis / 1000,
    )
    return Backend(response.status, response.headers, body_of(response), str(response.status))


async def _http(call: Call, integration: Integration, mapped: Mapped, body: bytes) -> Backend:
    url, method = with_query(uri_of(call, integration, mapped), query_of(mapped)), method_of(call, integration)
    headers = [*request_headers(call, mapped), ("X-Amzn-Apigateway-Api-Id", call.api_id)]
    call.note(f"Sending request to {url}")
    sent = b"" if method in BODILESS else body
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
