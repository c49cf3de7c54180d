"""Signing anew: a signature that was right when recorded is right again, today and for the target's own keys.

What was wrong stays wrong in the same way: a signature of ``f`` is sent as it is, a date that was off by an hour is off
by an hour again, and an unknown access key is left alone.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from conformance import forms, signed
from conformance.digests import refreshed
from conformance.exchange import Exchange, Headers, Request
from conformance.sign import Credentials, Scope, chunk_signature, stamp_of, trailer_signature

_SMALL_SKEW_S = 60
_TOKEN = re.compile(r"((?:^|[?&])X-Amz-Security-Token=)[^&]*")
_LONG_SKEW = timedelta(days=30)


def resigned(request: Request, exchange: Exchange, keys: Credentials | None, now: datetime) -> Request:
    """The rebound request with its dates moved and its signatures made with ``keys`` (None: it has none to make)."""
    form = forms.find(request.body)
    if form:
        return _form(request, form, exchange, keys, now)
    found = signed.find(request)
    if found is None:
        return request
    stamp = _moved(found.scope.stamp, exchange.at, now)
    request = _dated(request, found.scope.stamp, stamp)
    found = signed.find(request)
    if found is None or keys is None or found.value != signed.RIGHT:
        return request
    request = _with_token(request, keys)
    proof = signed.compute(request, found, keys.secret_key)
    if found.place == "query":
        return replace(request, target=request.target.replace(signed.RIGHT, proof))
    headers = _replace_in(request.headers, "authorization", signed.RIGHT, proof)
    body = _chunks(request.body, proof, found.scope, keys.secret_key) if _is_chunk_signed(request) else request.body
    return replace(request, headers=headers, body=body)


def lent_to(request: Request, keys: Credentials) -> Request:
    """The request with a key that the target has lent, and its token, in the place of the recorded ones; not signed."""
    found = signed.find(request)
    if found is None:
        return request
    headers = _replace_in(request.headers, "authorization", f"={found.access_key}/", f"={keys.access_key}/")
    target = request.target.replace(f"X-Amz-Credential={found.access_key}", f"X-Amz-Credential={keys.access_key}")
    if keys.session_token:
        token = quote(keys.session_token, safe="")
        target = _TOKEN.sub(lambda match: match.group(1) + token, target)
    return replace(request, headers=headers, target=target)


def _moved(stamp: str, at: str, now: datetime) -> str:
    """The stamp for today; one that was off when it was recorded is off by as much."""
    try:
        said = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        sent = datetime.fromisoformat(at)
    except ValueError:
        return stamp
    skew = said - sent
    if abs(skew) > _LONG_SKEW:
        return stamp  # a date chosen to be long past stays so, and answers spell it
    return stamp_of(now + skew if abs(skew) > timedelta(seconds=_SMALL_SKEW_S) else now)


def _dated(request: Request, old: str, new: str) -> Request:
    """The stamp and the scope's date, replaced wherever the signature has them."""
    if not old or old == new:
        return request
    target = request.target
    if "X-Amz-" in target:
        target = target.replace(old, new).replace(f"%2F{old[:8]}%2F", f"%2F{new[:8]}%2F")
        target = target.replace(f"/{old[:8]}/", f"/{new[:8]}/")
    headers = _replace_in(request.headers, "x-amz-date", old, new)
    headers = _replace_in(headers, "authorization", f"/{old[:8]}/", f"/{new[:8]}/")
    return replace(request, target=target, headers=headers)


def _with_token(request: Request, keys: Credentials) -> Request:
    """A temporary key's token belongs to the live keys; the recorded one was crossed out."""
    headers = tuple(
        (name, keys.session_token or value if name.lower() == "x-amz-security-token" else value)
        for name, value in request.headers
    )
    return replace(request, headers=headers)


def _replace_in(headers: Headers, wanted: str, old: str, new: str) -> Headers:
    return tuple((name, value.replace(old, new) if name.lower() == wanted else value) for name, value in headers)


def _is_chunk_signed(request: Request) -> bool:
    return (request.header("x-amz-content-sha256") or "").startswith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD")


def _chunks(body: bytes, seed: str, scope: Scope, secret: str) -> bytes:
    """Sign each well-formed chunk anew; from the first malformed one on the body is sent as it was."""
    framed, rest, previous = [], body, seed
    while rest:
        line, found, after = rest.partition(b"\r\n")
        size, mark, proof = line.partition(b";chunk-signature=")
        if not (found and mark) or not _is_hex(size) or len(after) < int(size, 16):
            break
        data = after[: int(size, 16)]
        previous = chunk_signature(previous, data, scope, secret)
        sent = previous.encode() if proof == signed.RIGHT.encode() else proof
        framed.append(size + mark + sent + b"\r\n" + data)
        rest = after[len(data) :]
        if not data:
            return b"".join(framed) + _trailer(rest, previous, scope, secret)
        if rest.startswith(b"\r\n"):
            framed.append(b"\r\n")
            rest = rest[2:]
    return b"".join(framed) + rest


def _is_hex(text: bytes) -> bool:
    return bool(re.fullmatch(rb"[0-9a-fA-F]{1,8}", text))


def _trailer(tail: bytes, previous: str, scope: Scope, secret: str) -> bytes:
    lines, mark, rest = tail.partition(b"x-amz-trailer-signature:")
    if not mark or not rest.startswith(signed.RIGHT.encode()):
        return tail
    headers = [line.partition(b":") for line in lines.split(b"\r\n") if line]
    canonical = b"".join(name.lower() + b":" + value.strip() + b"\n" for name, _, value in headers)
    return lines + mark + trailer_signature(previous, canonical, scope, secret).encode() + rest[64:]


def _form(
    request: Request, form: forms.SignedForm, exchange: Exchange, keys: Credentials | None, now: datetime
) -> Request:
    """A browser form: its policy names the date and the credential, and the signature covers the policy."""
    old, new = form.date, _moved(form.date, exchange.at, now)

    def today(text: str) -> str:
        return text.replace(old, new).replace(f"/{old[:8]}/", f"/{new[:8]}/") if old else text

    body = forms.changed(request.body.decode("latin-1"), today).encode("latin-1")
    moved = forms.find(body)
    if keys and moved and moved.signature == signed.RIGHT:
        body = body.replace(signed.RIGHT.encode(), moved.compute(keys.secret_key).encode())
    return replace(request, headers=refreshed(request.headers, request.body, body), body=body)
