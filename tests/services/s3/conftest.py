"""A world without HTTP: handlers are called with plain dicts on a frozen clock."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from ruststack.core.blobs import Blobs
from ruststack.core.clock import Clock
from ruststack.core.context import Context, Event, World
from ruststack.core.ids import Ids
from ruststack.services.s3 import service

OWNER = "000000000000"
OTHER = "111111111111"


class S3:
    """S3's state and handlers, called by operation name: ``s3.CreateBucket(Bucket="b")``.

    ``as_account`` gives the same S3 as another account sees it, ``in_region`` as seen through another endpoint.
    """

    def __init__(self, world: World, state: Any, account: str, region: str, events: list[Event]) -> None:
        self.world, self.state, self.account, self.region, self.events = world, state, account, region, events

    def as_account(self, account: str) -> S3:
        return S3(self.world, self.state, account, self.region, self.events)

    def in_region(self, region: str) -> S3:
        return S3(self.world, self.state, self.account, region, self.events)

    def context(self, operation: str = "", access_key: str | None = "test") -> Context:
        return Context("s3", operation, self.account, self.region, access_key, "REQUEST", self.state, self.world)

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        handler = service.handlers.get(operation)
        if handler is None:
            raise AttributeError(operation)
        return lambda **req: handler.function(self.context(operation), req)


@pytest.fixture
def s3() -> S3:
    clock = Clock()
    clock.freeze(1_700_000_000.0)
    events: list[Event] = []
    world = World(clock, Ids(1), Blobs(), lambda *a, **k: {}, events.append, SimpleNamespace())
    return S3(world, service.state(), OWNER, "us-east-1", events)


@pytest.fixture
def bucket(s3: S3) -> str:
    """The name of an empty bucket in us-east-1."""
    s3.CreateBucket(Bucket="bucket")
    return "bucket"
