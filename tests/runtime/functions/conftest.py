"""Functions with their real workers, without a server around them."""

from __future__ import annotations

import asyncio
import io
import itertools
import shutil
import tempfile
import zipfile
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from ruststack.config import Config
from ruststack.core.blobs import MemoryBlob
from ruststack.core.clock import Clock
from ruststack.core.functions import Invocation, Outcome, Revision, Streamed, Zip
from ruststack.core.ids import Ids
from ruststack.runtime.functions import Functions, worker
from ruststack.runtime.live import Live, Workers


def zipped(files: dict[str, str | bytes], executable: bool = False) -> Zip:
    """A deployment package of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (0o100755 if executable else 0o100644) << 16
            archive.writestr(entry, text)
    return Zip(MemoryBlob(buffer.getvalue()))


class Bench:
    """A `Functions` within a running loop, and what its logs were given. ``settings`` replace members of Config."""

    def __init__(self, **settings: Any) -> None:
        self.settings = Config(secret_access_key="hush")._replace(**settings)
        # A function's /tmp is its own: what it shares with a test is elsewhere.
        self.folder = tempfile.mkdtemp(dir="/var/tmp")
        self.logs: list[tuple[str, dict[str, Any]]] = []
        self.clock = Clock()
        self.live = Live(self.clock, self._make, self._crashed)
        self.live.endpoint = "http://127.0.0.1:1"
        self._numbers = itertools.count(1)

    def _make(self) -> Workers:
        return Functions(self.settings, self.clock, Ids(), self._call, self.live)

    def _call(self, service: str, operation: str, params: dict[str, Any], *, account: str, region: str) -> Any:
        self.logs.append((operation, {"account": account, "region": region, **params}))
        return {}

    def _crashed(self, error: BaseException, title: str) -> None:
        raise AssertionError(title) from error

    @property
    def functions(self) -> Functions:
        made = self.live.functions
        assert isinstance(made, Functions)
        return made

    def revision(self, code: str = "", **more: Any) -> Revision:
        """A function of this code; ``more`` replaces members of the revision."""
        members: dict[str, Any] = {
            "key": f"key-{next(self._numbers)}",
            "account": "111122223333",
            "region": "eu-west-1",
            "function": "greeter",
            "version": "$LATEST",
            "runtime": "python3.11",
            "handler": "app.handler",
            "log_group": "/aws/lambda/greeter",
            "timeout_s": 60,
        }
        if "package" not in more:
            members["package"] = zipped({"app.py": code})
        return Revision(**{**members, **more})

    def invocation(self, payload: bytes = b"{}", **more: str) -> Invocation:
        request_id = f"00000000-0000-4000-8000-{next(self._numbers):012d}"
        arn = "arn:aws:lambda:eu-west-1:111122223333:function:greeter"
        return Invocation(request_id, payload, arn, **more)

    async def invoke(self, revision: Revision, payload: bytes = b"{}", **more: str) -> Outcome:
        return await self.functions.invoke(revision, self.invocation(payload, **more))

    async def stream(self, revision: Revision, payload: bytes = b"{}") -> Streamed | Outcome:
        return await self.functions.stream(revision, self.invocation(payload))


Story = Callable[[Bench], Coroutine[Any, Any, Any]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Story], Any]]:
    """Runs a story with a `Bench`; afterwards nothing of it is left: no process, no file."""
    # A worker that has answered gets the next event, however long it takes to ask for it on a busy machine.
    monkeypatch.setattr(worker, "_TURN_S", 60.0)

    async def life(story: Story, settings: dict[str, Any]) -> Any:
        bench = Bench(**settings)
        try:
            return await story(bench)
        finally:
            await bench.live.close()
            shutil.rmtree(bench.folder)

    tokens: list[str] = []

    def runner(story: Story, **settings: Any) -> Any:
        async def noted(bench: Bench) -> Any:
            try:
                return await story(bench)
            finally:
                tokens.append(bench.functions.token)

        return asyncio.run(life(noted, settings))

    yield runner
    assert [mine for token in tokens for mine in marked(token)] == []


def marked(text: str) -> list[int]:
    """The processes that have this in their environment."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if text.encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


async def until(true: Callable[[], Any], timeout_s: float = 60.0) -> Any:
    """Wait for what another process does, which tells nobody."""

    async def look() -> Any:
        while not (found := true()):
            await asyncio.sleep(0.01)
        return found

    return await asyncio.wait_for(look(), timeout_s)


Waiter = Callable[..., Awaitable[Any]]
