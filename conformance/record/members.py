"""Members in a body, by name: JSON (in strings and base64 too), XML, forms and CBOR; each secret one is put another.

Read leniently and edited in place: what is not touched keeps its very bytes, and a broken body is searched too.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus, unquote_plus
from xml.sax.saxutils import escape

from conformance.record.secrets import Cover, is_secret, is_secret_name

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}\[\],:]|-?\d[\d.eE+-]*')
_OPENING = re.compile(r"<([A-Za-z_][\w.:-]*)((?:\s[^<>]*)?)>")
_XML_TEXT = re.compile(r">([^<>]+)<")
_CDATA = re.compile(r"(<!\[CDATA\[)(.*?)(\]\]>)", re.DOTALL)
_PAIR = re.compile(r"<([A-Za-z]\w*)>([^<]*)</\1>\s*<([A-Za-z]\w*)>([^<]*)</\3>")
_FORM = re.compile(r"[\w.%\[\]+:~-]{1,200}=[^&\s]*(?:&[\w.%\[\]+:~-]{1,200}=[^&\s]*)*")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
_DEEPEST = 6

Edit = tuple[int, int, str]


def covered(text: str, cover: Cover, depth: int = 0) -> str:
    """``text`` (bytes read as latin-1) with the value of every secret member in it replaced by what ``cover`` gives."""
    if depth > _DEEPEST or not text:
        return text
    start = text.lstrip()[:1]
    if start == "<":
        return _xml(text, cover, depth)
    if _FORM.fullmatch(text):
        return _form(text, cover, depth)
    return _json(text, cover, depth)


def query(text: str, cover: Cover) -> str:
    """A request target with its secret parameters covered."""
    path, mark, rest = text.partition("?")
    return path + mark + _form(rest, cover, 0) if mark else text


# -- JSON -------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Frame:
    """An object or array that is open; ``scalars`` are its members' values, with where they stand."""

    is_secret: bool = False
    key: str = ""
    scalars: list[tuple[str, int, int]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)


def _json(text: str, cover: Cover, depth: int) -> str:
    return _edited(text, list(_json_edits(text, cover, depth)))


def _json_edits(text: str, cover: Cover, depth: int) -> Iterator[Edit]:
    frames = [_Frame()]
    tokens = list(_TOKEN.finditer(text))
    for index, token in enumerate(tokens):
        mark, frame = token.group(), frames[-1]
        if mark in "{[":
            inherits = frame.is_secret or bool(frame.key and is_secret_name(frame.key))
            frames.append(_Frame(inherits, frame.key if mark == "[" else ""))
        elif mark in "}]":
            if len(frames) > 1:
                yield from _closed(text, frames.pop(), cover, depth)
        elif mark == ",":
            frame.key = frame.key if len(frames) > 1 and not frame.keys else ""
        elif mark != ":":
            following = tokens[index + 1].group() if index + 1 < len(tokens) else ""
            if mark[0] == '"' and following == ":":
                frame.key = _read(mark)
                frame.keys.add(frame.key)
            else:
                frame.scalars.append((frame.key, token.start(), token.end()))
    for frame in reversed(frames):
        yield from _closed(text, frame, cover, depth)


def _closed(text: str, frame: _Frame, cover: Cover, depth: int) -> Iterator[Edit]:
    siblings = {name: _read(text[start:end]) for name, start, end in frame.scalars}
    siblings |= dict.fromkeys(frame.keys - set(siblings), "")
    for name, start, end in frame.scalars:
        raw = text[start:end]
        value = _read(raw)
        if (frame.is_secret and name not in ("DataType", "Type")) or is_secret(name, value, siblings):
            yield start, end, json.dumps(cover(value)) if raw[0] == '"' else "1" * len(raw)
        elif raw[0] == '"' and (inner := _inner(value, cover, depth)) != value:
            yield start, end, json.dumps(inner)


def _read(raw: str) -> str:
    """The text of a token; UTF-8 that was read byte by byte is put together."""
    if raw[:1] != '"':
        return raw
    try:
        value = str(json.loads(raw, strict=False))
    except ValueError:
        value = raw[1:-1]
    return _utf8(value)


def _utf8(value: str) -> str:
    try:
        return value if value.isascii() else value.encode("latin-1").decode()
    except UnicodeError:
        return value


