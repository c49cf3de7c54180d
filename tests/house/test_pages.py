"""Pages: what they print is run by a step of CI or by a test, command lines are understood, and each page is found."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance import cli

PAGES = ["docs/testing.md", "docs/comparing.md", "docs/refreshing.md"]
_FENCE = re.compile(r"^(?P<mark><!-- [^\n]* -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"<!-- (?:run: (?P<name>[\w-]+)|needs: .+) -->\n")


def documents(root: Path) -> list[Path]:
    return [root / "README.md", *sorted((root / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES)
def test_every_example_of_the_three_uses_is_run(page: str, root: Path) -> None:
    steps = "\n".join(path.read_text() for path in (root / ".ci" / "steps").glob("*.sh"))
    runs = {(page, name) for page, name in re.findall(r"\bpage (docs/\S+\.md) ([\w-]+)", steps)}
    runs |= set(re.findall(r"tools.docs extract (docs/\S+\.md) ([\w-]+)", steps))
    runs |= {("docs/testing.md", "embedded"), ("docs/testing.md", "fixtures")}  # tests/embed/test_documents.py
    seen = 0
    for fence in _FENCE.finditer((root / page).read_text()):
        if fence["language"] in ("sh", "python", ""):
            mark = _MARK.fullmatch(fence["mark"] or "")
            assert mark, f"say how it is run, or what it needs: {fence['text']}"
            assert mark["name"] is None or (page, mark["name"]) in runs, f"nothing runs {mark['name']}"
            seen += 1
    assert seen >= 3


def test_every_command_line_of_the_judge_is_understood(root: Path) -> None:
    lines = [(path.name, line) for path in documents(root) for line in command_lines(path.read_text())]
    assert len(lines) > 30
    for name, line in lines:
        try:
            options = cli.parsed(shlex.split(line, comments=True)[1:])
        except SystemExit:
            pytest.fail(f"{name}: {line}")
        assert options is not None, "a library of the judge is not installed"


def test_every_page_is_in_the_index(root: Path) -> None:
    index = (root / "docs" / "README.md").read_text()
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", index))
    assert linked == {path.name for path in documents(root)} - {"README.md"}


def test_the_readme_leads_to_the_three_uses(root: Path) -> None:
    assert set(PAGES) <= set(re.findall(r"\]\((docs/[\w-]+\.md)\)", (root / "README.md").read_text()))


def command_lines(text: str) -> Iterator[str]:
    for fence in _FENCE.finditer(text):
        for line in fence["text"].replace("\\\n", " ").splitlines():
            # What asks for a page's text or the version ends the parsing.
            if line.startswith("ruststack-conform ") and not re.search(r"--(help|version)\b", line):
                yield line.partition(" > ")[0]
