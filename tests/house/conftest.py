"""What the house rules look at: the files that git tracks (or would)."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Every file of the repository, generated and ignored ones left out."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [path for name in listing.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.fixture(scope="session")
def sources(tracked: list[Path]) -> list[Path]:
    return [path for path in tracked if path.suffix == ".py"]


@pytest.fixture(scope="session")
def modules(sources: list[Path]) -> list[Path]:
    """The sources that are no tests."""
    return [path for path in sources if not path.is_relative_to(ROOT / "tests")]
