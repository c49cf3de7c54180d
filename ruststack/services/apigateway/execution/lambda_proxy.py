"""AWS_PROXY: the function gets the request as it is, and answers as it likes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import orjson

from ruststack.core.errors import ServiceError
from ruststack.services.apigateway.execution.backends import (
    function_of,
    invoke,
    refused_by_lambda,
    tenant_of,
    with_stage_variables,
)
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.gateway_errors import MalformedAnswer
from ruststack.services.apigateway.execution.headers import Headers, outgoing
from ruststack.services.apigateway.execution.mapping import request_mapping
from ruststack.services.apigateway.execution.media import text_of
from ruststack.services.apigateway.execution.permission import Asker
from ruststack.services.apigateway.execution.proxy_answer import http_answer
from ruststack.services.apigateway.execution.proxy_event import proxy_event
from ruststack.services.apigateway.state import Integration

_PROXY: Final = "AWS_PROXY"


async def serve(call: Call, integration: Integration, binary_types: Sequence[str] | None) -> tuple[int, Headers, bytes]:
    """Raises GatewayError."""
    event = orjson.dumps(proxy_event(call, binary_types))
    function = function_of(with_stage_variables(integration.uri or "", call.stage_variables))
    if call.log is not None:
        call.note(f"Endpoint request URI: {integration.uri}")
        call.note(f"Endpoint request body after transformations: {text_of(event)}")
        call.note(f"Sending request to {integration.uri}")
    try:
        tenant_id = tenant_of(request_mapping(integration.request_parameters, call).header)
        timeout_s, asker = integration.timeout_in_millis / 1000, Asker(role=integration.credentials)
        invoked = await invoke(call, function, event, timeout_s, asker=asker, tenant_id=tenant_id)
    except ServiceError as error:
        raise refused_by_lambda(error) from None
    if call.log is not None:
        call.note(f"Endpoint response body before transformations: {text_of(invoked.payload)}")
    if invoked.error:
        raise MalformedAnswer(
            log=f"Lambda execution failed with status 200 due to customer function error: {invoked.error}"
        )
    status, headers, body = http_answer(invoked.payload, call.header("accept"), binary_types)
    return status, outgoing(_PROXY, headers), body
