"""Values to documents (JSON, CBOR): a writer for each shape, compiled once.

Many shapes look the same in a document as in a handler's output (texts, numbers, lists of them); their writer is None,
and they are passed on uncopied.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ruststack.core.listed import Listed
from ruststack.model import Member, Shape

WriteNode = Callable[[Any], Any]
LeafWriter = Callable[[Member], WriteNode | None]


class TreeWriters:
    """Compiles and keeps the writers of one model.

    ``leaf`` gives the writer of a simple member (None: as it stands), ``dump`` renders a tree to bytes, ``embed`` makes
    a node of a larger tree from such bytes.
    """

    def __init__(self, leaf: LeafWriter, dump: Callable[[Any], bytes], embed: Callable[[bytes], Any]) -> None:
        self._leaf = leaf
        self._dump = dump
        self._embed = embed
        self._structures: dict[Shape, WriteNode] = {}
        self._maps: dict[Shape, WriteNode] = {}

    def of(self, member: Member) -> WriteNode | None:
        """A writer of a value of this shape; None if it goes as it stands."""
        shape = member.shape
        if shape.is_document:
            return None
        if shape.type == "structure":
            return self.structure(shape)
        if shape.type == "list":
            return self._list(shape)
        if shape.type == "map":
            return self._map(shape)
        return self._leaf(member)

    def structure(self, shape: Shape) -> WriteNode:
        """A writer of a structure; it raises ValueError for a member that the model lacks."""
        write = self._structures.get(shape)
        if write is None:
            write = self._structures[shape] = self._remembering(self.fields(shape, shape.members))
        return write

    def fields(self, shape: Shape, members: dict[str, Member]) -> WriteNode:
        """A writer of some members of a structure, in the order of the value; None is an absent member."""
        table: dict[str, tuple[str, WriteNode | None]] = {}

        def write_fields(value: Any) -> Any:
            node = {}
            for name, given in value.items():
                if given is not None:
                    if name not in table:
                        table[name] = self._field(shape, members, name)
                    wire, write = table[name]
                    node[wire] = given if write is None else write(given)
            return node

        return write_fields

    def _field(self, shape: Shape, members: dict[str, Member], name: str) -> tuple[str, WriteNode | None]:
        member = members.get(name)
        if member is None:
            raise ValueError(f"{shape.name} has no member {name}")
        return member.wire, self.of(member)

    def _remembering(self, write: WriteNode) -> WriteNode:
        dump, embed = self._dump, self._embed

        def write_once(value: Any) -> Any:
            if type(value) is not Listed:
                return write(value)
            if value.rendered_by is not write_once:
                value.rendered = dump(write(value))
                value.rendered_by = write_once
            return embed(value.rendered or b"")

        return write_once

    def _list(self, shape: Shape) -> WriteNode | None:
        write = self.of(shape.element)
        if write is None:
            return None
        return lambda values: [None if value is None else write(value) for value in values]

    def _map(self, shape: Shape) -> WriteNode | None:
        write = self._maps.get(shape)
        if write is None:
            write = self._make_map(shape)
            if write is not None:
                self._maps[shape] = write
        return write

    def _make_map(self, shape: Shape) -> WriteNode | None:
        write = self.of(shape.value)
        if write is None:
            return None
        return self._remembering(
            lambda values: {key: None if value is None else write(value) for key, value in values.items()}
        )
