"""The values of an answer, each with the place at which another target's value for it is found.

A place is ``header ETag`` or ``body Versions/Version[2]/VersionId``; JSON inside a text is walked as if it were not
wrapped. An ARN, a URL or a path is made of parts, most of which nobody minted: ``body FunctionUrl#host[1]``,
``header Location#path[3]``, ``body SubscriptionArn#part[2]`` (the resource, behind region and account),
``body UnsubscribeURL#query[Token]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from conformance.exchange import Response
from conformance.tree import decode

_NESTED = 4
_STEP = re.compile(r"([^/\[\]]+)|\[(\d+)\]")
_ODD = re.compile(r"[/\[\]%#]")
_BETWEEN = re.compile(r"(?<!\dT\d\d)(?<!\dT\d\d:\d\d)[:/]")  # a stream's ARN ends in a time, which has colons too
_ONE_VALUE = "arn:aws:dynamodb:ddblocal:"  # DynamoDB Local's region is nobody's, so its ARN is no other target's
_JSON_START = ("{", "[")


def values(response: Response, *, has_body: bool = True) -> Iterator[tuple[str, str]]:
    """Every value with its place, an ARN's and a URL's by their parts; quotes around an ETag are left out."""
    for name, value in response.headers:
        yield from _whole_or_parts(f"header {name}", value)
    tree = decode(response.body) if has_body and response.body else None
    if tree is not None:
        for place, leaf in _leaves(tree, "", 0):
            yield from _whole_or_parts(f"body {place}", leaf)


def minted_value(
    live: Response, place: str, recorded: Response | None = None, spelled: Response | None = None
) -> str | None:
    """The value at a place of an answer, without quotes; None when it is absent.

    With the recorded answer, and this one spelled as the recording would, a list's element is the one that is most
    like the recorded one: AWS gives many lists in no order.
    """
    place, _, selector = place.partition("#")
    kind, _, where = place.partition(" ")
    found: Any
    if kind == "header":
        found = live.header(where)
    else:
        found = _lookup(_Trees(*(decode(each.body) if each else None for each in (live, recorded, spelled))), where)
    if isinstance(found, bool) or not isinstance(found, str | int):
        return None
    text = str(found).strip('"')
    return dict(parts(text)).get(selector) if selector else text


def parts(value: str) -> list[tuple[str, str]]:
    """The parts of an ARN, a URL or what may be a path, by selector; none for any other value."""
    if value.startswith(_ONE_VALUE):
        return []
    if value.startswith("arn:") and "|" not in value:  # an iterator of a stream begins with its ARN, and is one value
        resource = value.split(":", 5)[5:]
        pieces = _BETWEEN.split(resource[0]) if resource else []
        return [(f"part[{index}]", piece) for index, piece in enumerate(pieces, start=1)]
    if re.match(r"https?://", value):
        try:
            where = urlsplit(value)
            host, path, query = where.hostname or "", where.path, where.query
        except ValueError:
            return []
        labels = [(f"host[{index}]", label) for index, label in enumerate(host.split("."), start=1)]
        return labels + _of_path(path) + [(f"query[{name}]", text) for name, text in parse_qsl(query)]
    if re.match(r"/[^\s{]*$", value):
        return _of_path(value.partition("?")[0])
    return []


def _of_path(path: str) -> list[tuple[str, str]]:
    return [(f"path[{index}]", unquote(part)) for index, part in enumerate(path.split("/")) if part]


def _whole_or_parts(place: str, value: str) -> Iterator[tuple[str, str]]:
    value = value.strip('"')
    found = parts(value)
    if not found or value.startswith("/"):
        yield place, value  # a token in base64 may begin like a path
    for selector, part in found:
        yield f"{place}#{selector}", part


def _leaves(tree: Any, place: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(tree, dict):
        for name, value in tree.items():
            step = _ODD.sub(lambda odd: f"%{ord(odd.group()):02X}", name)
            yield from _leaves(value, f"{place}/{step}" if place else step, depth)
    elif isinstance(tree, list):
        for index, value in enumerate(tree, start=1):
            yield from _leaves(value, f"{place}[{index}]", depth)
    elif isinstance(tree, str):
        inner = _inner(tree) if depth < _NESTED else None
        if inner is None:
            yield place, tree
        else:
            yield from _leaves(inner, place, depth + 1)
    elif isinstance(tree, int) and not isinstance(tree, bool):
        yield place, str(tree)


def _inner(text: str) -> Any:
    """The tree of a text that is JSON itself."""
    return decode(text.encode("utf-8", "surrogateescape")) if text.startswith(_JSON_START) else None


class _Trees(NamedTuple):
    """One place in the answer, in the recorded answer, and in the answer as the recording would spell it."""

    live: Any
    recorded: Any
    spelled: Any

    def each(self, step: Callable[[Any], Any]) -> _Trees:
        return _Trees(*map(step, self))


def _lookup(trees: _Trees, where: str) -> Any:
    for name, position in _STEP.findall(where):
        trees = trees.each(_unwrapped)
        if position:
            trees = _element(trees, int(position) - 1)
        else:
            member = unquote(name)
            trees = trees.each(lambda tree: _member(tree, member))  # noqa: B023 - used at once
        if trees.live is None:
            return None
    return trees.live


def _unwrapped(tree: Any) -> Any:
    return _inner(tree) if isinstance(tree, str) else tree


def _member(tree: Any, name: str) -> Any:
    if isinstance(tree, list) and tree:
        tree = tree[0]  # XML: one answer has several where the other has one
    return tree.get(name) if isinstance(tree, dict) else None


def _element(trees: _Trees, index: int) -> _Trees:
    """The element for the recorded list's element ``index``."""
    best = _most_alike(trees, index)
    return _Trees(_at(trees.live, best), _at(trees.recorded, index), _at(trees.spelled, best))


def _at(tree: Any, index: int) -> Any:
    if isinstance(tree, list):
        return tree[index] if index < len(tree) else None
    return tree if index == 0 else None  # XML: a lone element is no list


def _most_alike(trees: _Trees, index: int) -> int:
    spelled, recorded = trees.spelled, trees.recorded
    if not (isinstance(spelled, list) and isinstance(recorded, list) and len(spelled) == len(recorded) > index):
        return index
    wanted = set(_leaves(recorded[index], "", 0))
    alike = [len(wanted.intersection(_leaves(each, "", 0))) for each in spelled]
    best = max(alike)
    return index if alike[index] == best else alike.index(best)
