"""`ruststack doctor`: what of the surroundings would help or hinder the server."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from ruststack import __version__
from ruststack.config import Config, aws_variables, not_there_yet
from ruststack.remote import Refused, RemoteStack, Unreachable

_LIBRARIES: Final = ("uvloop", "httptools", "orjson", "botocore", "sortedcontainers", "fastapi", "awscrt")
_OPTIONAL: Final = {"boto3": "RustStack().client()", "mitmproxy": "ruststack-conform record", "duckdb": "S3 Select"}
_DISK_BYTES: Final = 1024**3


class Finding(NamedTuple):
    """One line of the report. ``is_fatal`` keeps the server from starting."""

    mark: str
    subject: str
    text: str

    @property
    def is_fatal(self) -> bool:
        return self.mark == "FAIL"


def examine(config: Config, endpoint: str) -> list[Finding]:
    """Everything that was looked at, in order."""
    return [
        Finding("ok", "RustStack", f"{__version__} on Python {platform.python_version()}, {platform.system()}"),
        *_libraries(),
        *_addresses(config, endpoint),
        *_folders(config),
        *_settings(config),
        *_environment(),
    ]


def _libraries() -> Iterator[Finding]:
    missing = [name for name in _LIBRARIES if _version(name) is None]
    if missing:
        yield Finding("FAIL", "libraries", f"{', '.join(missing)} not installed: install ruststack again")
    else:
        yield Finding("ok", "libraries", ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES))
    for name, use in _OPTIONAL.items():
        version = _version(name)
        yield Finding("ok", name, version) if version else Finding("--", name, f"not installed; {use} needs it")


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _addresses(config: Config, endpoint: str) -> Iterator[Finding]:
    try:
        yield Finding("ok", "server", f"RustStack {RemoteStack(endpoint).health()['version']} runs at {endpoint}")
        return
    except (Unreachable, Refused, KeyError, TypeError):
        yield Finding("--", "server", f"none runs at {endpoint}")
    for host, port in config.addresses():
        error = _cannot_listen(host, port)
        text = f"free to listen on {host}:{port}" if error is None else f"cannot listen on {host}:{port}: {error}"
        yield Finding("ok" if error is None else "FAIL", "port", text)


def _cannot_listen(host: str, port: int) -> str | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        return error.strerror or str(error)
    return None


def _folders(config: Config) -> Iterator[Finding]:
    spool = Path(tempfile.gettempdir())
    yield _folder("large bodies", config.data_dir if config.persistence else spool)
    if config.persistence:
        yield Finding("ok", "state", f"kept in {config.data_dir}, forced to the disk: {config.sync}")
    else:
        yield Finding("--", "state", "kept in memory; RUSTSTACK_PERSISTENCE=1 keeps it on disk")


def _folder(subject: str, path: Path) -> Finding:
    existing = next((each for each in (path, *path.parents) if each.exists()), Path("/"))
    if not os.access(existing, os.W_OK):
        return Finding("FAIL", subject, f"{existing} cannot be written")
    disk = os.statvfs(existing)
    free_bytes = disk.f_bavail * disk.f_frsize
    mark = "ok" if free_bytes >= _DISK_BYTES else "--"
    return Finding(mark, subject, f"in {path}, {free_bytes / 1024**3:.1f} GB free")


def _settings(config: Config) -> Iterator[Finding]:
    for variable in not_there_yet(config):
        yield Finding("--", variable, "is understood, but that service is not in this version yet")
    if any(host not in ("127.0.0.1", "::1", "localhost") for host, _ in config.addresses()):
        yield Finding("--", "exposure", "listens beyond this machine: whoever reaches it can do everything")
    if "*" in config.allowed_origins:
        yield Finding("--", "exposure", "any web page may drive the server from a browser")


def _environment() -> Iterator[Finding]:
    variables = aws_variables()
    if variables:
        yield Finding("--", "AWS tools", f"{', '.join(variables)} set in this shell: they decide where AWS tools go")
    if sys.prefix == sys.base_prefix:
        yield Finding("--", "Python", "no virtual environment is active")
