"""Copies of state: containers are copied, leaves are shared, as each dataclass's annotations say.

A state is a dataclass whose fields are plain values, containers (dict, SortedDict, list, set, deque) and dataclasses.
A frozen dataclass, a class that says so (``is_leaf``), a blob, a ``Listed``, a ``Mapping``, ``Sequence`` or ``tuple``
of such, and whatever is annotated ``Any`` is a leaf: it may be replaced but never changed, so copies share it.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any, Final, Union

from sortedcontainers import SortedDict

Copier = Callable[[Any], Any]

_MAPPINGS: Final = (dict, OrderedDict, defaultdict)
_SERIES: Final = (list, set, deque)
_READ_ONLY: Final = (tuple, frozenset, Mapping, Sequence, AbstractSet)


def fork(value: Any) -> Any:
    """A copy of a dataclass that shares its leaves.

    Raises TypeError when an annotation names something that can change and that this module does not know how to copy.
    """
    kind: Any = type(value)
    copy = _of_class(kind)
    return value if copy is None else copy(value)


def _copier(annotation: Any) -> Copier | None:
    """How to copy a value of this annotation, or None to share it."""
    if annotation is Any or isinstance(annotation, str | typing.TypeVar):
        return None
    origin, arguments = typing.get_origin(annotation) or annotation, typing.get_args(annotation)
    if origin in (Union, types.UnionType):
        return _of_union(arguments)
    if origin in (typing.Annotated, typing.Required, typing.NotRequired):
        return _copier(arguments[0])
    if origin is typing.Literal:
        return None
    inner = [_copier(argument) for argument in arguments if argument is not Ellipsis]
    if origin in _MAPPINGS or origin is SortedDict:
        return _of_mapping(origin, inner[1] if inner else None)
    if origin in _SERIES:
        return _of_series(origin, inner[0] if inner else None)
    if origin in _READ_ONLY:
        return _of_read_only(annotation, inner)
    return _of_class(origin)


def _of_mapping(kind: Any, copy: Copier | None) -> Copier:
    plain: Copier = copy_sorted if kind is SortedDict else kind.copy
    if copy is None:
        return plain

    def copy_mapping(value: Any) -> Any:
        copied = plain(value)
        for key, item in dict.items(value):
            dict.__setitem__(copied, key, copy(item))
        return copied

    return copy_mapping


def _of_series(kind: Any, copy: Copier | None) -> Copier:
    if copy is None:
        return kind.copy  # type: ignore[no-any-return]
    if kind is deque:
        return lambda value: deque(map(copy, value), value.maxlen)
    return lambda value: kind(map(copy, value))


def _of_read_only(annotation: Any, inner: list[Copier | None]) -> Copier | None:
    if any(inner):
        raise TypeError(f"{annotation} can be read only, yet its items can change: use dict, list or set")
    return None


def _of_union(arguments: tuple[Any, ...]) -> Copier | None:
    copiers = {typing.get_origin(member) or member: _copier(member) for member in arguments}
    changing = {kind: copy for kind, copy in copiers.items() if copy is not None}
    if not changing:
        return None

    def copy_union(value: Any) -> Any:
        copy = changing.get(type(value))
        return value if copy is None else copy(value)

    return copy_union


@cache
def _of_class(kind: Any) -> Copier | None:
    if dataclasses.is_dataclass(kind):
        is_leaf = vars(kind)["__dataclass_params__"].frozen or getattr(kind, "is_leaf", False)
        return None if is_leaf else _of_dataclass(kind)
    if isinstance(kind, type) and _is_leaf(kind):
        return None
    raise TypeError(f"{kind!r} in a state cannot be copied: make it a dataclass, frozen if it never changes")


def _is_leaf(kind: Any) -> bool:
    """Whether values of a class never change: one that says so, a protocol (Blob), one that hashes by its value."""
    if kind is types.NoneType:
        return True
    has_value_hash = kind.__hash__ is not None and kind.__hash__ is not object.__hash__
    return bool(getattr(kind, "is_leaf", False) or getattr(kind, "_is_protocol", False) or has_value_hash)


def _of_dataclass(kind: Any) -> Copier:
    steps: list[tuple[str, Copier | None]] = []

    def copy_record(value: Any) -> Any:
        if not steps:
            hints = typing.get_type_hints(kind)
            steps.extend([(field.name, _copier(hints[field.name])) for field in dataclasses.fields(kind)])
        copied = object.__new__(kind)
        for name, copy in steps:
            item = getattr(value, name)
            setattr(copied, name, item if copy is None else copy(item))
        return copied

    return copy_record


def copy_sorted(value: Any) -> Any:
    """A SortedDict's copy at the price of a dict's: the sorted key lists are copied, not built again."""
    copied: Any = SortedDict(value.key)
    # By way of items: a dict asks a subclass for its keys one by one, in order, which takes three times as long.
    dict.update(copied, dict.items(value))
    keys, source = copied._list, value._list
    keys._lists = [part[:] for part in source._lists]
    keys._maxes = source._maxes[:]
    keys._index = source._index[:]
    if value.key is not None:
        keys._keys = [part[:] for part in source._keys]
    keys._len, keys._offset, keys._load = source._len, source._offset, source._load
    return copied
