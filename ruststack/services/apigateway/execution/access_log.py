"""Access logs: one line a request, in the stage's own format, to CloudWatch Logs.

Source: developer guide, "Set up CloudWatch logging for REST APIs in API Gateway".
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, Final

from ruststack.core.errors import ServiceError
from ruststack.core.http import Response
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.templates import render_access_log

_GROUP: Final = ":log-group:"


def write(call: Call, settings: Mapping[str, str], context: Mapping[str, Any], response: Response) -> None:
    """Note a request that was answered, beside the answer; ``context`` is what ``$context`` is for this API."""
    destination, template = settings.get("destinationArn", ""), settings.get("format", "")
    if _GROUP not in destination or not template or call.world.live is None:
        return
    body = response.body
    variables = {
        **context,
        "status": response.status,
        "responseLength": len(body) if isinstance(body, bytes) else None,
        "responseLatency": max(0, int(call.world.clock.now() * 1000) - call.epoch_ms),
        "xrayTraceId": call.trace_id.partition(";")[0].removeprefix("Root="),
    }
    group = destination.partition(_GROUP)[2].removesuffix(":*")
    call.world.live.spawn(_put(call, group, render_access_log(template, variables)))


async def _put(call: Call, group: str, line: str) -> None:
    stream = f"{call.api_id}_{call.stage}"
    event = {"timestamp": call.epoch_ms, "message": line}
    named = {"logGroupName": group, "logStreamName": stream}
    try:
        await _done(call, "CreateLogStream", named)
    except ServiceError as error:
        if error.code != "ResourceAlreadyExistsException":
            return  # without the group nothing is logged, as in AWS
    try:
        await _done(call, "PutLogEvents", {**named, "logEvents": [event]})
    except ServiceError:
        return


async def _done(call: Call, operation: str, params: dict[str, Any]) -> None:
    output = call.world.call("logs", operation, params, account=call.account, region=call.region)
    if isinstance(output, Awaitable):
        await output
