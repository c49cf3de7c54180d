"""Values to XML: a writer for each use of a shape, compiled once; text is escaped as AWS does.

A structure's members are written in the order of the dict, so that a handler decides the order where AWS's own differs
from the model's. None is an absent member.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from ruststack.core.listed import Listed
from ruststack.model import Member, Shape
from ruststack.protocol import text

WriteElement = Callable[[Any], bytes]
"""Renders a value with its own start and end tags."""

WriteContent = Callable[[Any], bytes]
"""Renders what stands between the tags."""

_SPECIAL = re.compile('[&<>"\x00-\x08\x0b-\x1f\x7f\x85\u2028\ufffe\uffff]')
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_rendered = attrgetter("rendered")
_rendered_by = attrgetter("rendered_by")


def _entity(found: re.Match[str]) -> str:
    character = found.group()
    return _ENTITIES.get(character) or f"&#x{ord(character):x};"


def escape(value: str) -> str:
    """Text for XML. Characters that XML 1.0 has no place for become references to them, as S3 sends them."""
    return _SPECIAL.sub(_entity, value) if _SPECIAL.search(value) else value


class XmlWriters:
    """Compiles and keeps the writers of one model."""

    def __init__(self, *, has_milliseconds: bool = False) -> None:
        self._has_milliseconds = has_milliseconds
        self._contents: dict[Shape, WriteContent] = {}
        self._elements: dict[tuple[Shape, str, str], WriteElement] = {}

    def element(self, member: Member, name: str, namespace: str = "") -> WriteElement:
        """A writer of ``<name>...</name>`` for a member of any type."""
        key = (member.shape, name, namespace or declaration(member))
        if member.shape.type == "timestamp" or member.shape.type in ("list", "map"):
            return self._make_element(member, name, namespace)
        found = self._elements.get(key)
        if found is None:
            found = self._elements[key] = self._make_element(member, name, namespace)
        return found

    def _make_element(self, member: Member, name: str, namespace: str) -> WriteElement:
        start = f"<{name}{namespace or declaration(member)}"
        end = f"</{name}>".encode()
        kind = member.shape.type
        if kind == "structure":
            return self._structure_element(member.shape, start, end)
        opened = f"{start}>".encode()
        if kind in ("list", "map"):
            write = self._list_content(member) if kind == "list" else self._map_content(member)
            return lambda value: b"".join((opened, write(value), end))
        to_text = text.writer(member, "iso8601", self._has_milliseconds)
        if kind in ("string", "character"):
            return lambda value: opened + escape(value).encode("utf-8", "surrogatepass") + end
        return lambda value: opened + to_text(value).encode() + end

    def _structure_element(self, shape: Shape, start: str, end: bytes) -> WriteElement:
        opened = f"{start}>".encode()
        write = self.content(shape)
        start_tag = start_tag_writer(shape, start)
        if start_tag is None:

            def write_structure(value: Any) -> bytes:
                if type(value) is Listed:
                    if value.rendered_by is not write_structure:
                        value.rendered = b"".join((opened, write(value), end))
                        value.rendered_by = write_structure
                    return value.rendered or b""
                return b"".join((opened, write(value), end))

            return write_structure

        return lambda value: b"".join((start_tag(value), write(value), end))

    def content(self, shape: Shape) -> WriteContent:
        """A writer of a structure's members, without the structure's own tags."""
        write = self._contents.get(shape)
        if write is None:
            write = self._contents[shape] = self.fields(shape, shape.members)
        return write

    def fields(self, shape: Shape, members: dict[str, Member]) -> WriteContent:
        """A writer of some members of a structure. It raises ValueError for a member that the model lacks."""
        writers: dict[str, WriteElement] = {}

        def write_fields(value: Any) -> bytes:
            parts = []
            for name, given in value.items():
                if given is not None:
                    write = writers.get(name)
                    if write is None:
                        write = writers[name] = self._field(shape, members, name)
                    parts.append(write(given))
            return b"".join(parts)

        return write_fields

    def _field(self, shape: Shape, members: dict[str, Member], name: str) -> WriteElement:
        member = members.get(name)
        if member is None:
            raise ValueError(f"{shape.name} has no member {name}")
        if member.trait("xmlAttribute"):
            return lambda value: b""
        if member.is_flattened and member.shape.type == "list":
            element = member.shape.element
            return self._items(element, flat_name(member))
        if member.is_flattened and member.shape.type == "map":
            return self._entries(member.shape, member.wire, declaration(member))
        return self.element(member, member.wire)

    def _list_content(self, member: Member) -> WriteContent:
        element = member.shape.element
        return self._items(element, element.raw.get("locationName", "member"))

    def _items(self, element: Member, name: str) -> WriteContent:
        write = self.element(element, name)

        def write_items(values: Any) -> bytes:
            # A page of a listing: every entry was rendered by this writer before, so its bytes are only joined.
            if values and type(values[0]) is Listed:
                try:
                    if set(map(_rendered_by, values)) == {write}:
                        return b"".join(map(_rendered, values))
                except AttributeError:
                    pass
            return b"".join([write(value) for value in values if value is not None])

        return write_items

    def _map_content(self, member: Member) -> WriteContent:
        return self._entries(member.shape, "entry")

    def _entries(self, shape: Shape, name: str, namespace: str = "") -> WriteContent:
        opened, end = f"<{name}{namespace}>".encode(), f"</{name}>".encode()
        write_key = self.element(shape.key, shape.key.wire or "key")
        write_value = self.element(shape.value, shape.value.wire or "value")

        def write_entries(values: Any) -> bytes:
            parts: list[bytes] = []
            for key, value in values.items():
                if value is not None:
                    parts += (opened, write_key(key), write_value(value), end)
            return b"".join(parts)

        return write_entries


def start_tag_writer(shape: Shape, start: str) -> Callable[[Any], bytes] | None:
    """A writer of a start tag with attributes (``start`` is what stands before them); None if the shape has none."""
    attributes = [(name, member.wire) for name, member in shape.members.items() if member.trait("xmlAttribute")]
    if not attributes:
        return None

    def write_start(value: Any) -> bytes:
        pairs = [f' {wire}="{escape(str(value[name]))}"' for name, wire in attributes if value.get(name) is not None]
        return f"{start}{''.join(pairs)}>".encode()

    return write_start


def flat_name(member: Member) -> str:
    """What the elements of a flattened list are called: the member's wire name, else the element's, else the member."""
    element = member.shape.element
    return element.wire if element.has_wire_name and not member.has_wire_name else member.wire


def declaration(member: Member) -> str:
    """The namespace declaration of a member's element, with the space before it; empty if it has none."""
    namespace = member.xml_namespace
    if namespace is None:
        return ""
    prefix, uri = namespace
    return f' xmlns:{prefix}="{uri}"' if prefix else f' xmlns="{uri}"'
