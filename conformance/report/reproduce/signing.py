"""How a recorded request is signed: as a client signs, or in a way that is itself what the scenario is about."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from conformance import forms, signed
from conformance.digests import DIGESTS
from conformance.exchange import Exchange, Request
from conformance.parameters.chunks import unframed
from conformance.sign import UNSIGNED

_CLOSE_S = 60


def oddity(exchange: Exchange) -> str:
    """In a few words what no client would do; empty for a request that is signed in its headers, or not at all."""
    request = exchange.request
    if forms.find(request.body) is not None:
        return "its form is signed"
    found = signed.find(request)
    if found is None:
        return "its signature" if request.header("authorization") else ""
    if found.place != "header":
        return "its URL is presigned"
    if found.value != signed.RIGHT:
        return "its signature is wrong"
    if not _is_timely(found.scope.stamp, exchange.at):
        return "its date is wrong"
    if (request.header("x-amz-content-sha256") or "").startswith("STREAMING-AWS4"):
        return "its chunks are signed"
    if not _has_own_digest(request):
        return "its payload hash is wrong"
    return "" if _has_right_trailer(request) else "its trailer is wrong"


def _has_own_digest(request: Request) -> bool:
    """The payload hash, if there is one, is what a client computes, or says that there is none."""
    digest = request.header("x-amz-content-sha256") or ""
    if digest in ("", UNSIGNED) or digest.startswith("STREAMING-"):
        return True
    return digest == hashlib.sha256(request.body).hexdigest()


def _has_right_trailer(request: Request) -> bool:
    """A body in chunks is whole, and its trailer is what it promised, and right."""
    try:
        whole = unframed(request)
    except ValueError:
        return False
    promised = (request.header("x-amz-trailer") or "").lower()
    if whole is request or not promised:
        return whole is request
    return promised in DIGESTS and whole.header(promised) == DIGESTS[promised](whole.body)


def _is_timely(stamp: str, at: str) -> bool:
    try:
        said = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return abs((said - datetime.fromisoformat(at)).total_seconds()) < _CLOSE_S
    except ValueError:
        return not at
