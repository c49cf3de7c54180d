"""Installing by npm: what is missing is said, and an old Node is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.peers import npm


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with a node of version 20 and an npm that writes down what it was asked."""
    for name, script in (("node", "echo v20.1.0"), ("npm", 'echo "$*" > asked')):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "lock.json").write_text("{}")
    return tmp_path


def test_what_is_locked_is_installed_and_no_script_of_it_runs(machine: Path) -> None:
    npm.install("@scope/a@1.2.3", 20, machine / "lock.json", machine / "packages")
    assert (machine / "packages" / "asked").read_text().startswith("ci --ignore-scripts ")
    assert (machine / "packages" / npm.LOCK).read_text() == "{}"
    package = json.loads((machine / "packages" / "package.json").read_text())
    assert package["dependencies"] == {"@scope/a": "1.2.3"}


def test_an_old_node_is_refused(machine: Path) -> None:
    with pytest.raises(npm.NotInstallable, match=r"needs Node 21; the node on the PATH is v20\.1\.0"):
        npm.install("a@1", 21, machine / "lock.json", machine / "packages")


@pytest.mark.parametrize("program", ["node", "npm"])
def test_a_missing_program_is_named(machine: Path, program: str) -> None:
    (machine / "bin" / program).unlink()
    with pytest.raises(npm.NotInstallable, match=f"no {program} on the PATH"):
        npm.install("a@1", 20, machine / "lock.json", machine / "packages")
