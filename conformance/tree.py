"""A body as a tree of dict, list and str, XML and JSON alike: one walk serves dataflow, normalising and diffing.

XML: an element with children is a dict, a leaf is its text, repeated siblings are a list, an attribute is ``@name``;
namespaces are left out (the raw root is compared apart). Paths read ``ListVersionsResult/Version[2]/VersionId``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

Path = tuple[str | int, ...]

_MAX_DEPTH = 100
_STEP = re.compile(r"([^/\[\]]+)|\[(\d+)\]")


def decode(body: bytes) -> Any:
    """The tree, or None when the body is neither XML nor JSON that can be read, or nested beyond all reason."""
    start = body.lstrip()[:1]
    try:
        if start == b"<":
            tree = _from_xml(body)
        elif start in (b"{", b"["):
            tree = json.loads(body)
        else:
            return None
    except (ValueError, LookupError, RecursionError, ElementTree.ParseError):
        return None
    return None if is_too_deep(tree) else tree


def is_too_deep(tree: Any) -> bool:
    """It is nested beyond all reason."""
    level = [tree]
    for _ in range(_MAX_DEPTH):
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


def _from_xml(body: bytes) -> Any:
    root = ElementTree.fromstring(body)
    return {_bare(root.tag): _element(root)}


def _element(element: ElementTree.Element) -> Any:
    if not len(element) and not element.attrib:
        return element.text or ""
    found: dict[str, Any] = {f"@{_bare(name)}": value for name, value in element.attrib.items()}
    for child in element:
        tag, value = _bare(child.tag), _element(child)
        if tag not in found:
            found[tag] = value
        elif isinstance(found[tag], list):
            found[tag].append(value)
        else:
            found[tag] = [found[tag], value]
    text = (element.text or "").strip()
    if text:
        found["#text"] = text
    return found


def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]


def leaves(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every leaf with its path; list positions count from 0."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield from leaves(value, (*path, name))
    elif isinstance(tree, list):
        for position, value in enumerate(tree):
            yield from leaves(value, (*path, position))
    else:
        yield path, tree


def spell(path: Path) -> str:
    """``A/B[2]/C`` for ("A", "B", 1, "C")."""
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f"/{step}"
    return text.removeprefix("/")


def lookup(tree: Any, where: str) -> Any:
    """The value at a spelled path; None when there is none. A lone element is the first of its list."""
    for name, position in _STEP.findall(where):
        if position:
            index = int(position) - 1
            if isinstance(tree, list):
                tree = tree[index] if index < len(tree) else None
            elif index > 0:
                return None
        else:
            if isinstance(tree, list) and tree:
                tree = tree[0]
            tree = tree.get(name) if isinstance(tree, dict) else None
        if tree is None:
            return None
    return tree
