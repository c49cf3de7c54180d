"""A worker as a child process: in a session of its own, with limits, and gone with all that it has started."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

_STATUS_BYTES: Final = 4096
_READ_BYTES: Final = 64 * 1024
_FILES: Final = 1024  # Lambda's quota of file descriptors
_PROC: Final = Path("/proc")
# The third descriptor is for frames (see `output`), by the same pipe, so that their order with what is printed holds.
# Without a program of that name the shell ends with 127, without the right to run it with 126.
_LAUNCH: Final = 'ulimit -n "$1"; if [ -n "$2" ]; then ulimit -d "$2" 2>/dev/null; fi; shift 2; exec 3>&1; exec "$@"'


class Process:
    """One running program. ``read`` gets what it writes; ``ended`` its exit code, negative for a signal's, once.

    ``data_kb`` limits its private memory, 0 does not; ``start`` is what starts it, as Popen does. Raises OSError when
    it cannot be started.
    """

    limits_memory = False
    holds_all = False
    delay_s = 0.0

    def __init__(
        self,
        words: Sequence[str],
        environment: Mapping[str, str],
        folder: str,
        data_kb: int,
        read: Callable[[bytes], None],
        ended: Callable[[int], None],
        start: Callable[..., subprocess.Popen[bytes]] = subprocess.Popen,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._read = read
        self._ended = ended
        self._output, theirs = os.pipe()
        try:
            os.set_blocking(self._output, False)
            self._popen = start(
                ("/bin/sh", "-c", _LAUNCH, "worker", str(_FILES), str(data_kb or ""), *words),
                env=dict(environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=theirs,
                stderr=theirs,
                start_new_session=True,
            )
        except BaseException:
            os.close(self._output)
            raise
        finally:
            os.close(theirs)
        self.pid = self._popen.pid
        self._status = _opened(_PROC / str(self.pid) / "status")
        self._peak_mb = 0
        self._is_over = False
        self._loop.add_reader(self._output, self.drain)
        self._watch()

    def drain(self) -> None:
        """Read all that it has written so far."""
        while self._output >= 0:
            try:
                data = os.read(self._output, _READ_BYTES)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self._close_output()
                return
            self._read(data)
            if len(data) < _READ_BYTES:
                return

    def peak_mb(self) -> int:
        """The most memory that it has used so far, as far as that can be known."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            status = os.pread(self._status, _STATUS_BYTES, 0)
            self._peak_mb = int(status.partition(b"VmHWM:")[2].split(None, 1)[0]) // 1024
        # What has ended tells nothing any more, and the kernel's own figure counts what the process began as: ours.
        return self._peak_mb

    def kill(self) -> None:
        """End it, and what it has started."""
        self._signal(signal.SIGKILL)

    def hold(self) -> None:
        """Stop it where it is, and what it has started."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let them go on from there."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if not self._is_over:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)

    def _watch(self) -> None:
        if not hasattr(os, "pidfd_open"):
            # The loop's own threads are few, and each worker would keep one.
            threading.Thread(target=self._wait, daemon=True).start()
            return
        handle = os.pidfd_open(self.pid)

        def at_end() -> None:
            self._loop.remove_reader(handle)
            os.close(handle)
            self._reap()

        self._loop.add_reader(handle, at_end)

    def _wait(self) -> None:
        if hasattr(os, "waitid"):
            # The process stays, as a zombie, until `_reap`: so its group's number cannot become another's.
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        else:
            self._popen.wait()
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._reap)

    def _reap(self) -> None:
        self.kill()
        self._is_over = True
        code = self._popen.wait()
        self.drain()
        # Who has left the group may hold the pipe open.
        self._close_output()
        status, self._status = self._status, -1
        if status >= 0:
            os.close(status)
        self._ended(code)

    def _close_output(self) -> None:
        output, self._output = self._output, -1
        if output >= 0:
            self._loop.remove_reader(output)
            os.close(output)


def _opened(path: Path) -> int:
    """A descriptor to read it by again and again; -1 where there is no such thing."""
    try:
        return os.open(path, os.O_RDONLY)
    except OSError:
        return -1


def end_marked(mark: bytes) -> None:
    """End the processes that have this in their environment, where there is a /proc to find them by."""
    for entry in _PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (entry / "environ").read_bytes():
                os.kill(int(entry.name), signal.SIGKILL)
