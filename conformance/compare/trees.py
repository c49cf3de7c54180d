"""Two documents as trees: normalised leaf by leaf, and every difference with its path."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from deepdiff import DeepDiff

from conformance.compare.documents import XML
from conformance.compare.entries import NOTHING, matched
from conformance.compare.envelopes import opened
from conformance.compare.imitations import is_imitation
from conformance.compare.mismatch import Mismatch, Severity
from conformance.compare.unordered import arranged, is_unordered
from conformance.normalise.placeholders import Normaliser
from conformance.tree import Path, spell

_SHOWN = 120
_KINDS = {
    "values_changed": "value",
    "type_changes": "type",
    "dictionary_item_removed": "missing",
    "dictionary_item_added": "extra",
    "iterable_item_removed": "missing",
    "iterable_item_added": "extra",
}
_TYPE = "__type"
_CRITICAL = ("Error/Code", _TYPE, "IsTruncated", "Status")
_NAMESPACE = re.compile(r"[a-z0-9]+(?:\.[A-Za-z0-9]+)+")


class Trees:
    """Compares the documents of one exchange with ``operation``, in ``format`` (XML, JSON, ...)."""

    def __init__(self, normaliser: Normaliser, source: str, operation: str, format: str) -> None:
        self._normaliser = normaliser
        self._source = source
        self._operation = operation
        self._is_xml = format == XML
        self.service = operation.partition(".")[0]
        self.holds_target = normaliser.holds_target

    def differences(self, expected: Any, actual: Any) -> Iterator[Mismatch]:
        """Each difference of the two trees; of XML that holds the same also that of its elements' order."""
        left, right = self._aligned(expected, actual, ())
        if not is_same(left, right):
            yield from _differences(left, right)
        elif self._is_xml and _order(expected) != _order(actual):
            yield Mismatch("body", "order", Severity.MINOR, _order(expected)[:_SHOWN], _order(actual)[:_SHOWN])

    def _aligned(self, left: Any, right: Any, path: Path) -> tuple[Any, Any]:
        """Both trees normalised; in XML a lone element is a list of one where the other side has several."""
        left, right = None if left is NOTHING else left, None if right is NOTHING else right
        if self._is_xml:
            left, right = _listed(left, right), _listed(right, left)
        if isinstance(left, dict) and isinstance(right, dict):
            left, right = opened(left, right)
            names = {**left, **right}
            pairs = {name: self._aligned(left.get(name), right.get(name), (*path, name)) for name in names}
            return {name: pairs[name][0] for name in left}, {name: pairs[name][1] for name in right}
        if isinstance(left, list) and isinstance(right, list):
            return self._lists(left, right, path)
        if left is None and isinstance(right, dict | list):
            return left, self._aligned(type(right)(), right, path)[1]
        if right is None and isinstance(left, dict | list):
            return self._aligned(left, type(left)(), path)[0], right
        return self._leaves(left, right, path)

    def _lists(self, left: list[Any], right: list[Any], path: Path) -> tuple[Any, Any]:
        """Both lists by position; where they are not equally long, an entry that only one has stands alone."""
        if not self._is_xml and is_unordered(self._operation, _place(path)):
            right = arranged(left, right)
        wanted: dict[int, Any] = {}
        given: dict[int, Any] = {}
        for position, (first, second) in enumerate(matched(left, right)):
            expected, actual = self._aligned(first, second, path)
            if first is not NOTHING:
                wanted[position] = expected
            if second is not NOTHING:
                given[position] = actual
        return wanted, given

    def _leaves(self, left: Any, right: Any, path: Path) -> tuple[Any, Any]:
        place = f"body {_place(path)}"
        if isinstance(left, str | None) and isinstance(right, str | None):
            if path == (_TYPE,) and is_imitation(self._source):
                right = _without_untaught_namespace(left, right)
            return self._normaliser.pair(place, left, right)
        if _is_number(left) or _is_number(right):
            return self._numbers(left, right, place)
        return left, right

    def _numbers(self, left: Any, right: Any, place: str) -> tuple[Any, Any]:
        """A rule may cover a number too (a time in seconds); one that it does not cover stays a number."""
        wanted, given = (str(each) if _is_number(each) else None for each in (left, right))
        expected, actual = self._normaliser.pair(place, wanted, given)
        return left if expected == wanted else expected, right if actual == given else actual


def _listed(value: Any, other: Any) -> Any:
    return [value] if isinstance(other, list) and isinstance(value, dict | str) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _without_untaught_namespace(left: str | None, right: str | None) -> str | None:
    """AWS puts a namespace before the code (``com.amazonaws.sqs#``) where most imitations have none to compare with."""
    if left is None or right is None or "#" in left:
        return right
    namespace, _, code = right.rpartition("#")
    return code if _NAMESPACE.fullmatch(namespace) else right


def _place(path: Path) -> str:
    return "/".join(str(step) for step in path if isinstance(step, str))


def is_same(left: Any, right: Any) -> bool:
    """Equal in type too: 1, 1.0, true and "1" are four values to whoever reads JSON with types."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(is_same(value, right[name]) for name, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(is_same, left, right))
    return type(left) is type(right) and bool(left == right)


def _differences(left: Any, right: Any) -> Iterator[Mismatch]:
    found = DeepDiff(
        left, right, view="tree", verbose_level=2, threshold_to_diff_deeper=0, ignore_private_variables=False
    )
    for report, kind in _KINDS.items():
        for each in found.get(report, ()):
            path = tuple(each.path(output_format="list"))
            spelled = spell(path)
            expected = None if kind == "extra" else _shown(each.t1, kind)
            actual = None if kind == "missing" else _shown(each.t2, kind)
            yield Mismatch(f"body {spelled}".rstrip(), kind, _severity(spelled, kind, each), expected, actual)


def _severity(spelled: str, kind: str, found: Any) -> Severity:
    if kind == "extra":
        return Severity.MINOR
    if spelled == _TYPE and kind == "value" and _code(found.t1) == _code(found.t2):
        return Severity.MINOR
    return severity(spelled)


def severity(spelled: str) -> Severity:
    """How much a client depends on a member: on those that the document itself has, and on some wherever they are."""
    is_own = not {"/", "["}.intersection(spelled)
    return Severity.CRITICAL if is_own or spelled.endswith(_CRITICAL) else Severity.MAJOR


def _code(value: Any) -> str:
    return str(value).rpartition("#")[2]


def _shown(value: Any, kind: str) -> str:
    text = value if isinstance(value, str) and kind != "type" else _literal(value)
    return text if len(text) <= 4 * _SHOWN else text[: 4 * _SHOWN] + "..."


def _literal(value: Any) -> str:
    """As JSON would have it, so that types are told apart; a placeholder's dict of positions is shown as a list."""
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if value and all(isinstance(name, int) for name in value):
            return [_plain(each) for each in value.values()]
        return {name: _plain(each) for name, each in value.items()}
    return value


def _order(tree: Any) -> str:
    """The names of the elements in document order; equal neighbours once."""
    if isinstance(tree, dict):
        return "{" + ",".join(f"{name}{_order(value)}" for name, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ",".join(dict.fromkeys(_order(value) for value in tree)) + "]"
    return ""
