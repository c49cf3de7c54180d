"""What is a secret, told by the name of the member that holds it, and how it is crossed out.

Crossed out is: another text of the same length, in an alphabet that the protocol takes (base64 stays base64, a JSON
object stays one). Equal secrets stay equal and different ones different, over the whole recording, so that what a test
compares still compares.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

_WORD = re.compile(r"[^a-z0-9]")
_ENDINGS = (
    "password",
    "passwd",
    "passphrase",
    "secretaccesskey",
    "secretkey",
    "privatekey",
    "privatekeyplaintext",
    "clientsecret",
    "clientsecretvalue",
    "sessiontoken",
    "securitytoken",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "authtoken",
    "bearertoken",
    "authorizationtoken",
    "webidentitytoken",
    "samlassertion",
    "secretstring",
    "secretbinary",
    "secrethash",
    "secretcode",
    "keymaterial",
    "passworddata",
    "presharedkey",
    "apikeyvalue",
    "servicecredentialsecret",
    "ssecustomerkey",
    "encryptioncustomerkey",
    "base32stringseed",
    "qrcodepng",
)
_EXACT = frozenset(("plaintext", "token", "secret", "sharedsecret", "mackey", "apikey", "xapikey"))
# What names a secret where the name is free: an environment variable, a parameter, a tag.
_LOOSE_ENDINGS = ("token", "secret", "apikey", "accesskey", "credentials")
_FLAGS = frozenset(("true", "false", "null", "none", ""))

# Members that name another member's value, side by side in one object.
_LABELS = ("Name", "name", "Key", "key", "ParameterKey", "AttributeName", "VariableName")
_VALUES = ("Value", "value", "ParameterValue", "AttributeValue", "VariableValue", "StringValue")

_BASE64 = re.compile(r"[A-Za-z0-9+/]+(={0,2})")
_JWT = re.compile(r"[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]{4,}){2,4}")


def is_secret_name(name: str) -> bool:
    """Whether a member of that name holds a secret, in whatever case or style it is spelled."""
    word = _WORD.sub("", name.lower())
    return word in _EXACT or word.endswith(_ENDINGS) or (name.isupper() and is_secret_label(name))


def is_secret_label(label: str) -> bool:
    """Whether a free name (``DB_PASSWORD``, ``/prod/github/token``) is a secret's."""
    last = re.split(r"[/:.]", label)[-1]
    word = _WORD.sub("", last.lower())
    return word in _EXACT or word.endswith((*_ENDINGS, *_LOOSE_ENDINGS))


def is_secret(name: str, value: str, siblings: Mapping[str, str]) -> bool:
    """Whether ``value`` is a secret: by its own name, or because a member beside it says so."""
    if value.lower() in _FLAGS:
        return False
    if is_secret_name(name):
        return True
    if name not in _VALUES:
        return False
    if siblings.get("Type") == "SecureString" or "stageKeys" in siblings:  # SSM; an API Gateway key
        return True
    return any(is_secret_label(siblings[label]) for label in _LABELS if label in siblings)


Cover = Callable[[str], str]


class Veil:
    """Crosses out secrets, and remembers each, so that it is found again wherever else it stands."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}  # every spelling of a secret that is long enough to be looked for everywhere
        self._covered: dict[str, str] = {}
        self._counts: dict[int, int] = {}
        self._made: set[str] = set()

    def cover(self, value: str) -> str:
        """The text that stands for the secret. One that is covered already stays as it is."""
        if value in self._made or not value:
            return value
        if value not in self._covered:
            self._keep(value, self._structured(value) or self._fake(value))
        return self._covered[value]

    def digest(self, old: bytes, new: bytes) -> None:
        """What changed from ``old`` to ``new``: its digests change too, wherever they are told."""
        for make in (_hex_md5, _b64_md5, _hex_sha256, _b64_sha256):
            if old != new:
                self.words.setdefault(make(old), make(new))

    def _keep(self, value: str, fake: str) -> None:
        self._covered[value] = fake
        self._made.add(fake)
        if _is_telling(value) and fake != value:
            for spelling in _SPELLINGS:
                self.words.setdefault(spelling(value), spelling(fake))
        old, new = _unbase64(value), _unbase64(fake)
        if old and new:
            self.digest(old, new)

    def _structured(self, value: str) -> str:
        """A JSON object keeps its form: programs read it. Empty for anything else."""
        if not value.lstrip().startswith("{"):
            return ""
        try:
            tree = json.loads(value)
        except ValueError:
            return ""
        return json.dumps(self._leaves(tree), separators=(", ", ": ") if ": " in value else (",", ":"))

    def _leaves(self, tree: object) -> object:
        match tree:
            case dict():
                return {name: self._leaves(each) for name, each in tree.items()}
            case list():
                return [self._leaves(each) for each in tree]
            case str():
                return self.cover(tree)
            case bool() | None:
                return tree
        return int("1" * min(len(str(tree)), 15))

    def _fake(self, value: str) -> str:
        if _JWT.fullmatch(value):
            return ".".join("x" * len(part) for part in value.split("."))
        count = self._counts.get(len(value), 0) + 1
        self._counts[len(value)] = count
        mark = str(count) if count > 1 else ""
        found = _BASE64.fullmatch(value) if len(value) % 4 == 0 else None
        pad = found.group(1) if found else ""
        # 'w' is a last letter whose lowest bits are none, as strict readers of padded base64 want it.
        tail = mark + (f"w{pad}" if pad else "")
        fake = "x" * (len(value) - len(tail)) + tail if len(tail) < len(value) else _short(len(value), count)
        return fake if fake not in self._covered else self._fake(value)


def _short(length: int, count: int) -> str:
    return chr(ord("a") + (count - 1) % 26) * length


def _is_telling(value: str) -> bool:
    """Whether the value may be looked for anywhere: a common word may not, it is no secret in another place."""
    return len(value) >= 8 and not (len(value) < 16 and (value.isalpha() or value.isdigit()))


def _unbase64(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True) if len(value) >= 16 else b""
    except (binascii.Error, ValueError):
        return b""


def _wire(text: str) -> str:
    """Text as the redactor sees it: UTF-8 read byte by byte."""
    return text.encode().decode("latin-1")


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


_SPELLINGS: tuple[Callable[[str], str], ...] = (
    _wire,
    lambda text: quote(text, safe=""),
    lambda text: quote(text, safe="/"),
    quote_plus,
    lambda text: json.dumps(text)[1:-1],
    lambda text: _wire(json.dumps(text, ensure_ascii=False)[1:-1]),
    lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    lambda text: _wire(escape(text)),
    lambda text: _wire(escape(text, {'"': "&quot;", "'": "&apos;"})),
    lambda text: _wire(html.escape(text)),
    lambda text: _wire(escape(text, {'"': "&quot;", "'": "&#39;"})),
    lambda text: _wire(escape(text, {'"': "&#34;", "'": "&#39;"})),
    lambda text: _b64(text.encode()),
)


def _hex_md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _b64_md5(data: bytes) -> str:
    return _b64(hashlib.md5(data, usedforsecurity=False).digest())


def _hex_sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _b64_sha256(data: bytes) -> str:
    return _b64(hashlib.sha256(data).digest())
