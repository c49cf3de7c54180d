"""HTTP and WebSocket APIs without HTTP: handlers are called with plain dicts on a frozen clock."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from ruststack.core.blobs import Blobs
from ruststack.core.clock import Clock
from ruststack.core.context import Context, World
from ruststack.core.ids import Ids
from ruststack.services.apigateway.v2 import service

ACCOUNT = "000000000000"


class GatewayV2:
    """State and handlers, called by operation name: ``gateway.GetApi(ApiId="...")``."""

    def __init__(self) -> None:
        clock = Clock()
        clock.freeze(1_790_000_000.0)
        self.world = World(clock, Ids(1), Blobs(), lambda *args, **named: {}, lambda event: None, SimpleNamespace())
        self.state = service.state()

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        handler = service.handlers.get(operation)
        if handler is None:
            raise AttributeError(operation)

        def call(**req: Any) -> Any:
            context = Context(
                "apigatewayv2", operation, ACCOUNT, "us-east-1", "test", "REQUEST", self.state, self.world, None
            )
            return handler.function(context, req) or {}

        return call

    def api(self, **params: Any) -> str:
        """A new HTTP API."""
        return str(self.CreateApi(**{"Name": "api", "ProtocolType": "HTTP", **params})["ApiId"])

    def socket(self) -> str:
        """A new WebSocket API."""
        expression = "$request.body.action"
        return self.api(ProtocolType="WEBSOCKET", RouteSelectionExpression=expression)

    def integration(self, api: str, **params: Any) -> str:
        """A new integration with a server."""
        given = {"IntegrationType": "HTTP_PROXY", "IntegrationUri": "http://127.0.0.1:1/", **params}
        return str(self.CreateIntegration(ApiId=api, **given)["IntegrationId"])

    def route(self, api: str, key: str = "GET /a", **params: Any) -> str:
        """A new route."""
        return str(self.CreateRoute(ApiId=api, RouteKey=key, **params)["RouteId"])


@pytest.fixture
def gateway() -> GatewayV2:
    return GatewayV2()
