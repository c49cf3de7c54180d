"""Form fields (``Tags.member.1.Key=a``) to values: the input of the query and ec2 protocols."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

from ruststack.model import Member, Shape
from ruststack.protocol import text
from ruststack.protocol.malformed import NotOfType

MAX_DEPTH = 64


class Field:
    """A node of the tree that dotted names spell: its own value (None if only children have one), and its children."""

    __slots__ = ("children", "value")

    def __init__(self) -> None:
        self.value: str | None = None
        self.children: dict[str, Field] = {}

    def numbered(self) -> list[Field]:
        """Children named by numbers, in their order."""
        numbers = [(int(name), field) for name, field in self.children.items() if name.isascii() and name.isdigit()]
        return [field for _, field in sorted(numbers, key=lambda entry: entry[0])]


ReadField = Callable[[Field], Any]


def parse_form(query: str, body: bytes) -> Field:
    """The tree of all fields, in the URL's query and in a form body. The first value of a name stands."""
    root = Field()
    try:
        form = body.decode("ascii")
    except UnicodeDecodeError:
        form = body.decode("utf-8", "replace")
    for pair in [*query.split("&"), *form.strip().split("&")]:
        name, _, value = pair.partition("=")
        if name:
            field = root
            for step in unquote_plus(name).split(".", MAX_DEPTH):
                field = field.children.setdefault(step, Field())
            if field.value is None:
                field.value = unquote_plus(value)
    return root


class FormReaders:
    """Compiles and keeps the readers of one model; unknown fields are ignored (Action and Version are such)."""

    def __init__(self) -> None:
        self._structures: dict[Shape, ReadField] = {}

    def names(self, member: Member) -> list[str]:
        """What a structure's member may be called."""
        return [member.wire]

    def of(self, member: Member) -> ReadField:
        """A reader of a field of this shape. It raises NotOfType."""
        shape = member.shape
        if shape.type == "structure":
            return self.structure(shape)
        if shape.type == "list":
            return self.list(member)
        if shape.type == "map":
            return self._map(member)
        read = text.reader(member, "iso8601")

        def read_leaf(field: Field) -> Any:
            if field.value is None:
                raise NotOfType(shape.type, field.children, shape.name)
            return read(field.value)

        return read_leaf

    def structure(self, shape: Shape) -> ReadField:
        """A reader of a structure, compiled when it is first used: shapes may contain themselves."""
        compiled: ReadField | None = None

        def read_structure(field: Field) -> Any:
            nonlocal compiled
            if compiled is None:
                compiled = self._structures.get(shape) or self._fields(shape)
                self._structures[shape] = compiled
            return compiled(field)

        return self._structures.get(shape) or read_structure

    def _fields(self, shape: Shape) -> ReadField:
        table: dict[str, tuple[str, ReadField]] = {}
        for member in shape.members.values():
            read = self.of(member)
            for wire in self.names(member):
                table[wire] = member.name, read

        def read_fields(field: Field) -> dict[str, Any]:
            result = {}
            for wire, child in field.children.items():
                if wire in table:
                    name, read = table[wire]
                    try:
                        result[name] = read(child)
                    except NotOfType as error:
                        raise error.under(name) from None
            return result

        return read_fields

    def list(self, member: Member) -> ReadField:
        element = member.shape.element
        step = "" if member.is_flattened else element.raw.get("locationName", "member")
        return self.numbered(self.of(element), step)

    def numbered(self, read: ReadField, step: str) -> ReadField:
        """A reader of a list whose entries are numbered, below ``step`` or (if that is empty) directly."""

        def read_numbered(field: Field) -> list[Any]:
            holder = field.children.get(step) if step else field
            result = []
            for place, child in enumerate(holder.numbered() if holder else ()):
                try:
                    result.append(read(child))
                except NotOfType as error:
                    raise error.under(place) from None
            return result

        return read_numbered

    def _map(self, member: Member) -> ReadField:
        shape = member.shape
        step = "" if member.is_flattened else "entry"
        key_wire, value_wire = shape.key.wire or "key", shape.value.wire or "value"
        read_key, read_value = self.of(shape.key), self.of(shape.value)

        def read_map(field: Field) -> dict[str, Any]:
            holder = field.children.get(step) if step else field
            result = {}
            for entry in holder.numbered() if holder else ():
                key, value = entry.children.get(key_wire), entry.children.get(value_wire)
                if key is None or value is None:
                    raise NotOfType("map", sorted(entry.children), shape.name)
                result[read_key(key)] = read_value(value)
            return result

        return read_map
