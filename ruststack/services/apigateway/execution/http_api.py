"""Requests to HTTP APIs, from the stage they mean to the last header of the answer.

Source: developer guide, "Create routes for HTTP APIs in API Gateway" for which route goes first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote
from weakref import WeakKeyDictionary

import orjson

from ruststack.core.context import World
from ruststack.core.http import Request, Response
from ruststack.services.apigateway.execution import access_log, http_authorizers, http_cors, http_integrations
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.headers import Headers, incoming
from ruststack.services.apigateway.execution.http_errors import HttpApiError, NotFound, TooLarge, TooManyRequests
from ruststack.services.apigateway.execution.http_mapping import variables
from ruststack.services.apigateway.execution.moments import http_date
from ruststack.services.apigateway.execution.paths import Paths
from ruststack.services.apigateway.execution.throttling import Buckets
from ruststack.services.apigateway.v2.state import Api, Snapshot

_LARGEST: Final = 10 * 1024 * 1024
_DEFAULT: Final = "$default"
_ANY: Final = "ANY"

Route = Mapping[str, Any]


class HttpApi:
    """An HTTP API as it was deployed, made ready once. ``verdicts`` and ``buckets`` are no state, and gone with it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.cors: Mapping[str, Any] | None = snapshot.api.get("CorsConfiguration")
        self.verdicts: http_authorizers.Verdicts = {}
        self.buckets = Buckets()
        self._default: Route | None = None
        self._paths: Paths[dict[str, Route]] = Paths()
        by_path: dict[str, dict[str, Route]] = {}
        for route in snapshot.routes.values():
            method, _, path = route["RouteKey"].partition(" ")
            if path:
                by_path.setdefault(path, {})[method] = route
            else:
                self._default = route
        for path, routes in by_path.items():
            self._paths.add(path, routes)

    def find(self, call: Call) -> Route:
        """A full match goes before a greedy one, and that before ``$default``. Raises NotFound."""

        def accepts(routes: dict[str, Route]) -> bool:
            return call.method in routes or _ANY in routes

        found = self._paths.find_exactly(call.path, accepts) or self._paths.find(call.path, accepts)
        if found is None:
            if self._default is None:
                raise NotFound
            call.resource_path = _DEFAULT
            return self._default
        route = found.target.get(call.method) or found.target[_ANY]
        call.parameters = {name: unquote(value) for name, value in found.parameters.items()}
        call.resource_path = route["RouteKey"].partition(" ")[2]
        return route


_made: WeakKeyDictionary[Snapshot, HttpApi] = WeakKeyDictionary()


def http_api(snapshot: Snapshot) -> HttpApi:
    """The API of a deployment, made ready the first time."""
    made = _made.get(snapshot)
    if made is None:
        made = _made[snapshot] = HttpApi(snapshot)
    return made


def place_of(api: Api, stage: str | None, path: str) -> tuple[str, str, str]:
    """Stage, what stands before the path for clients, and the path: ``$default`` needs no name in the address."""
    if stage is not None:
        path = f"/{stage}{path}" if path != "/" else f"/{stage}"
    first, slash, rest = path.lstrip("/").partition("/")
    name = unquote(first)
    if name == _DEFAULT or name in api.stages:
        return name, "" if name == _DEFAULT else f"/{name}", f"/{rest}" if slash else "/"
    return _DEFAULT, "", path


async def serve(
    world: World, request: Request, owner: tuple[str, str], api: Api, place: tuple[str, str, str], *, by_domain: bool
) -> Response:
    """Answer a request to an API at a place of it: stage, what stands before the path, raw path."""
    stage, base, path = place
    call = Call(world, request, incoming(request.raw_headers), *owner, api.id, stage)
    call.base, call.path, call.is_custom_domain = base, path, by_domain
    return await answer(call, request, api)


async def answer(call: Call, request: Request, api: Api) -> Response:
    """Answer a call whose place is known."""
    record = api.stages.get(call.stage)
    cors: Mapping[str, Any] | None = None
    route_key = ""
    try:
        deployment = api.deployments.get(record.get("DeploymentId", "")) if record is not None else None
        if record is None or deployment is None or _is_closed(call, api):
            raise NotFound
        made = http_api(deployment.snapshot)
        cors = made.cors
        call.deployment_id, call.stage_variables = record["DeploymentId"], record.get("StageVariables")
        if cors and http_cors.is_preflight(call):
            return _finish(call, http_cors.preflight(call, cors))
        if request.body.size > _LARGEST:
            raise TooLarge
        call.body = request.body.read()
        route = made.find(call)
        route_key, call.path = route["RouteKey"], unquote(call.path)
        _throttle(call, made, record, route_key)
        authorizer = made.snapshot.authorizers.get(route.get("AuthorizerId") or "")
        resets = api.authorizers_reset.get(call.stage, 0)
        await http_authorizers.authorize(call, route, authorizer, made.verdicts, request, resets)
        integration = made.snapshot.integrations.get((route.get("Target") or "").rpartition("/")[2])
        if integration is None:
            raise HttpApiError
        status, headers, body = await http_integrations.serve(call, integration, route_key, request.query)
    except HttpApiError as error:
        status, body = error.status, orjson.dumps({"message": error.message})
        headers = [("Content-Type", "application/json"), *error.headers]
    if cors:
        headers = http_cors.decorated(call, cors, headers)
    response = _finish(call, (status, headers, body))
    if record is not None and record.get("AccessLogSettings"):
        settings = record["AccessLogSettings"]
        given = {"destinationArn": settings.get("DestinationArn", ""), "format": settings.get("Format", "")}
        access_log.write(call, given, variables(call, route_key), response)
    return response


def _is_closed(call: Call, api: Api) -> bool:
    return bool(api.record.get("DisableExecuteApiEndpoint")) and not call.is_custom_domain


def _throttle(call: Call, made: HttpApi, stage: Mapping[str, Any], route_key: str) -> None:
    """Raises TooManyRequests."""
    own = stage.get("RouteSettings", {}).get(route_key)
    settings = own or stage.get("DefaultRouteSettings") or {}
    rate, burst = settings.get("ThrottlingRateLimit"), settings.get("ThrottlingBurstLimit")
    if rate is None and burst is None:
        return
    key = (call.stage, route_key if own else "")
    limits = (10000.0 if rate is None else rate, 5000.0 if burst is None else burst)
    if not made.buckets.take(key, call.epoch_ms / 1000, *limits):
        raise TooManyRequests


def _finish(call: Call, answered: tuple[int, Headers, bytes]) -> Response:
    """The answer with what the gateway adds to all of them."""
    status, headers, body = answered
    front = [("Date", http_date(int(call.world.clock.now())))]
    return Response(status, [*front, *headers, ("Apigw-Requestid", call.extended_id)], body)
