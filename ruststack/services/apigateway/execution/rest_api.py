"""A REST API as it was deployed, made ready once: paths lead to resources, methods to what serves them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from ruststack.services.apigateway.execution import custom, http_proxy, lambda_proxy, lambda_stream
from ruststack.services.apigateway.execution.authorizers import Verdicts
from ruststack.services.apigateway.execution.call import Call
from ruststack.services.apigateway.execution.gateway_errors import ApiConfigurationError, MissingAuthenticationToken
from ruststack.services.apigateway.execution.headers import Headers
from ruststack.services.apigateway.execution.paths import Paths
from ruststack.services.apigateway.execution.throttling import Buckets
from ruststack.services.apigateway.execution.validation import Schemas
from ruststack.services.apigateway.state import Integration, Method, Resource, Snapshot

_ANY: Final = "ANY"
# What ANY stands for.
_METHODS: Final = frozenset(("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"))

Answer = tuple[int, Headers, bytes | AsyncIterator[bytes]]


class Route(NamedTuple):
    """A method of a resource, and what answers it."""

    resource: Resource
    method: Method
    serve: Callable[[Call], Awaitable[Answer]]


class RestApi:
    """``verdicts`` and ``buckets`` are what has been decided and let through so far; no state, and gone with it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.settings = snapshot.settings
        self.schemas = Schemas(snapshot.models)
        self.verdicts: Verdicts = {}
        self.buckets = Buckets()
        self._paths: Paths[dict[str, Route]] = Paths()
        for resource in snapshot.resources.values():
            if resource.resource_methods:
                self._paths.add(resource.path, self._routes(resource))

    def _routes(self, resource: Resource) -> dict[str, Route]:
        return {
            name: Route(resource, method, self.server(method.method_integration))
            for name, method in resource.resource_methods.items()
        }

    def find(self, call: Call) -> Route:
        """The route of a request; the call learns where it has come to. Raises MissingAuthenticationToken.

        A resource that has not the method is passed by: ministack's authors measured that AWS goes on to
        ``/{proxy+}``, be the other method guarded or not.
        """

        def accepts(routes: dict[str, Route]) -> bool:
            return call.method in routes or (_ANY in routes and call.method in _METHODS)

        found = self._paths.find(call.path, accepts)
        if found is None:
            raise MissingAuthenticationToken
        route = found.target.get(call.method) or found.target[_ANY]
        call.parameters = found.parameters
        call.resource_id, call.resource_path = route.resource.id, route.resource.path
        return route

    def server(self, integration: Integration | None) -> Callable[[Call], Awaitable[Answer]]:
        """What answers the calls of a method with this integration."""
        binary_types = self.settings.binary_media_types
        if integration is None:
            return _serve_nothing
        if integration.type == "AWS_PROXY" and integration.response_transfer_mode == "STREAM":
            return lambda call: lambda_stream.serve(call, integration, binary_types)
        if integration.type == "AWS_PROXY":
            return lambda call: lambda_proxy.serve(call, integration, binary_types)
        if integration.type == "HTTP_PROXY":
            return lambda call: http_proxy.serve(call, integration)
        return lambda call: custom.serve(call, integration, binary_types)


async def _serve_nothing(call: Call) -> Answer:
    raise ApiConfigurationError(log="Execution failed due to configuration error: No integration defined for method")


_made: WeakKeyDictionary[Snapshot, RestApi] = WeakKeyDictionary()


def rest_api(snapshot: Snapshot) -> RestApi:
    """The API of a deployment, made ready the first time."""
    made = _made.get(snapshot)
    if made is None:
        made = _made[snapshot] = RestApi(snapshot)
    return made
