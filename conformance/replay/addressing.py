"""Recorded hosts in the words of AWS: where a request goes that an emulator was sent, and how answers spell it.

A recording from an emulator says ``localhost:4566`` for every service, or ``bucket.s3.localhost.localstack.cloud``;
AWS has a host for each service and region. What stands in URLs inside of bodies and headers is led there, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from conformance import forms, signed
from conformance.digests import refreshed, with_message_digests
from conformance.exchange import Exchange, Headers, Request, Response
from conformance.hosts import host_of, is_aws_host, website_of
from conformance.operations import service_of

_LOCAL = r"(?:localhost\.localstack\.cloud|localhost|127\.0\.0\.1)(?::4566)"
_AUTHORITY = re.compile(rf"(?<![\w.-])(?P<scheme>https?://)?(?P<labels>(?:[\w-]+\.)*?){_LOCAL}(?!\w)")
_BUCKET = re.compile(r"(?P<bucket>.+?)\.(?P<kind>s3(?:-website)?)(?:[.-][a-z]{2}-[a-z]+-\d)?")
_API = re.compile(r"(?P<api>[\w-]+)\.(?P<kind>execute-api|lambda-url)(?:\.(?P<region>[a-z]{2}-[a-z]+-\d))?")
_REGION = re.compile(r"[a-z]{2}-[a-z]+-\d")


@dataclass(frozen=True, slots=True)
class Addressing:
    """``region`` is where a request goes that names none itself."""

    region: str

    def outgoing(self, exchange: Exchange, request: Request) -> Request:
        """The request as AWS is to be told it; digests that were right are right again."""
        place = self._place(exchange)

        def lead(text: str) -> str:
            return _AUTHORITY.sub(lambda found: self._led(found, *place), text) if ":4566" in text else text

        host = request.header("host") or ""
        live = true_host(*place, host)
        headers = tuple((name, live if name.lower() == "host" else lead(value)) for name, value in request.headers)
        body = _changed(request.body, lead)
        return Request(request.method, lead(request.target), refreshed(headers, request.body, body), body)

    def incoming(
        self, exchange: Exchange, live: Response, to_live: Callable[[str], str], words: Mapping[str, str]
    ) -> Response:
        """AWS's answer with the hosts that the recorded answer has in its place; ``to_live`` knows the live names.

        ``words`` are put others besides.
        """
        spelled = {**self._spelled(exchange, to_live), **words}
        any_of_them = re.compile("|".join(re.escape(each) for each in sorted(spelled, key=len, reverse=True)))

        def back(text: str) -> str:
            return any_of_them.sub(lambda found: spelled[found.group()], text)

        body = with_message_digests(live.body, back(live.body.decode("latin-1")).encode("latin-1"))
        headers: Headers = tuple((name, back(value)) for name, value in live.headers)
        return replace(live, headers=refreshed(headers, live.body, body), body=body)

    def _spelled(self, exchange: Exchange, to_live: Callable[[str], str]) -> dict[str, str]:
        """AWS's spelling of each host in the recorded answer, and the recorded one."""
        answer = exchange.response
        texts = [answer.body.decode("latin-1"), *(value for _, value in answer.headers)]
        place = self._place(exchange)
        found = {each.group(): each for text in texts if ":4566" in text for each in _AUTHORITY.finditer(to_live(text))}
        spelled = {self._led(each, *place): text for text, each in found.items()}
        return {live: text for live, text in spelled.items() if live != text}

    def _led(self, found: re.Match[str], service: str, region: str) -> str:
        scheme = "https://" if found["scheme"] else ""
        return scheme + true_host(service, region, found.group().removeprefix(found["scheme"] or ""))

    def _place(self, exchange: Exchange) -> tuple[str, str]:
        """Service and region of a request: by its signature, or what it does and where the recording was made."""
        found = signed.find(exchange.request)
        named = exchange.operation.partition(".")[0]
        return named or service_of(exchange.request), found.scope.region if found else self.region


def true_host(service: str, region: str, authority: str) -> str:
    """AWS's host for a request that was sent to ``authority``, with the bucket or API that stands before it."""
    name = authority.partition(":")[0]
    if is_aws_host(name):
        return name
    found = _AUTHORITY.fullmatch(f"{name}:4566")
    labels = (found["labels"] if found else "").rstrip(".")
    if api := _API.fullmatch(labels):
        tail = "on.aws" if api["kind"] == "lambda-url" else "amazonaws.com"
        return f"{api['api']}.{api['kind']}.{api['region'] or region}.{tail}"
    if bucket := _BUCKET.fullmatch(labels):
        if bucket["kind"] == "s3":
            return f"{bucket['bucket']}.{host_of('s3', region)}"
        return website_of(bucket["bucket"], region)
    first, _, rest = labels.partition(".")
    if _REGION.fullmatch(rest):
        return host_of(first, rest)  # sqs.eu-west-1.localhost...
    if first and service == "s3" and labels != "s3":
        return f"{labels}.{host_of('s3', region)}"
    return host_of(first if first and not rest else service, region)


def _changed(body: bytes, change: Callable[[str], str]) -> bytes:
    if not body:
        return body
    text = body.decode("latin-1")
    return (forms.changed(text, change) if forms.is_form(body) else change(text)).encode("latin-1")
