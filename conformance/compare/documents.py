"""What a body is: an XML, JSON or CBOR document or an event stream, read strictly; or bytes that nobody may touch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from conformance.compare import cbor, eventstream
from conformance.exchange import Response
from conformance.operations import model
from conformance.tree import decode, is_too_deep

XML, JSON, CBOR, EVENTS = "XML", "JSON", "CBOR", "event stream"
_CBOR_TYPES = ("application/cbor", "application/x-amz-cbor-1.1")
_EVENTS_TYPE = "application/vnd.amazon.eventstream"


@dataclass(frozen=True, slots=True)
class Document:
    """A body that was understood: ``format`` is XML, JSON, CBOR or event stream."""

    format: str
    tree: Any


def may_be_document(response: Response) -> bool:
    """A quick look: everything else is compared as bytes."""
    return response.body.lstrip()[:1] in (b"<", b"{", b"[") or _binary_format(response) is not None


def read(response: Response) -> Document | None:
    """The document that the body is; None when it is none, or a broken one."""
    try:
        match _binary_format(response):
            case format if format == CBOR:
                return Document(CBOR, cbor.decode(response.body))
            case format if format == EVENTS:
                return Document(EVENTS, eventstream.decode(response.body))
        start = response.body.lstrip()[:1]
        if start == b"<":
            tree = decode(response.body)
            return None if tree is None else Document(XML, tree)
        return _json(response.body) if start in (b"{", b"[") else None
    except (ValueError, RecursionError):
        return None


def _binary_format(response: Response) -> str | None:
    kind = (response.header("content-type") or "").partition(";")[0].strip().lower()
    if kind in _CBOR_TYPES:
        return CBOR
    return EVENTS if kind == _EVENTS_TYPE else None


def _json(body: bytes) -> Document | None:
    tree = json.loads(body.decode(), object_pairs_hook=_members, parse_constant=_refuse)
    return None if is_too_deep(tree) else Document(JSON, tree)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member is there twice")
    return members


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def is_payload(operation: str, response: Response) -> bool:
    """The body is a user's own data, an object's bytes: then it is compared byte by byte whatever it looks like."""
    return response.status < 300 and _streams(operation)


@lru_cache(maxsize=1024)
def _streams(operation: str) -> bool:
    service, _, name = operation.partition(".")
    if not name:
        return False
    document = model(service)
    shapes = document.get("shapes", {})
    output = shapes.get(document.get("operations", {}).get(name, {}).get("output", {}).get("shape"), {})
    member = output.get("members", {}).get(output.get("payload"), {})
    shape = shapes.get(member.get("shape"), {})
    return shape.get("type") == "blob" and bool(shape.get("streaming") or member.get("streaming"))
