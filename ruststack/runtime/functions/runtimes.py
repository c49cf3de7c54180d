"""Which program runs a function: AWS's names of runtimes, and what stands for them on this machine."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from ruststack.core.functions import CannotRun, Revision

_PYTHON: Final = re.compile(r"python(\d+)\.(\d+)")
_VERSION: Final = "import sys; print('%d.%d.%d' % sys.version_info[:3])"
_PROBE_S: Final = 20.0
_NODE: Final = re.compile(r"nodejs(\d+)\.x")
LAUNCHERS: Final = Path(__file__).with_name("bootstrap")


class Program(NamedTuple):
    """``words`` start it; none if the function brings its own. ``version`` is for the log.

    ``folder`` holds the program, for PATH, if it is not the function's. ``kind`` is python, node, go or provided.
    """

    kind: str
    words: tuple[str, ...]
    version: str
    folder: str = ""


class Runtimes:
    """Finds programs, and remembers them."""

    def __init__(self) -> None:
        self._pythons: dict[tuple[int, int], tuple[str, str]] = {}
        self._nodes: dict[str, tuple[str, str]] = {}

    async def find(self, revision: Revision) -> Program:
        """The program for this function's runtime. Raises CannotRun."""
        runtime = revision.runtime
        python = _PYTHON.fullmatch(runtime)
        if python is not None:
            path, version = await self._python(int(python[1]), int(python[2]))
            asked = f"{python[1]}.{python[2]}"
            note = "" if version.startswith(asked + ".") else f" (in place of {asked}, which is not installed)"
            words = (path, "-S", "-s", "-B", str(LAUNCHERS / "python.py"), revision.handler)
            return Program("python", words, f"python:{version}{note}", str(Path(path).parent))
        node = _NODE.fullmatch(runtime)
        if node is not None:
            return await self._node(node[1], revision.handler)
        if runtime == "go1.x":
            return Program("go", (), runtime)
        if runtime.startswith("provided"):
            return Program("provided", (), "")
        raise CannotRun("InvalidRuntime", f"The runtime {runtime} cannot be run as a process here.")

    async def _node(self, asked: str, handler: str) -> Program:
        if asked not in self._nodes:
            self._nodes[asked] = await asyncio.to_thread(_installed_node, asked)
        path, version = self._nodes[asked]
        if not path:
            raise CannotRun("InvalidRuntime", f"nodejs{asked}.x cannot be run: there is no node on the PATH.")
        note = "" if version.startswith(asked + ".") else f" (in place of {asked}, which is not installed)"
        client = Path(path).resolve().parent.parent / "lib" / "node_modules" / "aws-lambda-ric" / "bin" / "index.mjs"
        script = client if client.exists() else LAUNCHERS / "node.mjs"
        return Program("node", (path, str(script), handler), f"nodejs:{version}{note}", str(Path(path).parent))

    async def _python(self, major: int, minor: int) -> tuple[str, str]:
        known = self._pythons.get((major, minor))
        if known is None:
            ours = sys.version_info
            known = (sys.executable, f"{ours[0]}.{ours[1]}.{ours[2]}")
            if (major, minor) != ours[:2]:
                known = await asyncio.to_thread(_installed, f"{major}.{minor}") or known
            self._pythons[major, minor] = known
        return known


def _installed(version: str) -> tuple[str, str] | None:
    """An interpreter of this version that runs, and its full version."""
    for path in _candidates(version):
        try:
            said = subprocess.run(
                (path, "-S", "-E", "-c", _VERSION), capture_output=True, text=True, timeout=_PROBE_S, check=True
            )
        except (OSError, subprocess.SubprocessError):
            continue
        if said.stdout.startswith(version + "."):
            return path, said.stdout.strip()
    return None


def _installed_node(version: str) -> tuple[str, str]:
    """Node.js, of this version if there is one, and its full version; empty if there is none."""
    others = sorted((Path.home() / ".nvm" / "versions" / "node").glob(f"v{version}.*/bin/node"), reverse=True)
    found = shutil.which("node")
    known: list[tuple[str, str]] = []
    for path in (*([found] if found is not None else []), *map(str, others)):
        try:
            said = subprocess.run((path, "--version"), capture_output=True, text=True, timeout=_PROBE_S, check=True)
        except (OSError, subprocess.SubprocessError):
            continue
        known.append((path, said.stdout.strip().removeprefix("v")))
    suiting = [each for each in known if each[1].startswith(version + ".")]
    return (suiting or known or [("", "")])[0]


def _candidates(version: str) -> Iterator[str]:
    name = f"python{version}"
    found = shutil.which(name)
    # pyenv's shims run what a folder's settings say, or nothing.
    if found is not None and Path(found).parent.name != "shims":
        yield found
    home = Path.home()
    for folder in (home / ".pyenv" / "versions", home / ".local" / "share" / "uv" / "python"):
        for path in sorted(folder.glob(f"*{version}.*/bin/{name}"), reverse=True):
            yield str(path)
