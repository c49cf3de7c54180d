"""The event of a Lambda proxy integration of a REST API: format 1.0, to the member.

Source: developer guide, "Input format of a Lambda function for proxy integration".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ruststack.services.apigateway.execution.call import Call, all_values, last_values
from ruststack.services.apigateway.execution.headers import Headers, multiple, replaced
from ruststack.services.apigateway.execution.media import encoded, is_binary, text_of
from ruststack.services.apigateway.execution.rest_context import request_context

# A front end writes these anew, whatever case the client used (seen in recorded events).
_CASE: Final = {"authorization": "Authorization", "user-agent": "User-Agent", "host": "Host"}


def proxy_event(call: Call, binary_types: Sequence[str] | None) -> dict[str, Any]:
    """What the function gets; null where there is nothing."""
    headers = multiple(proxy_headers(call))
    query = call.query
    is_bytes = bool(call.body) and is_binary(call.header("content-type"), binary_types)
    return {
        "resource": call.resource_path,
        "path": f"{call.base}{call.path}" if call.is_custom_domain else call.path,
        "httpMethod": call.method,
        "headers": {name: values[-1] for name, values in headers.items()} or None,
        "multiValueHeaders": headers or None,
        "queryStringParameters": last_values(query) or None,
        "multiValueQueryStringParameters": all_values(query) or None,
        "pathParameters": call.parameters or None,
        "stageVariables": dict(call.stage_variables) if call.stage_variables else None,
        "requestContext": request_context(call),
        "body": (encoded(call.body) if is_bytes else text_of(call.body)) if call.body else None,
        "isBase64Encoded": is_bytes,
    }


def proxy_headers(call: Call) -> Headers:
    """The client's headers and what the gateway tells about the client."""
    headers = [(_CASE.get(name.lower(), name), value) for name, value in call.headers]
    forwarded = call.header("x-forwarded-for")
    for name, value in (
        ("X-Amzn-Trace-Id", call.trace_id.partition(";")[0]),
        ("X-Forwarded-For", f"{forwarded}, {call.peer}" if forwarded else call.peer),
        ("X-Forwarded-Port", call.port),
        ("X-Forwarded-Proto", "https" if call.port == "443" else "http"),
    ):
        headers = replaced(headers, name, value)
    return headers
