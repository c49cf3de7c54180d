"""WebSocket APIs: connections are let in by $connect, messages go to routes by what they say, and $disconnect ends it.

Source: developer guide, "Overview of WebSocket APIs in API Gateway", "Manage connected users and client apps",
"Invoke your backend integration with API Gateway WebSocket APIs".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from ruststack.core.context import World
from ruststack.core.http import Request, Response
from ruststack.core.sockets import Receiver, Socket, Upgraded, is_offer
from ruststack.services.apigateway.execution import socket_integrations
from ruststack.services.apigateway.execution.authorizers import Verdicts, authorize
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.connections import Open, connections
from ruststack.services.apigateway.execution.gateway_answers import gateway_answer
from ruststack.services.apigateway.execution.gateway_errors import (
    AuthorizerConfigurationError,
    Forbidden,
    GatewayError,
)
from ruststack.services.apigateway.execution.headers import incoming
from ruststack.services.apigateway.execution.moments import http_date
from ruststack.services.apigateway.execution.signatures import signer
from ruststack.services.apigateway.execution.socket_event import connect_event, message_event, socket_context
from ruststack.services.apigateway.execution.socket_integrations import Told
from ruststack.services.apigateway.state import Authorizer
from ruststack.services.apigateway.v2.state import Api, Snapshot


async def serve(world: World, request: Request, owner: tuple[str, str], api: Api, stage: str) -> Response:
    """Let a client connect, or tell it why not."""
    call = Call(world, request, incoming(request.raw_headers), *owner, api.id, stage)
    call.base = f"/{stage}"
    try:
        snapshot = _shown(call, api)
        if not is_offer(request.headers):
            # Unknown: what AWS says to an ordinary request; a GET of a WebSocket API's address would tell.
            raise GatewayError("Upgrade Required", status=426)
        now = world.clock.now()
        opened = Open(_connection_id(world), api.id, stage, call.peer, call.header("user-agent") or "", now, now)
        told = await _connect(call, request, snapshot, opened)
        if not 200 <= told.status < 300:
            return _refused(call, told)
    except GatewayError as error:
        status, headers, body = gateway_answer(error, call, {})
        return Response(status, [("Date", http_date(int(world.clock.now()))), *headers], body)
    protocol = [(name, value) for name, value in told.headers if name.lower() == "sec-websocket-protocol"]

    def begin(socket: Socket) -> Receiver:
        opened.socket = socket
        connections(world)[opened.id] = opened
        return Session(call, opened)

    return Upgraded(protocol, begin)


def _connection_id(world: World) -> str:
    """Sixteen characters that need no escape in a path, but for the last."""
    return world.ids.base64(11).replace("+", "A").replace("/", "B")


def _shown(call: Call, api: Api) -> Snapshot:
    """What the stage shows. Raises Forbidden."""
    record = api.stages.get(call.stage)
    deployment = api.deployments.get(record.get("DeploymentId", "")) if record is not None else None
    if record is None or deployment is None:
        raise Forbidden
    call.deployment_id, call.stage_variables = record["DeploymentId"], record.get("StageVariables")
    return deployment.snapshot


def _route(snapshot: Snapshot, key: str) -> Mapping[str, Any] | None:
    return next((route for route in snapshot.routes.values() if route["RouteKey"] == key), None)


async def _backend(call: Call, snapshot: Snapshot, route: Mapping[str, Any], event: dict[str, Any]) -> Told:
    """What the route's integration answers to an event. Raises GatewayError."""
    name = (route.get("Target") or "").rpartition("/")[2]
    integration = snapshot.integrations.get(name)
    if integration is None:
        raise GatewayError
    return await socket_integrations.serve(call, integration, snapshot.integration_responses.get(name, {}), event)


async def _connect(call: Call, request: Request, snapshot: Snapshot, opened: Open) -> Told:
    """What $connect answers; without one everybody may connect. Raises GatewayError."""
    route = _route(snapshot, "$connect")
    if route is None:
        return Told(200, [], "")
    await _admit(call, request, snapshot, route, opened)
    if not route.get("Target"):
        return Told(200, [], "")
    event = connect_event(call, socket_context(call, opened, "CONNECT", "$connect"))
    return await _backend(call, snapshot, route, event)


