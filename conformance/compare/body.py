"""Bodies: equal bytes are equal; documents of one format are compared as trees, and all else byte by byte."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.compare import markup
from conformance.compare.documents import EVENTS, JSON, XML, Document, is_payload, may_be_document, read
from conformance.compare.eventstream import is_whole
from conformance.compare.imitations import NEVER_SENT, is_imitation, respelled
from conformance.compare.mismatch import Mismatch, Severity
from conformance.compare.trees import Trees
from conformance.exchange import Exchange, Response
from conformance.normalise.placeholders import Normaliser

_SHOWN = 120
_LENGTH = "content-length"


def diff(
    exchange: Exchange, actual: Response, normaliser: Normaliser, source: str, live: Response
) -> Iterator[Mismatch]:
    """Every difference of the two bodies, and of the length that was announced. ``live`` is the answer as it came."""
    expected, is_head = exchange.response, exchange.request.method == "HEAD"
    if not (is_head and is_imitation(source) and expected.status >= 400):
        yield from _length(expected, actual, is_head, source)
    if is_head:
        return
    if is_payload(exchange.operation, expected) and is_payload(exchange.operation, actual):
        wanted = given = None
    elif expected.body == actual.body and not may_be_document(expected):
        return
    else:
        wanted, given = read(expected), read(actual)
    if wanted and given:
        for mismatch in _documents(
            expected, actual, wanted, given, Trees(normaliser, source, exchange.operation, wanted.format), source, live
        ):
            if not _is_unsaid(mismatch, source):
                yield mismatch
    elif expected.body != actual.body:
        yield _bytes(expected.body, actual.body)


def _documents(
    expected: Response, actual: Response, wanted: Document, given: Document, trees: Trees, source: str, live: Response
) -> Iterator[Mismatch]:
    if wanted.format != given.format:
        yield Mismatch("body", "format", Severity.CRITICAL, *map(_named, (wanted, given), (expected, actual)))
        return
    if wanted.format == XML:
        yield from markup.differences(expected.body, actual.body, source)
    # An imitation that is judged by its own recording may say again what it said there.
    own = "" if trees.holds_target else trees.service
    found = list(trees.differences(respelled(wanted.tree, source, trees.service), respelled(given.tree, source, own)))
    yield from found
    if wanted.format in (XML, JSON) and not found and not is_imitation(source):
        yield from markup.layout(expected.body, actual.body, wanted.format)
    if wanted.format == EVENTS and not is_whole(live.body):
        yield Mismatch("body", "checksum", Severity.CRITICAL, "frames with right CRCs", "a frame with a wrong CRC")


def _named(document: Document, response: Response) -> str:
    return f"{document.format}: {_excerpt(response.body, 0)}"


def _is_unsaid(mismatch: Mismatch, source: str) -> bool:
    """What an imitation cannot teach: the order of its elements, and the members that it never sends."""
    if not is_imitation(source):
        return False
    is_well_formed = mismatch.actual is not None and mismatch.actual.startswith("<")
    return mismatch.kind == "order" or (mismatch.kind == "extra" and mismatch.path in NEVER_SENT and is_well_formed)


def _length(expected: Response, actual: Response, is_head: bool, source: str) -> Iterator[Mismatch]:
    """The announced length: a HEAD's as it was recorded, any other the body's own; and how it is announced."""
    announced, given = expected.header(_LENGTH), actual.header(_LENGTH)
    if is_head:
        if announced != given:
            kind = "value" if announced and given else "missing" if announced else "extra"
            yield Mismatch(f"header {_LENGTH}", kind, Severity.CRITICAL, announced, given)
    elif given is not None and given != str(len(actual.body)):
        yield Mismatch(f"header {_LENGTH}", "value", Severity.CRITICAL, str(len(actual.body)), given)
    elif announced is not None and given is None and actual.header("transfer-encoding") is None:
        yield Mismatch(f"header {_LENGTH}", "missing", Severity.MAJOR, announced, None)
    elif announced is None and given is not None and not _is_framed_otherwise(expected, source):
        yield Mismatch(f"header {_LENGTH}", "extra", Severity.MINOR, None, given)
    yield from _spelling(expected, actual, source)


def _is_framed_otherwise(expected: Response, source: str) -> bool:
    """The source sent chunks, or is an imitation, whose web stack says more or less of the length than AWS."""
    return is_imitation(source) or expected.header("transfer-encoding") is not None


def _spelling(expected: Response, actual: Response, source: str) -> Iterator[Mismatch]:
    wanted, given = ([name for name, _ in each.headers if name.lower() == _LENGTH] for each in (expected, actual))
    if len(given) > 1 and len(wanted) != len(given):
        yield Mismatch(f"header {_LENGTH}", "count", Severity.MAJOR, str(len(wanted)), str(len(given)))
    elif wanted and given and wanted != given and not is_imitation(source):
        yield Mismatch(f"header {_LENGTH}", "case", Severity.MINOR, wanted[0], given[0])


def _bytes(expected: bytes, actual: bytes) -> Mismatch:
    kind = "missing" if not actual else "extra" if not expected else "bytes"
    start = max(_first_difference(expected, actual) - 20, 0)
    return Mismatch("body", kind, Severity.CRITICAL, _excerpt(expected, start), _excerpt(actual, start))


def _first_difference(left: bytes, right: bytes) -> int:
    """Where two strings part, found by halves: a body may be large, and Python is slow byte by byte."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _excerpt(body: bytes, start: int) -> str:
    shown = body[start : start + _SHOWN].decode("utf-8", "backslashreplace")
    return f"{'...' if start else ''}{shown}{'...' if len(body) > start + _SHOWN else ''} ({len(body)} bytes)"
