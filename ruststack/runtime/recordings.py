"""Answers from recordings, for what we lack: by the judge's `replay --serve`, a child of ours from the first need on.

The judge is another program, which need not be installed: we run its command, and speak HTTP with it.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httptools

from ruststack.core.http import Request, Response
from ruststack.runtime.http_client import Client

COMMAND: Final = "ruststack-conform"
RECORDED: Final = "x-ruststack-recorded"
UNRECORDED: Final = "x-ruststack-unrecorded"
_MARK: Final = "x-conform-mark"
_MARKED: Final = "x-conform-recorded"
_START_S: Final = 60.0
_ANSWER_S: Final = 60.0
_STOP_S: Final = 5.0
# What belongs to the connection that the request came by. The body is sent as it is here, without any framing.
_OF_THE_CONNECTION: Final = frozenset(
    (b"connection", b"keep-alive", b"expect", b"transfer-encoding", b"content-length", b"upgrade", b"te", b"trailer")
)


class Unavailable(Exception):
    """There is nobody who could answer; the message says why."""


class Recordings:
    """``place`` is a file or folder of recordings, or the URL of a `replay --serve`. ``note`` takes a line to log."""

    def __init__(self, place: str, note: Callable[[str], None]) -> None:
        self._place = place
        self._note = note
        self._url = place if "://" in place else ""
        self._process: asyncio.subprocess.Process | None = None
        self._starting = asyncio.Lock()
        self._listener: asyncio.Task[None] | None = None
        self._said: list[str] = []
        self._is_hopeless = False

    async def answer(self, request: Request) -> Response | None:
        """The recorded answer, with a header that says where it is from; None if this is not recorded."""
        if self._is_hopeless:
            return None
        try:
            response = await asyncio.wait_for(self._ask(request), _ANSWER_S + _START_S)
        except (Unavailable, OSError, EOFError, TimeoutError, httptools.HttpParserError) as error:
            reason = str(error) or type(error).__name__
            self._note(f"Recordings: nobody answers from {self._place}: {reason}. What is not implemented stays 501.")
            return None
        if any(name.lower() == UNRECORDED for name, _ in response.headers):
            return None
        sources = [value for name, value in response.headers if name.lower() == _MARKED]
        kept = [header for header in response.headers if header[0].lower() != _MARKED]
        response.headers = [*kept, (RECORDED, sources[0] if sources else self._place)]
        return response

    async def close(self) -> None:
        """Stop the child, if there is one."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), _STOP_S)
            except TimeoutError:
                process.kill()
                await process.wait()
        if self._listener is not None:
            await self._listener

    async def _ask(self, request: Request) -> Response:
        async with self._starting:
            if not self._url or (self._process is not None and self._process.returncode is not None):
                self._url = await self._start()
        where, body = urlsplit(self._url), request.body
        client = Client(where.hostname or "127.0.0.1", where.port or 80)
        return await client.send(request.method, request.target, _headers(request), body.chunks(), body.size)

    async def _start(self) -> str:
        """Start the child; the URL that it listens at. Raises Unavailable, and then does not try again."""
        words = [*_command(), "replay", self._place, "--serve", "--port", "0", "--until-eof"]
        pipe = asyncio.subprocess.PIPE
        try:
            self._process = await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe, stderr=pipe)
        except OSError as error:
            raise self._hopeless(f"{words[0]} cannot be started: {error.strerror}") from error
        assert self._process.stdout is not None and self._process.stderr is not None
        self._said = []
        self._listener = asyncio.create_task(self._listen(self._process.stderr))
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), _START_S)
        except TimeoutError:
            self._process.kill()
            raise self._hopeless(f"{COMMAND} did not start in {_START_S:.0f} s") from None
        ready, _, rest = line.decode().partition(" ")
        if ready != "Ready.":
            await self._process.wait()
            await self._listener
            raise self._hopeless(self._said[-1] if self._said else f"{COMMAND} ended without a word")
        url = rest.split()[0]
        self._note(f"Recordings: what is not implemented is answered from {self._place} where it is recorded.")
        return url

    def _hopeless(self, reason: str) -> Unavailable:
        self._is_hopeless = True
        return Unavailable(reason)

    async def _listen(self, stream: asyncio.StreamReader) -> None:
        """Keep the pipe empty, and the last words for the case that they were the last."""
        while line := await stream.readline():
            self._said[:] = [*self._said[-1:], line.decode("utf-8", "replace").strip()]


def _command() -> list[str]:
    """The judge as installed beside this program, or run by this Python."""
    beside = shutil.which(COMMAND, path=str(Path(sys.executable).parent)) or shutil.which(COMMAND)
    return [beside] if beside else [sys.executable, "-m", "conformance.cli"]


def _headers(request: Request) -> Iterator[tuple[bytes, bytes]]:
    yield from (header for header in request.raw_headers if header[0].lower() not in _OF_THE_CONNECTION)
    yield _MARK.encode(), b"1"
    yield b"connection", b"close"
