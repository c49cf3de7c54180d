"""REST protocols: parameters in the path, the query, the headers and the body, each where the model puts it."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.etree import ElementTree

from conformance.digests import DIGESTS
from conformance.exchange import Request
from conformance.parameters.values import Leftovers, bare, from_header, from_json, from_text, from_xml

_LABEL = re.compile(r"\{([^}]+)\}")
# Headers that carry and sign a request, and ask for nothing.
_TRANSPORT = """
    accept accept-encoding accept-language amz-sdk-invocation-id amz-sdk-request authorization cache-control connection
    content-length content-type date expect host pragma smithy-protocol te transfer-encoding user-agent
    x-amz-content-sha256 x-amz-date x-amz-decoded-content-length x-amz-security-token x-amz-te x-amz-trailer
    x-amz-user-agent x-amzn-trace-id
"""
_TRANSPORT_NAMES = frozenset(_TRANSPORT.split())
_SIGNATURE = re.compile(r"x-amz-(algorithm|credential|date|expires|signedheaders|signature|security-token)", re.I)
_S3_ROOTS = ("localhost", "localhost.localstack.cloud")
_AMAZON = re.compile(r"(?:(.+)\.)?s3[.-](?:(?!website)[a-z0-9.-]+\.)?amazonaws\.com(?:\.cn)?")


def read(request: Request, operation: Any, left: Leftovers) -> dict[str, Any]:
    shape = operation.input_shape
    members = shape.members if shape is not None else {}
    path, _, fixed = operation.http["requestUri"].partition("?")
    found: dict[str, Any] = {}
    _path(request, operation, path, members, found, left)
    _query(request, fixed, members, found, left)
    _headers(request, members, found, left)
    _body(request, operation, found, left)
    return found


def _path(
    request: Request, operation: Any, template: str, members: Any, found: dict[str, Any], left: Leftovers
) -> None:
    labels = {m.serialization.get("name", name): name for name, m in members.items() if _place(m) == "uri"}
    path = request.path
    if operation.service_model.service_name == "s3":
        bucket = bucket_in_host(request.header("host") or "")
        if bucket is None:
            left.add("header host")
        path = f"/{bucket}{path}" if bucket else path
    names = [each.rstrip("+") for each in _LABEL.findall(template)]
    pieces = _LABEL.split(template.rstrip("/"))
    pattern = "".join(
        re.escape(piece) if index % 2 == 0 else ("(.+)" if piece.endswith("+") else "([^/]+)")
        for index, piece in enumerate(pieces)
    )
    matched = re.fullmatch(f"{pattern}/?" if not template.endswith("+}") else pattern, path, re.DOTALL)
    if not matched:
        left.add("path")
        return
    for name, text in zip(names, matched.groups(), strict=True):
        if name in labels:
            found[labels[name]] = from_text(members[labels[name]], _decoded(text, left), f"path {name}", left)


def _decoded(text: str, left: Leftovers) -> str:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        left.add("path")
        return text


def bucket_in_host(host: str) -> str | None:
    """The bucket that a virtual host names; empty for S3's own host, None for one that may be anybody's."""
    name = host.partition(":")[0]
    if name in _S3_ROOTS or not name or name.replace(".", "").isdigit():
        return ""
    for root in _S3_ROOTS:
        if name.endswith(f".{root}"):
            bucket = name.removesuffix(f".{root}").removesuffix(".s3")
            if bucket == "s3":
                return ""
            return None if re.search(r"(^|\.)s3[.-]", bucket) else bucket
    matched = _AMAZON.fullmatch(name)
    return (matched.group(1) or "") if matched else None


def _place(member: Any) -> str:
    return str(member.serialization.get("location", ""))


def _query(request: Request, fixed: str, members: Any, found: dict[str, Any], left: Leftovers) -> None:
    names = {m.serialization.get("name", name): name for name, m in members.items() if _place(m) == "querystring"}
    rest = next((name for name, m in members.items() if _place(m) == "querystring" and m.type_name == "map"), None)
    literal = parse_qsl(fixed, keep_blank_values=True)
    for name, text in parse_qsl(request.query, keep_blank_values=True):
        if name in names and names[name] != rest:
            member, place = members[names[name]], f"query {name}"
            if member.type_name == "list":
                found.setdefault(names[name], []).append(from_text(member.member, text, place, left))
            elif names[name] in found:
                left.add(place)
            else:
                found[names[name]] = from_text(member, text, place, left)
        elif name == "x-id" or (name, text) in literal:
            continue
        elif rest:
            found.setdefault(rest, {})[name] = text
        else:
            left.add("query signature" if _SIGNATURE.fullmatch(name) else f"query {name}")


def _headers(request: Request, members: Any, found: dict[str, Any], left: Leftovers) -> None:
    names = {m.serialization.get("name", n).lower(): n for n, m in members.items() if _place(m) == "header"}
    prefixes = {m.serialization.get("name", n).lower(): n for n, m in members.items() if _place(m) == "headers"}
    for name, value in request.headers:
        wire = name.lower()
        prefix = next((each for each in prefixes if wire.startswith(each)), None)
        if wire in names:
            if names[wire] in found:
                left.add(f"header {wire}")
            found[names[wire]] = from_header(members[names[wire]], value, f"header {wire}", left)
        elif prefix is not None:
            found.setdefault(prefixes[prefix], {})[wire[len(prefix) :]] = value
        elif wire not in _TRANSPORT_NAMES and not _is_right_digest(wire, value, request.body):
            left.add(f"header {wire}")


def _is_right_digest(name: str, value: str, body: bytes) -> bool:
    return name in DIGESTS and DIGESTS[name](body) == value


def _body(request: Request, operation: Any, found: dict[str, Any], left: Leftovers) -> None:
    shape, body = operation.input_shape, request.body
    if shape is None:
        if body:
            left.add("body")
        return
    payload = shape.serialization.get("payload")
    if not payload:
        unplaced = any(not _place(member) for member in shape.members.values())
        if body.strip() and not unplaced and body.strip() != b"{}":
            left.add("body")
        elif body.strip():
            found.update(_document(shape, operation, body, left))
        return
    member = shape.members[payload]
    if member.type_name == "blob":
        if body:
            found[payload] = body
    elif member.type_name == "string":
        if body:
            found[payload] = body.decode("utf-8")
    elif body.strip():
        found[payload] = _document(member, operation, body, left)


def _document(shape: Any, operation: Any, body: bytes, left: Leftovers) -> dict[str, Any]:
    if operation.service_model.metadata.get("protocol") == "rest-xml":
        try:
            root = ElementTree.fromstring(body)
        except ElementTree.ParseError as error:
            raise ValueError("not XML") from error
        wanted = shape.serialization.get("name") or operation.input_shape.serialization.get("name")
        if wanted and bare(root.tag) != wanted:
            left.add("body root")
        found: dict[str, Any] = from_xml(shape, root, "body", left)
        return found
    document = json.loads(body)
    if not isinstance(document, dict):
        raise ValueError("not a JSON object")
    return dict(from_json(shape, document, "body", left))
