"""Lists of executions, events and operations in pages: 100 at a time unless asked otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

from ruststack.kit import Input
from ruststack.services.lambda_.durable import tokens
from ruststack.services.lambda_.errors import InvalidParameterValueException

T = TypeVar("T")
_DEFAULT: Final = 100


def page(entries: Sequence[tuple[str, T]], req: Input) -> tuple[list[T], dict[str, str]]:
    """One page of entries, each with a key of its own, and ``NextMarker`` if more follow.

    Raises InvalidParameterValueException for a marker that was never given.
    Source: the model (MaxItems: "A value of 0 uses the default"); of the marker, floci-io/floci.
    """
    most, start = req.get("MaxItems") or _DEFAULT, 0
    if req.get("Marker"):
        key = tokens.read_marker(req["Marker"])
        if key is None:
            raise InvalidParameterValueException("Invalid Marker")
        start = next((place for place, (each, _) in enumerate(entries) if each == key), len(entries))
    end = start + most
    following = {"NextMarker": tokens.marker(entries[end][0])} if end < len(entries) else {}
    return [value for _, value in entries[start:end]], following
