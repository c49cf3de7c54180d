"""Installs a peer from its hashed lock: into a venv of its own for a Python that suits it, or a folder of jars."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.peers import maven, npm
from tools.peers.catalogue import Peer

ROOT = Path(__file__).resolve().parents[2]


class NoSuitablePython(Exception):
    """No interpreter on this machine is of a version that the peer runs on."""


def peers_folder() -> Path:
    """Where peers are kept: ``$RUSTSTACK_PEERS_DIR``, else ``.peers`` in the clone."""
    return Path(os.environ.get("RUSTSTACK_PEERS_DIR") or ROOT / ".peers").absolute()


def bin_folder(peer: Peer) -> Path:
    """Where the peer's programs are: a venv's bin folder, or the folder of its jars or npm's packages."""
    return peers_folder() / peer.name / ("jars" if peer.java else "packages" if peer.node else "venv/bin")


def is_installed(peer: Peer) -> bool:
    stamp = _stamp(peer)
    return stamp.exists() and stamp.read_text() == _fingerprint(peer)


def install(peer: Peer) -> None:
    """Make the peer's folder, unless the one there is of the same lock. Raises NoSuitablePython, NotInstallable."""
    if is_installed(peer):
        return
    if peer.java:
        maven.install(peer.requirement, peer.java, peer.lock, bin_folder(peer))
    elif peer.node:
        npm.install(peer.requirement, peer.node, peer.lock, bin_folder(peer))
    else:
        _install_by_pip(peer)
    _stamp(peer).write_text(_fingerprint(peer))


def _install_by_pip(peer: Peer) -> None:
    python = _find_python(peer)
    venv = bin_folder(peer).parent
    shutil.rmtree(venv, ignore_errors=True)
    subprocess.run([python, "-m", "venv", str(venv)], check=True)
    pip = [str(venv / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    # A venv of Python 3.11 has no setuptools of its own lock; what must be built is built in isolation by pip.
    subprocess.run([*pip, "install", "--require-hashes", "-r", str(peer.lock)], check=True)


def _stamp(peer: Peer) -> Path:
    return peers_folder() / peer.name / "installed"


def _fingerprint(peer: Peer) -> str:
    return hashlib.sha256(peer.lock.read_bytes()).hexdigest() + "\n"


def _find_python(peer: Peer) -> str:
    for candidate in _candidates(peer):
        version = _version(candidate)
        if version and peer.oldest_python <= version <= peer.newest_python:
            return candidate
    oldest, newest = (".".join(map(str, version)) for version in (peer.oldest_python, peer.newest_python))
    raise NoSuitablePython(f"{peer.name} needs a Python from {oldest} to {newest} on the PATH or in ~/.pyenv")


def _candidates(peer: Peer) -> Iterator[str]:
    """Interpreters, newest suitable first, with those that version managers keep off the PATH."""
    managed = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for minor in range(peer.newest_python[1], peer.oldest_python[1] - 1, -1):
        if found := shutil.which(f"python3.{minor}"):
            yield found
        yield from (str(path) for path in sorted(managed.glob(f"3.{minor}.*/bin/python")))
    yield sys.executable


def _version(python: str) -> tuple[int, int] | None:
    """The interpreter's version, or None if it does not run or cannot make a venv (a shim, a Debian without one)."""
    question = "import sys, ensurepip; print(*sys.version_info[:2])"
    answer = subprocess.run([python, "-c", question], capture_output=True, text=True, check=False)
    if answer.returncode:
        return None
    major, minor = answer.stdout.split()
    return int(major), int(minor)
