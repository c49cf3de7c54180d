"""Old recordings step forward one format version at a time, so that a recording never has to be made again.

A change of the file's form adds a function here that takes the header document one version further.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

FORMAT_VERSION = 2

Step = Callable[[dict[str, Any]], dict[str, Any]]


def _places_and_order(head: dict[str, Any]) -> dict[str, Any]:
    """Format 2 may say in which fields a binding stands, and an exchange after which others it was sent.

    Format 1 says neither: its bindings stand anywhere, and each exchange was sent after all before it. So there is
    nothing to change.
    """
    return head


STEPS: dict[int, Step] = {1: _places_and_order}


def forward(head: Any, steps: dict[int, Step] | None = None, current: int = FORMAT_VERSION) -> dict[str, Any]:
    """The header document in the current form. Raises ValueError for what is no recording or of a later version."""
    if not isinstance(head, dict) or not isinstance(head.get("format"), int):
        raise ValueError("the first document has no format version")
    known = STEPS if steps is None else steps
    document: dict[str, Any] = head
    version: int = document["format"]
    if version > current:
        raise ValueError(f"format {version} is newer than this program (it reads up to {current}); upgrade it")
    while version < current:
        if version not in known:
            raise ValueError(f"no step leads from format {version} to {current}")
        document = {**known[version](document), "format": version + 1}
        version += 1
    return document
