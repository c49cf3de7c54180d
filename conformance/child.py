"""An emulator that runs as a child process for as long as it is needed: started, waited for, stopped."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from typing import IO

# Recordings hold answers to wrong signatures, and replays sign anew: a target of ours is to judge them all.
SETTINGS = {"RUSTSTACK_VERIFY_SIGNATURES": "1"}
_START_TIMEOUT_S = 60.0
_STOP_TIMEOUT_S = 10.0
_PROBE_EVERY_S = 0.02
_PORTS_TRIED = 3
_READY = re.compile(r"^Ready\. http://\S+:(\d+)\s", re.MULTILINE)


class ChildError(Exception):
    """It cannot be started, or does not listen; the message says what is known."""


class _Ended(ChildError):
    """It ended before it listened."""


@contextlib.contextmanager
def started(command: str) -> Iterator[str]:
    """Run the command meanwhile; where it listens.

    ``{port}`` in it is replaced by a free port. Without it the command chooses one, and says so in the first words of a
    line of its output, ``Ready. http://HOST:PORT``, as `ruststack start` does. Raises ChildError.
    """
    process, url = _started(command)
    try:
        yield url
    finally:
        _stop(process)


def _started(command: str) -> tuple[subprocess.Popen[bytes], str]:
    tries = _PORTS_TRIED if "{port}" in command else 1
    while True:
        tries -= 1
        port = _free_port() if "{port}" in command else 0
        try:
            return _on_port(command, port)
        except _Ended as error:
            # Between our look and its own, somebody else may have taken the port.
            if not tries or not ("in use" in str(error) or _is_taken(port)):
                raise


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise ChildError(f"cannot read the command {command!r}: {error}") from error
    if not words:
        raise ChildError("there is no command to start the target with")
    return words


def _on_port(command: str, port: int) -> tuple[subprocess.Popen[bytes], str]:
    words = [word.replace("{port}", str(port)) for word in _words(command)]
    # Files, not pipes: nobody reads while the target talks, and a full pipe would stop it.
    with tempfile.TemporaryFile("w+") as log, tempfile.TemporaryFile("w+") as out:
        try:
            process = subprocess.Popen(
                words,
                stdout=subprocess.DEVNULL if port else out,
                stderr=log,
                env=SETTINGS | os.environ,
                start_new_session=True,
            )
        except OSError as error:
            raise ChildError(f"cannot start {words[0]}: {error.strerror}") from error
        try:
            return process, _wait(process, port, words, log, out)
        except BaseException:
            _stop(process)
            raise


def _wait(process: subprocess.Popen[bytes], port: int, words: list[str], log: IO[str], out: IO[str]) -> str:
    """Its URL, when it listens."""
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            log.seek(0)
            said = log.read().strip().splitlines()
            raise _Ended(f"{shlex.join(words)} ended with {process.returncode}: {said[-1] if said else 'no word'}")
        found = port if port and _is_answering(port) else _port_said(out)
        if found:
            return f"http://localhost:{found}"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_PROBE_EVERY_S)
    how = f"does not listen on port {port}" if port else "says no `Ready. URL`, and there is no {port} in it"
    raise ChildError(f"{shlex.join(words)} {how} after {_START_TIMEOUT_S:.0f} s")


def _is_answering(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as link:
            # The system may lend the very port that is asked for to the one who asks.
            return bool(link.getsockname() != link.getpeername())
    except OSError:
        return False


def _port_said(out: IO[str]) -> int:
    out.seek(0)
    found = _READY.search(out.read())
    return int(found[1]) if found else 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_taken(port: int) -> bool:
    """Whether somebody has taken the port since it was free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
