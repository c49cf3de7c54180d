"""A raw request as a scenario describes it, made whole: signing headers, chunk framing, length."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from conformance.exchange import Request
from conformance.sign import Credentials, Scope, authorization, chunked
from conformance.wire import with_length


def on_the_wire(headers: Mapping[str, str] | Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers as pairs; text beyond ASCII travels as UTF-8."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return [(name, value.encode().decode("latin-1")) for name, value in pairs]


def assemble(
    method: str,
    target: str,
    pairs: list[tuple[str, str]],
    body: bytes,
    scope: Scope,
    keys: Credentials | None,
    payload: str | None,
    chunks: Iterable[bytes] | None,
    trailer: Mapping[str, str] | None,
) -> Request:
    """The request with its signing headers, and its body framed when it is sent in chunks."""
    tail = tuple((trailer or {}).items())
    pieces = list(chunks) if chunks is not None else None
    given = {name.lower() for name, _ in pairs}
    if payload is None:
        payload = _payload(body, pieces, tail, keys)

    def add(name: str, value: str) -> None:
        if name.lower() not in given:
            pairs.append((name, value))

    if pieces is not None:
        add("Content-Encoding", "aws-chunked")
        add("X-Amz-Decoded-Content-Length", str(sum(map(len, pieces))))
        if tail:
            add("X-Amz-Trailer", ",".join(name.lower() for name, _ in tail))
    signs_chunks = pieces is not None and keys is not None and payload.startswith("STREAMING-AWS4")
    if keys or pieces is not None:
        add("X-Amz-Date", scope.stamp)
        if scope.service == "s3" or pieces is not None:
            add("X-Amz-Content-Sha256", payload)  # the other services' clients sign the body without saying its digest
    if keys and keys.session_token:
        add("X-Amz-Security-Token", keys.session_token)
    seed = ""
    if keys and "authorization" not in given:
        sent = next((value for name, value in pairs if name.lower() == "x-amz-content-sha256"), payload)
        stamp = next((value for name, value in pairs if name.lower() == "x-amz-date"), scope.stamp)
        scope = Scope(stamp, scope.region, scope.service)
        value = authorization(method, target, pairs, scope, keys, payload=sent)
        seed = value.rpartition("=")[2]
        pairs.append(("Authorization", value))
    if pieces is not None:
        signer = {"seed": seed, "scope": scope, "credentials": keys} if signs_chunks else {}
        body = chunked(pieces, tail, **signer)  # type: ignore[arg-type]
    return Request(method, target, with_length(pairs, body, method), body)


def _payload(
    body: bytes, pieces: list[bytes] | None, tail: tuple[tuple[str, str], ...], keys: Credentials | None
) -> str:
    if pieces is None:
        return hashlib.sha256(body).hexdigest()
    if keys is None:
        return "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    return "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" + ("-TRAILER" if tail else "")


def encoded(key: str) -> str:
    """A key as it stands in a request target."""
    return quote(key, safe="/-_.~")
