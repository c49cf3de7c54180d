"""Takes a value out of JSON by a JSONPath, as templates and mappings name it.

Plain paths (``$.a.b[0]``) are walked here; others by a library, imported when the first one is met.
"""

from __future__ import annotations

import importlib
import re
from functools import lru_cache
from typing import Any, Final

_STEP: Final = re.compile(r"\.([A-Za-z_][\w-]*)|\[(\d+)\]|\['([^']*)'\]|\[\"([^\"]*)\"\]")


def find(value: Any, path: str) -> Any:
    """What the path leads to, None for nothing; a list where it may lead to several places."""
    steps = _plain(path)
    if steps is None:
        return _found_by_library(value, path)
    for step in steps:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


@lru_cache(512)
def _plain(path: str) -> tuple[str | int, ...] | None:
    path = path.strip()
    if not path.startswith("$"):
        return None
    steps: list[str | int] = []
    position = 1
    while position < len(path):
        found = _STEP.match(path, position)
        if found is None:
            return None
        name, index, quoted, double = found.groups()
        steps.append(int(index) if index is not None else name or quoted or double or "")
        position = found.end()
    return tuple(steps)


def _found_by_library(value: Any, path: str) -> Any:
    jsonpath = importlib.import_module("jsonpath")
    try:
        query = jsonpath.compile(path if path.startswith("$") else f"$.{path}")
        matches = query.findall(value)
    except jsonpath.JSONPathError:
        return None
    return matches if not query.singular_query() else matches[0] if matches else None
