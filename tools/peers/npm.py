"""Peers of npm's: a package and all that it needs in one folder; the lock has their versions and hashes."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from tools.peers.maven import NotInstallable

LOCK: Final = "package-lock.json"
_QUIET: Final = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def install(requirement: str, node: int, lock_file: Path, folder: Path) -> None:
    """Put the packages into ``folder``, which is made anew; npm checks their hashes. Raises NotInstallable."""
    _check_node(requirement, node)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(lock_file, folder / LOCK)
    _write_package(requirement, folder)
    subprocess.run(["npm", "ci", *_QUIET], cwd=folder, check=True)


def lock(requirement: str, lock_file: Path) -> None:
    """Write what the requirement brings, without saying where it came from."""
    with tempfile.TemporaryDirectory() as folder:
        _write_package(requirement, Path(folder))
        only = ("--package-lock-only", "--omit-lockfile-registry-resolved")
        subprocess.run(["npm", "install", *only, *_QUIET], cwd=folder, check=True)
        shutil.copy(Path(folder) / LOCK, lock_file)


def _write_package(requirement: str, folder: Path) -> None:
    name, version = requirement.rsplit("@", 1)
    package = {"name": "peer", "version": "0.0.0", "private": True, "dependencies": {name: version}}
    (folder / "package.json").write_text(json.dumps(package))


def _check_node(requirement: str, oldest: int) -> None:
    for program in ("node", "npm"):
        if not shutil.which(program):
            raise NotInstallable(f"{requirement} needs Node {oldest}, and there is no {program} on the PATH")
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(said.removeprefix("v").partition(".")[0]) < oldest:
        raise NotInstallable(f"{requirement} needs Node {oldest}; the node on the PATH is {said}")
