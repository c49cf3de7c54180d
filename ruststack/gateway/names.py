"""Header names as the services read them: in lower case, with what is repeated joined."""

from __future__ import annotations

from typing import Final

_NAMES: dict[bytes, str] = {}
_NAMES_KEPT: Final = 1024


def fold(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by lower-case name, repeated ones joined by a comma."""
    names = _NAMES
    try:
        headers = {names[name]: str(value, "latin-1") for name, value in raw}
    except KeyError:
        headers = {}
    return headers if len(headers) == len(raw) else _fold_slowly(raw)


def _fold_slowly(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """With names that come for the first time, or more than once."""
    headers: dict[str, str] = {}
    for name, value in raw:
        key = _NAMES.get(name) or _lower(name)
        text = value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _lower(name: bytes) -> str:
    if len(_NAMES) >= _NAMES_KEPT:
        _NAMES.clear()
    key = _NAMES[name] = name.decode("latin-1").lower()
    return key
