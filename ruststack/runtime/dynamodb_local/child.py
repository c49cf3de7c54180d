"""DynamoDB Local, running: it is started in the background, and anew when it dies; it never outlives us."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Sequence
from typing import Final

import httptools

from ruststack.runtime.dynamodb_local.guarded import Guarded
from ruststack.runtime.http_client import Client

_START_S: Final = 60.0
_PROBE_S: Final = 0.05
_HEALTH_S: Final = 10.0
_NOISE: Final = "SLF4J"  # a library of its own that misses another, at every start
_DEATHS: Final = 3
_DEATHS_WITHIN_S: Final = 60.0


class Down(Exception):
    """It does not run, and the message says why."""


class Child:
    """One server of ours. ``words`` gives the command for a port; ``note`` takes a line to log.

    What it keeps in memory is lost when it dies: it comes back empty, and the log says so.
    """

    def __init__(self, words: Callable[[int], Sequence[str]], note: Callable[[str], None], keeps: bool) -> None:
        self._words = words
        self._note = note
        self._loss = "" if keeps else ", without the tables that it had in memory"
        self._port = 0
        self._client: Client | None = None
        self._watch: asyncio.Task[None] | None = None
        self._care: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._why_not = ""
        self._said: list[str] = []

    def start(self) -> None:
        """Begin to start it; does not wait."""
        if self._watch is None:
            self._watch = asyncio.get_running_loop().create_task(self._live())

    async def client(self) -> Client:
        """Who to send requests by, as soon as it answers. Raises Down."""
        self.start()
        try:
            async with asyncio.timeout(_START_S):
                # It may be gone again before it is our turn.
                while self._client is None and not self._why_not:
                    await self._ready.wait()
        except TimeoutError:
            raise Down(f"DynamoDB Local does not answer within {_START_S:.0f} s") from None
        if self._client is None:
            raise Down(self._why_not)
        return self._client

    async def close(self) -> None:
        """Stop it."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch
        self._forget()

    def restart(self) -> None:
        """Begin to stop it and to start it anew; who asks from now on meets the new one, and nothing in its memory."""
        old, self._watch = self._watch, None
        self._why_not = ""
        self._forget()
        if old is not None:
            old.cancel()
            self._watch = asyncio.get_running_loop().create_task(self._live(old))

    async def _live(self, earlier: asyncio.Task[None] | None = None) -> None:
        if earlier is not None:
            await _end_of(earlier)
        loop = asyncio.get_running_loop()
        deaths: list[float] = []
        while True:
            code = await self._run()
            now = loop.time()
            deaths = [*(each for each in deaths if now - each < _DEATHS_WITHIN_S), now]
            last = f": {self._said[-1]}" if self._said else ""
            if len(deaths) >= _DEATHS:
                self._why_not = f"DynamoDB Local ended {_DEATHS} times within a minute (exit code {code}{last})"
                self._note(f"{self._why_not}; it is not started again.")
                self._ready.set()
                return
            self._note(f"DynamoDB Local ended (exit code {code}{last}); it is started again{self._loss}.")

    def _forget(self) -> None:
        if self._care is not None:
            self._care.cancel()
        self._ready.clear()
        if self._client is not None:
            self._client.close()
        self._client = None

    async def _run(self) -> int:
        """One life of it; the exit code."""
        self._port = _free_port()
        self._said = []
        starting = asyncio.create_task(Guarded.start("dynamodb-local", self._words(self._port), self._hear))
        try:
            process = await asyncio.shield(starting)
        except asyncio.CancelledError:
            await (await starting).end()
            raise
        self._care = asyncio.create_task(self._care_for(process))
        try:
            return await process.wait()
        finally:
            self._forget()
            await process.end()

    async def _care_for(self, process: Guarded) -> None:
        """Wait until it answers, then see now and then that it still does; end it if it does not."""
        while not await self._answers(_PROBE_S * 20):
            await asyncio.sleep(_PROBE_S)
        self._client = Client("127.0.0.1", self._port)
        self._ready.set()
        while await self._answers(_HEALTH_S) or await self._answers(_HEALTH_S):
            await asyncio.sleep(_HEALTH_S)
        await asyncio.sleep(_HEALTH_S)  # if it has ended, this is cancelled meanwhile
        self._note("DynamoDB Local does not answer any more.")
        process.kill()

    async def _answers(self, timeout_s: float) -> bool:
        client = Client("127.0.0.1", self._port)
        try:
            asked = client.send("GET", "/", ((b"host", b"127.0.0.1"), (b"connection", b"close")), (), 0)
            await asyncio.wait_for(asked, timeout_s)
        except (OSError, EOFError, TimeoutError, httptools.HttpParserError):
            return False
        finally:
            client.close()
        return True

    def _hear(self, line: str) -> None:
        """Keep the last words, for the case that they were the last."""
        if line and not line.startswith(_NOISE):
            self._said[:] = [*self._said[-1:], line]


async def _end_of(task: asyncio.Task[None]) -> None:
    """Wait for it, also when we are cancelled meanwhile."""
    try:
        await asyncio.wait((task,))
    except asyncio.CancelledError:
        await asyncio.wait((task,))
        raise


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