def _inner(value: str, cover: Cover, depth: int) -> str:
    """A value that is itself a document: JSON, XML or a form in a string, or in base64."""
    if len(value) < 8:
        return value
    if len(value) % 4 == 0 and _BASE64.fullmatch(value):
        return _inner_base64(value, cover, depth)
    if '"' in value or value.lstrip()[:1] == "<" or ("=" in value and _FORM.fullmatch(value)):
        wire = value.encode().decode("latin-1")
        changed = covered(wire, cover, depth + 1)
        return changed.encode("latin-1").decode() if changed != wire else value
    return value


def _inner_base64(value: str, cover: Cover, depth: int) -> str:
    try:
        wire = base64.b64decode(value, validate=True).decode("latin-1")
    except (binascii.Error, ValueError):
        return value
    changed = covered(wire, cover, depth + 1)
    return base64.b64encode(changed.encode("latin-1")).decode() if changed != wire else value


def _edited(text: str, edits: list[Edit]) -> str:
    pieces, at = [], 0
    for start, end, new in sorted(edits):
        if start >= at:
            pieces += [text[at:start], new]
            at = end
    return "".join((*pieces, text[at:]))


# -- XML --------------------------------------------------------------------------------------------------------------


def _xml(text: str, cover: Cover, depth: int) -> str:
    edits = [*_xml_secrets(text, cover), *_xml_pairs(text, cover)]
    text = _edited(text, edits)
    return _XML_TEXT.sub(lambda match: f">{_xml_inner(match.group(1), cover, depth)}<", text)


def _xml_secrets(text: str, cover: Cover) -> Iterator[Edit]:
    for opening in _OPENING.finditer(text):
        name = opening.group(1)
        if opening.group(2).endswith("/") or not is_secret_name(name.rpartition(":")[2]):
            continue
        end = text.find(f"</{name}>", opening.end())
        inside = text[opening.end() : end if end >= 0 else len(text)]
        if inside.lower() not in ("", "true", "false"):
            yield opening.end(), opening.end() + len(inside), _xml_covered(inside, cover)


def _xml_covered(inside: str, cover: Cover) -> str:
    if inside.startswith("<![CDATA["):
        return _CDATA.sub(lambda match: match.group(1) + cover(_utf8(match.group(2))) + match.group(3), inside)
    if "<" not in inside:
        return escape(cover(_utf8(html.unescape(inside))))
    return _XML_TEXT.sub(lambda match: f">{escape(cover(_utf8(html.unescape(match.group(1)))))}<", inside)


def _xml_pairs(text: str, cover: Cover) -> Iterator[Edit]:
    """``<Name>DB_PASSWORD</Name><Value>...</Value>``, and the entries of a map."""
    for pair in _PAIR.finditer(text):
        label, said, name, value = pair.groups()
        if is_secret(name, value, {label: html.unescape(said)}) and not is_secret_name(name):
            yield pair.start(4), pair.end(4), escape(cover(_utf8(html.unescape(value))))


def _xml_inner(value: str, cover: Cover, depth: int) -> str:
    plain = _utf8(html.unescape(value))
    changed = _inner(plain, cover, depth)
    return value if changed == plain else escape(changed, {'"': "&quot;"}).encode().decode("latin-1")


# -- forms ------------------------------------------------------------------------------------------------------------


def _form(text: str, cover: Cover, depth: int) -> str:
    """``a=1&b=2``; parameters whose names share a prefix up to the last dot are beside each other."""
    pairs = [pair.partition("=") for pair in text.split("&")]
    beside: dict[str, dict[str, str]] = {}
    for name, _, value in pairs:
        prefix, _, last = unquote_plus(name).rpartition(".")
        beside.setdefault(prefix, {})[last] = unquote_plus(value)
    changed = [name + mark + _form_value(name, value, beside, cover, depth) for name, mark, value in pairs]
    return "&".join(changed)


def _form_value(name: str, value: str, beside: Mapping[str, Mapping[str, str]], cover: Cover, depth: int) -> str:
    prefix, _, last = unquote_plus(name).rpartition(".")
    plain = unquote_plus(value)
    if is_secret(last, plain, beside[prefix]) or (last.isdigit() and is_secret_name(prefix.rpartition(".")[2])):
        return quote(cover(plain), safe="")
    inner = _inner(plain, cover, depth)
    return value if inner == plain else quote_plus(inner) if "+" in value else quote(inner, safe="")
