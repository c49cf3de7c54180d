"""Dataflow: which value that an answer minted is carried by a later request.

A value is minted when it appears in an answer and in no request before it; what the client chose itself (a key, a
bucket) is therefore never bound. Short values and plain words bind only as a whole field, so that a common text does
not bind by accident.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, quote, unquote
from xml.sax.saxutils import escape

from conformance.exchange import Binding, Exchange, Request
from conformance.tree import decode, leaves, spell

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MIN_LENGTH = 6
_CONTAINED_FROM = 16
# Transport headers, and what no client sends back.
_NOT_CARRIED = frozenset(
    ("date", "server", "connection", "keep-alive", "content-length", "content-type", "transfer-encoding", "vary")
)


def infer(exchanges: tuple[Exchange, ...]) -> tuple[Binding, ...]:
    """The bindings of a scenario, in the order in which their values were minted."""
    said = [_texts(each.request) for each in exchanges]
    bindings: list[Binding] = []
    bound: set[str] = set()
    counts: dict[str, int] = {}
    for index, exchange in enumerate(exchanges):
        for where, value in minted(exchange):
            if value in bound or not _is_candidate(value) or any(_carries(said[n], value) for n in range(index + 1)):
                continue
            uses = tuple(exchanges[n].number for n in range(index + 1, len(said)) if _carries(said[n], value))
            if uses:
                bound.add(value)
                kind = _kind(where)
                counts[kind] = counts.get(kind, 0) + 1
                bindings.append(Binding(f"{kind}:{counts[kind]}", value, exchange.number, where, uses))
    return tuple(bindings)


def minted(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Every value of an answer with its place: ``header ETag``, ``body A/B[2]``. Quotes around an ETag are left out."""
    for name, value in exchange.response.headers:
        if name.lower() not in _NOT_CARRIED:
            yield f"header {name}", value.strip('"')
    tree = decode(exchange.response.body) if exchange.request.method != "HEAD" else None
    if tree is not None:
        for path, value in leaves(tree):
            if isinstance(value, str):
                yield f"body {spell(path)}", value.strip('"')


def _is_candidate(value: str) -> bool:
    return len(value) >= _MIN_LENGTH and not (value.isalpha() and len(value) < _CONTAINED_FROM)


def _texts(request: Request) -> tuple[frozenset[str], str]:
    """The request's whole fields, and all of it as one text in which longer values are looked for."""
    fields = {value.strip('"') for _, value in request.headers}
    fields |= {value for _, value in parse_qsl(request.query)} | set(unquote(request.path).split("/"))
    tree = decode(request.body) if len(request.body) < 1_000_000 else None
    if tree is not None:
        fields |= {value.strip('"') for _, value in leaves(tree) if isinstance(value, str)}
    body = request.body[:1_000_000].decode("latin-1")
    headers = "\n".join(value for name, value in request.headers if name.lower() != "authorization")
    return frozenset(fields), "\n".join((request.target, headers, body))


def _carries(said: tuple[frozenset[str], str], value: str) -> bool:
    fields, text = said
    if value in fields:
        return True
    return len(value) >= _CONTAINED_FROM and any(form in text for form in forms(value))


def forms(value: str) -> tuple[str, ...]:
    """The value as it may stand in a request: plain, percent-encoded, in XML."""
    return tuple(dict.fromkeys((value, quote(value, safe="-_.~"), quote(value, safe="-_.~/"), escape(value))))


def _kind(where: str) -> str:
    """``upload-id`` for ``body A/UploadId``, ``version-id`` for ``header x-amz-version-id``."""
    last = where.rpartition("/")[2].rpartition(" ")[2].partition("[")[0].removeprefix("x-amz-").lstrip("@")
    return _HUMP.sub("-", last).lower()