async def _admit(call: Call, request: Request, snapshot: Snapshot, route: Mapping[str, Any], opened: Open) -> None:
    """Raises GatewayError."""
    kind = route.get("AuthorizationType", "NONE")
    if kind == "AWS_IAM":
        call.identity = signer(call, request)
    elif kind == "CUSTOM":
        record = snapshot.authorizers.get(route.get("AuthorizerId") or "")
        if record is None:
            raise AuthorizerConfigurationError
        sources = ",".join(each.replace("route.request.", "method.request.") for each in record["IdentitySource"])
        authorizer = Authorizer(
            record["AuthorizerId"],
            record["Name"],
            "REQUEST",
            authorizer_uri=record["AuthorizerUri"],
            identity_source=sources,
            authorizer_result_ttl_in_seconds=0,
        )
        call.method, call.path = "$connect", ""
        verdicts: Verdicts = {}
        await authorize(call, authorizer, verdicts)
        opened.authorizer = call.authorizer


def _refused(call: Call, told: Told) -> Response:
    headers = [("Date", http_date(int(call.world.clock.now()))), ("Content-Type", "application/json")]
    return Response(told.status, [*headers, ("x-amzn-RequestId", call.request_id)], told.body.encode())


class Session:
    """Serves one connection: messages one by one, each beside the others."""

    def __init__(self, call: Call, opened: Open) -> None:
        self._connected = call
        self._opened = opened

    def received(self, message: str | bytes) -> None:
        self._opened.active_at = self._connected.world.clock.now()
        live = self._connected.world.live
        assert live is not None
        live.spawn(self._answer(message))

    def closed(self, code: int, reason: str) -> None:
        world = self._connected.world
        connections(world).pop(self._opened.id, None)
        if world.live is not None:
            world.live.spawn(self._disconnect(code, reason))

    def _call(self) -> Call:
        """A call of now, by the client that has connected then."""
        connected, world = self._connected, self._connected.world
        request = Request("POST", "/", [], {"host": connected.host}, world.blobs.of(b""), connected.peer)
        owner = (connected.account, connected.region)
        return Call(world, request, [], *owner, connected.api_id, connected.stage)

    def _api(self) -> Api | None:
        world, connected = self._connected.world, self._connected
        assert world.state_of is not None
        state = world.state_of("apigatewayv2", connected.account, connected.region)
        api: Api | None = state.apis.get(connected.api_id)
        return api

    async def _answer(self, message: str | bytes) -> None:
        """Send a message where it belongs, and what comes back to the client if the route says so."""
        call, api, socket = self._call(), self._api(), self._opened.socket
        assert socket is not None
        if api is None:
            socket.close(1001, "Going away")
            return
        try:
            snapshot = _shown(call, api)
            route = self._chosen(snapshot, message)
            context = socket_context(call, self._opened, "MESSAGE", route["RouteKey"])
            told = await _backend(call, snapshot, route, message_event(call, context, message))
            if route.get("RouteResponseSelectionExpression") and told.body:
                socket.send(told.body)
        except GatewayError as error:
            said = {"message": error.message, "connectionId": self._opened.id, "requestId": call.extended_id}
            socket.send(orjson.dumps(said).decode())

    def _chosen(self, snapshot: Snapshot, message: str | bytes) -> Mapping[str, Any]:
        """The route that the message names, or $default. Raises Forbidden."""
        key = socket_integrations.selected(snapshot.api.get("RouteSelectionExpression", ""), message)
        named = _route(snapshot, key) if key and not key.startswith("$") else None
        route = named or _route(snapshot, "$default")
        if route is None:
            raise Forbidden
        return route

    async def _disconnect(self, code: int, reason: str) -> None:
        """Tell $disconnect; what it answers is nobody's."""
        call, api = self._call(), self._api()
        if api is None:
            return
        try:
            snapshot = _shown(call, api)
            route = _route(snapshot, "$disconnect")
            if route is None:
                return
            context = socket_context(call, self._opened, "DISCONNECT", "$disconnect")
            context |= {"disconnectStatusCode": code, "disconnectReason": reason}
            await _backend(call, snapshot, route, message_event(call, context, None))
        except GatewayError:
            return
