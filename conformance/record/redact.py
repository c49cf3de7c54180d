"""From Captured to Exchange: the only way from live traffic to what can be written, and no secret survives it.

Names and account ids are mapped to the ones that every recording uses; keys, signatures, tokens and whatever a member
calls secret are crossed out in their own length and alphabet; headers that digest a changed body are made right again.
``learn`` every exchange first: a secret that one of them names is then found wherever another one repeats it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from urllib.parse import unquote

from conformance import forms, signed
from conformance.digests import refreshed, with_message_digests
from conformance.exchange import Exchange, Headers, Request, Response
from conformance.operations import identify, service_of
from conformance.record import layers, members
from conformance.record.capture import Captured
from conformance.record.keyring import Keyring, Proof
from conformance.record.secrets import Veil, is_secret_name
from conformance.sign import Credentials

CANONICAL_PORT = "4566"

_ACCESS_KEY = re.compile(r"\b(AKIA|ASIA|AROA|AIDA)(?![A-Z0-9]{9}EXAMPLE\b)([A-Z0-9]{16})\b", re.ASCII)
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@(?!example\.(?:com|org|net)\b)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
)
_URL_PASSWORD = re.compile(r"(://[^\s/:@\"'<>]+:)([^\s/@\"'<>]+)(?=@)")
_PEM = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?-----END [A-Z0-9 ]*PRIVATE KEY-----", re.DOTALL)
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}", re.ASCII)
_TOKEN = re.compile(r"\b(?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[A-Za-z0-9+/=%_-]{20,}|\bk8s-aws-v1\.[A-Za-z0-9_-]{20,}", re.ASCII)
# A field of a query or form, also percent-encoded inside another one, or escaped in JSON or XML.
_FIELD = r"(?i)((?:{names})(?:=|%3D|%253D))([^&\s\"'<>\\;]+)"
_SECRET_FIELD = re.compile(_FIELD.format(names="X-Amz-Security-Token|X-Amz-S3session-Token|SessionToken"))
_V2_SIGNATURE = re.compile(r"((?<![A-Za-z-])Signature(?:=|%3D|%253D))(?!0{64}|f{64})([^&\s\"'<>\\;,]+)")
_V4A_SIGNATURE = re.compile(r"(?i)(signature(?:=|%3D|%253D))([0-9a-f]{128,160})\b", re.ASCII)
_CHUNK = re.compile(r"((?:chunk-signature=|x-amz-trailer-signature:))([0-9a-f]{64,160})(?:\*{0,2})")
_LOOSE_SIGNATURE = re.compile(
    r"(?i)(signature['\"]?(?:\s*[=:]\s*|%3D|%253D)['\"]?)(?!0{64}|f{64})[0-9a-f]{64}\b", re.ASCII
)
_HEADERS = frozenset(
    (
        "cookie",
        "proxy-authorization",
        "set-cookie",
        "x-amz-s3session-token",
        "x-amz-security-token",
        "x-amz-sso_bearer_token",
        "x-aws-ec2-metadata-token",
    )
)
_DESCRIBES_MACHINE = frozenset(("user-agent", "x-amz-user-agent", "x-amzn-trace-id"))


class Redactor:
    """Redacts one scenario, or all that one program said.

    ``accounts`` are the live keys by label; ``account_ids`` the live ids by label (empty: not known); ``foreign_ids``
    are ids of nobody here that must not be told. ``keyring`` knows more keys than those. ``secrets`` are texts that are
    secret wherever they stand. ``keeps_accounts`` leaves the ids as they are.
    """

    def __init__(
        self,
        accounts: Mapping[str, Credentials],
        account_ids: Mapping[str, str],
        names: Mapping[str, str],
        ports: tuple[int, ...] = (),
        *,
        keyring: Keyring | None = None,
        foreign_ids: Iterable[str] = (),
        secrets: Iterable[str] = (),
        keeps_accounts: bool = False,
    ) -> None:
        self._keyring = keyring or Keyring.of(accounts)
        labels = sorted(account_ids, key=lambda label: (label != "main", label))
        self.canonical_ids = {label: f"{index:012d}" for index, label in enumerate(labels)}
        if keeps_accounts:
            self.canonical_ids = {label: account_ids[label] or each for label, each in self.canonical_ids.items()}
        mapped = {live: canonical for live, canonical in names.items() if live != canonical}
        mapped |= {account_ids[label]: self.canonical_ids[label] for label in labels}
        if not keeps_accounts:
            others = (each for each in foreign_ids if each not in mapped)
            mapped |= {live: f"9{number:011d}" for number, live in enumerate(others, start=1)}
        owners = {key: self.canonical_ids[label] for key, label in self._keyring.labels.items() if label in labels}
        owners = {key: owner for key, owner in owners.items() if key not in self._keyring.lent}
        mapped |= {key: owner for key, owner in owners.items() if _is_key_shaped(key)}
        self._map = _mapper(mapped, ports)
        self._map_keys = _credentials({key: owner for key, owner in owners.items() if not _is_key_shaped(key)})
        self._keys: dict[str, str] = {}
        self._emails: dict[str, str] = {}
        self._veil = Veil()
        for secret in (*secrets, *(keys.session_token or "" for keys in accounts.values())):
            if len(secret) >= 8:
                self._veil.cover(secret)
        self._everywhere: tuple[int, Callable[[str], str]] = (0, lambda text: text)

    def learn(self, captured: Captured) -> None:
        """Note every secret that the exchange names."""
        request, response = captured.request, captured.response
        for message in (request, response):
            if message is not None:
                layers.changed(message.body, message.headers, self._noted, self._veil.cover)
                _headers(message.headers, self._note, self._veil)
        members.query(self._note(request.target), self._veil.cover)

    def _noted(self, body: bytes) -> bytes:
        self._note(body.decode("latin-1"))
        return self._members(body)

    def _note(self, text: str) -> str:
        """Remember what a field in a text calls a secret, such as the token of a URL within a document."""
        for match in _SECRET_FIELD.finditer(text):
            for value in _unquoted(match.group(2)):
                self._veil.cover(value)
        return text

    def exchange(self, number: int, captured: Captured) -> Exchange:
        """Raises ValueError when the target gave no answer: there is nothing to record."""
        if captured.response is None:
            raise ValueError(f"exchange {number}: the target did not answer {captured.request.method}")
        proof = self._keyring.proof(captured.request, captured.response)

        def clean(text: str) -> str:
            return self._text(signed.blank(text, proof.value, proof.is_right), proof)

        request = self._request(captured.request, clean)
        response = self._response(captured.response, clean)
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

    def _text(self, text: str, proof: Proof) -> str:
        text = self._map(text)
        if proof.access_key:
            text = self._map_keys(text)
        text = self._known(text)
        for pattern in (_PEM, _JWT, _TOKEN):
            text = pattern.sub(lambda match: "x" * len(match.group()), text)
        for pattern in (_SECRET_FIELD, _URL_PASSWORD):
            text = pattern.sub(_cross_out, text)
        text = _V4A_SIGNATURE.sub(lambda match: match.group(1) + _blank(match.group(2), proof.is_right), text)
        text = _LOOSE_SIGNATURE.sub(lambda match: match.group(1) + signed.WRONG, text)
        text = _V2_SIGNATURE.sub(_cross_out, text)
        text = _ACCESS_KEY.sub(self._key, text)
        return _EMAIL.sub(self._email, text)

    def _known(self, text: str) -> str:
        """Every secret that was named anywhere, and every digest of what was changed, put another."""
        count, replace = self._everywhere
        if count != len(self._veil.words):
            count, replace = len(self._veil.words), _replacer(self._veil.words)
            self._everywhere = count, replace
        return replace(text)

    def _key(self, match: re.Match[str]) -> str:
        return self._keys.setdefault(match.group(), f"{match.group(1)}{len(self._keys) + 1:09d}EXAMPLE")

    def _email(self, match: re.Match[str]) -> str:
        return self._emails.setdefault(match.group(), f"user{len(self._emails) + 1}@example.com")

    def _members(self, body: bytes) -> bytes:
        if forms.is_form(body):
            return body
        return members.covered(body.decode("latin-1"), self._veil.cover).encode("latin-1")

    def _request(self, request: Request, clean: Callable[[str], str]) -> Request:
        text = request.body.decode("latin-1")
        blanked = _CHUNK.sub(lambda match: match.group(1) + _blank(match.group(2), True), text).encode("latin-1")
        body = self._body(blanked, request.headers, clean)
        headers = _headers(request.headers, clean, self._veil)
        target = clean(members.query(request.target, self._veil.cover))
        return Request(request.method, target, _refreshed(headers, request.body, blanked, body), body)

    def _response(self, response: Response, clean: Callable[[str], str]) -> Response:
        body = with_message_digests(response.body, self._body(response.body, response.headers, clean))
        headers = _headers(response.headers, clean, self._veil)
        return Response(response.status, response.reason, refreshed(headers, response.body, body), body)

    def _body(self, body: bytes, headers: Headers, clean: Callable[[str], str]) -> bytes:
        def change(inside: bytes) -> bytes:
            if forms.is_form(inside):
                return forms.changed(inside.decode("latin-1"), clean).encode("latin-1")
            new = clean(self._members(inside).decode("latin-1")).encode("latin-1")
            self._veil.digest(inside, new)
            return new

        return layers.changed(body, headers, change, self._veil.cover) if body else body


def _refreshed(headers: Headers, sent: bytes, blanked: bytes, body: bytes) -> Headers:
    """The headers of a changed request body; those of an aws-chunked one speak of what is inside the frames."""
    framed, new = layers.unframed(blanked), layers.unframed(body)
    headers = refreshed(headers, sent, body)
    if framed and new and framed.payload != new.payload and any(name.lower() == _DECODED for name, _ in headers):
        old_length, length = str(len(framed.payload)), str(len(new.payload))
        headers = tuple(
            (name, length if name.lower() == _DECODED and value == old_length else value) for name, value in headers
        )
    return headers


_DECODED = "x-amz-decoded-content-length"


def _headers(headers: Headers, clean: Callable[[str], str], veil: Veil) -> Headers:
    return tuple((name, _header(name.lower(), value, clean, veil)) for name, value in headers)


def _header(name: str, value: str, clean: Callable[[str], str], veil: Veil) -> str:
    if name in _HEADERS:
        veil.cover(value)
        return "x" * len(value)
    if name in _DESCRIBES_MACHINE:
        return value.partition(" ")[0]  # the rest describes the machine that recorded
    if name == "amz-sdk-invocation-id":
        return "00000000-0000-0000-0000-000000000000"
    if name == "authorization":
        return _authorization(value, clean, veil)
    if is_secret_name(name):
        return veil.cover(value)
    return clean(members.covered(value, veil.cover) if value[:1] in ("{", "[") else value)


def _authorization(value: str, clean: Callable[[str], str], veil: Veil) -> str:
    if value.startswith("AWS4-"):
        return clean(value)
    kind, space, rest = value.partition(" ")
    veil.cover(rest)
    return kind + space + "x" * len(rest)


def _blank(signature: str, is_right: bool) -> str:
    return ("0" if is_right else "f") * len(signature)


def _unquoted(value: str) -> Iterator[str]:
    """A value of a URL, and that without its percent-encoding, as often as it was done."""
    yield value
    while (plain := unquote(value)) != value:
        value = plain
        yield value


def _cross_out(match: re.Match[str]) -> str:
    return match.group(1) + "x" * len(match.group(2))


def _is_key_shaped(key: str) -> bool:
    """Long and mixed enough that it stands for nothing but the key, wherever it stands."""
    return len(key) >= 12 and not key.isalpha()


def _credentials(keys: Mapping[str, str]) -> Callable[[str], str]:
    """Replaces access keys that are plain words (``test``), but only where a credential stands."""
    if not keys:
        return lambda text: text
    any_key = "|".join(re.escape(key) for key in sorted(keys, key=len, reverse=True))
    scope = re.compile(rf"(?<![A-Za-z0-9])({any_key})(?=(?:/|%2F)\d{{8}}(?:/|%2F))")
    return lambda text: scope.sub(lambda match: keys[match.group()], text)


def _mapper(words: Mapping[str, str], ports: tuple[int, ...]) -> Callable[[str], str]:
    """Replaces whole words only (a name inside a longer word, or digits inside a longer number, are left) and ports."""
    changes = {old: new for old, new in words.items() if old and old != new}
    steps: list[Callable[[str], str]] = []
    if changes:
        any_word = "|".join(re.escape(old) for old in sorted(changes, key=len, reverse=True))
        # After a percent-encoded character (arn%3Aaws) a word begins, too.
        word = re.compile(rf"(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{{2}}))(?:{any_word})(?![A-Za-z0-9])")
        steps.append(lambda text: word.sub(lambda match: changes[match.group()], text))
    if ports:
        port = re.compile(rf"(?<=[a-z0-9]):(?:{'|'.join(map(str, ports))})(?!\d)")
        steps.append(lambda text: port.sub(f":{CANONICAL_PORT}", text))

    def replace(text: str) -> str:
        for step in steps:
            text = step(text)
        return text

    return replace


def _replacer(words: Mapping[str, str]) -> Callable[[str], str]:
    """Replaces each text wherever it stands, inside of words too: a secret that follows an escape must not slip by."""
    if not words:
        return lambda text: text
    anything = re.compile("|".join(re.escape(old) for old in sorted(words, key=len, reverse=True)))
    return lambda text: anything.sub(lambda match: words[match.group()], text)


def _spell(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
