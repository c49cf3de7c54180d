"""Files: none too long, none with a name that says nothing, none that tells where it was written."""

from __future__ import annotations

import re
from pathlib import Path

LONGEST = 500
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}

# In parts, so that this file does not break its own rule.
REGISTRIES = [
    ".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("maven", "org"))
]
REGISTRIES += [".".join(parts) for parts in (("proxy", "golang", "org"), ("crates", "io"), ("deb", "debian", "org"))]
MACHINE_PATHS = ["/" + "work/", "/" + "root/", "/tmp/" + "probe"]


def test_no_module_is_longer_than_500_lines(modules: list[Path], root: Path) -> None:
    lengths = {str(path.relative_to(root)): len(path.read_text().splitlines()) for path in modules}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_no_name_says_nothing(sources: list[Path], root: Path) -> None:
    named = [str(path.relative_to(root)) for path in sources if {path.stem, *path.parts} & EMPTY_NAMES]
    assert named == []


def test_no_package_registry_is_named(tracked: list[Path], root: Path) -> None:
    assert _naming(REGISTRIES, tracked, root) == []


def test_no_path_of_one_machine_is_named(tracked: list[Path], root: Path) -> None:
    assert _naming(MACHINE_PATHS, tracked, root) == []


def test_each_module_says_in_its_first_line_what_it_is_about(modules: list[Path], root: Path) -> None:
    opening = re.compile(r'(#!.*\n)?r?"""\S')
    texts = {str(path.relative_to(root)): path.read_text() for path in modules}
    assert [name for name, text in texts.items() if text.strip() and not opening.match(text)] == []


def _naming(words: list[str], tracked: list[Path], root: Path) -> list[str]:
    found = []
    for path in tracked:
        text = path.read_text(errors="replace")
        found += [f"{path.relative_to(root)}: {word}" for word in words if word in text]
    return found
