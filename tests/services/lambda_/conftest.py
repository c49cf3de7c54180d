"""A world without HTTP: handlers are called with plain dicts on a frozen clock, and workers are played."""

from __future__ import annotations

import asyncio
import inspect
import io
import zipfile
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

from ruststack.config import Config
from ruststack.core.blobs import Blobs
from ruststack.core.clock import Clock
from ruststack.core.context import Context, Event, World
from ruststack.core.errors import ServiceError
from ruststack.core.functions import CannotRun, Invocation, Outcome, Revision, Streamed
from ruststack.core.ids import Ids
from ruststack.core.store import Scope, Store
from ruststack.services.lambda_ import service

ACCOUNT = "000000000000"
REGION = "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/lambda-role"
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function"


def archive(**files: str) -> bytes:
    """A zip of files by their names without dots: ``archive(index_py="...")``."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as opened:
        for name, content in (files or {"index_py": "def handler(event, context): return event"}).items():
            opened.writestr(zipfile.ZipInfo(name.replace("_", ".")), content)
    return written.getvalue()


CODE = archive()


class Workers:
    """Workers that answer as ``play`` says, and remember what they were asked."""

    def __init__(self) -> None:
        self.invoked: list[tuple[Revision, Invocation]] = []
        self.retired: list[str] = []
        self.broken: CannotRun | None = None
        self.play: Callable[[Revision, Invocation], Any] = lambda revision, invocation: Outcome(invocation.payload)

    async def invoke(self, revision: Revision, invocation: Invocation) -> Outcome:
        self.invoked.append((revision, invocation))
        if self.broken is not None:
            raise self.broken
        outcome = self.play(revision, invocation)
        return await outcome if isinstance(outcome, Awaitable) else outcome

    async def stream(self, revision: Revision, invocation: Invocation) -> Streamed | Outcome:
        return await self.invoke(revision, invocation)

    async def prepare(self, revision: Revision) -> None:
        if self.broken is not None:
            raise self.broken

    def retire(self, key: str) -> None:
        self.retired.append(key)

    def reset(self) -> None:
        pass

    async def close(self) -> None:
        pass


class Live:
    """Work beside requests is run when `Lambda.settle` is called; waits move the clock."""

    endpoint = "http://127.0.0.1:4566"

    def __init__(self, clock: Clock) -> None:
        self.functions = Workers()
        self.works: list[Coroutine[Any, Any, None]] = []
        self.slept: list[float] = []
        self._clock = clock

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self.works.append(work)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._clock.advance(seconds)

    async def fetch(self, *request: Any) -> Any:
        raise OSError("there is no web here")


class Lambda:
    """Lambda's state and handlers, called by operation name: ``fn.GetFunction(FunctionName="f")``."""

    def __init__(self) -> None:
        clock = Clock()
        clock.freeze(1_700_000_000.0)
        self.store = Store()
        self.store.register("lambda", service.state, Scope.REGION)
        self.events: list[Event] = []
        self.called: list[tuple[str, str, dict[str, Any]]] = []
        self.answers: dict[tuple[str, str], Any] = {}
        self.live = Live(clock)
        self.world = World(
            clock,
            Ids(1),
            Blobs(),
            self._call,
            self.events.append,
            Config(),
            self.store.state,
            self.store.states,
            self.live,
            self._perform,
        )
        self.context: Context | None = None

    @property
    def clock(self) -> Clock:
        return self.world.clock

    @property
    def workers(self) -> Workers:
        return self.live.functions

    @property
    def state(self) -> Any:
        return self.store.state("lambda", ACCOUNT, REGION)

    def _call(self, name: str, operation: str, params: dict[str, Any], **place: Any) -> Any:
        if name == "lambda":
            return self.handle(operation, params)
        self.called.append((name, operation, params))
        answer = self.answers.get((name, operation), {})
        if isinstance(answer, Exception):
            raise answer
        return answer(params) if callable(answer) else answer

    def _perform(self, name: str, operation: str, params: dict[str, Any], **place: Any) -> Any:
        return service.handlers[operation].function(
            Context(name, operation, ACCOUNT, REGION, None, "", self.state, self.world), params
        )

    def handle(self, operation: str, req: dict[str, Any]) -> Any:
        self.context = Context(
            "lambda", operation, ACCOUNT, REGION, "test", self.world.ids.uuid(), self.state, self.world
        )
        return service.handlers[operation].function(self.context, req)

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        if operation not in service.handlers:
            raise AttributeError(operation)

        def call(**req: Any) -> Any:
            output = self.handle(operation, req)
            return asyncio.run(output) if inspect.isawaitable(output) else output

        return call

    def settle(self) -> None:
        """Do what is done beside requests."""
        while self.live.works:
            asyncio.run(self.live.works.pop(0))

    def make(self, name: str = "f", **params: Any) -> str:
        """A function that echoes its event."""
        given = {"FunctionName": name, "Runtime": "python3.12", "Handler": "index.handler", "Role": ROLE}
        self.CreateFunction(**{**given, "Code": {"ZipFile": CODE}, **params})
        self.settle()
        return name

    def close(self) -> None:
        for work in self.live.works:
            work.close()


@pytest.fixture
def fn() -> Any:
    made = Lambda()
    yield made
    made.close()


@pytest.fixture
def refused() -> Callable[..., ServiceError]:
    """Calls an operation that must fail, and gives its error."""

    def call(function: Callable[..., Any], **req: Any) -> ServiceError:
        with pytest.raises(ServiceError) as caught:
            function(**req)
        return caught.value

    return call
