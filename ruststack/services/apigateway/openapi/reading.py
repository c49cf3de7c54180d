"""Values of a document that should be of a type: what is not is none, since no user's document may break an import."""

from __future__ import annotations

from typing import Any


def text(value: Any) -> str | None:
    """A text, or None; numbers and truth values are written out."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    return None


def texts(value: Any) -> dict[str, str]:
    """A map of texts; entries that are none are left out."""
    if not isinstance(value, dict):
        return {}
    found = {key: text(each) for key, each in value.items()}
    return {key: each for key, each in found.items() if each is not None}


def listed(value: Any) -> list[str]:
    """The texts of a list."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def whole(value: Any) -> int | None:
    """A whole number, also one that is written as a text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and abs(value) < 1 << 31 else None
