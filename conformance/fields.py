"""The fields of a request: every value that it carries, where it stands, and the request with some of them changed.

One walk serves both directions, so that what dataflow sees in a field is what replay can change in it. A place is
``path``, ``host``, ``query uploadId``, ``header if-match``, ``body Entries/ReceiptHandle`` (JSON, XML and forms alike,
without list positions; JSON in a text, plain or in base64, is walked as if it were not wrapped),
``body RequestItems/{}`` for the names of an object's members, or ``body`` alone where nothing is known of its form.
What is not changed keeps its very bytes.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote, unquote, unquote_plus
from xml.sax.saxutils import escape, unescape

from conformance import forms
from conformance.digests import refreshed
from conformance.exchange import Request
from conformance.tree import decode

# Told the place and the decoded value; returns the value that shall stand there.
Change = Callable[[str, str], str]

WALKED = 1_000_000
_NESTED = 4
_SAFE = "-_.~"
# What a client's library adds by itself, and what follows from the rest of the request.
_OF_THE_LIBRARY = re.compile(
    r"authorization|host|date|x-amz-date|x-amz-content-sha256|x-amz-target|x-amz-security-token|user-agent|amz-sdk-.*"
    r"|content-(?!disposition|language).*|accept.*|connection|expect|transfer-encoding|x-amz-user-agent|x-amzn-trace-id"
)
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|-?Infinity|NaN")
_XML_TOKEN = re.compile(r"<[^>]*>|[^<]+")
_TAG = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_PAIR = re.compile(r"[\w.%~+\[\]-]+=")
_NUMBERED = re.compile(r"\.\d+(?=\.|$)")
_BASE64_JSON = ("eyJ", "ewo", "eyA", "ewog", "W3s", "WyJ", "Wwo")


def fields(request: Request) -> list[tuple[str, str]]:
    """Every place with its value; a text that holds JSON comes first as a whole."""
    found: list[tuple[str, str]] = []

    def note(place: str, value: str) -> str:
        found.append((place, value))
        return value

    rewritten(request, note)
    return found


def rewritten(request: Request, change: Change) -> Request:
    """The request with each field as ``change`` gives it; digests that were right for the body are right again."""
    path, mark, query = request.target.partition("?")
    path = "/".join(_encoded(part, lambda text: change("path", text), is_form=False) for part in path.split("/"))
    target = path + mark + _pairs(query, "query ", change)
    headers = tuple((name, _header(name.lower(), value, change)) for name, value in request.headers)
    body = _body(request.body, change)
    return replace(request, target=target, headers=refreshed(headers, request.body, body), body=body)


def has_own_meaning(name: str) -> bool:
    """Whether a header says something of the client's, rather than of its library or of the transport."""
    return not _OF_THE_LIBRARY.fullmatch(name.lower())


def _header(name: str, value: str, change: Change) -> str:
    if name == "host":
        return change("host", value)
    return _text(value, f"header {name}", change) if has_own_meaning(name) else value


def _body(body: bytes, change: Change) -> bytes:
    if not body:
        return body
    if forms.is_form(body):
        return forms.changed(body.decode("latin-1"), lambda text: change("body", text)).encode("latin-1")
    kind = _kind(body) if len(body) <= WALKED else ""
    if not kind:
        return change("body", body.decode("latin-1")).encode("latin-1")
    text = body.decode()
    if kind == "json":
        return _json(text, "body ", change, 0).encode()
    return (_xml(text, change) if kind == "xml" else _pairs(text, "body ", change)).encode()


def _kind(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return ""
    if _PAIR.match(text) and not re.search(r"\s", text):
        return "pairs"
    if decode(body) is None:
        return ""
    if text.lstrip()[:1] != "<":
        return "json"
    return "" if "<!" in text else "xml"  # a comment or CDATA: no SDK sends them


def _pairs(text: str, prefix: str, change: Change) -> str:
    """``a=1&b=2``, of a query or a form."""
    if not text:
        return text
    changed = []
    for pair in text.split("&"):
        name, sign, value = pair.partition("=")
        place = prefix + _NUMBERED.sub("", unquote_plus(name))
        changed.append(name + sign + _encoded(value, lambda text, place=place: _text(text, place, change)))  # type: ignore[misc]
    return "&".join(changed)


def _encoded(raw: str, change: Callable[[str], str], *, is_form: bool = True) -> str:
    value = unquote_plus(raw) if is_form else unquote(raw)
    new = change(value) if value else value
    if new == value:
        return raw
    kept = "".join({each for each in raw if not each.isalnum() and each not in "%+&#"})
    return quote(new, safe=_SAFE + kept)


def _text(value: str, place: str, change: Change, depth: int = 0) -> str:
    """The value as a whole; if that is not changed, what is wrapped in it."""
    new = change(place, value)
    if new != value or depth >= _NESTED:
        return new
    if value[:1] in ("{", "[") and decode(value.encode("utf-8", "surrogateescape")) is not None:
        return _json(value, f"{place}/" if " " in place else f"{place} ", change, depth + 1)
    if value.startswith(_BASE64_JSON):
        return _wrapped(value, place, change, depth)
    return value


def _wrapped(value: str, place: str, change: Change, depth: int) -> str:
    try:
        inner = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return value
    if decode(inner.encode()) is None:
        return value
    new = _json(inner, f"{place}/" if " " in place else f"{place} ", change, depth + 1)
    return base64.b64encode(new.encode()).decode() if new != inner else value


def _json(text: str, prefix: str, change: Change, depth: int) -> str:
    pieces: list[str] = []
    end, is_name = 0, False
    open_: list[str | None] = []  # the member that each open object is at; None for a list
    for token in _JSON_TOKEN.finditer(text):
        word = token.group()
        if word in "{[":
            open_.append("" if word == "{" else None)
            is_name = word == "{"
        elif word in "}]":
            open_.pop()
        elif word in ",:":
            is_name = word == "," and open_[-1] is not None
        else:
            if is_name:
                open_[-1] = ""
            place = prefix + "/".join(filter(None, (*open_, "{}" if is_name else None)))
            pieces += (text[end : token.start()], _json_leaf(word, place, change, _NESTED if is_name else depth))
            end = token.end()
            if is_name:
                open_[-1] = json.loads(word)
    return "".join(pieces) + text[end:]


def _json_leaf(word: str, place: str, change: Change, depth: int) -> str:
    if word in ("true", "false", "null"):
        return word
    if word[0] != '"':
        new = change(place, word)
        return new if _JSON_NUMBER.fullmatch(new) else json.dumps(new)
    value = json.loads(word)
    new = _text(value, place, change, depth)
    return word if new == value else json.dumps(new, ensure_ascii=word.isascii())


def _xml(text: str, change: Change) -> str:
    pieces = []
    open_: list[str] = []
    tokens = _XML_TOKEN.findall(text)
    for token, following in zip(tokens, (*tokens[1:], ""), strict=True):
        if token.startswith("</"):
            open_.pop()
        elif token[0] == "<":
            tag = _TAG.match(token)
            if tag and not token.endswith("/>"):
                open_.append(tag.group(1))
        elif open_ and following.startswith("</"):
            token = _xml_leaf(token, "body " + "/".join(open_), change)
        pieces.append(token)
    return "".join(pieces)


def _xml_leaf(raw: str, place: str, change: Change) -> str:
    quotes = {"&quot;": '"', "&#34;": '"', "&apos;": "'"}
    value = unescape(raw, quotes)
    new = _text(value, place, change)
    if new == value:
        return raw
    return escape(new, {'"': "&quot;"} if "&quot;" in raw or "&#34;" in raw else {})
