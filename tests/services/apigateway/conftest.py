"""A world without HTTP: handlers are called with plain dicts on a frozen clock."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from ruststack.core.blobs import Blobs
from ruststack.core.clock import Clock
from ruststack.core.context import Context, World
from ruststack.core.ids import Ids
from ruststack.services.apigateway import service
from ruststack.services.apigateway.state import APIGatewayState

ACCOUNT = "000000000000"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
PROXY = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"


class Gateway:
    """API Gateway's state and handlers, called by operation name: ``gateway.GetRestApi(restApiId="...")``.

    Outputs come as a client would read them.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.state = APIGatewayState()

    @property
    def clock(self) -> Clock:
        return self.world.clock

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        handler = service.handlers.get(operation)
        if handler is None:
            raise AttributeError(operation)

        def call(**req: Any) -> Any:
            context = Context(
                "apigateway", operation, ACCOUNT, "us-east-1", "test", "REQUEST", self.state, self.world, None
            )
            return orjson.loads(orjson.dumps(handler.function(context, req), default=bytes.decode))

        return call

    def api(self, name: str = "pets", **params: Any) -> dict[str, str]:
        """A new API; what names it and its root in requests."""
        made = self.CreateRestApi(name=name, **params)
        return {"restApiId": made["id"], "resourceId": made["rootResourceId"]}

    def method(self, place: dict[str, str], verb: str = "GET", **params: Any) -> dict[str, str]:
        """A method with a mock behind it; what names it in requests."""
        named = {**place, "httpMethod": verb}
        self.PutMethod(**{"authorizationType": "NONE", **named, **params})
        self.PutIntegration(**named, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
        return named

    def deployed(self, stage: str = "dev") -> tuple[dict[str, str], str]:
        """An API with one method, and the deployment that a stage shows."""
        place = self.api()
        self.method(place)
        return place, self.CreateDeployment(restApiId=place["restApiId"], stageName=stage)["id"]


def patch(op: str, path: str, value: str | None = None, **more: str) -> dict[str, str]:
    """One patch operation."""
    return {"op": op, "path": path, **({} if value is None else {"value": value}), **more}


@pytest.fixture
def gateway() -> Gateway:
    clock = Clock()
    clock.freeze(1_790_000_000.0)
    world = World(clock, Ids(1), Blobs(), lambda *args, **named: {}, lambda event: None, SimpleNamespace())
    return Gateway(world)
