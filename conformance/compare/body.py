"""Bodies: equal bytes are equal; else XML and JSON are compared as trees, and all else byte by byte."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from deepdiff import DeepDiff

from conformance.compare.entries import NOTHING, matched
from conformance.compare.imitations import DECLARATION, NEVER_SENT, is_imitation
from conformance.compare.mismatch import Mismatch, Severity
from conformance.exchange import Response
from conformance.normalise.placeholders import Normaliser
from conformance.tree import Path, decode, spell

_DECLARATION = re.compile(rb"^\s*(<\?xml.*?\?>)?(\s*)", re.DOTALL)
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*/?>")
_NAMESPACE = re.compile(rb"(xmlns(?::\w+)?)\s*=\s*[\"']([^\"']*)[\"']")
_SHOWN = 120

_KINDS = {
    "values_changed": "value",
    "type_changes": "type",
    "dictionary_item_removed": "missing",
    "dictionary_item_added": "extra",
    "iterable_item_removed": "missing",
    "iterable_item_added": "extra",
}
_CRITICAL = ("Error/Code", "__type", "IsTruncated", "Status")


def diff(
    expected: Response, actual: Response, normaliser: Normaliser, source: str, *, is_head: bool
) -> Iterator[Mismatch]:
    """Every difference of the two bodies, and of the length that was announced for them."""
    if not (is_head and is_imitation(source) and expected.status >= 400):
        yield from _length(expected, actual, is_head)
    if is_head:
        return
    if expected.body == actual.body and not expected.body.lstrip().startswith((b"<", b"{", b"[")):
        return
    wanted, given = decode(expected.body), decode(actual.body)
    if wanted is None or given is None:
        if expected.body != actual.body:
            yield _bytes(expected.body, actual.body)
        return
    is_xml = expected.body.lstrip()[:1] == b"<" and actual.body.lstrip()[:1] == b"<"
    if is_xml:
        yield from _markup(expected.body, actual.body, source)
    for mismatch in _trees(wanted, given, normaliser, is_ordered=is_xml):
        if not _is_unsaid(mismatch, source):
            yield mismatch


def _is_unsaid(mismatch: Mismatch, source: str) -> bool:
    """What an imitation cannot teach: the order of its elements, and the members that it never sends."""
    if not is_imitation(source):
        return False
    is_well_formed = mismatch.actual is not None and mismatch.actual.startswith("<")
    return mismatch.kind == "order" or (mismatch.kind == "extra" and mismatch.path in NEVER_SENT and is_well_formed)


def _length(expected: Response, actual: Response, is_head: bool) -> Iterator[Mismatch]:
    announced, given = expected.header("content-length"), actual.header("content-length")
    if is_head:
        if announced != given:
            kind = "value" if announced and given else "missing" if announced else "extra"
            yield Mismatch("header content-length", kind, Severity.CRITICAL, announced, given)
    elif given is not None and given != str(len(actual.body)):
        yield Mismatch("header content-length", "value", Severity.CRITICAL, str(len(actual.body)), given)
    elif announced is not None and given is None and actual.header("transfer-encoding") is None:
        yield Mismatch("header content-length", "missing", Severity.MAJOR, announced, None)


def _bytes(expected: bytes, actual: bytes) -> Mismatch:
    kind = "missing" if not actual else "extra" if not expected else "bytes"
    at = next((n for n, pair in enumerate(zip(expected, actual, strict=False)) if pair[0] != pair[1]), None)
    start = max((min(len(expected), len(actual)) if at is None else at) - 20, 0)
    return Mismatch("body", kind, Severity.CRITICAL, _excerpt(expected, start), _excerpt(actual, start))


def _excerpt(body: bytes, start: int) -> str:
    shown = body[start : start + _SHOWN].decode("utf-8", "backslashreplace")
    return f"{'...' if start else ''}{shown}{'...' if len(body) > start + _SHOWN else ''} ({len(body)} bytes)"


def _markup(expected: bytes, actual: bytes, source: str) -> Iterator[Mismatch]:
    """What a tree does not show: the declaration (AWS's own, if an imitation has one at all), and the namespaces."""
    left, right = _prolog(expected), _prolog(actual)
    if is_imitation(source) and left.startswith("<?xml") and right.startswith(DECLARATION):
        left = right
    if left != right:
        yield Mismatch("body <?xml?>", "declaration", Severity.MINOR, left, right)
    spaces, others = _namespaces(expected), _namespaces(actual)
    if spaces != others:
        yield Mismatch("body xmlns", "namespace", Severity.MAJOR, spaces, others)


def _prolog(body: bytes) -> str:
    found = _DECLARATION.match(body)
    return ((found.group(1) or b"").decode("latin-1") + repr((found.group(2)).decode("latin-1"))) if found else ""


def _namespaces(body: bytes) -> str:
    root = _ROOT.search(body)
    return " ".join(f"{a.decode()}={b.decode()}" for a, b in sorted(_NAMESPACE.findall(root.group(2)))) if root else ""


def _trees(expected: Any, actual: Any, normaliser: Normaliser, *, is_ordered: bool) -> Iterator[Mismatch]:
    left, right = _aligned(expected, actual, (), normaliser)
    if left != right:
        yield from _differences(left, right)
    elif is_ordered and _order(expected) != _order(actual):
        yield Mismatch("body", "order", Severity.MINOR, _order(expected)[:_SHOWN], _order(actual)[:_SHOWN])


def _aligned(left: Any, right: Any, path: Path, normaliser: Normaliser) -> tuple[Any, Any]:
    """Both trees normalised, and a lone element made a list of one where the other side has several."""
    left, right = None if left is NOTHING else left, None if right is NOTHING else right
    if isinstance(left, list) and isinstance(right, dict | str):
        right = [right]
    elif isinstance(right, list) and isinstance(left, dict | str):
        left = [left]
    if isinstance(left, dict) and isinstance(right, dict):
        pairs = {
            name: _aligned(left.get(name), right.get(name), (*path, name), normaliser) for name in {**left, **right}
        }
        return {name: pairs[name][0] for name in left}, {name: pairs[name][1] for name in right}
    if isinstance(left, list) and isinstance(right, list):
        return _lists(left, right, path, normaliser)
    if left is None and isinstance(right, dict | list):
        return left, _aligned({} if isinstance(right, dict) else [], right, path, normaliser)[1]
    if right is None and isinstance(left, dict | list):
        return _aligned(left, {} if isinstance(left, dict) else [], path, normaliser)[0], right
    if isinstance(left, str | None) and isinstance(right, str | None):
        return normaliser.pair(_place(path), left, right)
    if _is_number(left) or _is_number(right):
        return _numbers(left, right, path, normaliser)
    return left, right


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _numbers(left: Any, right: Any, path: Path, normaliser: Normaliser) -> tuple[Any, Any]:
    """A rule may cover a number too (a time in seconds); one that it does not cover stays a number."""
    wanted, given = (str(each) if _is_number(each) else None for each in (left, right))
    expected, actual = normaliser.pair(_place(path), wanted, given)
    return left if expected == wanted else expected, right if actual == given else actual


def _lists(left: list[Any], right: list[Any], path: Path, normaliser: Normaliser) -> tuple[Any, Any]:
    """Both lists by position; where they are not equally long, an entry that only one has stands alone."""
    wanted: dict[int, Any] = {}
    given: dict[int, Any] = {}
    for position, (first, second) in enumerate(matched(left, right)):
        expected, actual = _aligned(first, second, path, normaliser)
        if first is not NOTHING:
            wanted[position] = expected
        if second is not NOTHING:
            given[position] = actual
    return wanted, given


def _place(path: Path) -> str:
    return "body " + "/".join(str(step) for step in path if isinstance(step, str))


def _differences(left: Any, right: Any) -> Iterator[Mismatch]:
    found = DeepDiff(left, right, view="tree", verbose_level=2, threshold_to_diff_deeper=0)
    for report, kind in _KINDS.items():
        for each in found.get(report, ()):
            path = tuple(each.path(output_format="list"))
            spelled = spell(path)
            expected = None if kind == "extra" else _shown(each.t1)
            actual = None if kind == "missing" else _shown(each.t2)
            yield Mismatch(f"body {spelled}", kind, _severity(spelled, kind, path), expected, actual)


def _severity(spelled: str, kind: str, path: Path) -> Severity:
    if kind == "extra":
        return Severity.MINOR
    if len(path) <= 1 or spelled.endswith(_CRITICAL):
        return Severity.CRITICAL
    return Severity.MAJOR


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= 4 * _SHOWN else text[: 4 * _SHOWN] + "..."


def _order(tree: Any) -> str:
    """The names of the elements in document order; equal neighbours once."""
    if isinstance(tree, dict):
        return "{" + ",".join(f"{name}{_order(value)}" for name, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ",".join(dict.fromkeys(_order(value) for value in tree)) + "]"
    return ""
