"""Shapes: the types of AWS's service models, resolved on first use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Raw = Mapping[str, Any]
Resolve = Callable[[str], "Shape"]


class Member:
    """One use of a shape: a structure's member, a list's element, a map's key or value, an operation's input or output.

    ``wire`` is the name on the wire where the model gives one (locationName), else the member's own name; ``name`` is
    empty for list elements, and map keys and values. What a use may override (flattened, timestamp format, XML
    namespace) is found here first.
    """

    __slots__ = ("has_wire_name", "location", "name", "raw", "shape", "wire")

    def __init__(self, name: str, raw: Raw, shape: Shape) -> None:
        self.name = name
        self.raw = raw
        self.shape = shape
        self.wire: str = raw.get("locationName", name)
        self.has_wire_name = "locationName" in raw
        self.location: str = raw.get("location", "")

    def trait(self, key: str, default: Any = None) -> Any:
        """A trait of this use, else of the shape itself."""
        value = self.raw.get(key)
        return self.shape.raw.get(key, default) if value is None else value

    @property
    def is_flattened(self) -> bool:
        return bool(self.trait("flattened"))

    @property
    def is_in_body_of_output(self) -> bool:
        """Locations that only requests have (uri, querystring) mean nothing in an answer."""
        return self.location not in ("header", "headers", "statusCode")

    @property
    def is_streaming(self) -> bool:
        """The body of the message, passed on as a stream and not read into memory."""
        return bool(self.trait("streaming"))

    @property
    def is_event_stream(self) -> bool:
        return bool(self.shape.raw.get("eventstream"))

    @property
    def timestamp_format(self) -> str | None:
        """iso8601, rfc822 or unixTimestamp where the model says so; otherwise protocol and location decide."""
        found: str | None = self.trait("timestampFormat")
        return found

    @property
    def xml_namespace(self) -> tuple[str, str] | None:
        """(prefix, uri); the prefix is empty for a default namespace."""
        namespace = self.trait("xmlNamespace")
        if not namespace:
            return None
        if isinstance(namespace, str):
            return "", namespace
        return namespace.get("prefix", ""), namespace["uri"]

    def __repr__(self) -> str:
        return f"Member({self.name!r}, {self.shape!r})"


class Shape:
    """A type of the model: ``raw`` is botocore's JSON, members and elements are resolved when first asked for.

    ``type`` is structure, list, map, string, character, blob, boolean, integer, long, float, double, bigdecimal,
    biginteger or timestamp. Shapes are compared by identity; a model has one Shape for each name, so closures compiled
    for a shape can be kept by it.
    """

    __slots__ = ("_element", "_key", "_members", "_resolve", "_value", "name", "raw", "required", "type")

    def __init__(self, name: str, raw: Raw, resolve: Resolve) -> None:
        self.name = name
        self.raw = raw
        self.type: str = raw["type"]
        self.required: tuple[str, ...] = tuple(raw.get("required", ()))
        self._resolve = resolve
        self._members: dict[str, Member] | None = None
        self._element: Member | None = None
        self._key: Member | None = None
        self._value: Member | None = None

    def _use(self, name: str, raw: Raw) -> Member:
        return Member(name, raw, self._resolve(raw["shape"]))

    @property
    def members(self) -> dict[str, Member]:
        """A structure's members by name, in the model's order; empty for other types."""
        if self._members is None:
            self._members = {name: self._use(name, raw) for name, raw in self.raw.get("members", {}).items()}
        return self._members

    @property
    def element(self) -> Member:
        """A list's element."""
        if self._element is None:
            self._element = self._use("", self.raw["member"])
        return self._element

    @property
    def key(self) -> Member:
        """A map's key."""
        if self._key is None:
            self._key = self._use("", self.raw["key"])
        return self._key

    @property
    def value(self) -> Member:
        """A map's value."""
        if self._value is None:
            self._value = self._use("", self.raw["value"])
        return self._value

    @property
    def payload(self) -> str | None:
        """The member that is the whole body, if one is."""
        found: str | None = self.raw.get("payload")
        return found

    @property
    def enum(self) -> tuple[str, ...]:
        return tuple(self.raw.get("enum", ()))

    @property
    def is_union(self) -> bool:
        return bool(self.raw.get("union"))

    @property
    def is_document(self) -> bool:
        return bool(self.raw.get("document"))

    @property
    def error_code(self) -> str:
        """An exception's code on the wire, where it differs from the shape's name; otherwise the name."""
        code: str = self.raw.get("error", {}).get("code", self.name)
        return code

    def __repr__(self) -> str:
        return f"Shape({self.name!r}, {self.type!r})"
