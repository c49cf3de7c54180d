"""Layers: the contracts in pyproject.toml hold, and imports that wait for first use are few and known."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

# Each of them waits for a reason: a quick start, a small idle server, or an extra that not everybody installs.
IMPORTS_ON_FIRST_USE = {
    "ruststack/__init__.py",
    "ruststack/admin/door.py",
    "ruststack/app.py",
    "ruststack/cli.py",
    "ruststack/core/checksums.py",
    "ruststack/core/folder.py",
    "ruststack/gateway/edge.py",
    "ruststack/protocol/rest_xml.py",
    "ruststack/pytest_plugin.py",
    "ruststack/runtime/functions/docker_engine.py",
    "ruststack/runtime/timeline.py",
    "ruststack/sdk.py",
    "ruststack/services/apigateway/execution/json_path.py",
    "ruststack/services/apigateway/execution/templates.py",
    "ruststack/services/apigateway/execution/tokens.py",
    "ruststack/services/apigateway/execution/validation.py",
    "ruststack/services/s3/select/serving.py",
    "ruststack/services/s3/select_object.py",
    "ruststack/usage.py",
    "ruststack/protocol/factory.py",
}
# The judge's: its commands and its scenarios.
IMPORTED_BY_NAME = {"conformance/cli.py", "conformance/pytest_plugin.py", "conformance/scenarios/__init__.py"}


def test_the_import_contracts_hold(root: Path) -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    linter = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert linter.returncode == 0, linter.stdout + linter.stderr


def test_imports_on_first_use_are_known(sources: list[Path], root: Path) -> None:
    emulator = [path for path in sources if path.is_relative_to(root / "ruststack")]
    late = {str(path.relative_to(root)) for path in emulator if _imports_late(ast.parse(path.read_text()))}
    assert late == IMPORTS_ON_FIRST_USE


def test_the_server_starts_without_sdk_judge_and_fastapi(root: Path) -> None:
    heavy = {"boto3", "botocore", "deepdiff", "fastapi", "mitmproxy", "pydantic", "yaml"}
    question = "import sys, ruststack.serve, ruststack.services.s3; print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", question], cwd=root, capture_output=True, text=True, check=True)
    assert heavy & set(answer.stdout.split()) == set()


def test_an_idle_server_has_loaded_no_service_and_nothing_for_large_bodies(root: Path) -> None:
    program = (
        "import asyncio, sys, ruststack.serve\n"
        "from ruststack.app import App\n"
        "async def idle():\n"
        "    app = App()\n"
        "    await app.start('127.0.0.1', 0)\n"
        "    print(*(name for name in sys.modules if name.startswith(('ruststack.services.', 'tempfile', 'lzma'))))\n"
        "    await app.stop(0)\n"
        "asyncio.run(idle())"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_judge_needs_no_emulator(root: Path) -> None:
    """Every module of it can be imported where there is none; what it imports by name are its own commands."""
    blocked = (
        "import importlib, pkgutil, sys; sys.modules['ruststack'] = None; import conformance; "
        "print(*(importlib.import_module(each.name).__name__"
        " for each in pkgutil.walk_packages(conformance.__path__, 'conformance.')))"
    )
    answer = subprocess.run([sys.executable, "-c", blocked], cwd=root, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert len(answer.stdout.split()) > 100
    by_name = [path for path in (root / "conformance").rglob("*.py") if _imports_late(ast.parse(path.read_text()))]
    assert {str(path.relative_to(root)) for path in by_name} == IMPORTED_BY_NAME


def test_every_exception_to_the_linter_says_why(sources: list[Path], root: Path) -> None:
    marker, reason = re.compile(r"# noqa\b"), re.compile(r"# noqa: [A-Z]+[0-9]+( - | \()\S")
    silent = [
        f"{path.relative_to(root)}:{number}"
        for path in sources
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if marker.search(line) and not reason.search(line) and path != Path(__file__)
    ]
    assert silent == []


def _imports_late(tree: ast.Module) -> bool:
    """Whether anything is imported by a call: importlib.import_module or __import__."""
    names = {"import_module", "__import__"}
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(getattr(call, "id", getattr(call, "attr", "")) in names for call in calls)
