"""Go's gob encoding, as far as net/rpc needs it: structs of numbers, texts, bytes and lists.

Source: the documentation of Go's package encoding/gob.
"""

from __future__ import annotations

import struct
from typing import Any, Final, NamedTuple

BOOL, INT, UINT, FLOAT, BYTES, STRING = 1, 2, 3, 4, 5, 6
_DEFAULTS: Final = {BOOL: False, INT: 0, UINT: 0, FLOAT: 0.0, BYTES: b"", STRING: ""}
# How a stream describes its types to itself: types that need no description. Their numbers are ours alone.
_COMMON, _FIELD, _FIELDS, _ARRAY, _SLICE, _STRUCT, _MAP, _CODED, _WIRE = range(-1, -10, -1)


class Struct(NamedTuple):
    """A type: its name, and its fields with their types' numbers."""

    name: str
    fields: tuple[tuple[str, int], ...]


class Slice(NamedTuple):
    """A type: a list of values of one type."""

    element: int


class Map(NamedTuple):
    """A type: from values of one type to values of another."""

    key: int
    element: int


Type = Struct | Slice | Map

_BOOTSTRAP: Final[dict[int, Type]] = {
    _COMMON: Struct("CommonType", (("Name", STRING), ("Id", INT))),
    _FIELD: Struct("fieldType", (("Name", STRING), ("Id", INT))),
    _FIELDS: Slice(_FIELD),
    _ARRAY: Struct("arrayType", (("CommonType", _COMMON), ("Elem", INT), ("Len", INT))),
    _SLICE: Struct("sliceType", (("CommonType", _COMMON), ("Elem", INT))),
    _STRUCT: Struct("structType", (("CommonType", _COMMON), ("Field", _FIELDS))),
    _MAP: Struct("mapType", (("CommonType", _COMMON), ("Key", INT), ("Elem", INT))),
    _CODED: Struct("gobEncoderType", (("CommonType", _COMMON),)),
    _WIRE: Struct(
        "wireType",
        (
            ("ArrayT", _ARRAY),
            ("SliceT", _SLICE),
            ("StructT", _STRUCT),
            ("MapT", _MAP),
            ("GobEncoderT", _CODED),
            ("BinaryMarshalerT", _CODED),
            ("TextMarshalerT", _CODED),
        ),
    ),
}


class Malformed(ValueError):
    """What came is no gob, or one of a kind that is not read here."""


class Encoder:
    """Writes values of these types: structs by number. Each type is described before its first use."""

    def __init__(self, types: dict[int, Struct]) -> None:
        self._types = types
        self._described: set[int] = set()

    def encode(self, number: int, value: dict[str, Any]) -> bytes:
        """A message with this struct, after those that describe it."""
        return self._descriptions(number) + _message(_int(number) + self._struct(number, value))

    def _descriptions(self, number: int) -> bytes:
        if number in self._described or number not in self._types:
            return b""
        self._described.add(number)
        name, fields = self._types[number]
        common = b"\1" + _bytes(name.encode()) + b"\1" + _int(number) + b"\0"
        each = [b"\1" + _bytes(field.encode()) + b"\1" + _int(kind) + b"\0" for field, kind in fields]
        listed = b"\1" + _uint(len(each)) + b"".join(each) if each else b""
        own = _message(_int(-number) + b"\3\1" + common + listed + b"\0\0")
        return own + b"".join(self._descriptions(kind) for _, kind in fields)

    def _struct(self, number: int, value: dict[str, Any]) -> bytes:
        """Fields by their distance from the one before; those with the zero value are left out."""
        pieces, last = [], -1
        for index, (name, kind) in enumerate(self._types[number].fields):
            given = value.get(name)
            if given:
                pieces += [_uint(index - last), self._value(kind, given)]
                last = index
        return b"".join([*pieces, b"\0"])

    def _value(self, kind: int, value: Any) -> bytes:
        if kind == INT:
            return _int(value)
        if kind == UINT:
            return _uint(value)
        if kind == STRING:
            return _bytes(value.encode())
        if kind == BYTES:
            return _bytes(value)
        return self._struct(kind, value)


