"""What of a program's traffic is AWS's: told by the host, or by a signature that only an AWS client makes.

Everything else is dropped in memory, and counted. So are requests for credentials (the program's own affair, and
nothing but secrets) and an emulator's control pages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from conformance.exchange import Request
from conformance.hosts import is_aws_host
from conformance.record.capture import Captured
from conformance.record.environment import CREDENTIAL_HOSTS
from conformance.record.proxy import is_loopback

AWS = "aws"

_CREDENTIALS = re.compile(r"^(?:portal\.sso|oidc)\.[a-z0-9-]+\.amazonaws\.com|(?:^|\.)signin\.aws\.amazon\.com$")
_CONTROL = re.compile(r"^/(?:(?:_localstack|_ruststack|_ministack|moto-api)(?:/|$)|_aws/(?!execute-api/)|health$)")
_SIGNED = re.compile(r"^AWS4-|^AWS [A-Z0-9]")
_PRESIGNED = re.compile(r"[?&](?:X-Amz-Signature|AWSAccessKeyId)=", re.IGNORECASE)


@dataclass(slots=True)
class Traffic:
    """What was kept, of one endpoint (``aws`` or a URL), and how much was dropped, by the reason."""

    endpoint: str
    kept: list[Captured] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


class Ambiguous(Exception):
    """The program spoke with several endpoints, and nobody said which of them is meant."""


def sorted_out(taken: Iterable[Captured], target: str | None) -> Traffic:
    """Keep what was said to ``target`` (``aws``, a URL, or None: to the only endpoint that there was).

    Raises Ambiguous when it is None and there were several.
    """
    traffic = Traffic(target or "")
    everything = list(taken)
    signed = {endpoint_of(each, target) for each in everything}
    found: dict[str, list[Captured]] = {}
    for each in everything:
        # An unsigned request (for a public object) to a server that is spoken to as AWS belongs with the rest.
        endpoint = endpoint_of(each, target) or _beside(each, signed)
        if not endpoint:
            traffic.dropped["not AWS"] += 1
        elif each.response is None:
            traffic.dropped["never answered"] += 1
        else:
            found.setdefault(endpoint, []).append(each)
    if target is None:
        if len(found) > 1:
            counts = ", ".join(f"{endpoint} ({len(each)})" for endpoint, each in sorted(found.items()))
            raise Ambiguous(f"the program spoke with several endpoints: {counts}; choose one with --target")
        traffic.endpoint = next(iter(found), "")
    traffic.kept = found.pop(traffic.endpoint, [])
    for endpoint, others in found.items():
        traffic.dropped[f"to {endpoint}"] += len(others)
    return traffic


def _beside(captured: Captured, endpoints: set[str]) -> str:
    if is_control(captured.request):
        return ""
    return next((each for each in endpoints if each not in ("", AWS) and is_same(captured.origin, each)), "")


def endpoint_of(captured: Captured, target: str | None) -> str:
    """``aws``, the target, or another endpoint's URL; empty for what is no AWS request."""
    host = urlsplit(captured.origin).hostname or ""
    request = captured.request
    if host in CREDENTIAL_HOSTS or _CREDENTIALS.search(host):
        return ""
    if is_aws_host(host):
        return AWS
    if is_control(request):
        return ""
    if target and target != AWS and is_same(captured.origin, target):
        return target
    if not is_signed(request):
        return ""
    where = urlsplit(captured.origin)
    name = "localhost" if is_loopback(host) else host
    return f"{where.scheme}://{name}:{where.port}"


def is_same(origin: str, target: str) -> bool:
    """Whether both URLs are one server: a bucket may stand before its name, and this machine has many names."""
    one, other = urlsplit(origin), urlsplit(target)
    host, wanted = one.hostname or "", other.hostname or ""
    same_host = host == wanted or host.endswith(f".{wanted}") or (is_loopback(host) and is_loopback(wanted))
    return same_host and _port(one.scheme, one.port) == _port(other.scheme, other.port)


def _port(scheme: str, port: int | None) -> int:
    return port or (443 if scheme == "https" else 80)


def is_signed(request: Request) -> bool:
    """Whether the request carries a signature of AWS's kind, whichever version, wherever."""
    if _SIGNED.match(request.header("authorization") or "") or _PRESIGNED.search(request.target):
        return True
    return b"x-amz-signature" in request.body[:65536].lower() if _is_form(request) else False


def _is_form(request: Request) -> bool:
    return (request.header("content-type") or "").startswith("multipart/form-data")


def is_control(request: Request) -> bool:
    """An emulator's own pages: its health, its reset."""
    return bool(_CONTROL.match(request.path)) and not is_signed(request)
