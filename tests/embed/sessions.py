"""Runs pytest sessions of their own, with the plugin, in an environment that leads elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Other installed plugins take seconds to load.
QUICK = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def run(folder: Path, test: str, *arguments: str, **environment: str) -> str:
    """What pytest shows of one test file."""
    (folder / "test_it.py").write_text(test)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))}
    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(folder)]
    command += ["-p", "no:cacheprovider", "-p", "xdist", "-p", "ruststack.pytest_plugin"]
    done = subprocess.run(
        [*command, *arguments, str(folder / "test_it.py")],
        env=inherited | {"PYTHONPATH": str(ROOT), "AWS_PROFILE": "production"} | QUICK | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.stdout + done.stderr
