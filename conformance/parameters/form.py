"""The query and EC2 protocols: flat fields (``Entries.member.1.Id``) become nested values."""

from __future__ import annotations

from typing import Any

from conformance.parameters.values import Leftovers, from_text

Fields = dict[str, str]


def read(shape: Any, fields: Fields, left: Leftovers, *, is_ec2: bool = False) -> dict[str, Any]:
    """``fields`` are the request's, without Action and Version; those that no member explains are noted."""
    reader = _Reader(fields, left, is_ec2)
    found = reader.structure(shape, "") if shape is not None else {}
    for name in fields:
        if name not in reader.used:
            left.add(f"body {name}")
    return found


class _Reader:
    def __init__(self, fields: Fields, left: Leftovers, is_ec2: bool) -> None:
        self._fields = fields
        self._left = left
        self._is_ec2 = is_ec2
        self.used: set[str] = set()

    def structure(self, shape: Any, prefix: str) -> dict[str, Any]:
        found = {}
        for name, member in shape.members.items():
            where = prefix + self._name(member, name)
            if self._is_there(member, where):
                found[name] = self._value(member, where)
        return found

    def _name(self, member: Any, name: str) -> str:
        if not self._is_ec2:
            return str(member.serialization.get("name", name))
        if "queryName" in member.serialization:
            return str(member.serialization["queryName"])
        wire = str(member.serialization.get("name", name))
        return wire[:1].upper() + wire[1:]

    def _is_there(self, shape: Any, where: str) -> bool:
        prefix = f"{self._element_prefix(shape, where) if shape.type_name == 'list' else where}."
        return where in self._fields or any(name.startswith(prefix) for name in self._fields)

    def _value(self, shape: Any, where: str) -> Any:
        match shape.type_name:
            case "structure":
                return self.structure(shape, f"{where}.")
            case "list":
                return self._list(shape, where)
            case "map":
                return self._map(shape, where)
        self.used.add(where)
        return from_text(shape, self._fields[where], f"body {where}", self._left) if where in self._fields else None

    def _element_prefix(self, shape: Any, where: str) -> str:
        name = shape.member.serialization.get("name")
        if self._is_ec2:
            return where
        if not shape.serialization.get("flattened"):
            return f"{where}.{name or 'member'}"
        return ".".join((*where.split(".")[:-1], name)) if name else where

    def _list(self, shape: Any, where: str) -> list[Any]:
        if where in self._fields:
            self.used.add(where)  # an empty list is a field without a value
        prefix = self._element_prefix(shape, where)
        return [self._value(shape.member, f"{prefix}.{number}") for number in self._numbers(prefix)]

    def _map(self, shape: Any, where: str) -> dict[Any, Any]:
        prefix = where if shape.serialization.get("flattened") else f"{where}.entry"
        key, value = shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")
        return {
            self._value(shape.key, f"{prefix}.{number}.{key}"): self._value(shape.value, f"{prefix}.{number}.{value}")
            for number in self._numbers(prefix)
        }

    def _numbers(self, prefix: str) -> list[int]:
        start = len(prefix) + 1
        found = {name[start:].partition(".")[0] for name in self._fields if name.startswith(f"{prefix}.")}
        return sorted(int(each) for each in found if each.isdecimal())
