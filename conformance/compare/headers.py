"""Headers: name by name, value by value, and absence too. What is not judged is listed here with its reason."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.compare.digests import OWN_DIGESTS
from conformance.compare.imitations import HEADERS, NEVER_SENT, expected_headers, is_imitation, taught
from conformance.compare.mismatch import Mismatch, Severity
from conformance.exchange import Exchange, Headers, Response
from conformance.normalise.placeholders import Normaliser

IGNORED: dict[str, str] = {
    "connection": "a matter between two hops",
    "keep-alive": "a matter between two hops",
    "transfer-encoding": "a matter between two hops; the body is compared without its framing",
    "content-length": "judged against the body that came with it, in compare/body.py",
}

_CRITICAL = frozenset(
    (
        "location",
        "x-amz-delete-marker",
        "x-amz-bucket-region",
        "content-range",
        "content-type",
        "x-amzn-errortype",
        "x-amzn-query-error",
    )
)
_EXTRA_SEVERITY = Severity.MINOR


def diff(exchange: Exchange, actual: Response, normaliser: Normaliser, source: str) -> Iterator[Mismatch]:
    """Every header that is missing, extra, or has another value; the case of names only for faithful sources."""
    ignored = IGNORED | HEADERS if is_imitation(source) else IGNORED
    # An imitation that is judged by its own recording may say again what it said there.
    answered = actual.headers if normaliser.holds_target else taught(actual.headers, exchange, source)
    wanted, given = _grouped(expected_headers(exchange, source), ignored), _grouped(answered, ignored)
    for name, (spelled, values) in wanted.items():
        there = given.get(name)
        if there is None:
            shown, _ = normaliser.pair(f"header {name}", ", ".join(values), None)
            yield Mismatch(f"header {name}", "missing", severity(name), shown, None)
            continue
        yield from _values(name, values, there[1], normaliser)
        if not is_imitation(source) and spelled != there[0]:
            yield Mismatch(f"header {name}", "case", Severity.MINOR, spelled, there[0])
    for name, (_, values) in given.items():
        if name not in wanted:
            said = ", ".join(values)
            _, shown = normaliser.pair(f"header {name}", None, said)
            if is_imitation(source) and (name in OWN_DIGESTS or (shown != said and f"header {name}" in NEVER_SENT)):
                continue
            yield Mismatch(f"header {name}", "extra", _EXTRA_SEVERITY, None, shown)


def _grouped(headers: Headers, ignored: dict[str, str]) -> dict[str, tuple[str, list[str]]]:
    grouped: dict[str, tuple[str, list[str]]] = {}
    for name, value in headers:
        lower = name.lower()
        if lower not in ignored:
            grouped.setdefault(lower, (name, []))[1].append(value)
    return grouped


def _values(name: str, wanted: list[str], given: list[str], normaliser: Normaliser) -> Iterator[Mismatch]:
    if len(wanted) != len(given):
        yield Mismatch(f"header {name}", "count", Severity.MAJOR, "; ".join(wanted), "; ".join(given))
        return
    if name in OWN_DIGESTS:
        return  # judged against the body that came with it
    for expected, actual in zip(wanted, given, strict=True):
        left, right = normaliser.pair(f"header {name}", expected, actual)
        if left != right:
            yield Mismatch(f"header {name}", "value", severity(name), left, right)


def severity(name: str) -> Severity:
    """How much a client depends on a header."""
    return Severity.CRITICAL if name in _CRITICAL else Severity.MAJOR
