"""A world without HTTP: handlers are called with plain dicts on a frozen clock."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from types import SimpleNamespace
from typing import Any

import pytest

from ruststack.core.blobs import Blobs
from ruststack.core.clock import Clock
from ruststack.core.context import Context, World
from ruststack.core.errors import ServiceError
from ruststack.core.ids import Ids
from ruststack.services.logs import service

ACCOUNT = "000000000000"
NOW_MS = 1_790_000_000_000
PERMISSION = {
    "Effect": "Allow",
    "Principal": {"Service": "logs.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:logs:us-east-1:000000000000:log-group:g:*"}},
}


class Logs:
    """CloudWatch Logs' state and handlers, called by operation name: ``logs.CreateLogGroup(logGroupName="g")``.

    ``calls`` holds what was asked of other services; work that goes on beside requests waits for ``run_works``.
    ``permissions`` are the statements of every function's policy.
    """

    def __init__(self) -> None:
        clock = Clock()
        clock.freeze(NOW_MS / 1000)
        self.permissions: list[dict[str, Any]] = [PERMISSION]
        self.calls: list[tuple[str, str, dict[str, Any]]] = []
        self.world = World(clock, Ids(1), Blobs(), self._called, lambda event: None, SimpleNamespace())
        self.world.live = self  # type: ignore[assignment]
        self.works: list[Coroutine[Any, Any, None]] = []
        self.state = service.state()

    def _called(self, service: str, operation: str, params: dict[str, Any], **place: str) -> dict[str, Any]:
        self.calls.append((service, operation, params))
        return {"Policy": json.dumps({"Statement": self.permissions})} if operation == "GetPolicy" else {}

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self.works.append(work)

    def run_works(self) -> None:
        """Let what was begun beside the requests come to its end."""
        while self.works:
            asyncio.run(self.works.pop(0))  # type: ignore[arg-type]

    @property
    def clock(self) -> Clock:
        return self.world.clock

    def context(self, operation: str = "") -> Context:
        return Context("logs", operation, ACCOUNT, "us-east-1", "test", "REQUEST", self.state, self.world, None)

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        handler = service.handlers.get(operation)
        if handler is None:
            raise AttributeError(operation)
        return lambda **req: handler.function(self.context(operation), req) or {}

    def make(self, group: str = "g", *streams: str, **params: Any) -> str:
        """A group with streams."""
        self.CreateLogGroup(logGroupName=group, **params)
        for stream in streams:
            self.CreateLogStream(logGroupName=group, logStreamName=stream)
        return group

    def put(self, *messages: str, group: str = "g", stream: str = "s", at: int = NOW_MS) -> Any:
        """Events with these messages, a millisecond apart."""
        events = [{"timestamp": at + number, "message": each} for number, each in enumerate(messages)]
        return self.PutLogEvents(logGroupName=group, logStreamName=stream, logEvents=events)

    def read(self, **req: Any) -> Any:
        return self.GetLogEvents(**{"logGroupName": "g", "logStreamName": "s"} | req)

    def filtered(self, pattern: str = "", **req: Any) -> list[str]:
        answer = self.FilterLogEvents(**{"logGroupName": "g", "filterPattern": pattern} | req)
        return messages(answer)


def messages(answer: Any) -> list[str]:
    return [event["message"] for event in answer["events"]]


@pytest.fixture
def logs() -> Logs:
    return Logs()


@pytest.fixture
def refused() -> Callable[..., ServiceError]:
    """Calls an operation that must fail, and gives its error."""

    def call(function: Callable[..., Any], *args: Any, **req: Any) -> ServiceError:
        with pytest.raises(ServiceError) as caught:
            function(*args, **req)
        return caught.value

    return call
