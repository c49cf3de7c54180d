"""The live world behind `core.live.Live`: background work, waits on the emulator's clock, workers, the web outside."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable, Coroutine, Set
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import httptools

from ruststack.core.clock import Clock
from ruststack.core.functions import Functions
from ruststack.core.http import Response
from ruststack.runtime.http_client import Client

_SLACK_S: Final = 0.001
_OF_THE_CONNECTION: Final = frozenset(("connection", "transfer-encoding", "keep-alive", "content-length"))


class Workers(Functions, Protocol):
    """Workers that can be done away with."""

    async def open(self) -> None:
        """Get hold of what they run in, before the first is needed."""
        ...

    def reset(self) -> None:
        """End them all, in the background."""
        ...

    async def close(self) -> None:
        """End them all, and wait for their end."""
        ...

    def logs_on_their_way(self) -> Awaitable[None] | None:
        """See `core.live.Live`."""
        ...

    async def is_worker(self, port: int, ours: Set[int]) -> bool:
        """Whether it is one of them that has connected from this port of its own to one of ours."""
        ...


class Live:
    """See `core.live.Live`. ``crashed`` takes what background work raises; ``functions`` makes the workers.

    ``note`` takes a line to log. ``moved`` is to be called when the clock was moved by hand.
    """

    def __init__(
        self,
        clock: Clock,
        functions: Callable[[], Workers],
        crashed: Callable[[BaseException, str], None],
        note: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.endpoint = ""
        self.ports: set[int] = set()
        self.note = note
        self._clock = clock
        self._make_functions = functions
        self._crashed = crashed
        self._functions: Workers | None = None
        self._works: set[asyncio.Task[None]] = set()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def functions(self) -> Functions:
        if self._functions is None:
            self._functions = self._make_functions()
        return self._functions

    def open_functions(self) -> None:
        """Get hold, beside everything else, of what functions run in."""
        if self._functions is None:
            self._functions = self._make_functions()
            self.spawn(self._functions.open())

    def logs_on_their_way(self) -> Awaitable[None] | None:
        return self._functions.logs_on_their_way() if self._functions is not None else None

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._works.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._works.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._crashed(error, "background work")

    def sleep(self, seconds: float) -> Awaitable[None]:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._clock.now() + seconds, next(self._count), woken))
        self.moved()
        return woken

    def moved(self) -> None:
        """Wake whose time has come, and see when the next one's will."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._sleepers and (self._sleepers[0][2].done() or self._sleepers[0][0] <= self._clock.now()):
            woken = heapq.heappop(self._sleepers)[2]
            if not woken.done():
                woken.set_result(None)
        if self._sleepers and not self._clock.is_frozen:
            wait_s = self._sleepers[0][0] - self._clock.now() + _SLACK_S
            self._timer = asyncio.get_running_loop().call_later(wait_s, self.moved)

    async def fetch(
        self, method: str, url: str, headers: list[tuple[str, str]], body: bytes, timeout_s: float
    ) -> Response:
        parts = urlsplit(url)
        has_tls = parts.scheme == "https"
        client = Client(parts.hostname or "", parts.port or (443 if has_tls else 80), has_tls=has_tls)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        raw = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in headers
            if name.lower() not in _OF_THE_CONNECTION
        ]
        if not any(name.lower() == b"host" for name, _ in raw):
            raw.append((b"Host", parts.netloc.rpartition("@")[2].encode("latin-1")))
        if any(b"\n" in text or b"\r" in text for pair in raw for text in pair):
            raise ValueError("a header of more than one line")
        try:
            return await asyncio.wait_for(client.send(method, target, raw, (body,), len(body)), timeout_s)
        except (EOFError, httptools.HttpParserError) as error:
            raise ConnectionResetError(str(error)) from error
        finally:
            client.close()

    async def is_worker(self, port: int) -> bool:
        """Whether a function's worker has connected to us from this port of its own."""
        return self._functions is not None and await self._functions.is_worker(port, self.ports)

    def reset(self) -> None:
        """End all work and all workers; what is asked for afterwards is made anew."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for work in self._works:
            work.cancel()
        self._sleepers.clear()
        if self._functions is not None:
            self._functions.reset()

    async def close(self) -> None:
        """As `reset`; nothing of ours runs any more afterwards."""
        self.reset()
        await asyncio.gather(*self._works, return_exceptions=True)
        functions, self._functions = self._functions, None
        if functions is not None:
            await functions.close()
