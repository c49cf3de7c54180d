"""Lists in pages: ``limit`` (25, at most 500) and ``position``, which says where the last page ended."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, Final

from ruststack.kit import Input, Output
from ruststack.services.apigateway.errors import BadRequestException

_USUAL: Final = 25
_MOST: Final = 500


def page(req: Input, records: Mapping[str, Any], tell: Callable[[Any], Any]) -> Output:
    """The part of a list that a request asks for; a list that ends with the page has no ``position``.

    Raises BadRequestException. Unknown: the order in which AWS lists, and what it says of a limit or a position that is
    none; calls with limit=0, limit=501 and position=x would tell. A position goes on after the record that it names,
    be that gone or not, as long as its neighbours stand where they stood.
    """
    limit = req.get("limit", _USUAL)
    if limit < 1:
        raise BadRequestException("Invalid limit specified.")
    keys = list(records)
    start = _start(req["position"], keys) if req.get("position") else 0
    end = start + min(limit, _MOST)
    shown: Output = {"items": [tell(records[key]) for key in keys[start:end]]}
    if end < len(keys):
        shown["position"] = _written(end, keys[end - 1])
    return shown


def _written(place: int, key: str) -> str:
    return base64.urlsafe_b64encode(f"{place} {key}".encode()).decode()


def _start(position: str, keys: list[str]) -> int:
    try:
        place, _, key = base64.b64decode(position.encode(), b"-_", validate=True).decode().partition(" ")
        following = int(place)
    except (binascii.Error, UnicodeError, ValueError):
        raise BadRequestException("Invalid position specified.") from None
    return keys.index(key) + 1 if key in keys else max(0, following - 1)
