"""What the tree of a document does not show: an XML declaration, namespaces, and white space between the tags."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.compare.documents import XML
from conformance.compare.imitations import DECLARATION, is_imitation
from conformance.compare.mismatch import Mismatch, Severity

_DECLARATION = re.compile(rb"^\s*(<\?xml.*?\?>)?(\s*)", re.DOTALL)
_TAG = re.compile(rb"<([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*/?>")
_NAMESPACE = re.compile(rb"(xmlns(?::\w+)?)\s*=\s*[\"']([^\"']*)[\"']")
_BETWEEN_TAGS = re.compile(rb">(\s+)<")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
_SPACE = re.compile(rb"\s+")


def differences(expected: bytes, actual: bytes, source: str) -> Iterator[Mismatch]:
    """The declaration of an XML document (AWS's own, if an imitation has one at all), and its namespaces."""
    left, right = _prolog(expected), _prolog(actual)
    if is_imitation(source) and left.startswith("<?xml") and right.startswith(DECLARATION):
        left = right
    if left != right:
        yield Mismatch("body <?xml?>", "declaration", Severity.MINOR, left, right)
    spaces, others = _namespaces(expected), _namespaces(actual)
    if spaces != others:
        yield Mismatch("body xmlns", "namespace", Severity.MAJOR, spaces, others)


def layout(expected: bytes, actual: bytes, format: str) -> Iterator[Mismatch]:
    """The white space of two XML or JSON documents that hold the same."""
    left, right = _spaces(expected, format), _spaces(actual, format)
    if left != right:
        yield Mismatch("body", "layout", Severity.MINOR, _kinds(left), _kinds(right))


def _prolog(body: bytes) -> str:
    found = _DECLARATION.match(body)
    return ((found.group(1) or b"").decode("latin-1") + repr((found.group(2)).decode("latin-1"))) if found else ""


def _namespaces(body: bytes) -> str:
    """The root's namespaces as ``xmlns=...``, and those of any element below it as ``Name xmlns:xsi=...``."""
    if b"xmlns" not in body:
        return ""
    found: dict[str, None] = {}
    for position, tag in enumerate(_TAG.finditer(body)):
        for name, value in sorted(_NAMESPACE.findall(tag.group(2))):
            where = "" if position == 0 else f"{tag.group(1).decode('latin-1')} "
            found[f"{where}{name.decode('latin-1')}={value.decode('latin-1')}"] = None
    return " ".join(found)


def _spaces(body: bytes, format: str) -> list[bytes]:
    if format != XML:
        return _SPACE.findall(_STRING.sub(b"", body))
    # What follows the declaration is judged with it.
    found = _DECLARATION.match(body)
    return [*_BETWEEN_TAGS.findall(body, found.end() if found else 0), body[len(body.rstrip()) :]]


def _kinds(spaces: list[bytes]) -> str:
    kinds = sorted(set(filter(None, spaces)))
    return f"{len(spaces)} of {' '.join(repr(each.decode('latin-1')) for each in kinds)}" if kinds else "no white space"
