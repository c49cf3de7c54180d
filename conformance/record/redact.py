"""From Captured to Exchange: the only way from live traffic to what can be written, and no secret survives it.

Names and account ids are mapped to the ones that every recording uses, keys, signatures and tokens are blanked in their
own length and alphabet, and the headers that digest a changed body are made right again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from conformance import forms, signed
from conformance.digests import refreshed
from conformance.exchange import Exchange, Headers, Request, Response
from conformance.operations import identify, service_of
from conformance.record.capture import Captured
from conformance.sign import Credentials

CANONICAL_PORT = "4566"

_ACCESS_KEY = re.compile(r"\b(AKIA|ASIA|AROA|AIDA)(?![A-Z0-9]{9}EXAMPLE\b)([A-Z0-9]{16})\b")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@(?!example\.(?:com|org|net)\b)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_SECRET_NAMES = "SecretAccessKey|SessionToken|SecretString|SecretBinary|Password|ClientSecret|PrivateKey|SecretKey"
_SECRET_XML = re.compile(rf"(<(?:{_SECRET_NAMES})>)([^<]+)")
_SECRET_JSON = re.compile(rf'("(?:{_SECRET_NAMES})"\s*:\s*")((?:[^"\\]|\\.)+)')
_SECRET_FIELD = re.compile(r"(?i)((?:X-Amz-Security-Token|SessionToken)=)([^&\s\"<]+)")
_V2_SIGNATURE = re.compile(r"([?&]Signature=)([^&\s\"<]+)")
_CHUNK = re.compile(r"((?:chunk-signature=|x-amz-trailer-signature:))([0-9a-f]{64})")
_LOOSE_SIGNATURE = re.compile(r"(?i)((?:x-amz-)?signature=)(?!0{64}|f{64})[0-9a-f]{64}\b")


@dataclass(frozen=True, slots=True)
class _Proof:
    label: str
    value: str
    is_right: bool


class Redactor:
    """Redacts one scenario. ``accounts`` are the live keys by label; ``account_ids`` the live ids by label."""

    def __init__(
        self,
        accounts: Mapping[str, Credentials],
        account_ids: Mapping[str, str],
        names: Mapping[str, str],
        ports: tuple[int, ...] = (),
    ) -> None:
        self._accounts = accounts
        labels = sorted(account_ids, key=lambda label: (label != "main", label))
        self.canonical_ids = {label: f"{index:012d}" for index, label in enumerate(labels)}
        mapped = {live: canonical for live, canonical in names.items() if live != canonical}
        mapped |= {account_ids[label]: self.canonical_ids[label] for label in labels}
        mapped |= {accounts[label].access_key: self.canonical_ids[label] for label in labels}
        self._map = _mapper(mapped, ports)
        self._keys: dict[str, str] = {}
        self._emails: dict[str, str] = {}

    def exchange(self, number: int, captured: Captured) -> Exchange:
        """Raises ValueError when the target gave no answer: there is nothing to record."""
        if captured.response is None:
            raise ValueError(f"exchange {number}: the target did not answer {captured.request.method}")
        proof = self._proof(captured.request)

        def clean(text: str) -> str:
            return self._text(signed.blank(text, proof.value, proof.is_right))

        request = self._request(captured.request, clean)
        response = _response(captured.response, clean)
        return Exchange(
            number=number,
            operation=captured.operation or identify(captured.request, service_of(captured.request)),
            account=proof.label,
            request=request,
            response=response,
            step=captured.step,
            expects=captured.expects,
            at=_spell(captured.at),
        )

    def _proof(self, request: Request) -> _Proof:
        """Who signed the request, in a header, the query or a form, and whether rightly."""
        form, found = forms.find(request.body), signed.find(request)
        if found:
            label = self._label(found.access_key)
            secret = self._accounts[label].secret_key if label in self._accounts else ""
            return _Proof(label, found.value, bool(secret) and signed.is_right(request, found, secret))
        if form:
            label = self._label(form.access_key)
            secret = self._accounts[label].secret_key if label in self._accounts else ""
            return _Proof(label, form.signature, bool(secret) and form.compute(secret) == form.signature)
        return _Proof("anonymous", "", False)

    def _label(self, access_key: str) -> str:
        known = (label for label, keys in self._accounts.items() if keys.access_key == access_key)
        return next(known, "unknown")

    def _text(self, text: str) -> str:
        text = self._map(text)
        text = _SECRET_XML.sub(_cross_out, text)
        text = _SECRET_JSON.sub(_cross_out, text)
        text = _SECRET_FIELD.sub(_cross_out, text)
        text = _V2_SIGNATURE.sub(_cross_out, text)
        text = _LOOSE_SIGNATURE.sub(lambda match: match.group(1) + signed.WRONG, text)
        text = _ACCESS_KEY.sub(self._key, text)
        return _EMAIL.sub(self._email, text)

    def _key(self, match: re.Match[str]) -> str:
        return self._keys.setdefault(match.group(), f"{match.group(1)}{len(self._keys) + 1:09d}EXAMPLE")

    def _email(self, match: re.Match[str]) -> str:
        return self._emails.setdefault(match.group(), f"user{len(self._emails) + 1}@example.com")

    def _request(self, request: Request, clean: Callable[[str], str]) -> Request:
        text = request.body.decode("latin-1")
        text = _CHUNK.sub(lambda match: match.group(1) + signed.RIGHT, text)
        text = forms.changed(text, clean) if forms.is_form(request.body) else clean(text)
        body = text.encode("latin-1")
        headers = _headers(request.headers, clean)
        return Request(request.method, clean(request.target), refreshed(headers, request.body, body), body)


def _response(response: Response, clean: Callable[[str], str]) -> Response:
    body = clean(response.body.decode("latin-1")).encode("latin-1")
    headers = refreshed(_headers(response.headers, clean), response.body, body)
    return Response(response.status, response.reason, headers, body)


def _headers(headers: Headers, clean: Callable[[str], str]) -> Headers:
    return tuple((name, _header(name.lower(), value, clean)) for name, value in headers)


def _header(name: str, value: str, clean: Callable[[str], str]) -> str:
    if name in ("x-amz-security-token", "cookie", "set-cookie", "proxy-authorization"):
        return "x" * len(value)
    if name == "user-agent":
        return value.partition(" ")[0]  # the rest describes the machine that recorded
    if name == "amz-sdk-invocation-id":
        return "00000000-0000-0000-0000-000000000000"
    if name == "authorization" and not value.startswith("AWS4-HMAC-SHA256"):
        kind, space, rest = value.partition(" ")
        return kind + space + "x" * len(rest)
    return clean(value)


def _cross_out(match: re.Match[str]) -> str:
    return match.group(1) + "x" * len(match.group(2))


def _mapper(words: Mapping[str, str], ports: tuple[int, ...]) -> Callable[[str], str]:
    """Replaces whole words only (a name inside a longer word, or digits inside a longer number, are left) and ports."""
    changes = {old: new for old, new in words.items() if old and old != new}
    steps: list[Callable[[str], str]] = []
    if changes:
        any_word = "|".join(re.escape(old) for old in sorted(changes, key=len, reverse=True))
        word = re.compile(rf"(?<![A-Za-z0-9])(?:{any_word})(?![A-Za-z0-9])")
        steps.append(lambda text: word.sub(lambda match: changes[match.group()], text))
    if ports:
        port = re.compile(rf"(?<=[a-z0-9]):(?:{'|'.join(map(str, ports))})(?!\d)")
        steps.append(lambda text: port.sub(f":{CANONICAL_PORT}", text))

    def replace(text: str) -> str:
        for step in steps:
            text = step(text)
        return text

    return replace


def _spell(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
