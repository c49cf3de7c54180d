"""Dataflow: which value that an answer minted is carried by a later request, and in which of its fields.

A value is minted when it appears in an answer and in no request that was sent before that answer arrived: what the
client chose itself (a key, a bucket, a name inside an ARN) is never bound, and neither is what everybody knows (a
region, an account, an enumeration's word). A long value is recognised inside a longer text; a short one, such as an
API's id, only where it is all of a field, or all of a part of a path, an ARN, a URL or a host name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from conformance.carrying import LONG
from conformance.exchange import Binding, Exchange
from conformance.minting import values
from conformance.record.enums import enumerated
from conformance.record.said import Said

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SHORTEST = 6
_MANY_DIGITS = 10
_JUMBLED = 20

# Transport headers, and what no client sends back.
_NOT_CARRIED = re.compile(
    r"date|server|via|connection|keep-alive|content-(?:length|type|encoding)|transfer-encoding|vary|access-control-.*"
    r"|cache-control|strict-transport-security|alt-svc|x-localstack.*|x-cache|age|expires"
)
# Places, dates without a time (policies and APIs have such versions) and account ids: known to everybody, or mapped.
_EVERYBODYS = re.compile(
    r"[a-z]{2}(?:-[a-z]+)+-\d[a-z]?|aws-global|\d{4}-\d{2}-\d{2}|\d{12}|(?:[\w-]+\.)*(?:amazonaws\.com|localstack\.cloud)"
    r"|\d+\.\d+\.\d+\.\d+(?:[:/]\d+)?|[a-z]+/[\w.+-]+|default|latest|primary|current|enabled|disabled"
)
# A field that holds an identifier may hold one that is by chance made of letters alone.
_OF_AN_ID = re.compile(
    r"(?:^|[a-z0-9_-])(?:Id|ID|Ids|Handle|Token|Iterator|Marker|Nonce)$|^(?:id|ids|token|nextToken)$"
)
_RANDOM_TAIL = re.compile(r"(.+)-[A-Za-z0-9]{6}")
_DYNAMODB_TYPES = frozenset(("S", "N", "B", "SS", "NS", "BS"))
_DATA_OPERATIONS = frozenset(("s3.GetObject", "s3.SelectObjectContent", "s3.GetObjectTorrent"))


@dataclass
class _Found:
    """The bindings so far, with what keeps them apart."""

    bindings: list[Binding] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)

    def name(self, kind: str) -> str:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return f"{kind}:{self.counts[kind]}"


def infer(exchanges: tuple[Exchange, ...]) -> tuple[Binding, ...]:
    """The bindings of a scenario, in the order in which their values were minted."""
    said = Said(exchanges)
    found = _Found()
    for index, exchange in enumerate(exchanges):
        bound_here: set[str] = set()
        for where, value in minted(exchange):
            whole = where.partition("#")[0]
            if value in found.bound or whole in bound_here or not is_candidate(exchange, where, value, said, index):
                continue
            binding = _binding(exchanges, index, where, value, said, found)
            if binding:
                bound_here.add(whole)
                found.bound.add(value)
                found.bindings.append(binding)
    return tuple(found.bindings)


def _binding(
    exchanges: tuple[Exchange, ...], index: int, where: str, value: str, said: Said, found: _Found
) -> Binding | None:
    uses = said.carrying(value)
    later = [use for use in uses if said.is_after(use, index)]
    if not later or len(later) < len(uses) or said.mentions_before(value, index):
        return None
    numbers = tuple(exchanges[use].number for use in later)
    places = sorted({place for use in later for place in said.places(use, value)})
    return Binding(
        found.name(_kind(exchanges[index], where)), value, exchanges[index].number, where, numbers, tuple(places)
    )


def minted(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Every value of an answer that a service may have minted, with its place; not the data that clients stored."""
    has_body = exchange.request.method != "HEAD" and exchange.operation not in _DATA_OPERATIONS
    for where, value in values(exchange.response, has_body=has_body):
        kind, _, place = where.partition(" ")
        if kind == "header" and _NOT_CARRIED.fullmatch(place.partition("#")[0].lower()):
            continue
        if "LastEvaluatedKey/" not in place:
            yield where, value


def is_candidate(exchange: Exchange, where: str, value: str, said: Said, index: int) -> bool:
    """Whether the value looks like something that was minted, and not like a word."""
    if len(value) < _SHORTEST or _EVERYBODYS.fullmatch(value):
        return False
    if value.isascii() and value.isdigit():
        return len(value) >= _MANY_DIGITS or _is_of_an_id(where)
    if any(each.isdigit() for each in value):
        return value not in enumerated(exchange.operation.partition(".")[0])
    if " " in value:
        return False
    tail = _RANDOM_TAIL.fullmatch(value)
    if tail and "#part" in where and said.mentions_before(tail.group(1), index):
        return True  # a secret's ARN ends in the chosen name and six random characters
    if _is_jumbled(value) or (where.endswith("#host[1]") and len(value) >= LONG):
        return True
    return _is_of_an_id(where) and value not in enumerated(exchange.operation.partition(".")[0])


def _is_jumbled(value: str) -> bool:
    """Letters of both cases in no order, as chance makes them: no word and no CamelCase looks so."""
    turns = sum(1 for one, two in pairwise(value) if one.isalpha() and two.isalpha() and one.isupper() != two.isupper())
    return len(value) >= _JUMBLED and turns * 4 >= len(value)


def _is_of_an_id(where: str) -> bool:
    return _OF_AN_ID.search(_last(where)) is not None


def _last(where: str) -> str:
    """``UploadId`` for ``body A/UploadId``, ``version-id`` for ``header x-amz-version-id``."""
    place = where.partition(" ")[2].partition("#")[0]
    return re.sub(r"\[\d+\]", "", place.rpartition("/")[2]).removeprefix("x-amz-").lstrip("@")


def _kind(exchange: Exchange, where: str) -> str:
    if exchange.operation.startswith("dynamodb.") and _last(where) in _DYNAMODB_TYPES:
        return "data"
    return _HUMP.sub("-", _last(where)).lower().replace("e-tag", "etag")
