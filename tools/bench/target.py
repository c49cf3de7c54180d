"""The servers under test: ours from this clone, and any installed peer, all started and stopped alike."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tools.bench.client import drive
from tools.bench.exchange import Exchange, Signer
from tools.peers.catalogue import PEERS, Peer
from tools.peers.install import bin_folder, is_installed
from tools.peers.launch import Running, spawn, stop

OURS = "ruststack"
BACKED = "ruststack-local"
"""Our server with DynamoDB Local behind it."""
CONTAINED = "ruststack-docker"
"""Our server whose functions run in containers."""
IMAGE_VARIABLE = "RUSTSTACK_TEST_LAMBDA_IMAGE"
"""Names the image that they run in; without it they are not measured."""
READY_TIMEOUT_S = 90.0


def _our_command(bin_folder: Path, port: int, data: Path) -> list[str]:
    return [str(Path(sys.executable).parent / "ruststack"), "start", "--port", str(port)]


def _backed_settings(port: int, data: Path) -> dict[str, str]:
    jars = str(bin_folder(PEERS["dynamodb-local"]))
    return {"RUSTSTACK_DYNAMODB_BACKEND": "local", "RUSTSTACK_DYNAMODB_LOCAL_PATH": jars}


def _contained_settings(port: int, data: Path) -> dict[str, str]:
    return {"RUSTSTACK_LAMBDA": "docker", "RUSTSTACK_LAMBDA_IMAGES": f"python3.11={os.environ[IMAGE_VARIABLE]}"}


# Launched like peers, but from the environment that runs the bench.
_OWN = {
    OURS: Peer(name=OURS, requirement="", command=_our_command),
    BACKED: Peer(name=BACKED, requirement="", command=_our_command, settings=_backed_settings),
    CONTAINED: Peer(name=CONTAINED, requirement="", command=_our_command, settings=_contained_settings),
}


@dataclass(slots=True)
class Target:
    """One server that runs. ``start_ms`` went by from its spawn to the first answer asked for."""

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


def tables_servers(peers: list[str]) -> list[str]:
    """Who is measured with DynamoDB: ours, ours before DynamoDB Local if that is among the peers, and the peers."""
    return [OURS, *([BACKED] if "dynamodb-local" in peers else []), *peers]


def functions_servers(peers: list[str]) -> list[str]:
    """Who is measured with Lambda: ours, ours with containers if there is an image for them, and the peers."""
    return [OURS, *([CONTAINED] if os.environ.get(IMAGE_VARIABLE) else []), *peers]


def start(name: str, first: Callable[[Signer], Exchange] = Signer.list_buckets) -> Target:
    """Spawn the server and wait until it answers ``first``. Raises TimeoutError with the end of its log."""
    before = time.perf_counter()
    running = spawn(_OWN.get(name) or PEERS[name])
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
