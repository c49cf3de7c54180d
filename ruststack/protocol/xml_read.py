"""XML to values: a reader for each shape, compiled once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ruststack.model import Member, Shape
from ruststack.protocol import text
from ruststack.protocol.malformed import NotOfType
from ruststack.protocol.xml_tree import Element

ReadElement = Callable[[Element], Any]


class XmlReaders:
    """Compiles and keeps the readers of one model. ``is_strict`` refuses elements that the model does not have."""

    def __init__(self, *, is_strict: bool = False) -> None:
        self._is_strict = is_strict
        self._structures: dict[Shape, ReadElement] = {}

    def of(self, member: Member) -> ReadElement:
        """A reader of an element that is a member of this shape. It raises NotOfType."""
        kind = member.shape.type
        if kind == "structure":
            return self.structure(member.shape)
        if kind == "list":
            return self._wrapped_list(member)
        if kind == "map":
            return self._wrapped_map(member)
        read = text.reader(member, "iso8601")

        def read_leaf(element: Element) -> Any:
            if element.children:
                raise NotOfType(kind, element.children[0].name, member.shape.name)
            return read(element.text)

        return read_leaf

    def structure(self, shape: Shape) -> ReadElement:
        read = self._structures.get(shape)
        if read is None:
            read = self._structures[shape] = self._late(shape)
        return read

    def _late(self, shape: Shape) -> ReadElement:
        """Compile a structure when it is first read: shapes may contain themselves."""
        compiled: ReadElement | None = None

        def read_structure(element: Element) -> Any:
            nonlocal compiled
            if compiled is None:
                compiled = self._structures[shape] = self.fields(list(shape.members.values()), shape.name)
            return compiled(element)

        return read_structure

    def fields(self, members: list[Member], shape_name: str) -> ReadElement:
        """A reader of an element whose children are these members."""
        singles: dict[str, tuple[str, ReadElement]] = {}
        repeated: dict[str, tuple[str, ReadElement]] = {}
        flat_maps: dict[str, tuple[str, Callable[[Element, dict[str, Any]], None]]] = {}
        attributes: list[tuple[str, str, text.ReadText]] = []
        for member in members:
            if member.trait("xmlAttribute"):
                attributes.append((member.name, member.wire, text.reader(member, "iso8601")))
            elif member.shape.type == "list" and member.is_flattened:
                for wire in _flat_names(member):
                    repeated[wire] = (member.name, self.of(member.shape.element))
            elif member.shape.type == "map" and member.is_flattened:
                flat_maps[member.wire] = (member.name, self._entry(member.shape))
            else:
                singles[member.wire] = (member.name, self.of(member))
        is_strict = self._is_strict

        def read_fields(element: Element) -> dict[str, Any]:
            result: dict[str, Any] = {}
            for name, wire, read in attributes:
                given = _attribute(element, wire)
                if given is not None:
                    result[name] = read(given)
            for child in element.children:
                name = wire = child.name
                try:
                    if wire in singles:
                        name, read_child = singles[wire]
                        result[name] = read_child(child)
                    elif wire in repeated:
                        name, read_child = repeated[wire]
                        result.setdefault(name, []).append(read_child(child))
                    elif wire in flat_maps:
                        name, add = flat_maps[wire]
                        add(child, result.setdefault(name, {}))
                    elif is_strict:
                        raise NotOfType("element", wire, shape_name)
                except NotOfType as error:
                    raise error.under(name) from None
            return result

        return read_fields

    def _wrapped_list(self, member: Member) -> ReadElement:
        wire = member.shape.element.raw.get("locationName", "member")
        read = self.of(member.shape.element)
        is_strict = self._is_strict

        def read_list(element: Element) -> list[Any]:
            result = []
            for place, child in enumerate(element.children):
                if child.name == wire:
                    try:
                        result.append(read(child))
                    except NotOfType as error:
                        raise error.under(place) from None
                elif is_strict:
                    raise NotOfType("element", child.name, member.shape.name)
            return result

        return read_list

    def _wrapped_map(self, member: Member) -> ReadElement:
        add = self._entry(member.shape)

        def read_map(element: Element) -> dict[str, Any]:
            result: dict[str, Any] = {}
            for child in element.children:
                if child.name == "entry":
                    add(child, result)
            return result

        return read_map

    def _entry(self, shape: Shape) -> Callable[[Element, dict[str, Any]], None]:
        key_wire, value_wire = shape.key.wire or "key", shape.value.wire or "value"
        read_key, read_value = self.of(shape.key), self.of(shape.value)

        def read_entry(element: Element, result: dict[str, Any]) -> None:
            parts = {child.name: child for child in element.children}
            if key_wire not in parts or value_wire not in parts:
                raise NotOfType("map", element.name, shape.name)
            result[read_key(parts[key_wire])] = read_value(parts[value_wire])

        return read_entry


def _attribute(element: Element, wire: str) -> str | None:
    """An attribute by the model's name (``xsi:type``), whatever prefix the document has for the namespace."""
    given = element.attributes.get(wire)
    if given is None and ":" in wire:
        local = wire[wire.index(":") :]
        return next((value for name, value in element.attributes.items() if name.endswith(local)), None)
    return given


def _flat_names(member: Member) -> set[str]:
    """What the elements of a flattened list may be called: SDKs use the member's name, some models name the element."""
    element = member.shape.element
    return {member.wire, element.wire} if element.has_wire_name else {member.wire}
