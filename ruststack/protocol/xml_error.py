"""The ``<Error>`` element that all of AWS's XML protocols share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ruststack.core.errors import ServiceError
from ruststack.protocol.text import write_boolean
from ruststack.protocol.xml_write import escape


def _element(name: str, value: Any) -> str:
    """A member of an error: text, a nested structure, or one element for each entry of a list."""
    if isinstance(value, list | tuple):
        return "".join([_element(name, entry) for entry in value])
    if isinstance(value, Mapping):
        return f"<{name}>{''.join([_element(key, entry) for key, entry in value.items()])}</{name}>"
    text = write_boolean(value) if isinstance(value, bool) else str(value)
    return f"<{name}>{escape(text)}</{name}>"


def error_element(
    error: ServiceError, members: Mapping[str, Any], extra: Mapping[str, str] | None = None, *, has_type: bool = False
) -> bytes:
    """``<Error>`` with type (whose fault it is), code, message, members, then ``extra``."""
    parts = ["<Error>"]
    if has_type:
        parts.append(f"<Type>{'Sender' if error.status < 500 else 'Receiver'}</Type>")
    parts.append(f"<Code>{escape(error.code)}</Code>")
    if error.message:
        parts.append(f"<Message>{escape(error.message)}</Message>")
    parts += [_element(name, value) for name, value in members.items() if value is not None]
    parts += [_element(name, value) for name, value in (extra or {}).items()]
    parts.append("</Error>")
    return "".join(parts).encode("utf-8", "surrogatepass")
