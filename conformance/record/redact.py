"""From Captured to Exchange: the only way from live traffic to what can be written, and no secret survives it.

Names and account ids are mapped to the ones that every recording uses, keys, signatures and tokens are blanked in their
own length and alphabet, and the headers that digest a changed body are made right again.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import datetime

from conformance import signed
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
_FORM_FIELD = re.compile(r'(?i)(name="(policy|x-amz-signature|signature)"\r\n\r\n)([^\r]*)')


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
        found = signed.find(captured.request)
        label = self._label(found)
        secret = self._accounts[label].secret_key if label in self._accounts else ""
        right = bool(found and secret and signed.is_right(captured.request, found, secret))
        proof = found.value if found else ""

        def clean(text: str) -> str:
            return self._text(signed.blank(text, proof, right) if proof else text)

        request = self._request(captured.request, clean)
        response = _response(captured.response, clean)
        return Exchange(
            number=number,
            operation=captured.operation or identify(captured.request, service_of(captured.request)),
            account=label,
            request=request,
            response=response,
            step=captured.step,
            expects=captured.expects,
            at=_spell(captured.at),
        )

    def _label(self, found: signed.Signed | None) -> str:
        if found is None:
            return "anonymous"
        for label, keys in self._accounts.items():
            if keys.access_key == found.access_key:
                return label
        return "unknown"

    def _text(self, text: str) -> str:
        text = self._map(text)
        text = _SECRET_XML.sub(_cross_out, text)
        text = _SECRET_JSON.sub(_cross_out, text)
        text = _SECRET_FIELD.sub(_cross_out, text)
        text = _V2_SIGNATURE.sub(_cross_out, text)
        text = _ACCESS_KEY.sub(self._key, text)
        return _EMAIL.sub(self._email, text)

    def _key(self, match: re.Match[str]) -> str:
        return self._keys.setdefault(match.group(), f"{match.group(1)}{len(self._keys) + 1:09d}EXAMPLE")

    def _email(self, match: re.Match[str]) -> str:
        return self._emails.setdefault(match.group(), f"user{len(self._emails) + 1}@example.com")

    def _request(self, request: Request, clean: Callable[[str], str]) -> Request:
        text = request.body.decode("latin-1")
        text = _CHUNK.sub(lambda match: match.group(1) + signed.RIGHT, text)
        if b"form-data" in request.body[:400]:
            text = _FORM_FIELD.sub(lambda match: self._form_field(match, clean), text)
        body = clean(text).encode("latin-1")
        headers = _headers(request.headers, clean)
        return Request(request.method, clean(request.target), refreshed(headers, request.body, body), body)

    def _form_field(self, match: re.Match[str], clean: Callable[[str], str]) -> str:
        start, name, value = match.groups()
        if name.lower() != "policy":
            return start + signed.blank(value, value, True)
        try:
            policy = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError):
            return match.group()
        return start + base64.b64encode(clean(policy).encode()).decode()


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
        kind, _, rest = value.partition(" ")
        return f"{kind} {'x' * len(rest)}"
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
