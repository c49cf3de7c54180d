"""Which bodies are bytes and which are text, by the API's binary media types.

Source: developer guide, "Binary media types for REST APIs" and "Content type conversions in API Gateway".
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence


def is_binary(media_type: str | None, binary_types: Sequence[str] | None) -> bool:
    """Whether the first of the media types that a header names is one of the API's binary ones.

    ``*/*`` there means all, also what has no type; ``image/*`` all subtypes.
    """
    if not binary_types:
        return False
    if "*/*" in binary_types:
        return True
    if not media_type:
        return False
    plain = media_type.partition(",")[0].partition(";")[0].strip().lower()
    main = plain.partition("/")[0]
    return any(each.partition(";")[0].lower() in (plain, f"{main}/*") for each in binary_types)


def text_of(body: bytes) -> str:
    """A body as text; what is no UTF-8 is replaced."""
    return body.decode("utf-8", "replace")


def encoded(body: bytes) -> str:
    """A body in Base64."""
    return base64.b64encode(body).decode()


def decoded(text: str | bytes) -> bytes | None:
    """The bytes of Base64 text, None for what is none."""
    try:
        return base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError):
        return None
