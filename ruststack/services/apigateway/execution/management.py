"""@connections: backends send to clients, ask about them, and send them away.

Source: developer guide, "Use @connections commands in your backend service"; the model of apigatewaymanagementapi.
"""

from __future__ import annotations

import sys
from typing import Final

import orjson

from ruststack.core.context import World
from ruststack.core.http import Request, Response
from ruststack.kit import Context, Input, Output, Scope, Service, ServiceError, operation
from ruststack.services.apigateway.execution.connections import Open, connections
from ruststack.services.apigateway.execution.moments import iso_time
from ruststack.services.apigateway.v2.state import APIGatewayV2State

_LARGEST: Final = 128 * 1024
_NORMAL: Final = 1000


class GoneException(ServiceError):
    """There is no such connection, or not any more."""

    code, status = "GoneException", 410


class PayloadTooLargeException(ServiceError):
    """A message of more than 128 KB."""

    code, status, message = "PayloadTooLargeException", 413, "Message too long"


def _open(world: World, connection_id: str, api_id: str = "") -> Open:
    """Raises GoneException."""
    found = connections(world).get(connection_id)
    if found is None or (api_id and found.api_id != api_id):
        raise GoneException()
    return found


def post(world: World, connection_id: str, data: bytes, api_id: str = "") -> None:
    """Send a message: text where it is some. Raises GoneException, PayloadTooLargeException."""
    found = _open(world, connection_id, api_id)
    if len(data) > _LARGEST:
        raise PayloadTooLargeException()
    assert found.socket is not None
    try:
        found.socket.send(data.decode())
    except UnicodeDecodeError:
        found.socket.send(data)


@operation("PostToConnection", is_read_only=True)
def post_to_connection(ctx: Context, req: Input) -> Output:
    """Raises GoneException, PayloadTooLargeException.  Source: API_PostToConnection"""
    post(ctx.world, req["ConnectionId"], req.get("Data") or b"")
    return {}


@operation("GetConnection")
def get_connection(ctx: Context, req: Input) -> Output:
    """Raises GoneException.  Source: API_GetConnection"""
    return _open(ctx.world, req["ConnectionId"]).described()


@operation("DeleteConnection", is_read_only=True)
def delete_connection(ctx: Context, req: Input) -> Output:
    """Raises GoneException.  Source: API_DeleteConnection"""
    _close(_open(ctx.world, req["ConnectionId"]))
    return {}


def _close(found: Open) -> None:
    assert found.socket is not None
    found.socket.close(_NORMAL, "Connection Closed Normally")


def serve(world: World, request: Request, region: str, api_id: str, connection_id: str) -> Response:
    """The same by way of the API's own address; it is signed as the API's requests are."""
    headers = [("x-amzn-RequestId", world.ids.uuid()), ("Content-Type", "application/json")]
    try:
        if world.settings.verify_signatures:
            _check_signature(world, request, region)
        if request.method == "POST":
            post(world, connection_id, request.body.read(), api_id)
            return Response(200, headers, b"")
        if request.method == "GET":
            return Response(200, headers, _told(_open(world, connection_id, api_id)))
        if request.method == "DELETE":
            _close(_open(world, connection_id, api_id))
            return Response(204, headers)
    except ServiceError as error:
        body = orjson.dumps({"message": error.message or None})
        return Response(error.status, [*headers, ("x-amzn-ErrorType", error.code)], body)
    body = b'{"message":"Missing Authentication Token"}'
    return Response(403, [*headers, ("x-amzn-ErrorType", "MissingAuthenticationTokenException")], body)


def _check_signature(world: World, request: Request, region: str) -> None:
    """Raises ServiceError."""
    assert world.signatures is not None
    try:
        world.signatures.check(request, "execute-api", region)
    except ServiceError as error:
        error.members.clear()
        raise


def _told(found: Open) -> bytes:
    identity = {"sourceIp": found.source_ip, "userAgent": found.user_agent}
    times = {"connectedAt": iso_time(found.connected_at), "lastActiveAt": iso_time(found.active_at)}
    return orjson.dumps({**times, "identity": identity})


service = Service(
    name="apigatewaymanagementapi",
    state=APIGatewayV2State,
    state_of="apigatewayv2",
    scope=Scope.REGION,
    modules=(sys.modules[__name__],),
)
