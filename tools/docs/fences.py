"""Reads the examples out of a document, so that they can be run as they are printed."""

from __future__ import annotations

import re

_FENCE = re.compile(r"^<!-- run: (?P<name>[\w-]+) -->\n```\w*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def example(document: str, name: str) -> str:
    """The fenced blocks that follow a ``<!-- run: name -->``, joined. Raises KeyError if there is none."""
    found = [match["text"] for match in _FENCE.finditer(document) if match["name"] == name]
    if not found:
        raise KeyError(name)
    return "\n".join(found)
