"""Evidence: what is unknown names the experiment that would settle it, and every handler has a test."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from ruststack.services import SERVICES

_MARKER = re.compile(r"Unknown:")
_EXPERIMENT = re.compile(r"experiment|settle|would (tell|show)|tells|shows", re.IGNORECASE)
_REACH = 500


def test_every_unknown_names_its_experiment(modules: list[Path], root: Path) -> None:
    vague = []
    for path in modules:
        text = path.read_text()
        for match in _MARKER.finditer(text):
            if not _EXPERIMENT.search(_remark(text, match.end())):
                vague.append(f"{path.relative_to(root)}:{text[: match.start()].count(chr(10)) + 1}")
    assert vague == []


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_handler_is_named_by_a_test_or_a_scenario(name: str, root: Path) -> None:
    handlers = importlib.import_module(SERVICES[name]).service.handlers
    package = SERVICES[name].split(".")[2]
    folders = [root / "tests" / "services" / package, root / "conformance" / "scenarios" / package]
    text = "\n".join(path.read_text() for folder in folders for path in folder.rglob("*.py"))
    words = set(re.findall(r"\w+", text))
    assert [name for name, handler in handlers.items() if not {name, handler.function.__name__} & words] == []


def _remark(text: str, start: int) -> str:
    """What follows the marker in its own docstring or run of comments."""
    following = text[start : start + _REACH]
    return re.split(r'"""|\n\s*\n|\n(?!\s*#)(?=\s*(def|class|return|raise|if)\b)', following, maxsplit=1)[0]
