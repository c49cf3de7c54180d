"""Finds the resource of a path: what is written out goes before ``{name}``, and that before ``{name+}``.

Source: developer guide, "Set up a proxy resource"; recorded answers of LocalStack's router for slashes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar
from urllib.parse import unquote

T = TypeVar("T")


class Found(NamedTuple, Generic[T]):
    """What a path leads to, and its parameters as they came (still percent-encoded)."""

    target: T
    parameters: dict[str, str]


class _Node(Generic[T]):
    __slots__ = ("greedy", "named", "target", "written")

    def __init__(self) -> None:
        self.target: T | None = None
        self.written: dict[str, _Node[T]] = {}
        self.named: list[tuple[str, _Node[T]]] = []
        self.greedy: list[tuple[str, T]] = []


class Paths(Generic[T]):
    """A tree of path patterns. Slashes at the end of a path mean nothing."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()

    def add(self, pattern: str, target: T) -> None:
        """Let a pattern such as ``/pets/{id}`` or ``/files/{path+}`` lead to ``target``."""
        node = self._root
        for part in _parts(pattern):
            if part.startswith("{") and part.endswith("+}"):
                node.greedy.append((part[1:-2], target))
                return
            node = _named(node, part[1:-1]) if part.startswith("{") and part.endswith("}") else _written(node, part)
        node.target = target

    def find(self, path: str, accepts: Callable[[T], bool] = lambda target: True) -> Found[T] | None:
        """What a raw path leads to, of what is accepted, or None."""
        parts = _parts(path)
        parameters: dict[str, str] = {}
        target = _find(self._root, parts, 0, parameters, accepts, True)
        return None if target is None else Found(target, parameters)

    def find_exactly(self, path: str, accepts: Callable[[T], bool]) -> Found[T] | None:
        """As `find`, without greedy patterns."""
        parameters: dict[str, str] = {}
        target = _find(self._root, _parts(path), 0, parameters, accepts, False)
        return None if target is None else Found(target, parameters)


def _parts(path: str) -> list[str]:
    stripped = path.strip("/") if path.startswith("//") else path.rstrip("/")[1:]
    return stripped.split("/") if stripped else []


def _named(node: _Node[T], name: str) -> _Node[T]:
    for each, child in node.named:
        if each == name:
            return child
    child = _Node()
    node.named.append((name, child))
    return child


def _written(node: _Node[T], part: str) -> _Node[T]:
    return node.written.setdefault(part, _Node())


def _find(
    node: _Node[T],
    parts: list[str],
    index: int,
    parameters: dict[str, str],
    accepts: Callable[[T], bool],
    with_greedy: bool,
) -> T | None:
    if index == len(parts):
        return node.target if node.target is not None and accepts(node.target) else None
    part = parts[index]
    following = index + 1
    child = node.written.get(part)
    if child is None and "%" in part:
        child = node.written.get(unquote(part))
    if child is not None and (target := _find(child, parts, following, parameters, accepts, with_greedy)) is not None:
        return target
    for name, child in node.named:
        if part and (target := _find(child, parts, following, parameters, accepts, with_greedy)) is not None:
            parameters[name] = part
            return target
    for name, target in node.greedy if with_greedy else ():
        if accepts(target):
            parameters[name] = "/".join(parts[index:])
            return target
    return None
