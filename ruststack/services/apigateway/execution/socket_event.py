"""The events of WebSocket APIs.

Source: developer guide, "Set up Lambda proxy integrations for WebSocket APIs", "WebSocket API mapping template
reference" ($context).
"""

from __future__ import annotations

from typing import Any

from ruststack.services.apigateway.execution.call import Call, all_values, last_values
from ruststack.services.apigateway.execution.connections import Open
from ruststack.services.apigateway.execution.headers import multiple
from ruststack.services.apigateway.execution.media import encoded
from ruststack.services.apigateway.execution.proxy_event import proxy_headers


def socket_context(call: Call, opened: Open, kind: str, route_key: str) -> dict[str, Any]:
    """``requestContext``; ``kind`` is CONNECT, MESSAGE or DISCONNECT."""
    return {
        "routeKey": route_key,
        **({"authorizer": opened.authorizer} if opened.authorizer is not None else {}),
        **({"messageId": call.world.ids.base64(11)} if kind == "MESSAGE" else {}),
        "eventType": kind,
        "extendedRequestId": call.extended_id,
        "requestTime": call.request_time,
        "messageDirection": "IN",
        "stage": call.stage,
        "connectedAt": int(opened.connected_at * 1000),
        "requestTimeEpoch": call.epoch_ms,
        "identity": {"sourceIp": opened.source_ip, **({"userAgent": opened.user_agent} if opened.user_agent else {})},
        "requestId": call.extended_id,
        "domainName": call.domain_name,
        "connectionId": opened.id,
        "apiId": call.api_id,
    }


def connect_event(call: Call, context: dict[str, Any]) -> dict[str, Any]:
    """What $connect gets: the request that opens the connection."""
    headers = multiple(proxy_headers(call))
    query = call.query
    return {
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        **({"queryStringParameters": last_values(query)} if query else {}),
        **({"multiValueQueryStringParameters": all_values(query)} if query else {}),
        "requestContext": context,
        **({"stageVariables": dict(call.stage_variables)} if call.stage_variables else {}),
        "isBase64Encoded": False,
    }


def message_event(call: Call, context: dict[str, Any], message: str | bytes | None) -> dict[str, Any]:
    """What routes of messages, and $disconnect, get."""
    event: dict[str, Any] = {"requestContext": context}
    if call.stage_variables:
        event["stageVariables"] = dict(call.stage_variables)
    if isinstance(message, bytes):
        return {**event, "body": encoded(message), "isBase64Encoded": True}
    if message is not None:
        event["body"] = message
    else:
        event["headers"] = {"Host": call.host, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": ""}
        event["multiValueHeaders"] = {name: [value] for name, value in event["headers"].items()}
    return {**event, "isBase64Encoded": False}