class Decoder:
    """Reads messages; structs become dicts that have every field, with its zero value where none came."""

    def __init__(self) -> None:
        self._types: dict[int, Type] = dict(_BOOTSTRAP)

    def decode(self, message: bytes) -> Any:
        """The value of a message, without its length; None if it describes a type. Raises Malformed."""
        try:
            number, at = _read_int(message, 0)
            if number < 0:
                described, _ = self._read(_WIRE, message, at)
                self._types[-number] = _type_of(described)
                return None
            if not isinstance(self._types.get(number), Struct):
                if message[at]:
                    raise Malformed("a value that is no struct begins with a zero")
                at += 1
            return self._read(number, message, at)[0]
        except (IndexError, KeyError, UnicodeDecodeError, struct.error) as error:
            raise Malformed(f"cannot be read: {error!r}") from error

    def _read(self, kind: int, data: bytes, at: int) -> tuple[Any, int]:
        known = self._types.get(kind)
        if isinstance(known, Struct):
            return self._read_struct(known, data, at)
        if isinstance(known, Slice):
            count, at = _read_uint(data, at)
            found = []
            for _ in range(count):
                value, at = self._read(known.element, data, at)
                found.append(value)
            return found, at
        if isinstance(known, Map):
            count, at = _read_uint(data, at)
            pairs = {}
            for _ in range(count):
                key, at = self._read(known.key, data, at)
                pairs[key], at = self._read(known.element, data, at)
            return pairs, at
        return _read_plain(kind, data, at)

    def _read_struct(self, known: Struct, data: bytes, at: int) -> tuple[dict[str, Any], int]:
        value: dict[str, Any] = {name: _DEFAULTS.get(kind) for name, kind in known.fields}
        index = -1
        while True:
            step, at = _read_uint(data, at)
            if not step:
                return value, at
            index += step
            name, kind = known.fields[index]
            value[name], at = self._read(kind, data, at)


def _type_of(described: dict[str, Any]) -> Type:
    if described["StructT"]:
        return Struct(
            (described["StructT"]["CommonType"] or {}).get("Name", ""),
            tuple((field["Name"], field["Id"]) for field in described["StructT"]["Field"] or ()),
        )
    if described["SliceT"] or described["ArrayT"]:
        return Slice((described["SliceT"] or described["ArrayT"])["Elem"])
    if described["MapT"]:
        return Map(described["MapT"]["Key"], described["MapT"]["Elem"])
    raise Malformed("a type that encodes itself is not read here")


def _read_plain(kind: int, data: bytes, at: int) -> tuple[Any, int]:
    if kind in (BYTES, STRING):
        length, at = _read_uint(data, at)
        if at + length > len(data):
            raise Malformed("a text is longer than its message")
        piece = data[at : at + length]
        return (piece if kind == BYTES else piece.decode("utf-8", "replace")), at + length
    if kind == INT:
        return _read_int(data, at)
    number, at = _read_uint(data, at)
    if kind == UINT:
        return number, at
    if kind == BOOL:
        return bool(number), at
    if kind == FLOAT:
        return struct.unpack("<d", number.to_bytes(8, "big"))[0], at
    raise Malformed(f"type {kind} is not read here")


def _message(body: bytes) -> bytes:
    return _uint(len(body)) + body


def _uint(number: int) -> bytes:
    """Small ones as they are; else how many bytes follow, negated, and these."""
    if number < 128:
        return bytes((number,))
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return bytes((256 - len(data),)) + data


def _int(number: int) -> bytes:
    """The sign in the lowest bit."""
    return _uint(~number << 1 | 1 if number < 0 else number << 1)


def _bytes(data: bytes) -> bytes:
    return _uint(len(data)) + data


def _read_uint(data: bytes, at: int) -> tuple[int, int]:
    first = data[at]
    if first < 128:
        return first, at + 1
    end = at + 1 + 256 - first
    if end > len(data) or 256 - first > 8:
        raise Malformed("a number is longer than its message")
    return int.from_bytes(data[at + 1 : end], "big"), end


def _read_int(data: bytes, at: int) -> tuple[int, int]:
    number, at = _read_uint(data, at)
    return (~(number >> 1) if number & 1 else number >> 1), at
