"""``python -m tools.workflows FILE [JOB] [--set context.name=value]...``: run a job's or an action's shell steps.

Steps that use an action of others are told and passed by. Exits with 1 when a step failed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tools.workflows.expression import fill
from tools.workflows.runner import Play, play


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser("tools.workflows", description=__doc__)
    parser.add_argument("file", type=Path, help="a workflow, or an action.yml")
    parser.add_argument("job", nargs="?", default="", help="which of a workflow's jobs")
    parser.add_argument("--set", action="append", default=[], metavar="CONTEXT.NAME=VALUE", help="vars.X=1, inputs.y=2")
    parser.add_argument("--in", dest="folder", type=Path, default=Path(), help="the checkout to run in")
    parser.add_argument("--temp", type=Path, help="the job's RUNNER_TEMP, to be one job with another call (a new one)")
    parser.add_argument("--summary", type=Path, help="where to keep what the steps wrote for people")
    options = parser.parse_args(arguments)
    document = yaml.safe_load(options.file.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="workflow-") as scratch:
        found = _prepared(document, options, Path(scratch))
        is_well = play(_steps(document, options.job), found)
    for name, output in (document.get("outputs") or {}).items():
        print(f"output {name}: {fill(str(output['value']), found.contexts, found.functions())}")
    if options.summary:
        options.summary.write_text(found.summary, encoding="utf-8")
    return 0 if is_well else 1


def _steps(document: dict[str, Any], job: str) -> list[dict[str, Any]]:
    if "runs" in document:
        return list(document["runs"]["steps"])
    return list(document["jobs"][job]["steps"])


def _prepared(document: dict[str, Any], options: argparse.Namespace, scratch: Path) -> Play:
    folder = options.folder.resolve()
    runner = {"temp": str((options.temp or scratch / "temp").resolve()), "os": "Linux"}
    Path(runner["temp"]).mkdir(exist_ok=True)
    contexts: dict[str, Any] = {name: {} for name in ("env", "github", "inputs", "matrix", "secrets", "vars")}
    contexts["runner"] = runner
    contexts["github"] = {"ref_name": "main", "event_name": "push", "token": "none", "workspace": str(folder)}
    contexts["inputs"] = {name: each.get("default", "") for name, each in (document.get("inputs") or {}).items()}
    for each in options.set:
        place, _, value = each.partition("=")
        context, _, name = place.partition(".")
        contexts[context][name] = value
    found = Play(folder, scratch, contexts, tell=_tell)
    given = {**(document.get("env") or {}), **((document.get("jobs") or {}).get(options.job, {}).get("env") or {})}
    found.environment = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTION_PATH": str(options.file.resolve().parent),
        "GITHUB_WORKSPACE": str(folder),
        "RUNNER_TEMP": runner["temp"],
        "PATH": os.environ["PATH"],
        **{name: fill(str(text), contexts, found.functions()) for name, text in given.items()},
    }
    return found


def _tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
