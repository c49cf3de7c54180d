"""A stand-in for Lambda: functions are Python callables, by name. What they raise is a ServiceError of Invoke."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import orjson

from ruststack.kit import Context, Input, Output, Scope, Service, ServiceError, operation


class Failed(Exception):
    """The function fails: Invoke answers with FunctionError and this as its payload."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.payload = {"errorMessage": message, "errorType": "Exception"}


class InvalidRequestContent(ServiceError):
    """The event is no JSON."""

    code, status = "InvalidRequestContentException", 400


class AccessDenied(ServiceError):
    """The function's policy does not let the API invoke it."""

    code, status = "AccessDeniedException", 403


class Raw(bytes):
    """An answer that is these bytes, and no JSON of ours."""


class State:
    """Nothing."""


functions: dict[str, Callable[[Any], Any]] = {}
events: list[Any] = []
tenants: list[Any] = []
askers: list[Any] = []
closed: set[str] = set()


@operation("Invoke")
async def invoke(ctx: Context, req: Input) -> Output:
    """Calls the function; its events are kept."""
    try:
        event = orjson.loads(req["Payload"]) if req.get("Payload") else None
    except orjson.JSONDecodeError as error:
        raise InvalidRequestContent("Could not parse request body into json") from error
    events.append(event)
    tenants.append(req.get("TenantId"))
    try:
        answer = functions[req["FunctionName"].split(":function:")[-1]](event)
    except Failed as error:
        return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": orjson.dumps(error.payload)}
    if hasattr(answer, "__await__"):
        answer = await answer
    return {"StatusCode": 200, "Payload": bytes(answer) if isinstance(answer, Raw) else orjson.dumps(answer)}


@operation("CheckInvoker", is_read_only=True)
def check_invoker(ctx: Context, req: Input) -> None:
    """Notes who wants to invoke; a function that is not in ``closed`` lets everybody."""
    askers.append(req)
    if req["FunctionName"].split(":function:")[-1] in closed:
        raise AccessDenied("not by this API")


@operation("InvokeWithResponseStream")
async def invoke_with_response_stream(ctx: Context, req: Input) -> Output:
    """The pieces that the function gives; a text at the end is its error."""
    given = functions[req["FunctionName"].split(":function:")[-1]](orjson.loads(req["Payload"]))

    async def stream() -> Any:
        for piece in given:
            if isinstance(piece, str):
                yield {"InvokeComplete": {"ErrorCode": piece}}
                return
            yield {"PayloadChunk": {"Payload": piece}}
        yield {"InvokeComplete": {}}

    return {"EventStream": stream()}


def service() -> Service:
    """The service to mount as ``lambda``."""
    return Service(name="lambda", state=State, scope=Scope.REGION, modules=(sys.modules[__name__],))
