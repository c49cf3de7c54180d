"""Which operation a request means: a tree of path segments and a list of candidates at each leaf, from the model.

Source: the ``http`` traits of AWS's models, and our corrections of them (`ruststack.model`).
"""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from ruststack.core.http import Request
from ruststack.gateway.errors import InvalidURI
from ruststack.model import Operation, Segment, ServiceModel

Labels = dict[str, str]
Found = tuple[Operation | None, Labels]


class Candidates:
    """Operations that share method and path, the most particular first."""

    __slots__ = ("_headers", "_ordered", "_plain", "labels")

    def __init__(self) -> None:
        self._ordered: list[tuple[Operation, tuple[str, ...]]] = []
        self._plain: tuple[Operation, tuple[str, ...]] | None = None
        self._headers: frozenset[str] = frozenset()

    def add(self, operation: Operation, labels: tuple[str, ...]) -> None:
        self._ordered.append((operation, labels))
        self._ordered.sort(key=lambda entry: -len(entry[0].template.query) - len(entry[0].discriminators))
        self._headers |= {rule.name for rule in operation.discriminators if rule.place == "header"}
        self._plain = next((entry for entry in self._ordered if _is_meant(entry[0], {}, {})), None)

    def choose(self, request: Request) -> tuple[Operation, tuple[str, ...]] | None:
        """The most particular operation whose query literals and discriminators all hold."""
        if not request.query and self._headers.isdisjoint(request.headers):
            return self._plain
        for entry in self._ordered:
            if _is_meant(entry[0], request.params, request.headers):
                return entry
        return None


def _is_meant(operation: Operation, params: dict[str, list[str]], headers: dict[str, str]) -> bool:
    for name, value in operation.template.query:
        given = params.get(name)
        if given is None or (value is not None and value not in given):
            return False
    for rule in operation.discriminators:
        held = rule.name in (params if rule.place == "query" else headers)
        if held is not rule.is_present:
            return False
    return True


class _Node:
    __slots__ = ("greedy", "has_segments", "label", "leaf", "literals", "patterns")

    def __init__(self) -> None:
        self.literals: dict[str, _Node] = {}
        self.patterns: list[tuple[Segment, _Node]] = []
        self.label: _Node | None = None
        self.greedy: _Node | None = None
        self.has_segments = False
        self.leaf: dict[str, Candidates] = {}


class Router:
    """Routes by path and query for the REST protocols."""

    def __init__(self, model: ServiceModel) -> None:
        self._root = _Node()
        for operation in model.operations.values():
            if not operation.is_shadowed:
                self._add(operation)

    def _add(self, operation: Operation) -> None:
        node = self._root
        labels = []
        segments = operation.template.segments
        if segments and not segments[-1].label and not segments[-1].literal:
            segments = segments[:-1]
        for segment in segments:
            if segment.label:
                labels.append(segment.label)
            node = _child(node, segment)
        node.leaf.setdefault(operation.method, Candidates()).add(operation, tuple(labels))

    def find(self, request: Request, path: str) -> Found:
        """The operation and its labels, percent-decoded; None when the model has none for method, path and query.

        ``path`` is the raw path, with the bucket of a virtual host put in front. Raises InvalidURI.
        """
        values: list[str] = []
        candidates = _walk(self._root, path, 1, request.method, values)
        chosen = candidates.choose(request) if candidates is not None else None
        if chosen is None:
            return None, {}
        operation, labels = chosen
        return operation, dict(zip(labels, map(percent_decoded, values), strict=True))


def _child(node: _Node, segment: Segment) -> _Node:
    node.has_segments = node.has_segments or segment.pattern is not None or not segment.is_greedy
    if segment.pattern is not None:
        for known, child in node.patterns:
            if known.pattern == segment.pattern:
                return child
        node.patterns.append((segment, _Node()))
        return node.patterns[-1][1]
    if segment.is_greedy:
        node.greedy = node.greedy or _Node()
        return node.greedy
    if segment.label:
        node.label = node.label or _Node()
        return node.label
    return node.literals.setdefault(segment.literal, _Node())


def _walk(node: _Node, path: str, start: int, method: str, values: list[str]) -> Candidates | None:
    """Match ``path`` from ``start``; literal segments before labels, labels before greedy ones."""
    if start >= len(path):
        return node.leaf.get(method)
    if node.has_segments and (found := _walk_segment(node, path, start, method, values)):
        return found
    return _walk_greedy(node.greedy, path, start, method, values) if node.greedy is not None else None


def _walk_segment(node: _Node, path: str, start: int, method: str, values: list[str]) -> Candidates | None:
    end = path.find("/", start)
    segment, following = (path[start:], len(path)) if end < 0 else (path[start:end], end + 1)
    child = node.literals.get(segment)
    if child is not None:
        found = _walk(child, path, following, method, values)
        if found is not None:
            return found
    for known, child in node.patterns:
        match = known.pattern.fullmatch(segment) if known.pattern is not None else None
        if match is not None and (found := _try(child, path, following, method, values, match["value"])):
            return found
    if node.label is not None and segment:
        return _try(node.label, path, following, method, values, segment)
    return None


def _try(node: _Node, path: str, start: int, method: str, values: list[str], value: str) -> Candidates | None:
    values.append(value)
    found = _walk(node, path, start, method, values)
    if found is None:
        values.pop()
    return found


def _walk_greedy(node: _Node, path: str, start: int, method: str, values: list[str]) -> Candidates | None:
    """The greedy label takes as much as the literal segments after it leave."""
    candidates = node.leaf.get(method)
    if candidates is not None:
        values.append(path[start:])
        return candidates
    end = path.rfind("/")
    while end > start:
        found = _try(node, path, end + 1, method, values, path[start:end])
        if found is not None:
            return found
        end = path.rfind("/", 0, end)
    return None


def percent_decoded(value: str) -> str:
    """Percent-decoded text. Raises InvalidURI if it is not UTF-8."""
    if "%" not in value and value.isascii():
        return value
    try:
        return unquote_to_bytes(value.encode("latin-1")).decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidURI(URI=value) from None


def origin_form(target: str) -> tuple[str, str]:
    """``/path?query`` and host of ``http://host/path?query``, which every server must understand (RFC 9112, 3.2.2)."""
    host, slash, rest = target.partition("://")[2].partition("/")
    if not slash:
        host, question, query = host.partition("?")
        rest = question + query
    return f"/{rest}", host
