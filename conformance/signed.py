"""The signature that a request carries: find it, tell whether it is right, and blank it.

A blanked signature keeps its length and alphabet. One of zeros was right (replay signs anew); one of ``f`` was wrong
when it was sent, and is sent wrong again.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from conformance.exchange import Request
from conformance.sign import EMPTY_SHA256, UNSIGNED, Scope, canonical_request, signature

RIGHT = "0" * 64
WRONG = "f" * 64

_CREDENTIAL = re.compile(r"Credential=([^,\s]+)")
_SIGNED_HEADERS = re.compile(r"SignedHeaders=([^,\s]+)")
_SIGNATURE = re.compile(r"Signature=([0-9a-zA-Z%+/=]*)")


@dataclass(frozen=True, slots=True)
class Signed:
    """A parsed signature; ``place`` is header or query."""

    place: str
    access_key: str
    scope: Scope
    headers: tuple[str, ...]
    value: str


def find(request: Request) -> Signed | None:
    """The request's version 4 signature; None when there is none, or none that can be read."""
    text = request.header("authorization")
    if text and text.startswith("AWS4-HMAC-SHA256"):
        return _parse("header", text, request.header("x-amz-date") or request.header("date") or "")
    parameters = {name.lower(): value for name, value in parse_qsl(request.query, keep_blank_values=True)}
    if "x-amz-signature" in parameters:
        text = (
            f"Credential={parameters.get('x-amz-credential', '')},"
            f"SignedHeaders={parameters.get('x-amz-signedheaders', '')},Signature={parameters['x-amz-signature']}"
        )
        return _parse("query", text, parameters.get("x-amz-date", ""))
    return None


def _parse(place: str, text: str, stamp: str) -> Signed | None:
    credential, names, value = (pattern.search(text) for pattern in (_CREDENTIAL, _SIGNED_HEADERS, _SIGNATURE))
    if not (credential and names and value):
        return None
    parts = credential.group(1).split("/")
    if len(parts) != 5:
        return None
    scope = Scope(stamp, parts[2], parts[3])
    return Signed(place, parts[0], scope, tuple(names.group(1).split(";")), value.group(1))


def compute(request: Request, signed: Signed, secret_key: str) -> str:
    """The signature that the request ought to carry."""
    payload = request.header("x-amz-content-sha256") or _payload(request, signed)
    canonical = canonical_request(
        request.method, request.target, request.headers, signed.headers, payload, signed.scope.service
    )
    return signature(canonical, signed.scope, secret_key)


def _payload(request: Request, signed: Signed) -> str:
    """What is signed for the body when no header says it: only S3 wants that header."""
    if signed.scope.service == "s3":
        return UNSIGNED if signed.place == "query" else EMPTY_SHA256
    return hashlib.sha256(request.body).hexdigest()


def is_right(request: Request, signed: Signed, secret_key: str) -> bool:
    return compute(request, signed, secret_key) == signed.value


def blank(text: str, value: str, right: bool) -> str:
    """``text`` with the signature ``value`` blanked; what does not look like a signature is left as it was sent."""
    if len(value) != 64 or not all(each in "0123456789abcdef" for each in value):
        return text
    return text.replace(value, RIGHT if right else WRONG)


def decoded(target: str) -> str:
    """A target's text with its percent-encoding removed, for looking into it."""
    return unquote(target)
