"""Whether two runs of a scenario asked the same: requests without what differs between any two runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from conformance import forms
from conformance.digests import DIGESTS
from conformance.exchange import Request

_HEADERS: dict[str, str] = {
    "accept-encoding": "the SDK's own affair",
    "amz-sdk-invocation-id": "minted for each request",
    "amz-sdk-request": "counts the SDK's attempts",
    "authorization": "holds the time and the signature",
    "user-agent": "names the SDK's version",
    "x-amz-security-token": "of one session",
    "x-amz-user-agent": "names the SDK's version",
}
_QUERY = frozenset(("x-amz-credential", "x-amz-security-token", "x-amz-signature", "signature", "awsaccesskeyid"))
_MINTED = (
    (re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}(?::|%3A)\d{2}(?::|%3A)\d{2}(?:\.\d+)?(?:Z|\+00:00)?"), "<time>"),
    (re.compile(r"\d{8}T\d{6}Z|\d{8}(?=(?:/|%2F)[a-z0-9-]+(?:/|%2F)[a-z0-9-]+(?:/|%2F)aws4_request)"), "<time>"),
    (re.compile(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT"), "<time>"),
    (re.compile(r"(?<![0-9A-Za-z])[12]\d{9}(?:\d{3}|\.\d+)?(?![0-9A-Za-z])"), "<time>"),
    (re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"), "<uuid>"),
    (
        re.compile(r"(chunk-signature=|x-amz-trailer-signature:|x-amz-signature\"\r\n\r\n)[0-9a-f]{64}"),
        r"\1<signature>",
    ),
)

Asked = tuple[str, str, tuple[tuple[str, str], ...], str]


def asked(request: Request, spell: Callable[[str], str] = str) -> Asked:
    """What the request asks for; equal for two runs of one scenario. ``spell`` maps minted values to one spelling."""

    def plain(text: str) -> str:
        return _plain(spell(text))

    body = request.body.decode("latin-1")
    said = forms.changed(body, plain) if forms.is_form(request.body) else plain(body)
    return request.method, _target(request, plain), tuple(sorted(_headers(request, plain))), said


def _plain(text: str) -> str:
    for pattern, word in _MINTED:
        text = pattern.sub(word, text)
    return text


def _target(request: Request, plain: Callable[[str], str]) -> str:
    parameters = [each for each in request.query.split("&") if each.partition("=")[0].lower() not in _QUERY]
    return "&".join((plain(request.path), *map(plain, parameters)))


def _headers(request: Request, plain: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    for name, value in request.headers:
        lower = name.lower()
        if lower in _HEADERS:
            continue
        digest = DIGESTS.get(lower)
        is_right = digest is not None and digest(request.body) == value
        yield lower, "<right>" if is_right else plain(value)
