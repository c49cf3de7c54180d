"""Records as AWS's members: fields in camel case, None left out, records inside records likewise."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, cast

_OTHERWISE: Final = {"provider_arns": "providerARNs", "from_": "from"}


def members(record: Any, *hidden: str) -> dict[str, Any]:
    """A record as its operation tells it; ``hidden`` are fields that are not told."""
    told, kind = {}, cast(Any, type(record))
    for field in _fields(kind):
        value = getattr(record, field)
        if value is not None and field not in hidden:
            told[camel(field)] = _told(value)
    return told


def _told(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return members(value)
    if isinstance(value, Mapping):
        return {key: _told(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_told(each) for each in value]
    return value


@cache
def _fields(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


@cache
def camel(field: str) -> str:
    """``api_key_required`` as AWS spells it."""
    if field in _OTHERWISE:
        return _OTHERWISE[field]
    first, *rest = field.split("_")
    return first + "".join(each.capitalize() for each in rest)


@cache
def _by_member(kind: Any) -> dict[str, str]:
    return {camel(field): field for field in _fields(kind)}


def fields(kind: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a record that are given, from AWS's members; lists become tuples."""
    known = _by_member(kind)
    return {
        known[name]: tuple(value) if isinstance(value, list) else value
        for name, value in given.items()
        if name in known and value is not None
    }
