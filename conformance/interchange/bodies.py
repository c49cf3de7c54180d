"""Bodies in HAR: text in Unicode or base64, without compression. What was on the wire is made of them again.

A tool that keeps a binary request body as text spoils it, or writes a character a byte. The length that was announced
tells which; a body that fits no reading of it is not there.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from mitmproxy.net import encoding

from conformance.exchange import Headers, header

_CHARSET = re.compile(r"charset=\"?([\w.:-]+)", re.IGNORECASE)
_MAGIC = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
_COMPRESSIONS = ("gzip", "deflate", "br", "zstd")


def sent(request: Mapping[str, Any], headers: Headers) -> bytes | None:
    """The body of a HAR request; None where it had one that the file does not hold whole."""
    announced = _announced(headers, request.get("bodySize"))
    data = request.get("postData") or {}
    if data.get("text") is None and data.get("params"):
        pairs = [(str(each.get("name", "")), str(each.get("value") or "")) for each in data["params"]]
        return urlencode(pairs).encode()
    text = data.get("text")
    if text is None or text == "":
        return None if announced else b""
    if _is_base64(data):
        return _unbase64(text)
    whole = _read(text, headers, announced)
    return None if whole is None or (announced is not None and len(whole) != announced) else whole


def received(response: Mapping[str, Any], headers: Headers, *, is_head: bool) -> bytes | None:
    """The body of a HAR response, compressed again as its headers say; None where the file does not hold it."""
    content = response.get("content") or {}
    text = content.get("text")
    if is_head:
        return b""
    if text is None or text == "":
        return None if _number(content.get("size")) and response.get("status") not in (204, 304) else b""
    plain = _unbase64(text) if _is_base64(content) else _read(text, headers, _number(content.get("size")))
    if plain is None or content.get("compression") == 0:
        return plain
    return _compressed(plain, header(headers, "content-encoding") or "")


def _read(text: str, headers: Headers, size: int | None) -> bytes | None:
    """The reading that has this size, else the likeliest; None for a text that has lost something."""
    readings = list(_readings(text, headers))
    found = next((each for each in readings if len(each) == size), None)
    return found if found is not None or "\ufffd" in text else readings[0]


def _readings(text: str, headers: Headers) -> Iterator[bytes]:
    """The bytes that a text may have been: in its charset, in UTF-8, a character a byte."""
    found = _CHARSET.search(header(headers, "content-type") or "")
    for charset in (found.group(1) if found else "utf-8", "utf-8", "latin-1"):
        try:
            yield text.encode(charset, "surrogateescape")
        except (UnicodeEncodeError, LookupError):
            continue


def _announced(headers: Headers, size: object) -> int | None:
    told = header(headers, "content-length") or ""
    if told.isascii() and told.isdigit():
        return int(told)
    return _number(size)


def _number(size: object) -> int | None:
    """A size that means something: HAR writes -1 for one that is not known."""
    return int(size) if isinstance(size, int | float) and size > 0 else None


def _is_base64(body: Mapping[str, Any]) -> bool:
    return "base64" in (body.get("encoding"), body.get("_encoding"))


def _unbase64(text: str) -> bytes | None:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _compressed(plain: bytes, how: str) -> bytes:
    """HAR holds what came out of the compression; some tools what went in."""
    how = how.strip().lower()
    if how not in _COMPRESSIONS or plain.startswith(_MAGIC.get(how, b"\0\0\0\0")):
        return plain
    return _zip(plain, how)


def _zip(plain: bytes, how: str) -> bytes:
    packed: bytes = encoding.encode(plain, how)
    return packed


def unpacked(body: bytes, headers: Headers) -> bytes:
    """The body without the compression that its headers speak of; as it is where there is none, or a broken one."""
    how = (header(headers, "content-encoding") or "").strip().lower()
    if how not in _COMPRESSIONS:
        return body
    try:
        plain = encoding.decode(body, how)
    except ValueError:
        return body
    return plain if isinstance(plain, bytes) else body
