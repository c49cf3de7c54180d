"""``$input`` and ``$util`` of mapping templates.

Source: developer guide, "Variables for data transformations for API Gateway".
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote_plus, unquote_plus

import orjson

from ruststack.services.apigateway.execution import json_path

_NOT_READ: Final = object()
_ESCAPES: Final = {
    '"': '\\"',
    "'": "\\'",
    "\\": "\\\\",
    "/": "\\/",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
}


class JsonMap(dict[str, Any]):
    """A JSON object in a template; as text it looks as Java writes a map: ``{a=1, b=[2]}``."""

    def __str__(self) -> str:
        return "{" + ", ".join(f"{name}={as_text(value)}" for name, value in self.items()) + "}"


class JsonList(list[Any]):
    """A JSON array in a template; as text it is JSON."""

    def __str__(self) -> str:
        return orjson.dumps(self).decode()


def as_text(value: Any) -> str:
    """A value as a template writes it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def wrapped(value: Any) -> Any:
    """JSON as templates see it."""
    if isinstance(value, dict):
        return JsonMap({name: wrapped(each) for name, each in value.items()})
    if isinstance(value, list):
        return JsonList(wrapped(each) for each in value)
    return value


class Parameters(dict[str, str]):
    """One kind of parameters; headers are found whatever their case."""

    def __init__(self, given: Mapping[str, str], *, folds_case: bool = False) -> None:
        super().__init__(given)
        self._by_lower = {name.lower(): value for name, value in given.items()} if folds_case else {}

    def get(self, name: str, default: Any = "") -> Any:
        return super().get(name, self._by_lower.get(name.lower(), default))

    def __str__(self) -> str:
        return "{" + ", ".join(f"{name}={value}" for name, value in self.items()) + "}"


class TemplateInput:
    """``$input``: the payload and the parameters of the request."""

    def __init__(self, body: str, path: Mapping[str, str], query: Mapping[str, str], header: Mapping[str, str]) -> None:
        self._body = body
        self._value: Any = _NOT_READ
        self._parameters = JsonMap(
            path=Parameters(path), querystring=Parameters(query), header=Parameters(header, folds_case=True)
        )

    @property
    def body(self) -> str:
        return self._body or "{}"

    def json(self, path: str = "$") -> str:
        """What the path leads to, as JSON text; ``""`` for nothing."""
        found = json_path.find(self._read(), path)
        return orjson.dumps("" if found is None else found).decode()

    def path(self, path: str = "$") -> Any:
        """What the path leads to, as a value."""
        return wrapped(json_path.find(self._read(), path))

    def params(self, name: str | None = None) -> Any:
        """All parameters, or the one of that name: of the path, the query or the headers, in this order."""
        if name is None:
            return self._parameters
        for kind in self._parameters.values():
            value = kind.get(name, None)
            if value is not None:
                return value
        return ""

    def _read(self) -> Any:
        if self._value is _NOT_READ:
            try:
                self._value = orjson.loads(self._body) if self._body else None
            except orjson.JSONDecodeError:
                self._value = None
        return self._value


class TemplateUtil:
    """``$util``."""

    def escapeJavaScript(self, value: Any) -> str:
        return "".join([_ESCAPES.get(letter) or _escaped(letter) for letter in as_text(value)])

    def parseJson(self, text: str) -> Any:
        """Raises orjson.JSONDecodeError."""
        return wrapped(orjson.loads(text))

    def urlEncode(self, text: Any) -> str:
        return quote_plus(as_text(text))

    def urlDecode(self, text: Any) -> str:
        return unquote_plus(as_text(text))

    def base64Encode(self, text: Any) -> str:
        return base64.b64encode(as_text(text).encode()).decode()

    def base64Decode(self, text: Any) -> str:
        """Raises ValueError."""
        return base64.b64decode(as_text(text)).decode("utf-8", "replace")


def _escaped(letter: str) -> str:
    return letter if " " <= letter <= "~" else f"\\u{ord(letter):04X}" if ord(letter) < 0x10000 else letter
