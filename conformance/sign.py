"""Signature version 4, both ways: sign a raw request in a header or a query, and the chunks of an aws-chunked body.

The judge signs bytes that no SDK would send, so it has its own signer. Source: "Signature Version 4 signing process",
and for the chunks "Signature calculations: transferring payload in multiple chunks".
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote, unquote

ALGORITHM = "AWS4-HMAC-SHA256"
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
UNSIGNED = "UNSIGNED-PAYLOAD"

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Credentials:
    """An access key, its secret and, for temporary ones, the session token. The secret never shows in a repr."""

    access_key: str
    secret_key: str
    session_token: str | None = None

    def __repr__(self) -> str:
        return f"Credentials({self.access_key!r}, ***)"


@dataclass(frozen=True, slots=True)
class Scope:
    """Where and when a signature holds; ``stamp`` is ISO 8601 basic (20261121T093000Z)."""

    stamp: str
    region: str
    service: str

    def __str__(self) -> str:
        return f"{self.stamp[:8]}/{self.region}/{self.service}/aws4_request"


def stamp_of(moment: datetime) -> str:
    """``20261121T093000Z`` for an aware datetime."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


@lru_cache(maxsize=512)
def signing_key(secret_key: str, date: str, region: str, service: str) -> bytes:
    """The key derived from the secret for one day, region and service."""
    key = b"AWS4" + secret_key.encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def canonical_query(query: str, *, without: str = "") -> str:
    """The query's pairs, decoded, encoded again as AWS does, and sorted; ``without`` names a parameter to leave out."""
    pairs = []
    for pair in query.split("&") if query else ():
        name, _, value = pair.partition("=")
        name, value = unquote(name), unquote(value)
        if name != without:
            pairs.append((quote(name, safe="-_.~"), quote(value, safe="-_.~")))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def canonical_path(path: str, service: str) -> str:
    """S3 signs the path as it travels; every other service signs it encoded once more."""
    if service == "s3":
        return quote(unquote(path), safe="/-_.~") or "/"
    return quote(path, safe="/-_.~") or "/"


def canonical_request(
    method: str, target: str, headers: Headers, signed: Iterable[str], payload: str, service: str
) -> str:
    """The text that is hashed and signed; ``signed`` are the lower-case names of the signed headers."""
    path, _, query = target.partition("?")
    values: dict[str, list[str]] = {}
    for name, value in headers:
        text = value if value.isascii() else value.encode("latin-1").decode("utf-8", "surrogateescape")
        values.setdefault(name.lower(), []).append(" ".join(text.split()))
    names = sorted(signed)
    lines = "".join(f"{name}:{','.join(values.get(name, ['']))}\n" for name in names)
    without = "X-Amz-Signature"
    return "\n".join(
        (
            method,
            canonical_path(path, service),
            canonical_query(query, without=without),
            lines,
            ";".join(names),
            payload,
        )
    )


def signature(canonical: str, scope: Scope, secret_key: str) -> str:
    """The hexadecimal signature of a canonical request."""
    digest = hashlib.sha256(canonical.encode("utf-8", "surrogateescape")).hexdigest()
    return _hmac(f"{ALGORITHM}\n{scope.stamp}\n{scope}\n{digest}", scope, secret_key)


def chunk_signature(previous: str, data: bytes, scope: Scope, secret_key: str) -> str:
    """The signature of one chunk, which covers the signature before it."""
    digest = hashlib.sha256(data).hexdigest()
    text = f"{ALGORITHM}-PAYLOAD\n{scope.stamp}\n{scope}\n{previous}\n{EMPTY_SHA256}\n{digest}"
    return _hmac(text, scope, secret_key)


def trailer_signature(previous: str, trailer: bytes, scope: Scope, secret_key: str) -> str:
    """The signature of the trailing headers (each ``name:value\\n``) after the last chunk."""
    digest = hashlib.sha256(trailer).hexdigest()
    return _hmac(f"{ALGORITHM}-TRAILER\n{scope.stamp}\n{scope}\n{previous}\n{digest}", scope, secret_key)


def _hmac(text: str, scope: Scope, secret_key: str) -> str:
    return hmac_hex(signing_key(secret_key, scope.stamp[:8], scope.region, scope.service), text)


def hmac_hex(key: bytes, text: str) -> str:
    """The last step of every signature; a POST policy is signed by it alone."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def authorization(
    method: str,
    target: str,
    headers: Headers,
    scope: Scope,
    credentials: Credentials,
    *,
    payload: str,
    signed: Iterable[str] | None = None,
) -> str:
    """The Authorization header; by default Host, Content-MD5, Content-Type and every x-amz-* header are signed."""
    if signed is None:
        signed = [name.lower() for name, _ in headers if _is_signed(name.lower())]
    names = sorted(set(signed))
    canonical = canonical_request(method, target, headers, names, payload, scope.service)
    proof = signature(canonical, scope, credentials.secret_key)
    return (
        f"{ALGORITHM} Credential={credentials.access_key}/{scope}, SignedHeaders={';'.join(names)}, Signature={proof}"
    )


def _is_signed(name: str) -> bool:
    return name in ("host", "content-md5", "content-type") or name.startswith("x-amz-")


def presigned(
    method: str, target: str, headers: Headers, scope: Scope, credentials: Credentials, *, expires_s: int
) -> str:
    """``target`` with the presigning parameters and the signature appended; every given header is signed."""
    names = sorted({name.lower() for name, _ in headers})
    parameters = {
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Credential": f"{credentials.access_key}/{scope}",
        "X-Amz-Date": scope.stamp,
        "X-Amz-Expires": str(expires_s),
        "X-Amz-SignedHeaders": ";".join(names),
    }
    if credentials.session_token:
        parameters["X-Amz-Security-Token"] = credentials.session_token
    added = "&".join(f"{name}={quote(value, safe='-_.~')}" for name, value in parameters.items())
    full = f"{target}{'&' if '?' in target else '?'}{added}"
    canonical = canonical_request(method, full, headers, names, UNSIGNED, scope.service)
    return f"{full}&X-Amz-Signature={signature(canonical, scope, credentials.secret_key)}"


def chunked(
    chunks: Iterable[bytes],
    trailer: Headers,
    *,
    seed: str = "",
    scope: Scope | None = None,
    credentials: Credentials | None = None,
) -> bytes:
    """An aws-chunked body; signed when ``seed`` (the request's own signature), scope and credentials are given."""
    return b"".join(_frames(chunks, trailer, seed, scope, credentials))


def _frames(
    chunks: Iterable[bytes], trailer: Headers, seed: str, scope: Scope | None, credentials: Credentials | None
) -> Iterator[bytes]:
    previous = seed
    for chunk in (*chunks, b""):
        extension = ""
        if scope and credentials:
            previous = chunk_signature(previous, chunk, scope, credentials.secret_key)
            extension = f";chunk-signature={previous}"
        yield f"{len(chunk):x}{extension}\r\n".encode()
        if chunk:
            yield chunk + b"\r\n"
    for name, value in trailer:
        yield f"{name}:{value}\r\n".encode()
    if trailer and scope and credentials:
        signed = "".join(f"{name.lower()}:{value}\n" for name, value in trailer).encode()
        proof = trailer_signature(previous, signed, scope, credentials.secret_key)
        yield f"x-amz-trailer-signature:{proof}\r\n".encode()
    yield b"\r\n"
