"""The examples of docs/testing.md run as they are printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.embed.sessions import ROOT, run
from tools.docs.fences import example


@pytest.mark.parametrize(("name", "count"), [("embedded", 1), ("fixtures", 3)])
def test_an_example_runs_as_it_is_printed(tmp_path: Path, name: str, count: int) -> None:
    shown = run(tmp_path, example((ROOT / "docs/testing.md").read_text(), name))
    assert f"{count} passed" in shown, shown
