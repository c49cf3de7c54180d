"""The value that stands at one place of an answer, as a mismatch spells place and value."""

from __future__ import annotations

import json
import re
from typing import Any

from conformance.compare.documents import read
from conformance.exchange import Response

_STEP = re.compile(r"([^/\[\]]+)|\[(\d+)\]")


def value_at(response: Response, place: str) -> str | None:
    """The value at ``status``, ``header ETag`` or ``body Error/Code``; None where there is none."""
    kind, _, name = place.partition(" ")
    if kind == "status":
        return str(response.status)
    if kind == "header":
        found = [value for key, value in response.headers if key.lower() == name.lower()]
        return ", ".join(found) if found else None
    document = read(response) if kind == "body" and name else None
    value = _within(document.tree, name) if document else None
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _within(tree: Any, path: str) -> Any:
    for name, position in _STEP.findall(path):
        if position:
            tree = tree[int(position) - 1] if isinstance(tree, list) and int(position) <= len(tree) else None
        else:
            tree = tree.get(name) if isinstance(tree, dict) else None
        if tree is None:
            return None
    return tree
