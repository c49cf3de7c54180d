"""What happened to a request, line by line: told by TestInvokeMethod, and logged where a method's settings say so.

Source: recorded answers of TestInvokeMethod; developer guide, "Set up CloudWatch logging for REST APIs in API Gateway"
(the group's name, which API Gateway makes itself).
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Mapping
from typing import Any, Final

from ruststack.core.errors import ServiceError
from ruststack.services.apigateway.execution.call import Call, last_values
from ruststack.services.apigateway.execution.headers import Headers, multiple, single
from ruststack.services.apigateway.execution.media import text_of

_LONGEST: Final = 1024


def note_request(call: Call) -> None:
    """The request as the method gets it."""
    if call.log is None:
        return
    call.note(f"Starting execution for request: {call.request_id}")
    call.note(f"HTTP Method: {call.method}, Resource Path: {call.resource_path}")
    call.note(f"Method request path: {_listed(call.parameters)}")
    call.note(f"Method request query string: {_listed(last_values(call.query))}")
    call.note(f"Method request headers: {_listed(single(call.headers))}")
    call.note(f"Method request body before transformations: {text_of(call.body)}")


def note_answer(call: Call, headers: Headers, body: bytes) -> None:
    """The answer as the client gets it."""
    if call.log is None:
        return
    joined = {name: ",".join(values) for name, values in multiple(headers).items()}
    call.note(f"Method response body after transformations: {text_of(body)}")
    call.note(f"Method response headers: {_listed(joined)}")
    call.note("Successfully completed execution")


def _listed(values: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{name}={value}" for name, value in values.items()) + "}"


def write(call: Call) -> None:
    """Put the lines into CloudWatch Logs, beside the answer."""
    if call.log and call.world.live is not None:
        call.world.live.spawn(_put(call, call.log))


async def _put(call: Call, lines: list[str]) -> None:
    group = f"API-Gateway-Execution-Logs_{call.api_id}/{call.stage}"
    stream = hashlib.md5(f"{call.api_id}/{call.stage}".encode(), usedforsecurity=False).hexdigest()
    named = {"logGroupName": group, "logStreamName": stream}
    events = [{"timestamp": call.epoch_ms, "message": f"({call.request_id}) {line}"[:_LONGEST]} for line in lines]
    for operation, params in (
        ("CreateLogGroup", {"logGroupName": group}),
        ("CreateLogStream", named),
        ("PutLogEvents", {**named, "logEvents": events}),
    ):
        try:
            output = call.world.call("logs", operation, params, account=call.account, region=call.region)
            if isinstance(output, Awaitable):
                await output
        except ServiceError as error:
            if error.code != "ResourceAlreadyExistsException":
                return  # a server without CloudWatch Logs logs nothing
