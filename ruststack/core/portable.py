"""Inputs and states as JSON, and back, so that the journal and snapshots on disk are plain data.

Reading builds values only: dataclasses of known packages are filled field by field without running their code, and
nothing else is looked up by name. What JSON has no form for is an object with one key that starts with ``~``. Blobs are
collected beside the tree, for the caller to keep in its own way.
"""

from __future__ import annotations

import base64
import dataclasses
import math
import sys
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Final

from sortedcontainers import SortedDict

from ruststack.core.blobs import Blob, FileBlob, JoinedBlob, MemoryBlob
from ruststack.core.listed import Listed

Tree = Any

_INTEGER_BITS: Final = 63


class Writer:
    """Turns values into trees. ``blobs`` lists the bodies met so far; a tree names them by their index."""

    def __init__(self) -> None:
        self.blobs: list[Blob] = []
        self._indexes: dict[int, int] = {}

    def tree(self, value: Any) -> Tree:
        """Raises TypeError for a value that has no portable form."""
        write = _WRITERS.get(type(value))
        if write is not None:
            return write(self, value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return self._record(value)
        if isinstance(value, Enum):
            return {"~enum": [_name(type(value)), value.name]}
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return {"~row": [_name(type(value)), *self.series(value)]}
        raise TypeError(f"a {type(value).__qualname__} cannot be kept on disk")

    def blob(self, blob: Blob) -> Tree:
        index = self._indexes.get(id(blob))
        if index is None:
            index = self._indexes[id(blob)] = len(self.blobs)
            self.blobs.append(blob)
        return {"~blob": index}

    def mapping(self, value: dict[Any, Any]) -> Tree:
        if all(type(key) is str and not key.startswith("~") and _is_sound(key) for key in value):
            return {key: self.tree(item) for key, item in dict.items(value)}
        return {"~map": self.pairs(value)}

    def pairs(self, value: dict[Any, Any]) -> Tree:
        return [[self.tree(key), self.tree(item)] for key, item in value.items()]

    def series(self, value: Any) -> Tree:
        return [self.tree(item) for item in value]

    def _record(self, value: Any) -> Tree:
        kind: Any = type(value)
        tree = {"~": _name(kind)}
        for name, default in _fields(kind):
            item = getattr(value, name)
            if item is not default and (default is _NO_DEFAULT or item != default or type(item) is not type(default)):
                tree[name] = self.tree(item)
        return tree


def _float(value: float) -> Tree:
    return value if math.isfinite(value) else {"~float": repr(value)}


def _integer(value: int) -> Tree:
    return value if value.bit_length() <= _INTEGER_BITS else {"~int": str(value)}


def _string(value: str) -> Tree:
    return value if _is_sound(value) else {"~str": _text(value.encode("utf-8", "surrogatepass"))}


def _is_sound(value: str) -> bool:
    """Whether text is without lone surrogates, which JSON in UTF-8 cannot hold."""
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


_WRITERS: Final[dict[type, Callable[[Writer, Any], Tree]]] = {
    type(None): lambda writer, value: None,
    bool: lambda writer, value: value,
    int: lambda writer, value: _integer(value),
    float: lambda writer, value: _float(value),
    str: lambda writer, value: _string(value),
    bytes: lambda writer, value: {"~bytes": _text(value)},
    Decimal: lambda writer, value: {"~decimal": str(value)},
    datetime: lambda writer, value: {"~time": value.astimezone(UTC).isoformat()},
    list: Writer.series,
    tuple: lambda writer, value: {"~tuple": writer.series(value)},
    set: lambda writer, value: {"~set": writer.series(sorted(value, key=repr))},
    frozenset: lambda writer, value: {"~frozenset": writer.series(sorted(value, key=repr))},
    deque: lambda writer, value: {"~deque": [value.maxlen, writer.series(value)]},
    dict: Writer.mapping,
    OrderedDict: lambda writer, value: {"~ordered": writer.pairs(value)},
    SortedDict: lambda writer, value: {"~sorted": writer.pairs(value)},
    Listed: lambda writer, value: {"~listed": writer.pairs(value)},
    MemoryBlob: Writer.blob,
    FileBlob: Writer.blob,
    JoinedBlob: Writer.blob,
}


class Reader:
    """Turns trees back into values. ``packages`` are the prefixes of modules whose dataclasses may appear."""

    def __init__(self, blobs: Sequence[Blob] = (), packages: tuple[str, ...] = ("ruststack.services.",)) -> None:
        self._blobs = blobs
        self._packages = packages

    def value(self, tree: Tree) -> Any:
        """Raises ValueError when the tree is not one that `Writer` makes."""
        if isinstance(tree, dict):
            for key in tree:
                if key.startswith("~"):
                    return self._special(key, tree)
                break
            return {key: self.value(item) for key, item in tree.items()}
        if isinstance(tree, list):
            return [self.value(item) for item in tree]
        return tree

    def _special(self, tag: str, tree: dict[str, Tree]) -> Any:
        if tag == "~":
            return self._record(tree)
        read = _READERS.get(tag)
        if read is None or len(tree) != 1:
            raise ValueError(f"{tag} is not known here: written by a newer version?")
        try:
            return read(self, tree[tag])
        except (TypeError, IndexError, ArithmeticError) as error:
            raise ValueError(f"{tag} is damaged: {error}") from None

    def blob(self, index: int) -> Blob:
        return self._blobs[index]

    def pairs(self, tree: Tree) -> list[tuple[Any, Any]]:
        return [(self.value(key), self.value(item)) for key, item in tree]

    def enum(self, tree: Tree) -> Enum:
        kind = self.kind(tree[0])
        if not issubclass(kind, Enum) or tree[1] not in kind.__members__:
            raise ValueError(f"{tree[0]} has no {tree[1]}")
        return kind[tree[1]]

    def row(self, tree: Tree) -> Any:
        """A named tuple; fields that have come since have their defaults."""
        kind: Any = self.kind(tree[0])
        values = [self.value(item) for item in tree[1:]]
        if not issubclass(kind, tuple) or len(values) > len(kind._fields):
            raise ValueError(f"{tree[0]} has no {len(values)} fields: written by a newer version?")
        try:
            values += [kind._field_defaults[name] for name in kind._fields[len(values) :]]
        except KeyError as error:
            raise ValueError(f"{tree[0]} lacks {error.args[0]}") from None
        return tuple.__new__(kind, values)

    def _record(self, tree: dict[str, Tree]) -> Any:
        kind = self.kind(tree["~"])
        if not dataclasses.is_dataclass(kind):
            raise ValueError(f"{tree['~']} is not a record")
        record = object.__new__(kind)
        unread = set(tree) - {"~"}
        for field in dataclasses.fields(kind):
            if field.name in tree and field.compare:
                object.__setattr__(record, field.name, self.value(tree[field.name]))
                unread.discard(field.name)
            else:
                object.__setattr__(record, field.name, _default(kind, field))
        if unread:
            raise ValueError(f"{tree['~']} has no {', '.join(sorted(unread))}: written by a newer version?")
        return record

    def kind(self, name: str) -> type:
        """The class of a recorded name, if its package is allowed and its module loaded."""
        module, _, qualname = name.partition(":")
        found = vars(sys.modules[module]).get(qualname) if module in sys.modules else None
        if not module.startswith(self._packages) or not isinstance(found, type) or found.__module__ != module:
            raise ValueError(f"{name} is not a record known here")
        return found


_READERS: Final[dict[str, Callable[[Reader, Any], Any]]] = {
    "~map": lambda reader, tree: dict(reader.pairs(tree)),
    "~ordered": lambda reader, tree: OrderedDict(reader.pairs(tree)),
    "~sorted": lambda reader, tree: SortedDict(reader.pairs(tree)),
    "~listed": lambda reader, tree: Listed(reader.pairs(tree)),
    "~tuple": lambda reader, tree: tuple(reader.value(item) for item in tree),
    "~set": lambda reader, tree: {reader.value(item) for item in tree},
    "~frozenset": lambda reader, tree: frozenset(reader.value(item) for item in tree),
    "~deque": lambda reader, tree: deque((reader.value(item) for item in tree[1]), tree[0]),
    "~bytes": lambda reader, tree: base64.b64decode(tree, validate=True),
    "~str": lambda reader, tree: base64.b64decode(tree, validate=True).decode("utf-8", "surrogatepass"),
    "~int": lambda reader, tree: int(tree),
    "~float": lambda reader, tree: float(tree),
    "~decimal": lambda reader, tree: Decimal(tree),
    "~time": lambda reader, tree: datetime.fromisoformat(tree),
    "~enum": Reader.enum,
    "~row": Reader.row,
    "~blob": Reader.blob,
}

_NO_DEFAULT: Final = object()


def _name(kind: type) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


@cache
def _fields(kind: Any) -> tuple[tuple[str, Any], ...]:
    """The fields that are part of a record's value, with their defaults. One that is not compared is a cache."""
    return tuple(
        (field.name, _default(kind, field, required=False)) for field in dataclasses.fields(kind) if field.compare
    )


def _default(kind: Any, field: dataclasses.Field[Any], required: bool = True) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    if required:
        raise ValueError(f"{_name(kind)} lacks {field.name}")
    return _NO_DEFAULT
