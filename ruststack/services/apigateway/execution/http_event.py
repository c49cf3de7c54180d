"""The events of HTTP APIs: format 2.0, and 1.0, which differs a little from that of REST APIs.

Source: developer guide, "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ruststack.services.apigateway.execution.call import Call, all_values, last_values
from ruststack.services.apigateway.execution.headers import Headers, multiple, replaced
from ruststack.services.apigateway.execution.media import encoded, text_of
from ruststack.services.apigateway.execution.rest_context import identity

_TEXTS: Final = ("application/json", "application/javascript", "application/xml", "application/vnd.api+json")


def event_2(call: Call, route_key: str, raw_query: str) -> dict[str, Any]:
    """Members for which there is nothing are not there; repeated headers and parameters are joined by commas."""
    headers, cookies = _joined_headers(call)
    query = all_values(call.query)
    body, is_bytes = body_of(call)
    return {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": f"{call.base}{call.path}",
        "rawQueryString": raw_query,
        **({"cookies": cookies} if cookies else {}),
        "headers": headers,
        **({"queryStringParameters": {name: ",".join(values) for name, values in query.items()}} if query else {}),
        "requestContext": context_2(call, route_key),
        **({"pathParameters": call.parameters} if call.parameters else {}),
        **({"stageVariables": dict(call.stage_variables)} if call.stage_variables else {}),
        **({"body": body} if body is not None else {}),
        "isBase64Encoded": is_bytes,
    }


def context_2(call: Call, route_key: str) -> dict[str, Any]:
    """``requestContext`` of format 2.0."""
    return {
        "accountId": call.account,
        "apiId": call.api_id,
        **({"authorizer": call.authorizer} if call.authorizer is not None else {}),
        "domainName": call.domain_name,
        "domainPrefix": call.domain_name.partition(".")[0],
        "http": {
            "method": call.method,
            "path": f"{call.base}{call.path}",
            "protocol": "HTTP/1.1",
            "sourceIp": call.peer,
            "userAgent": call.header("user-agent") or "",
        },
        "requestId": call.extended_id,
        "routeKey": route_key,
        "stage": call.stage,
        "time": call.request_time,
        "timeEpoch": call.epoch_ms,
    }


def event_1(call: Call) -> dict[str, Any]:
    """As of REST APIs, null where there is nothing; the path holds the stage, values of parameters are decoded."""
    headers = multiple(passed_on(call))
    body, is_bytes = body_of(call)
    return {
        "version": "1.0",
        "resource": call.resource_path,
        "path": f"{call.base}{call.path}",
        "httpMethod": call.method,
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": last_values(call.query) or None,
        "multiValueQueryStringParameters": all_values(call.query) or None,
        "requestContext": context_1(call),
        "pathParameters": call.parameters or None,
        "stageVariables": dict(call.stage_variables) if call.stage_variables else None,
        "body": body,
        "isBase64Encoded": is_bytes,
    }


def context_1(call: Call) -> dict[str, Any]:
    """``requestContext`` of format 1.0."""
    return {
        "accountId": call.account,
        "apiId": call.api_id,
        **({"authorizer": _flat(call.authorizer)} if call.authorizer is not None else {}),
        "domainName": call.domain_name,
        "domainPrefix": call.domain_name.partition(".")[0],
        "extendedRequestId": call.extended_id,
        "httpMethod": call.method,
        "identity": identity(call),
        "path": f"{call.base}{call.path}",
        "protocol": "HTTP/1.1",
        "requestId": call.extended_id,
        "requestTime": call.request_time,
        "requestTimeEpoch": call.epoch_ms,
        "resourceId": call.resource_path,
        "resourcePath": call.resource_path,
        "stage": call.stage,
    }


def _flat(authorizer: Mapping[str, Any]) -> dict[str, Any]:
    """What an authorizer has told, without the word for its kind."""
    told = authorizer.get("lambda")
    if told is not None:
        return dict(told)
    token = authorizer.get("jwt")
    return dict(token) if token is not None else dict(authorizer)


def passed_on(call: Call) -> Headers:
    """The client's headers, and what the gateway tells about the client."""
    headers = call.headers
    forwarded = call.header("x-forwarded-for")
    for name, value in (
        ("Content-Length", str(len(call.body))),
        ("X-Amzn-Trace-Id", call.trace_id.partition(";")[0]),
        ("X-Forwarded-For", f"{forwarded}, {call.peer}" if forwarded else call.peer),
        ("X-Forwarded-Port", call.port),
        ("X-Forwarded-Proto", "https" if call.port == "443" else "http"),
    ):
        headers = replaced(headers, name, value)
    return headers


def _joined_headers(call: Call) -> tuple[dict[str, str], list[str]]:
    found: dict[str, str] = {}
    cookies: list[str] = []
    for name, value in passed_on(call):
        lower = name.lower()
        if lower == "cookie":
            cookies += [each.strip() for each in value.split(";") if each.strip()]
        else:
            found[lower] = f"{found[lower]},{value}" if lower in found else value
    return found, cookies


def body_of(call: Call) -> tuple[str | None, bool]:
    """The body, and whether it is in Base64: what is no text by its content type is."""
    if not call.body:
        return None, False
    kind = (call.header("content-type") or "").partition(";")[0].strip().lower()
    if kind.startswith("text/") or kind in _TEXTS or kind.endswith(("+json", "+xml")):
        return text_of(call.body), False
    if not kind:
        # Unknown: what AWS makes of a body without a type; a POST without Content-Type would tell.
        try:
            return call.body.decode(), False
        except UnicodeDecodeError:
            pass
    return encoded(call.body), True
