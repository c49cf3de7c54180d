"""One container: the runtime and the extensions in it, what they write and use, and how they end."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from ruststack.runtime.functions.attached import Attached
from ruststack.runtime.functions.words import end_text
from ruststack.runtime.functions.worker import Worker

_SIGNALLED: Final = 128
# What the engine says of a program that cannot be started, in the midst of what its parts call each other.
_ENTRY: Final = re.compile(r'exec: "([^"]*)": (?:stat \S+: )?([^:]+?)(?:: unknown)?$')

T = TypeVar("T")


def entry_error(said: str) -> str:
    """What AWS says of an entry point that cannot be started; empty if the engine speaks of something else."""
    found = _ENTRY.search(said)
    if found is None:
        return ""
    program, why = found.groups()
    return f'exec: "{program}": {why}' if "$PATH" in why else f"fork/exec {program}: {why}"


class Beside:
    """An extension's program, which ends with its container at the latest."""

    def __init__(self, gone: Callable[[], None]) -> None:
        self._gone = gone

    def kill(self) -> None:
        self._gone()


class Container:
    """See the module. ``container`` is the SDK's, made and not yet started; ``extensions`` are programs in it."""

    limits_memory = True
    holds_all = True
    delay_s = 0.005

    def __init__(
        self, container: Any, threads: ThreadPoolExecutor, worker: Worker, extensions: tuple[str, ...] = ()
    ) -> None:
        self._container = container
        self._threads = threads
        self._worker = worker
        self._extensions = extensions
        self._output: Attached | None = None
        self._beside: list[asyncio.Task[None]] = []
        self._pid = 0
        self._peak_mb = 0
        self._is_doomed = False
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        for path in extensions:
            name = Path(path).name
            worker.extensions.expect(name, Beside(partial(worker.extensions.exited, name, "")))

    async def live(self) -> None:
        """Run it, from its start to its end, and tell the worker of that."""
        code, is_out_of_memory = 1, False
        try:
            self._output = Attached(await self._in_thread(self._attach), self._worker.output.feed)
            await self._in_thread(self._start)
            self._beside = [asyncio.create_task(self._accompany(path)) for path in self._extensions]
            self._pid = await self._in_thread(self._find_pid)
            await self._output.ended
            code, is_out_of_memory = await self._in_thread(self._wait)
        except Exception as error:  # noqa: BLE001 - the SDK raises its own, requests' and urllib3's
            self._failed(error)
        finally:
            if self._output is not None:
                self._output.close()
            self._is_doomed = True
            self._worker.exited(code, is_out_of_memory)
            self._over.set_result(None)
            with contextlib.suppress(Exception):
                await self._in_thread(self._remove)
            await asyncio.gather(*self._beside, return_exceptions=True)

    def _failed(self, error: Exception) -> None:
        text = entry_error(str(getattr(error, "explanation", None) or ""))
        if text:
            self._worker.blame("Runtime.InvalidEntrypoint", text)
        else:
            self._worker.output.feed(f"The container failed: {error}\n".encode())

    async def _accompany(self, path: str) -> None:
        """Run an extension, and tell how it ended: by itself, or with all."""
        name, how = Path(path).name, "exit status 1"
        api, output = self._container.client.api, None
        try:
            made = await self._in_thread(lambda: api.exec_create(self._container.id, [path], workdir="/"))
            socket = await self._in_thread(lambda: api.exec_start(made["Id"], socket=True))
            output = Attached(socket, self._worker.companion_output.feed)
            await output.ended
            how = end_text(await self._in_thread(lambda: int(api.exec_inspect(made["Id"])["ExitCode"] or 0)))
            is_alone = await self._in_thread(self._runs)
        except Exception:  # noqa: BLE001 - as above; it happens when the container ends meanwhile
            is_alone = not self._is_doomed
        finally:
            if output is not None:
                output.close()
        if not is_alone or self._is_doomed:
            await self._over
        self._worker.extensions.exited(name, how)

    def _attach(self) -> Any:
        return self._container.attach_socket(params={"stdout": 1, "stderr": 1, "stream": 1})

    def _start(self) -> None:
        self._container.start()
        if self._is_doomed:
            self._kill()

    def _runs(self) -> bool:
        self._container.reload()
        return bool(self._container.attrs["State"].get("Running"))

    def _find_pid(self) -> int:
        self._container.reload()
        return int(self._container.attrs["State"].get("Pid", 0))

    def _wait(self) -> tuple[int, bool]:
        code = int(self._container.wait()["StatusCode"])
        self._container.reload()
        is_out_of_memory = bool(self._container.attrs["State"].get("OOMKilled"))
        # A shell's way to say that a signal ended it, which is the engine's too.
        return (_SIGNALLED - code if _SIGNALLED < code < _SIGNALLED + 32 else code), is_out_of_memory

    def _remove(self) -> None:
        self._container.remove(force=True, v=True)

    async def _in_thread(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function)

    def drain(self) -> None:
        if self._output is not None:
            self._output.drain()

    def peak_mb(self) -> int:
        # Where the engine runs on this machine, its processes are to be seen here.
        if self._pid:
            with contextlib.suppress(OSError, ValueError, IndexError):
                status = Path(f"/proc/{self._pid}/status").read_bytes()
                self._peak_mb = int(status.partition(b"VmHWM:")[2].split(None, 1)[0]) // 1024
        return self._peak_mb

    def kill(self) -> None:
        if not self._is_doomed:
            self._is_doomed = True
            self._threads.submit(self._kill)

    def _kill(self) -> None:
        with contextlib.suppress(Exception):
            self._container.kill()
