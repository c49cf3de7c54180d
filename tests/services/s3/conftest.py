"""A world without HTTP: handlers are called with plain dicts on a frozen clock."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from ruststack.core.blobs import Blobs
from ruststack.core.clock import Clock
from ruststack.core.context import Context, Event, World
from ruststack.core.errors import ServiceError
from ruststack.core.http import Request
from ruststack.core.ids import Ids
from ruststack.services.s3 import service

OWNER = "000000000000"
OTHER = "111111111111"


class S3:
    """S3's state and handlers, called by operation name: ``s3.CreateBucket(Bucket="b")``.

    Each call is authorised first. ``as_account`` gives the same S3 as another account sees it (None: without
    credentials), ``in_region`` as seen through another endpoint. ``last`` is the context of the last call.
    """

    last: Context

    def __init__(self, world: World, state: Any, account: str | None, region: str, events: list[Event]) -> None:
        self.world, self.state, self.account, self.region, self.events = world, state, account, region, events
        self.request: Request | None = None

    def as_account(self, account: str | None) -> S3:
        return S3(self.world, self.state, account, self.region, self.events)

    def in_region(self, region: str) -> S3:
        return S3(self.world, self.state, self.account, region, self.events)

    def context(self, operation: str = "") -> Context:
        key = None if self.account is None else "test"
        account, region = self.account or OWNER, self.region
        return Context("s3", operation, account, region, key, "REQUEST", self.state, self.world, self.request)

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        handler = service.handlers.get(operation)
        if handler is None:
            raise AttributeError(operation)
        return lambda **req: self._call(operation, req)

    def _call(self, operation: str, req: dict[str, Any]) -> Any:
        self.last = self.context(operation)
        assert service.authorize is not None
        service.authorize(self.last, req)
        return service.handlers[operation].function(self.last, req)


@pytest.fixture
def s3() -> S3:
    clock = Clock()
    clock.freeze(1_700_000_000.0)
    events: list[Event] = []
    world = World(
        clock, Ids(1), Blobs(), lambda *a, **k: {}, events.append, SimpleNamespace(), perform=lambda *a, **k: None
    )
    return S3(world, service.state(), OWNER, "us-east-1", events)


@pytest.fixture
def refused() -> Callable[..., ServiceError]:
    """Calls an operation that must fail, and gives its error."""

    def call(function: Callable[..., Any], **req: Any) -> ServiceError:
        with pytest.raises(ServiceError) as caught:
            function(**req)
        return caught.value

    return call


@pytest.fixture
def bucket(s3: S3) -> str:
    """The name of an empty bucket in us-east-1."""
    s3.CreateBucket(Bucket="bucket")
    return "bucket"


@pytest.fixture
def open_bucket(s3: S3, bucket: str) -> str:
    """A bucket as they were before April 2023: ACLs count, and nothing public is blocked."""
    s3.DeletePublicAccessBlock(Bucket=bucket)
    s3.PutBucketOwnershipControls(Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    return bucket
