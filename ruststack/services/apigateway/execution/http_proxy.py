"""HTTP_PROXY: another server gets the request as it is, and its answer goes back likewise."""

from __future__ import annotations

from ruststack.services.apigateway.execution.backends import body_of, fetch, with_query
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.custom_request import BODILESS, method_of, query_of, uri_of
from ruststack.services.apigateway.execution.headers import Headers, outgoing, replaced, without
from ruststack.services.apigateway.execution.mapping import request_mapping
from ruststack.services.apigateway.state import Integration


async def serve(call: Call, integration: Integration) -> tuple[int, Headers, bytes]:
    """Mapped parameters are added to the client's. Raises GatewayError."""
    mapped = request_mapping(integration.request_parameters, call)
    pairs = [*call.query, *query_of(mapped)]
    headers = without(call.headers, "host", "content-encoding", "via")
    for name, value in mapped.header.items():
        headers = replaced(headers, name, value)
    for name, value in (
        ("X-Amzn-Trace-Id", call.trace_id.partition(";")[0]),
        ("X-Amzn-Apigateway-Api-Id", call.api_id),
    ):
        headers = replaced(headers, name, value)
    if call.header("user-agent") is None:
        headers.append(("User-Agent", f"AmazonAPIGateway_{call.api_id}"))
    method = method_of(call, integration)
    body = b"" if method in BODILESS else call.body
    url = with_query(uri_of(call, integration, mapped), pairs)
    call.note(f"Sending request to {url}")
    response = await fetch(call, method, url, headers, body, integration.timeout_in_millis / 1000)
    return response.status, outgoing(integration.type, response.headers), body_of(response)
