"""Where all traffic of APIs comes in: which API, stage and path a request means, of which account and region."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import unquote

from ruststack.core.context import World
from ruststack.core.front import Front
from ruststack.core.http import Request, Response
from ruststack.services.apigateway.execution import domains, http_api, management, rest, socket_api
from ruststack.services.apigateway.execution.gateway_answers import default_body
from ruststack.services.apigateway.execution.gateway_errors import Forbidden
from ruststack.services.apigateway.v2.state import Api

_REST: Final = "apigateway"
_HTTP: Final = "apigatewayv2"
_CONNECTIONS: Final = "/@connections/"


async def front(world: World, request: Request, entry: Front) -> Response:
    """Answer a request to any API."""
    if "." in entry.name:
        return await _serve_domain(world, request, entry)
    found = api_of(world, _REST, entry.name)
    if found is not None:
        owner, state, api = found
        stage, path = place_of(entry)
        return await rest.serve(world, request, owner, state, api, stage, path)
    found = api_of(world, _HTTP, entry.name)
    if found is not None:
        owner, _, api = found
        if api.is_http:
            place = http_api.place_of(api, entry.stage, entry.path)
            return await http_api.serve(world, request, owner, api, place, by_domain=False)
        return await _serve_sockets(world, request, owner, api, entry)
    return nowhere(world)


async def _serve_domain(world: World, request: Request, entry: Front) -> Response:
    """Answer a request to a custom domain."""
    target = domains.target_of(world, entry.name, request, entry.path)
    if target is None:
        return nowhere(world)
    base = f"/{target.base}" if target.base else ""
    path = entry.path[len(base) :] or "/"
    found = api_of(world, _REST, target.api_id)
    if found is not None:
        owner, state, api = found
        stage = target.stage
        if not stage:
            stage, _, rest_of_path = path.lstrip("/").partition("/")
            base, path = f"{base}/{stage}", f"/{rest_of_path}"
        return await rest.serve(world, request, owner, state, api, stage, path, base)
    found = api_of(world, _HTTP, target.api_id)
    if found is None:
        return nowhere(world)
    owner, _, api = found
    if api.is_http:
        return await http_api.serve(world, request, owner, api, (target.stage, base, path), by_domain=True)
    return await _serve_sockets(world, request, owner, api, entry._replace(stage=target.stage, path=path))


async def _serve_sockets(world: World, request: Request, owner: tuple[str, str], api: Api, entry: Front) -> Response:
    """A client that connects, or a backend that has something to say to one."""
    stage, path = place_of(entry)
    if path.startswith(_CONNECTIONS):
        return management.serve(world, request, owner[1], api.id, unquote(path[len(_CONNECTIONS) :]))
    return await socket_api.serve(world, request, owner, api, stage)


def api_of(world: World, service: str, name: str) -> tuple[tuple[str, str], Any, Any] | None:
    """The API of that id, with its owner (account and region) and the state that holds it."""
    assert world.states is not None
    for key, state in world.states(service):
        api = state.apis.get(name)
        if api is not None:
            return (key.account, key.place), state, api
    return None


def place_of(entry: Front) -> tuple[str, str]:
    """The stage and the raw path after it: the path's first part, where the address has not told it already."""
    if entry.stage is not None:
        return entry.stage, entry.path
    stage, _, rest = entry.path.lstrip("/").partition("/")
    return stage, f"/{rest}"


def nowhere(world: World) -> Response:
    """What AWS answers for an API that is not there."""
    headers = [
        ("Content-Type", "application/json"),
        ("x-amzn-RequestId", world.ids.uuid()),
        ("x-amzn-ErrorType", Forbidden.error_type),
        ("x-amz-apigw-id", world.ids.base64(11)),
    ]
    return Response(403, headers, default_body(Forbidden()))
