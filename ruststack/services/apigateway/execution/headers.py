"""Header fields on their way through the gateway: what is passed on, what is kept back, what is renamed.

Source: developer guide, "Amazon API Gateway important notes" (the table of headers that are dropped or remapped).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

Headers = list[tuple[str, str]]

# What never reaches an integration, whatever it is.
_KEPT_BACK: Final = frozenset(
    (
        "connection",
        "content-length",
        "content-md5",
        "expect",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "te",
        "transfer-encoding",
        "trailer",
        "upgrade",
        "www-authenticate",
    )
)
_REMAPPED: Final = {name.lower(): name for name in ("Connection", "Content-Length", "Date", "Server")}
_REMAPPED_OF_CUSTOM: Final = {
    **_REMAPPED,
    **{
        name.lower(): name
        for name in (
            "Authorization",
            "Content-MD5",
            "Expect",
            "Host",
            "Max-Forwards",
            "Proxy-Authenticate",
            "Trailer",
            "Upgrade",
            "User-Agent",
            "WWW-Authenticate",
        )
    },
}
# Ours: a backend that sends them has its own renamed.
_REMAPPED_OF_PROXY: Final = {**_REMAPPED, "x-amzn-requestid": "x-amzn-RequestId"}
_DROPPED: Final = frozenset(("transfer-encoding",))
_DROPPED_OF_HTTP_PROXY: Final = frozenset(("transfer-encoding", "content-encoding", "via"))


def incoming(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The client's headers in their order and case, without those that end at the gateway."""
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in raw
        if name.lower().decode("latin-1") not in _KEPT_BACK
    ]


def outgoing(kind: str, headers: Headers) -> Headers:
    """What an integration's headers become in the answer; ``kind`` is the integration's type."""
    remapped = _REMAPPED_OF_CUSTOM if kind in ("HTTP", "AWS") else _REMAPPED_OF_PROXY
    dropped = _DROPPED_OF_HTTP_PROXY if kind == "HTTP_PROXY" else _DROPPED
    passed: Headers = []
    for name, value in headers:
        lower = name.lower()
        if lower in remapped:
            passed.append((f"x-amzn-Remapped-{remapped[lower]}", value))
        elif lower not in dropped:
            passed.append((name, value))
    return passed


def value_of(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    """The last value of a header, or None."""
    lower, found = name.lower(), None
    for each, value in headers:
        if each.lower() == lower:
            found = value
    return found


def replaced(headers: Iterable[tuple[str, str]], name: str, value: str) -> Headers:
    """The headers with one value for this name, where the first of them stood or at the end."""
    lower, kept, is_there = name.lower(), [], False
    for each in headers:
        if each[0].lower() != lower:
            kept.append(each)
        elif not is_there:
            kept.append((name, value))
            is_there = True
    if not is_there:
        kept.append((name, value))
    return kept


def without(headers: Iterable[tuple[str, str]], *names: str) -> Headers:
    """The headers but for these; the names are in lower case."""
    return [each for each in headers if each[0].lower() not in names]


def single(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Of each header its last value, under the case of the first."""
    return {name: values[-1] for name, values in multiple(headers).items()}


def multiple(headers: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Of each header all values in their order, under the case of the first."""
    found: dict[str, list[str]] = {}
    case: dict[str, str] = {}
    for name, value in headers:
        found.setdefault(case.setdefault(name.lower(), name), []).append(value)
    return found
