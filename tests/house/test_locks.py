"""Locks: they hold all that pyproject.toml asks for, hashed, and the small ones agree with the large one."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from tools.peers.catalogue import PEERS, Peer

_PIN = re.compile(r"^([a-z0-9.-]+)(?:\[[a-z0-9,-]+\])?==(\S+)", re.MULTILINE)


def test_the_developers_lock_has_everything(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())
    wanted = list(project["project"]["dependencies"])
    for group in (*project["project"]["optional-dependencies"].values(), *project["dependency-groups"].values()):
        wanted += group
    assert {_name(requirement) for requirement in wanted} - set(_pins(root, "dev")) == set()


@pytest.mark.parametrize("part", ["server", "build", "conform"])
def test_the_small_locks_agree_with_the_developers(part: str, root: Path) -> None:
    everything = _pins(root, "dev")
    assert {name: version for name, version in _pins(root, part).items() if everything.get(name) != version} == {}


def test_the_server_is_a_small_install(root: Path) -> None:
    # It has boto3, which functions find in AWS too: the server itself does not import it.
    assert {"deepdiff", "mitmproxy", "pytest"} & set(_pins(root, "server")) == set()


@pytest.mark.parametrize("part", ["dev", "server", "build", "conform"])
def test_every_pin_has_a_hash(part: str, root: Path) -> None:
    assert _unhashed((root / "requirements" / f"{part}.txt").read_text()) == []


_OF_PIP = {name: peer for name, peer in PEERS.items() if not peer.java and not peer.node}
_OF_MAVEN = {name: peer for name, peer in PEERS.items() if peer.java}
_OF_NPM = {name: peer for name, peer in PEERS.items() if peer.node}


@pytest.mark.parametrize("peer", _OF_PIP.values(), ids=_OF_PIP)
def test_every_peer_is_locked_at_the_version_it_names(peer: Peer) -> None:
    text = peer.lock.read_text()
    name, version = re.sub(r"\[.*\]", "", peer.requirement).split("==")
    assert dict(_PIN.findall(text))[name] == version
    assert _unhashed(text) == []


@pytest.mark.parametrize("peer", _OF_MAVEN.values(), ids=_OF_MAVEN)
def test_every_peer_of_mavens_is_locked_file_by_file(peer: Peer) -> None:
    lines = peer.lock.read_text().splitlines()
    _, artifact, version = peer.requirement.split(":")
    assert f"{artifact}-{version}.jar" in {line.split()[1] for line in lines}
    assert [line for line in lines if not re.fullmatch(r"[0-9a-f]{64}  \S+", line)] == []


@pytest.mark.parametrize("peer", _OF_NPM.values(), ids=_OF_NPM)
def test_every_peer_of_npms_is_locked_with_hashes_and_from_nowhere(peer: Peer) -> None:
    packages = json.loads(peer.lock.read_text())["packages"]
    name, version = peer.requirement.rsplit("@", 1)
    assert packages.pop("")["dependencies"] == {name: version}
    assert packages[f"node_modules/{name}"]["version"] == version
    assert [path for path, each in packages.items() if not each["integrity"].startswith("sha512-")] == []
    assert [path for path, each in packages.items() if "resolved" in each] == []


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return found[0].lower().replace("_", "-").replace(".", "-")


def _pins(root: Path, part: str) -> dict[str, str]:
    return dict(_PIN.findall((root / "requirements" / f"{part}.txt").read_text()))


def _unhashed(text: str) -> list[str]:
    """Requirements whose first continuation is not a hash."""
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    return [block.split()[0] for block in blocks if block.strip() and "--hash=sha256:" not in block]
