"""A process that never outlives us, in a process group of its own, whose words are read as they come."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Sequence
from typing import Final, Self

_STOP_S: Final = 5.0
_LAST_WORDS_S: Final = 1.0
# Ends its child when our end of its standard input closes: also when we are killed and can do nothing any more.
# The trap is set last: a watcher that inherits it misses a signal that comes before it has shed the trap.
GUARD: Final = """
exec 3<&0
"$@" </dev/null 3<&- & child=$!
{ read -r _ <&3; kill "$child"; } >/dev/null 2>&1 & guard=$!
trap 'kill "$child"' TERM INT
wait "$child"; code=$?
kill "$guard" 2>/dev/null
exit "$code"
"""


class Guarded:
    """``hear`` is told each line that the process writes; ``end`` must be awaited.

    The pipes are made here: a process that has its pipes from asyncio has only ended, for Python 3.11, when nobody
    holds them any more, what it has left behind included.
    """

    def __init__(
        self, process: asyncio.subprocess.Process, hold: int, ear: asyncio.ReadTransport, listening: asyncio.Task[None]
    ) -> None:
        self._process = process
        self._hold: int | None = hold
        self._ear = ear
        self._listening = listening

    @classmethod
    async def start(cls, name: str, words: Sequence[str], hear: Callable[[str], None]) -> Self:
        """Raises OSError when there is no shell."""
        loop = asyncio.get_running_loop()
        given, hold = os.pipe()
        ear, mouth = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *("sh", "-c", GUARD, name, *words),
                stdin=given,
                stdout=mouth,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        except BaseException:
            os.close(hold)
            os.close(ear)
            raise
        finally:
            os.close(given)
            os.close(mouth)
        reader = asyncio.StreamReader()
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(ear, "rb", 0)
        )
        return cls(process, hold, transport, loop.create_task(_listen(reader, hear)))

    async def wait(self) -> int:
        """Its exit code, when it has ended by itself or has been killed."""
        return await self._process.wait()

    def kill(self) -> None:
        """End the whole group now: what listens to no signal, and what has been left behind."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    async def end(self) -> None:
        """End it, politely if it lets us, and hear its last words."""
        if self._hold is not None:
            os.close(self._hold)
            self._hold = None
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), _STOP_S)
        self.kill()
        await self._process.wait()
        # Who has left the group may hold the pipe open.
        await asyncio.wait((self._listening,), timeout=_LAST_WORDS_S)
        self._listening.cancel()
        self._ear.close()


async def _listen(reader: asyncio.StreamReader, hear: Callable[[str], None]) -> None:
    while True:
        try:
            line = await reader.readline()
        except ValueError:
            continue  # a line without end, which has been thrown away: the pipe must not fill
        if not line:
            return
        hear(line.decode("utf-8", "replace").strip())
