"""What all kinds of records have in common: made from a request, found by id, listed in pages."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ruststack.kit import Context, Input, Output
from ruststack.services.apigateway.v2.errors import BadRequestException, ConflictException, NotFoundException
from ruststack.services.apigateway.v2.state import Api, Record

_USUAL: Final = 25
_MOST: Final = 500


def given(req: Input, *without: str) -> dict[str, Any]:
    """The members of a request that are there, but for those that only say what it is about."""
    return {name: value for name, value in req.items() if value is not None and name not in without}


def api_of(ctx: Context, req: Input) -> Api:
    """The API that a request names. Raises NotFoundException."""
    api: Api | None = ctx.state.apis.get(req["ApiId"])
    if api is None:
        raise NotFoundException("API", req["ApiId"])
    return api


def found(records: Mapping[str, Record], kind: str, name: str) -> Record:
    """One record. Raises NotFoundException."""
    record = records.get(name)
    if record is None:
        raise NotFoundException(kind, name)
    return record


def check_unused(kind: str, name: str, users: Iterable[Record]) -> None:
    """Whether it may be deleted: no route uses it. Raises ConflictException."""
    for route in users:
        raise ConflictException(f"Cannot delete {kind} '{name}' because it is used by Route '{route['RouteId']}'.")


def page(req: Input, records: Iterable[Any]) -> Output:
    """The part of a list that a request asks for. Raises BadRequestException."""
    start, size = _start(req.get("NextToken")), _size(req.get("MaxResults"))
    items = list(records)
    shown: Output = {"Items": items[start : start + size]}
    if start + size < len(items):
        shown["NextToken"] = base64.urlsafe_b64encode(str(start + size).encode()).decode()
    return shown


def _size(text: str | None) -> int:
    if not text:
        return _USUAL
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= _MOST:
        # Unknown: AWS's words; GetApis with maxResults=0 and maxResults=x would tell.
        raise BadRequestException("Invalid value for maxResults")
    return int(text)


def _start(token: str | None) -> int:
    if not token:
        return 0
    try:
        start = int(base64.b64decode(token.encode(), b"-_", validate=True))
    except (binascii.Error, ValueError, UnicodeError):
        raise BadRequestException("Invalid value for nextToken") from None
    return max(0, start)


def epoch(ctx: Context) -> int:
    """Now, in the whole seconds that AWS tells."""
    return int(ctx.clock.now())
