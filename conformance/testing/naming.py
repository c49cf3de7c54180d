"""Which scenario a test is: by its mark, or by its own name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from conformance.files import scenario_name

MARK = "conform"
_ROOTS = ("tests", "test")


def folder(config: pytest.Config) -> Path:
    """Where recordings lie: below where pytest was started when the option says it, else below its root."""
    said: str | None = config.getoption("--conform-recordings")
    if said:
        return config.invocation_params.dir / said
    configured: str = config.getini("conform_recordings")
    return config.rootpath / configured


def marked_name(item: pytest.Item) -> str | None:
    """The name to be marked: the scenario's own, or ``./`` and one that follows from the test's; None without a mark.

    A test that runs with several parameters is several scenarios. Raises UsageError for a mark that is no name.
    """
    mark = item.get_closest_marker(MARK)
    if mark is None and not item.config.getoption("--conform-all"):
        return None
    arguments: tuple[Any, ...] = mark.args if mark else ()
    if not arguments:
        return f"./{_own(item)}"
    if len(arguments) > 1 or not isinstance(arguments[0], str) or not arguments[0].strip("/ "):
        raise pytest.UsageError(f'{item.nodeid}: the mark is written @pytest.mark.conform("shop/upload")')
    parameters = getattr(getattr(item, "callspec", None), "id", "")
    return f"{arguments[0]}_{parameters}" if parameters else arguments[0]


def _own(item: pytest.Item) -> str:
    """``unit/test_shop/test_upload_a`` for ``tests/unit/test_shop.py::test_upload[a]``."""
    file, _, rest = item.nodeid.partition("::")
    parts = PurePosixPath(file).with_suffix("").parts
    parts = parts[1:] if parts[0] in _ROOTS and len(parts) > 1 else parts
    return "/".join((*parts, rest.replace("/", "_")))


def title(item: pytest.Item) -> str:
    """The first line of the test's docstring, else its id."""
    words = (getattr(getattr(item, "obj", None), "__doc__", None) or "").strip()
    return words.splitlines()[0] if words else item.nodeid


def scenarios(items: Iterable[pytest.Item]) -> dict[str, str]:
    """The scenario of each marked test, by the test's id. Raises UsageError for a mark that is no name."""
    named = {item.nodeid: name for item in items if (name := marked_name(item))}
    try:
        return {test: scenario_name("", name).lstrip("/") for test, name in named.items()}
    except ValueError as error:
        raise pytest.UsageError(f"a mark of conform: {error}") from error


def once_each(names: Mapping[str, str]) -> dict[str, str]:
    """``names``. Raises UsageError where two tests are one scenario: a recording holds one test's traffic."""
    tests: dict[str, str] = {}
    for test, scenario in names.items():
        if scenario in tests:
            raise pytest.UsageError(f"{tests[scenario]} and {test} would both be recorded as {scenario}")
        tests[scenario] = test
    return dict(names)
