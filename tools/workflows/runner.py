"""Plays the steps of a job or of a composite action: ``run`` by its shell, ``uses`` by its name alone.

Files that a runner gives to steps are there (GITHUB_ENV, GITHUB_OUTPUT, GITHUB_PATH, GITHUB_STEP_SUMMARY), and what
steps write to them counts for those that follow. Source: GitHub, "Workflow commands for GitHub Actions".
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.workflows.expression import fill, holds

_SHELLS = {
    "bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"],
    "": ["bash", "-e"],
    "sh": ["sh", "-e"],
}
_FILES = ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")


@dataclass(slots=True)
class Play:
    """One job: where it runs, what is known, and what became of it."""

    folder: Path
    scratch: Path
    contexts: dict[str, Any]
    environment: dict[str, str] = field(default_factory=dict)
    has_failed: bool = False
    ran: list[str] = field(default_factory=list)
    summary: str = ""
    tell: Callable[[str], None] = print

    def functions(self) -> Mapping[str, Callable[..., Any]]:
        return {
            "always": lambda: True,
            "cancelled": lambda: False,
            "failure": lambda: self.has_failed,
            "success": lambda: not self.has_failed,
            "hashFiles": lambda *globs: "".join(str(path) for glob in globs for path in self.folder.glob(glob)),
        }


def play(steps: list[dict[str, Any]], play: Play) -> bool:
    """Run the steps in their order; True when none failed that may not."""
    play.scratch.mkdir(parents=True, exist_ok=True)
    play.contexts.setdefault("steps", {})
    for number, step in enumerate(steps, start=1):
        _step(step, f"step-{number}", play)
    return not play.has_failed


def _step(step: dict[str, Any], place: str, play: Play) -> None:
    title = step.get("name") or step.get("uses") or str(step.get("run", "")).strip().splitlines()[0]
    own = _filled(step.get("env") or {}, play)
    contexts = {**play.contexts, "env": {**play.contexts.get("env", {}), **play.environment, **own}}
    if not holds(step.get("if"), contexts, play.functions()):
        play.tell(f"-- skipped: {title}")
        return
    if "run" not in step:
        play.tell(f"-- not ours to run: {title}")
        return
    play.tell(f"-- {title}")
    play.ran.append(title)
    files = {name: play.scratch / f"{place}-{name.lower()}" for name in _FILES}
    for path in files.values():
        path.touch()
    script = play.scratch / f"{place}.sh"
    script.write_text(fill(step["run"], contexts, play.functions()), encoding="utf-8")
    environment = {**os.environ, **play.environment, **own, **{name: str(path) for name, path in files.items()}}
    command = [*_SHELLS[step.get("shell", "")], str(script)]
    ended = subprocess.run(command, cwd=play.folder, env=environment, stdin=subprocess.DEVNULL, check=False)
    _learn(step, files, ended.returncode, play)


def _filled(texts: Mapping[str, Any], play: Play) -> dict[str, str]:
    contexts = {**play.contexts, "env": {**play.contexts.get("env", {}), **play.environment}}
    return {name: fill(str(text), contexts, play.functions()) for name, text in texts.items()}


def _learn(step: dict[str, Any], files: dict[str, Path], code: int, play: Play) -> None:
    play.environment |= pairs(files["GITHUB_ENV"].read_text(encoding="utf-8"))
    added = files["GITHUB_PATH"].read_text(encoding="utf-8").split()
    if added:
        play.environment["PATH"] = os.pathsep.join([*added, play.environment.get("PATH", os.environ["PATH"])])
    play.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
    outcome = "success" if code == 0 else "failure"
    if "id" in step:
        outputs = pairs(files["GITHUB_OUTPUT"].read_text(encoding="utf-8"))
        play.contexts["steps"][step["id"]] = {"outputs": outputs, "outcome": outcome, "conclusion": outcome}
    if code and not step.get("continue-on-error"):
        play.tell(f"-- failed with {code}")
        play.has_failed = True


def pairs(text: str) -> dict[str, str]:
    """What a step wrote: ``name=value`` lines, and ``name<<MARK`` with the lines up to the mark."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, equals, value = line.partition("=")
        if "<<" in name or not equals:
            name, _, mark = line.partition("<<")
            value = "\n".join(iter(lambda: next(lines, mark), mark))  # noqa: B023 - the mark is this line's
        if name.strip():
            found[name.strip()] = value
    return found
