"""AWS_PROXY with answers that are streamed: a JSON head, eight zero bytes, and the body as it comes.

Source: developer guide, "Stream the integration response for your proxy integrations in API Gateway" and "Set up a
Lambda proxy integration with payload response streaming in API Gateway".
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Sequence
from typing import Any, Final

import orjson

from ruststack.core.errors import ServiceError
from ruststack.services.apigateway.execution.backends import (
    function_of,
    place_of,
    refused_by_lambda,
    with_stage_variables,
    within,
)
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.gateway_errors import MalformedAnswer
from ruststack.services.apigateway.execution.headers import Headers, outgoing
from ruststack.services.apigateway.execution.permission import Asker, require_permission
from ruststack.services.apigateway.execution.proxy_answer import merged, status_of
from ruststack.services.apigateway.execution.proxy_event import proxy_event
from ruststack.services.apigateway.state import Integration

_MARK: Final = bytes(8)
_LONGEST_HEAD: Final = 1024 * 1024

Events = AsyncIterator[dict[str, Any]]


async def serve(
    call: Call, integration: Integration, binary_types: Sequence[str] | None
) -> tuple[int, Headers, AsyncIterator[bytes]]:
    """Raises GatewayError until the body begins; a function that fails later ends the connection."""
    event = orjson.dumps(proxy_event(call, binary_types))
    function = function_of(with_stage_variables(integration.uri or "", call.stage_variables))
    events, head, begun = await within(_begin(call, integration, function, event), integration.timeout_in_millis / 1000)
    headers = merged(head.get("headers"), head.get("multiValueHeaders"))
    cookies = head.get("cookies") or []
    headers += [("Set-Cookie", str(each)) for each in cookies] if isinstance(cookies, list) else []
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.insert(0, ("Content-Type", "application/json"))
    return status_of(head.get("statusCode")), outgoing(integration.type, headers), _body(begun, events)


async def _begin(
    call: Call, integration: Integration, function: str, event: bytes
) -> tuple[Events, dict[str, Any], bytes]:
    """The stream after its head, the head, and what of the body came with it. Raises GatewayError."""
    account, region = place_of(call, function)
    params = {"FunctionName": function, "Payload": event}
    try:
        require_permission(call, Asker(role=integration.credentials), function, account, region)
        output = call.world.call("lambda", "InvokeWithResponseStream", params, account=account, region=region)
        if isinstance(output, Awaitable):
            output = await output
    except ServiceError as error:
        raise refused_by_lambda(error) from None
    events: Events = output["EventStream"]
    came = b""
    async for piece in _pieces(events):
        came += piece
        head, mark, begun = came.partition(_MARK)
        if mark:
            return events, _read(head), begun
        if len(came) > _LONGEST_HEAD:
            break
    raise MalformedAnswer(log="Execution failed due to configuration error: Malformed Lambda proxy response")


def _read(head: bytes) -> dict[str, Any]:
    """Raises MalformedAnswer."""
    try:
        told = orjson.loads(head)
    except orjson.JSONDecodeError:
        told = None
    if not isinstance(told, dict):
        raise MalformedAnswer(log="Execution failed due to configuration error: Malformed Lambda proxy response")
    return told


async def _pieces(events: Events) -> AsyncIterator[bytes]:
    """Raises MalformedAnswer for a function that fails."""
    async for event in events:
        if "PayloadChunk" in event:
            yield event["PayloadChunk"]["Payload"]
        elif event.get("InvokeComplete", {}).get("ErrorCode"):
            raise MalformedAnswer(log="Lambda execution failed due to customer function error")


async def _body(begun: bytes, events: Events) -> AsyncIterator[bytes]:
    if begun:
        yield begun
    try:
        async for piece in _pieces(events):
            yield piece
    except MalformedAnswer as error:
        # Part of the answer is out: only the end of the connection can tell.
        raise ConnectionAbortedError("the function has failed") from error
