"""A world without HTTP: handlers are called with plain dicts on a frozen clock; and a server for real clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from ruststack import RustStack
from ruststack.config import Config
from ruststack.core.blobs import Blobs
from ruststack.core.clock import Clock
from ruststack.core.context import Context, World
from ruststack.core.errors import ServiceError
from ruststack.core.ids import Ids
from ruststack.services.dynamodb import service
from tests.services.dynamodb import engines

ACCOUNT = "000000000000"


class DynamoDB:
    """DynamoDB's state and handlers, called by operation name: ``db.GetItem(TableName="tab", Key=...)``.

    Outputs come as a client would read them.
    """

    def __init__(self, world: World, state: Any) -> None:
        self.world, self.state = world, state
        self._handlers = engines.handlers()

    @property
    def clock(self) -> Clock:
        return self.world.clock

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        if operation not in service.handlers:
            raise AttributeError(operation)
        handler = self._handlers[operation]

        def call(**req: Any) -> Any:
            context = Context(
                "dynamodb", operation, ACCOUNT, "us-east-1", "test", "REQUEST", self.state, self.world, None
            )
            return orjson.loads(orjson.dumps(engines.finished(handler.function(context, req))))

        return call

    def make(self, name: str = "tab", range_key: str = "", **params: Any) -> str:
        """A table on demand with the partition key ``pk``, both keys text."""
        keys = [("pk", "HASH"), *([(range_key, "RANGE")] if range_key else [])]
        given = {
            "TableName": name,
            "KeySchema": [{"AttributeName": key, "KeyType": kind} for key, kind in keys],
            "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
            "BillingMode": "PAY_PER_REQUEST",
            **params,
        }
        self.CreateTable(**given)
        return name

    def put(self, table: str = "tab", **attributes: Any) -> None:
        self.PutItem(TableName=table, Item=item(**attributes))


def value(plain: Any) -> dict[str, Any]:
    """``"a"`` is text, ``1`` a number, a list or dict what it is."""
    if isinstance(plain, bool):
        return {"BOOL": plain}
    if isinstance(plain, int):
        return {"N": str(plain)}
    if isinstance(plain, list):
        return {"L": [value(each) for each in plain]}
    if isinstance(plain, dict):
        return {"M": {name: value(each) for name, each in plain.items()}}
    return {"S": plain}


def item(**attributes: Any) -> dict[str, Any]:
    return {name: value(each) for name, each in attributes.items()}


@pytest.fixture(scope="module")
def stack() -> Iterator[RustStack]:
    with RustStack(**engines.settings()) as stack:
        yield stack


def fresh() -> DynamoDB:
    """A world of its own."""
    clock = Clock()
    clock.freeze(1_700_000_000.0)
    world = World(clock, Ids(1), Blobs(), lambda *a, **k: {}, lambda event: None, Config())
    return DynamoDB(world, service.state())


@pytest.fixture
def db() -> DynamoDB:
    return fresh()


@pytest.fixture(scope="session", autouse=True)
def engine() -> Iterator[None]:
    """Whatever holds the tables ends with the tests."""
    yield
    engines.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    engines.mark(items)


@pytest.fixture
def refused() -> Callable[..., ServiceError]:
    """Calls an operation that must fail, and gives its error."""

    def call(function: Callable[..., Any], **req: Any) -> ServiceError:
        with pytest.raises(ServiceError) as caught:
            function(**req)
        return caught.value

    return call
