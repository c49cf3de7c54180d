"""GitHub's workflows: linted, pinned by commit, with no more rights than they need; every shell step is ours to try."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

LINTER = "actionlint"


def workflows(root: Path) -> list[Path]:
    return sorted((root / ".github" / "workflows").glob("*.yml"))


def actions(root: Path) -> list[Path]:
    return [*workflows(root), root / "action.yml"]


def found(root: Path, name: str) -> str:
    """The program, or a skip that says where it comes from; a failure where everything is required."""
    path = shutil.which(name, path=f"{root / '.tools'}{os.pathsep}{os.environ['PATH']}")
    if path is None:
        assert not os.environ.get("RUSTSTACK_REQUIRE_ALL"), f"{name} is not installed: bash .ci/run 25-linters"
        pytest.skip(f"{name} is not installed: bash .ci/run 25-linters")
    return path


def test_the_workflows_are_linted(root: Path) -> None:
    """With shellcheck, which looks through their shell steps."""
    command = [found(root, LINTER), "-shellcheck", found(root, "shellcheck"), *map(str, workflows(root))]
    linted = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_the_shell_of_the_repository_is_checked(root: Path) -> None:
    scripts = [*(root / "tools").glob("*.sh"), *(root / "tools" / "refresh").glob("*.sh")]
    scripts += (root / "tools" / "action").glob("*.sh")
    command = [found(root, "shellcheck"), *map(str, scripts)]
    checked = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_every_action_of_others_is_pinned_by_its_commit(root: Path) -> None:
    loose = [
        f"{path.name}: {line.strip()}"
        for path in actions(root)
        for line in path.read_text().splitlines()
        if re.search(r"\buses:", line) and not re.search(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)
    ]
    assert loose == []


def test_one_action_is_one_commit_everywhere(root: Path) -> None:
    pins = {pin for path in actions(root) for pin in re.findall(r"uses: (\S+)@(\S+) # (\S+)", path.read_text())}
    assert pins
    assert len({name for name, _, _ in pins}) == len(pins)


def test_every_workflow_asks_for_few_rights_and_ends(root: Path) -> None:
    assert len(workflows(root)) >= 3
    for path in workflows(root):
        document = yaml.safe_load(path.read_text())
        assert document["permissions"] == {"contents": "read"}, path.name
        assert "concurrency" in document, path.name
        for name, job in document["jobs"].items():
            assert job["timeout-minutes"] <= 90, f"{path.name}: {name}"


def test_a_pull_request_gets_every_form_of_report(root: Path) -> None:
    job = yaml.safe_load((root / ".github" / "workflows" / "conform.yml").read_text())["jobs"]["compare"]
    compared = next(step["run"] for step in job["steps"] if step.get("name") == "Compare")
    uploads = [step for step in job["steps"] if "upload-artifact" in step.get("uses", "")]
    written = set(re.findall(r"--(html|json|junit|markdown) out/", compared))
    assert written == {"html", "json", "junit", "markdown"}
    assert [step["with"]["path"] for step in uploads] == ["out"]
    assert "cancelled" in uploads[0]["if"], "reports of what differs are the ones that are wanted"


def test_only_the_refresh_may_write(root: Path) -> None:
    """And it alone signs in to AWS: by a token for its job, with no key that is stored."""
    rights = {
        path.name: job["permissions"]
        for path in workflows(root)
        for job in yaml.safe_load(path.read_text())["jobs"].values()
        if "permissions" in job
    }
    assert rights == {"refresh.yml": {"contents": "write", "pull-requests": "write", "id-token": "write"}}
    assert not [path.name for path in workflows(root) if re.search(r"secrets\.|access-key", path.read_text())]


def test_nothing_from_outside_is_pasted_into_a_shell(root: Path) -> None:
    """What people can say reaches a step through its environment, where a shell does not read it as commands."""
    pasted = [f"{path.name}: {step['run']}" for path in actions(root) for step in steps(path) if "${{" in step["run"]]
    assert pasted == []


def test_every_script_that_a_step_names_is_there(root: Path) -> None:
    named = {
        name for path in actions(root) for step in steps(path) for name in re.findall(r"tools/\S+\.sh", step["run"])
    }
    assert len(named) >= 5
    assert [name for name in named if not (root / name).exists()] == []


def steps(path: Path) -> list[dict[str, Any]]:
    document = yaml.safe_load(path.read_text())
    jobs = [document["runs"]] if "runs" in document else document["jobs"].values()
    return [step for job in jobs for step in job["steps"] if "run" in step]
