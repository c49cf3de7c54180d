"""Parsed documents (JSON, CBOR) to values: a reader for each shape, compiled once.

A document is a tree of dicts, lists and leaves. JSON and CBOR differ in their leaves alone, so each brings its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ruststack.model import Member, Shape
from ruststack.protocol.malformed import NotOfType

ReadNode = Callable[[Any], Any]
LeafReader = Callable[[Member], ReadNode]


class TreeReaders:
    """Compiles and keeps the readers of one model. Null members of a structure are absent; unknown ones are ignored.

    ``documents`` holds readers of values that are passed on in their wire form, by shape name; ``maps`` holds readers
    of all entries of a map of such values at once.
    """

    def __init__(self, leaf: LeafReader) -> None:
        self._leaf = leaf
        self.documents: dict[str, ReadNode] = {}
        self.maps: dict[str, ReadNode] = {}
        self._structures: dict[Shape, ReadNode] = {}

    def of(self, member: Member) -> ReadNode:
        """A reader of a node of this shape. It raises NotOfType."""
        shape = member.shape
        if shape.is_document:
            return self.documents.get(shape.name, _as_it_stands)
        if shape.type == "structure":
            return self.structure(shape)
        if shape.type == "list":
            return self._list(shape)
        if shape.type == "map":
            return self._map(shape)
        return self._leaf(member)

    def structure(self, shape: Shape) -> ReadNode:
        read = self._structures.get(shape)
        if read is None:
            read = self._structures[shape] = self._late(shape)
        return read

    def _late(self, shape: Shape) -> ReadNode:
        """Compile a structure when it is first read: shapes may contain themselves."""
        compiled: ReadNode | None = None

        def read_structure(node: Any) -> Any:
            nonlocal compiled
            if compiled is None:
                compiled = self._structures[shape] = self.fields(shape, list(shape.members.values()))
            return compiled(node)

        return read_structure

    def fields(self, shape: Shape, members: list[Member]) -> ReadNode:
        """A reader of a node that has these members of a structure."""
        table = {member.wire: (member.name, self.of(member)) for member in members}

        def read_fields(node: Any) -> dict[str, Any]:
            if type(node) is not dict:
                raise NotOfType("structure", node, shape.name)
            result = {}
            for wire, given in node.items():
                if given is not None and wire in table:
                    name, read = table[wire]
                    try:
                        result[name] = read(given)
                    except NotOfType as error:
                        raise error.under(name, "structure") from None
            return result

        return read_fields

    def _list(self, shape: Shape) -> ReadNode:
        read = self.of(shape.element)

        def read_list(node: Any) -> list[Any]:
            if type(node) is not list:
                raise NotOfType("list", node, shape.name)
            result: list[Any] = []
            try:
                for given in node:
                    result.append(None if given is None else read(given))
            except NotOfType as error:
                raise error.under(len(result), "list") from None
            return result

        return read_list

    def _map(self, shape: Shape) -> ReadNode:
        read_entries = self.maps.get(shape.value.shape.name)
        if read_entries is not None:
            return _whole_map(shape, read_entries)
        read = self.of(shape.value)

        def read_map(node: Any) -> dict[str, Any]:
            if type(node) is not dict:
                raise NotOfType("map", node, shape.name)
            key = ""
            result = {}
            try:
                for key, given in node.items():
                    result[key] = None if given is None else read(given)
            except NotOfType as error:
                raise error.under(key, "map") from None
            return result

        return read_map


def _whole_map(shape: Shape, read_entries: ReadNode) -> ReadNode:
    def read_map(node: Any) -> Any:
        if type(node) is not dict:
            raise NotOfType("map", node, shape.name)
        return read_entries(node)

    return read_map


def _as_it_stands(node: Any) -> Any:
    return node
