"""Writes a peer's lock: every version pinned, every file hashed, no index named."""

from __future__ import annotations

import subprocess

from tools.peers import maven, npm
from tools.peers.catalogue import Peer


def lock(peer: Peer) -> None:
    """Resolve the peer's requirement with uv (or Maven, or npm) and write its lock.

    A universal lock serves all platforms and all Pythons from the oldest; a peer that lives in the past is resolved
    for its newest Python alone, since its old packages know nothing of later ones.
    """
    if peer.java:
        maven.lock(peer.requirement, peer.lock)
        return
    if peer.node:
        npm.lock(peer.requirement, peer.lock)
        return
    python = peer.newest_python if peer.released else peer.oldest_python
    command = ["uv", "pip", "compile", "-", "--quiet", "--generate-hashes", "--no-header", "--no-annotate"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--python-version", ".".join(map(str, python))]
    command += ["--exclude-newer", peer.released] if peer.released else ["--universal"]
    command += ["--output-file", str(peer.lock)]
    subprocess.run(command, input=peer.requirement.encode(), check=True)
