"""The servers under test: ours from this clone, and any installed peer, all started and stopped alike."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tools.bench.client import drive
from tools.bench.exchange import Exchange, Signer
from tools.peers.catalogue import PEERS, Peer
from tools.peers.install import is_installed
from tools.peers.launch import Running, spawn, stop

OURS = "ruststack"
READY_TIMEOUT_S = 90.0


def _our_command(bin_folder: Path, port: int, data: Path) -> list[str]:
    return [str(Path(sys.executable).parent / "ruststack"), "start", "--port", str(port)]


# Launched like a peer, but from the environment that runs the bench.
_OURS = Peer(name=OURS, requirement="", command=_our_command)


@dataclass(slots=True)
class Target:
    """One server that runs. ``start_ms`` went by from its spawn to its first answered ListBuckets."""

    name: str
    running: Running
    signer: Signer
    start_ms: float

    @property
    def port(self) -> int:
        return self.running.port

    @property
    def process(self) -> int:
        return self.running.process.pid

    def send(self, exchanges: Iterable[Exchange], connections: int = 1) -> None:
        """Send each exchange once, unmeasured. Raises RuntimeError if one fails."""
        load = drive(self.port, iter(exchanges), connections)
        if load.errors:
            raise RuntimeError(f"{self.name}: {dict(load.errors)}")

    def stop(self) -> None:
        stop(self.running)


def available_peers(wanted: list[str] | None, service: str = "s3") -> list[str]:
    """The peers to compare with: those wanted, or all that are installed (LocalStack only if wanted: it is slow)."""
    if wanted:
        return wanted
    return [
        name for name, peer in PEERS.items() if service in peer.services and is_installed(peer) and name != "localstack"
    ]


def start(name: str, first: Callable[[Signer], Exchange] = Signer.list_buckets) -> Target:
    """Spawn the server and wait until it answers ``first``. Raises TimeoutError with the end of its log."""
    before = time.perf_counter()
    running = spawn(_OURS if name == OURS else PEERS[name])
    signer = Signer(running.port)
    exchange = first(signer)
    while not _answers(running.port, exchange):
        if running.process.poll() is not None or time.perf_counter() - before > READY_TIMEOUT_S:
            tail = running.log.read_text(errors="replace")[-2000:]
            stop(running)
            raise TimeoutError(f"{name} did not start:\n{tail}")
        time.sleep(0.001)
    return Target(name, running, signer, (time.perf_counter() - before) * 1000)


def _answers(port: int, exchange: Exchange) -> bool:
    try:
        return drive(port, iter([exchange]), 1).count == 1
    except OSError:
        return False
