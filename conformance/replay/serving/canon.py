"""A request as text, one fact a line, without what two runs never share: what is left is what the client wants.

Left out: signatures and their dates, the SDK's ids and name, lengths and digests, and how the bucket was addressed.
Two requests with equal text are the same; the lines that differ say what is not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from conformance.exchange import Headers, Request, header
from conformance.operations import identify, service_of
from conformance.replay.serving.payload import Payload
from conformance.tree import decode

SECRETS = re.compile(
    r"(?i)SecretAccessKey|SessionToken|SecretString|SecretBinary|Password|ClientSecret|PrivateKey|SecretKey"
)
# Headers by which a client says what it wants. Of the x-amz ones all do but those below.
_MEANT = frozenset(
    (
        *("range", "origin", "cache-control", "content-disposition", "content-language", "expires"),
        *("if-match", "if-none-match", "if-modified-since", "if-unmodified-since"),
        *("access-control-request-method", "access-control-request-headers"),
    )
)
_UNMEANT = re.compile(
    r"x-amz-(?:date|content-sha256|security-token|user-agent|target|decoded-content-length|trailer|sdk-.*|checksum-"
    r"(?:crc32|crc32c|crc64nvme|sha1|sha256|algorithm|mode)|copy-source-server-side-encryption-customer-key.*"
    r"|server-side-encryption-customer-key.*)"
)
_SIGNATURE = frozenset(("signature", "awsaccesskeyid", "x-id"))
_SIGNATURE_FIELD = re.compile(r"(?i)x-amz-(?:algorithm|credential|date|expires|signedheaders|signature|security-token)")
_FIELD = re.compile(r'name="([^"]*)"(?:;[^\r]*)?\r\n(?:[^\r]+\r\n)*\r\n(.*?)\r\n--', re.DOTALL)
_QUEUE = re.compile(r"https?://[^/]+")
_TEXT_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Canon:
    """``text`` may hold values of this run; ``payload`` is a body's digest, where the body is not in the text."""

    operation: str
    text: str
    payload: str


def canonical(request: Request, payload: Payload | None = None) -> Canon:
    """The request's canonical form; ``payload`` is its body, if that is not in the request."""
    payload = payload or Payload.of(request.headers, request.body)
    request = Request(request.method, request.target, request.headers, payload.data)
    service = service_of(request)
    operation = identify(request, service)
    lines = [operation or f"{service} (no operation)", f"{request.method} {_address(request, service)}"]
    if not _is_signed(request):
        lines.append("unsigned")
    lines += sorted(f"?{name}={value}" for name, value in _query(request.query))
    lines += sorted(f"{name}: {value}" for name, value in _headers(request.headers))
    body, digest = _body(request, payload)
    return Canon(operation or service, _without_endpoint("\n".join((*lines, *body)), request), digest)


def _address(request: Request, service: str) -> str:
    path = unquote(request.path) or "/"
    host = (request.header("host") or "").partition(":")[0].lower()
    if service == "s3":
        bucket, is_website = _bucket(host)
        return (f"/{bucket}{path}" if bucket else path) + (" (website)" if is_website else "")
    if ".execute-api." in host or ".lambda-url." in host:
        return ".".join(host.split(".")[:2]) + path
    return path


def _bucket(host: str) -> tuple[str, bool]:
    """The bucket that a host names, and whether it is a website's."""
    labels = host.split(".")
    for index, label in enumerate(labels):
        if label == "s3" or label.startswith("s3-"):
            return ".".join(labels[:index]), label.startswith("s3-website")
    return (".".join(labels[:-1]), False) if len(labels) > 1 and labels[-1] == "localhost" else ("", False)


def _is_signed(request: Request) -> bool:
    return (
        request.header("authorization") is not None
        or "Signature=" in request.query
        or b'-signature"' in request.body[:8192].lower()
    )


def _query(query: str) -> Iterator[tuple[str, str]]:
    is_old_signature = "AWSAccessKeyId=" in query
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name.lower() in _SIGNATURE or _SIGNATURE_FIELD.fullmatch(name) or (is_old_signature and name == "Expires"):
            continue
        yield name, "(secret)" if SECRETS.search(name) else value


def _headers(headers: Headers) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        lower = name.lower()
        if lower in _MEANT or (lower.startswith("x-amz-") and not _UNMEANT.fullmatch(lower)):
            yield lower, value.strip()


def _body(request: Request, payload: Payload) -> tuple[list[str], str]:
    """The body in lines if it can be read, else its digest."""
    data, kind = payload.data, (header(request.headers, "content-type") or "").lower()
    if not payload.size:
        return [], ""
    if kind.startswith("multipart/form-data") and data:
        return sorted(_form(data)), ""
    if "x-www-form-urlencoded" in kind and data:
        return sorted(f"body {name} = {_leaf(name, value)}" for name, value in _query(data.decode("latin-1"))), ""
    tree = decode(data)
    if tree is not None:
        return list(_lines(tree)), ""
    if len(data) <= _TEXT_BYTES and data:
        text = data.decode("utf-8", "replace")
        if "\ufffd" not in text and text.isprintable():
            return [f"body {text}"], ""
    return [], f"body of {payload.size} bytes with SHA-256 {payload.digest}"


def _form(data: bytes) -> Iterator[str]:
    """A browser form, without its boundary and its signature."""
    for name, value in _FIELD.findall(data.decode("latin-1")):
        if name.lower() != "policy" and not _SIGNATURE_FIELD.fullmatch(name):
            yield f"body {name} = {json.dumps(value)}"


def _lines(tree: Any, path: str = "") -> Iterator[str]:
    """A line a leaf, members in their alphabetical order."""
    if isinstance(tree, dict) and tree:
        for name in sorted(tree):
            yield from _lines(tree[name], f"{path}/{name}")
    elif isinstance(tree, list) and tree:
        for position, value in enumerate(tree, start=1):
            yield from _lines(value, f"{path}[{position}]")
    else:
        yield f"body {path.removeprefix('/')} = {_leaf(path.rpartition('/')[2], tree)}"


def _leaf(name: str, value: Any) -> str:
    if SECRETS.search(name) and isinstance(value, str):
        return "(secret)"
    if name == "QueueUrl" and isinstance(value, str):
        value = _QUEUE.sub("", value)
    return json.dumps(value, ensure_ascii=False)


def _without_endpoint(text: str, request: Request) -> str:
    """URLs of the endpoint itself, wherever they are in the request, say the endpoint alone."""
    host = request.header("host")
    return re.sub(rf"https?://{re.escape(host)}(?=[/\"\s]|$)", "(endpoint)", text) if host else text
