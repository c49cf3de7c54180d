"""What describes an object and travels in headers: system metadata, user metadata, storage class, redirect."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Mapping
from typing import Any

from ruststack.kit import Input, ServiceError
from ruststack.services.s3.object_errors import InvalidStorageClass, MetadataTooLarge

DEFAULT_CONTENT_TYPE = "binary/octet-stream"
SYSTEM = ("CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "Expires")
ARCHIVED = frozenset(("GLACIER", "DEEP_ARCHIVE"))
"""Storage classes whose objects must be restored before they can be read."""

_STORAGE_CLASSES = ARCHIVED | {
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER_IR",
}
_METADATA_LIMIT_BYTES = 2048
_DEFAULT_HEADERS: Mapping[str, Any] = {"ContentType": DEFAULT_CONTENT_TYPE}
_ENCODED_WORD = re.compile(r"=\?([\w-]+)\?([BbQq])\?([^?]*)\?=")


class InvalidRedirectLocation(ServiceError):
    """x-amz-website-redirect-location is neither a path nor a URL."""

    code, status = "InvalidRedirectLocation", 400
    message = "The website redirect location must have a prefix of 'http://' or 'https://' or '/'."


def system_headers(req: Input) -> Mapping[str, Any]:
    """The headers to keep and send back. ``aws-chunked`` is how the body travelled, not how it is encoded."""
    if req.keys().isdisjoint(SYSTEM):
        content_type = req.get("ContentType")
        return {"ContentType": content_type} if content_type else _DEFAULT_HEADERS
    headers = {"ContentType": req.get("ContentType") or DEFAULT_CONTENT_TYPE}
    for member in SYSTEM:
        value = req.get(member)
        if value and member == "ContentEncoding":
            value = ",".join(item for item in value.split(",") if item.strip().lower() != "aws-chunked").strip()
        if value:
            headers[member] = value
    return headers


def user_metadata(given: Mapping[str, str]) -> Mapping[str, str]:
    """The metadata to keep: names in lower case, values as text.

    A value is UTF-8, or ASCII that RFC 2047 encodes. Raises MetadataTooLarge.
    """
    metadata = {name.lower(): _decoded(value) for name, value in given.items()}
    size = sum(len(name.encode()) + len(value.encode()) for name, value in metadata.items())
    if size > _METADATA_LIMIT_BYTES:
        raise MetadataTooLarge(Size=size, MaxSizeAllowed=_METADATA_LIMIT_BYTES)
    return metadata


def _decoded(value: str) -> str:
    if not value.isascii():
        try:
            value = value.encode("latin-1").decode("utf-8", "replace")
        except UnicodeEncodeError:
            return value
    if "=?" in value:
        return _ENCODED_WORD.sub(_decoded_word, value)
    return value


def _decoded_word(match: re.Match[str]) -> str:
    charset, encoding, text = match.groups()
    try:
        if encoding in "Bb":
            return base64.b64decode(text, validate=True).decode(charset)
        return quopri.decodestring(text.encode(), header=True).decode(charset)
    except (LookupError, UnicodeError, binascii.Error):
        return match.group()


def header_value(text: str) -> str:
    """A metadata value as it is sent: as it is if it is printable ASCII, else as RFC 2047 encoded words.

    AWS counts characters to choose between the Q and B encodings, and splits long text in halves, as Java's
    ``MimeUtility.encodeText`` does. Source: recorded answers of GetObject for non-ASCII metadata.
    """
    odd = sum(not _is_plain(sign) for sign in text)
    if not odd:
        return text
    return " ".join(_encoded_words(text, odd < len(text) - odd))


def _is_plain(sign: str) -> bool:
    return " " <= sign < "\x7f" or sign in "\r\n\t"


def _encoded_words(text: str, is_quoted: bool) -> list[str]:
    encoded = _quoted(text) if is_quoted else base64.b64encode(text.encode()).decode()
    if len(encoded) > 56 and len(text) > 1:
        middle = len(text) // 2
        return _encoded_words(text[:middle], is_quoted) + _encoded_words(text[middle:], is_quoted)
    return [f"=?UTF-8?{'Q' if is_quoted else 'B'}?{encoded}?="]


def _quoted(text: str) -> str:
    return "".join(
        "_" if byte == 0x20 else chr(byte) if 0x20 < byte < 0x7F and chr(byte) not in "=_?" else f"={byte:02X}"
        for byte in text.encode()
    )


def storage_class(req: Input) -> str:
    """Raises InvalidStorageClass."""
    name: str = req.get("StorageClass", "STANDARD")
    if name not in _STORAGE_CLASSES:
        raise InvalidStorageClass(StorageClassRequested=name)
    return name


def website_redirect(req: Input) -> str:
    """Raises InvalidRedirectLocation."""
    location: str = req.get("WebsiteRedirectLocation", "")
    if location and not location.startswith(("/", "http://", "https://")):
        raise InvalidRedirectLocation()
    return location
