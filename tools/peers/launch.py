"""Starts an installed peer on a port of 127.0.0.1, waits until it answers, and stops it with all its children."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.peers.catalogue import Peer
from tools.peers.install import bin_folder, peers_folder

READY_TIMEOUT_S = 90.0
STOP_TIMEOUT_S = 10.0


class DidNotStart(Exception):
    """The peer ended, or did not answer in time; the message carries the end of its log."""


@dataclass(frozen=True, slots=True)
class Running:
    """A peer that answers. ``process`` leads a process group of its own; ``started_s`` took until the first answer."""

    peer: Peer
    port: int
    process: subprocess.Popen[bytes]
    data: Path
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def spawn(peer: Peer, port: int | None = None) -> Running:
    """Start the peer without waiting for it; its data is a new folder that ``stop`` removes."""
    port = port or free_port()
    runs = peers_folder() / peer.name / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    data = Path(tempfile.mkdtemp(prefix=f"{port}-", dir=runs))
    log = data / "log.txt"
    peer.prepare(data)
    environment = os.environ | {"PYTHONWARNINGS": "ignore"} | peer.settings(port, data)
    with log.open("wb") as output:
        process = subprocess.Popen(
            peer.command(bin_folder(peer), port, data),
            cwd=data,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Running(peer, port, process, data, log)


def start(peer: Peer, port: int | None = None) -> Running:
    """Start the peer and wait until it answers. Raises DidNotStart."""
    running = spawn(peer, port)
    deadline = time.monotonic() + READY_TIMEOUT_S
    while not answers(running.port, peer.ready_path):
        if running.process.poll() is not None or time.monotonic() > deadline:
            tail = running.log.read_text(errors="replace")[-2000:]
            stop(running)
            raise DidNotStart(f"{peer.name} did not start:\n{tail}")
        time.sleep(0.05)
    return running


def stop(running: Running) -> None:
    """End the peer and its children: politely, then not; its data goes with it."""
    stop_group(running.process.pid)
    running.process.wait(STOP_TIMEOUT_S)
    shutil.rmtree(running.data, ignore_errors=True)


def stop_group(leader: int) -> None:
    """Send SIGTERM to a process group, and SIGKILL if any of it is left after the time allowed."""
    deadline = time.monotonic() + STOP_TIMEOUT_S
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGTERM)
        while time.monotonic() < deadline:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(leader, os.WNOHANG)
            os.killpg(leader, 0)
            time.sleep(0.05)
        os.killpg(leader, signal.SIGKILL)


@contextlib.contextmanager
def running(peer: Peer, port: int | None = None) -> Iterator[Running]:
    """The peer, answering, for the length of a with block. Raises DidNotStart."""
    started = start(peer, port)
    try:
        yield started
    finally:
        stop(started)


def answers(port: int, path: str) -> bool:
    """Whether an HTTP GET gets any answer that is not a server error."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
