"""Lists in pages: MaxItems at a time, and a marker for the next one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from ruststack.kit import Input
from ruststack.services.lambda_.limits import PAGE

T = TypeVar("T")


def page(entries: Iterable[tuple[str, T]], req: Input, default: int = PAGE) -> tuple[list[T], dict[str, str]]:
    """One page of entries, which come in order under keys of their own, and ``NextMarker`` if more follow.

    A marker is the key that the next page begins with; one that is not there any more begins at none.
    """
    listed, marker, most = list(entries), req.get("Marker"), req.get("MaxItems") or default
    start = 0
    if marker:
        start = next((place for place, (key, _) in enumerate(listed) if key == marker), len(listed))
    end = start + most
    following = {"NextMarker": listed[end][0]} if end < len(listed) else {}
    return [value for _, value in listed[start:end]], following
