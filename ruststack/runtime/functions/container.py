"""One container: what it writes, what it uses, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

from ruststack.runtime.functions.worker import Worker

_READ_BYTES: Final = 64 * 1024
_HEAD_BYTES: Final = 8
_SIGNALLED: Final = 128

T = TypeVar("T")


class Container:
    """See the module. ``container`` is the SDK's, made and not yet started."""

    limits_memory = True
    delay_s = 0.005

    def __init__(self, container: Any, threads: ThreadPoolExecutor, worker: Worker) -> None:
        self._container = container
        self._threads = threads
        self._worker = worker
        self._output: Any = None
        self._raw = b""
        self._pid = 0
        self._peak_mb = 0
        self._is_doomed = False
        self._silent: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def live(self) -> None:
        """Run it, from its start to its end, and tell the worker of that."""
        code, is_out_of_memory = 1, False
        try:
            self._output = await self._in_thread(self._start)
            loop = asyncio.get_running_loop()
            loop.add_reader(self._output.fileno(), self.drain)
            self._pid = await self._in_thread(self._find_pid)
            await self._silent
            code, is_out_of_memory = await self._in_thread(self._wait)
        except Exception as error:  # noqa: BLE001 - the SDK raises its own, requests' and urllib3's
            self._worker.output.feed(f"The container failed: {error}\n".encode())
        finally:
            self._close_output()
            self._worker.exited(code, is_out_of_memory)
            with contextlib.suppress(Exception):
                await self._in_thread(self._remove)

    def _start(self) -> Any:
        attached = self._container.attach_socket(params={"stdout": 1, "stderr": 1, "stream": 1})
        raw = getattr(attached, "_sock", attached)
        raw.setblocking(False)
        self._attached = attached
        self._container.start()
        if self._is_doomed:
            self._kill()
        return raw

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

    async def _in_thread(self, function: Callable[..., T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function)

    def drain(self) -> None:
        while self._output is not None:
            try:
                data = self._output.recv(_READ_BYTES)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                data = b""
            if not data:
                self._close_output()
                return
            self._take(data)

    def _take(self, data: bytes) -> None:
        """Each piece has a head: which stream, three zeros, and its length."""
        self._raw += data
        while len(self._raw) >= _HEAD_BYTES:
            end = _HEAD_BYTES + int.from_bytes(self._raw[4:8], "big")
            if len(self._raw) < end:
                return
            piece, self._raw = self._raw[_HEAD_BYTES:end], self._raw[end:]
            self._worker.output.feed(piece)

    def _close_output(self) -> None:
        output, self._output = self._output, None
        if output is not None:
            asyncio.get_running_loop().remove_reader(output.fileno())
            self._attached.close()
            output.close()
        if not self._silent.done():
            self._silent.set_result(None)

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
