"""Documents: what they say about commands, settings and operations is what the code does."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from ruststack.settings import SETTINGS
from tools.docs.__main__ import FILES, SECTIONS
from tools.docs.fences import example
from tools.docs.sections import spliced
from tools.scoreboard.page import scenarios_told


@pytest.mark.parametrize(("file", "name"), SECTIONS, ids=lambda value: value)
def test_generated_sections_are_in_step(file: str, name: str, root: Path) -> None:
    text = (root / file).read_text()
    assert spliced(text, name, SECTIONS[file, name]()) == text, "make docs"


@pytest.mark.parametrize("file", FILES)
def test_generated_files_are_in_step(file: str, root: Path) -> None:
    assert (root / file).read_text() == FILES[file](), "make docs"


def test_the_scoreboard_speaks_of_every_recording(root: Path) -> None:
    """Measuring takes minutes, so that it is not part of `make docs`: a page that lags behind fails only in CI."""
    told = scenarios_told((root / "docs" / "scoreboard.md").read_text())
    there = sum(1 for _ in (root / "recordings").glob("*/*.yaml"))
    if told != there:
        stale = f"docs/scoreboard.md speaks of {told} scenarios, and {there} are recorded: make scoreboard"
        pytest.fail(stale) if os.environ.get("RUSTSTACK_REQUIRE_ALL") == "1" else pytest.skip(stale)


def test_every_make_target_that_is_named_exists(root: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.MULTILINE))
    named = {
        word
        for text in _documents(root)
        for word in re.findall(r"`?\bmake ([a-z]+)(?=[`\s]+(?:#|ARGS|\(|\n|$|,|;))", text)
    }
    assert named, "no document names a target"
    assert named - targets == set()


def test_every_setting_that_is_named_exists(root: Path) -> None:
    beside = {"RUSTSTACK_REQUIRE_ALL", "RUSTSTACK_PEERS_DIR", "RUSTSTACK_ENDPOINT", "RUSTSTACK_CONFORM_RECORDER"}
    beside |= {"RUSTSTACK_TEST_LAMBDA_IMAGE"}
    known = {setting.variable for setting in SETTINGS} | {name for each in SETTINGS for name, _ in each.others} | beside
    named = {word for text in _documents(root) for word in re.findall(r"\bRUSTSTACK_[A-Z0-9_]+\b", text)}
    assert named - known == set()


def test_every_link_inside_the_repository_leads_somewhere(root: Path) -> None:
    broken = []
    for path in [root / "README.md", *(root / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
            if not (path.parent / target).exists():
                broken.append(f"{path.name}: {target}")
    assert broken == []


def test_every_path_of_the_architecture_exists(root: Path) -> None:
    text = (root / "docs" / "architecture.md").read_text()
    paths = re.findall(r"^((?:ruststack|conformance|recordings|tests|tools)/\S*)  ", text, re.MULTILINE)
    assert len(paths) > 10
    assert [path for path in paths if not (root / path).exists()] == []


@pytest.mark.parametrize("name", ["boto3", "aws-cli"])
def test_the_tour_can_be_run_as_it_is_printed(name: str, root: Path) -> None:
    text = example((root / "README.md").read_text(), name)
    assert "http://127.0.0.1:4566" in text
    if name == "boto3":
        compile(text, "README.md", "exec")


def _documents(root: Path) -> list[str]:
    return [path.read_text() for path in (root / "README.md", *(root / "docs").glob("*.md"))]
