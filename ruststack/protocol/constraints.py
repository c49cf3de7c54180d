"""The model's constraints (required, min, max, pattern, enum) as closures; broken ones come back as values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ruststack.core.violation import Violation
from ruststack.model import Member, Shape
from ruststack.protocol.patterns import compile_pattern

Path = tuple[str | int, ...]
Check = Callable[[Any, Path, list[Violation]], None]

_MISSING = object()
_NUMBERS = frozenset({"integer", "long", "float", "double", "bigdecimal", "biginteger"})


class Constraints:
    """Compiles and keeps the checks of one model. A shape that constrains nothing has no check, and costs nothing."""

    def __init__(self) -> None:
        self._structures: dict[Shape, Check | None] = {}

    def of(self, shape: Shape | None) -> Check:
        """A check of an operation's input."""
        return (shape and self._structure(shape)) or _nothing

    def _check(self, member: Member) -> Check | None:
        shape = member.shape
        if shape.is_document or member.is_event_stream:
            return None
        if shape.type == "structure":
            return self._structure(shape)
        if shape.type == "list":
            return self._list(member)
        if shape.type == "map":
            return self._map(member)
        return _simple(member)

    def _structure(self, shape: Shape) -> Check | None:
        if shape in self._structures:
            return self._structures[shape]
        compiled: Check | None = None

        def recursive(value: Any, path: Path, found: list[Violation]) -> None:
            if compiled is not None:
                compiled(value, path, found)

        # Members that contain this shape again see the stand-in while it is being compiled.
        self._structures[shape] = recursive
        compiled = self._compile_structure(shape)
        self._structures[shape] = compiled
        return compiled

    def _compile_structure(self, shape: Shape) -> Check | None:
        checks: dict[str, Check] = {}
        for name, member in shape.members.items():
            check = self._check(member)
            if check is not None:
                checks[name] = check
        required = [(name, shape.members[name]) for name in shape.required if name in shape.members]
        if not checks and not required:
            return None

        def check_structure(value: Any, path: Path, found: list[Violation]) -> None:
            for name, member in required:
                if value.get(name) is None:
                    found.append(
                        Violation(
                            (*path, name), "required", True, None, member.location, member.shape.name, member.wire
                        )
                    )
            for name, given in value.items():
                check = checks.get(name)
                if check is not None and given is not None:
                    check(given, (*path, name), found)

        return check_structure

    def _list(self, member: Member) -> Check:
        size, check = _size(member), self._check(member.shape.element)
        nulls = _nulls(member.shape, member.shape.element)

        def check_list(value: Any, path: Path, found: list[Violation]) -> None:
            if size is not None:
                size(value, path, found)
            if None in value:
                nulls(enumerate(value), path, found)
            if check is not None:
                for place, item in enumerate(value):
                    if item is not None:
                        check(item, (*path, place), found)

        return check_list

    def _map(self, member: Member) -> Check:
        size = _size(member)
        check_key, check_value = self._check(member.shape.key), self._check(member.shape.value)
        nulls, longest = _nulls(member.shape, member.shape.value), _longest(member.shape.key)

        def check_map(value: Any, path: Path, found: list[Violation]) -> None:
            if size is not None:
                size(value, path, found)
            if None in value.values():
                nulls(value.items(), path, found)
            if check_value is None and longest is not None and (not value or max(map(len, value)) <= longest):
                return
            for key, item in value.items():
                if check_key is not None:
                    check_key(key, (*path, key), found)
                if check_value is not None and item is not None:
                    check_value(item, (*path, key), found)

        return check_map


Nulls = Callable[[Iterable[tuple[str | int, Any]], Path, list[Violation]], None]


def _nulls(shape: Shape, entry: Member) -> Nulls:
    """Tells the null entries of a list or map, which AWS refuses ("Member must not be null") unless it is sparse."""
    is_sparse = bool(shape.raw.get("sparse"))

    def tell_nulls(entries: Iterable[tuple[str | int, Any]], path: Path, found: list[Violation]) -> None:
        if not is_sparse:
            found += [_broken(entry, (*path, key), "required", True, None) for key, item in entries if item is None]

    return tell_nulls


def _nothing(value: Any, path: Path, found: list[Violation]) -> None:
    return None


def _simple(member: Member) -> Check | None:
    checks = [check for check in (_enum(member), _size(member), _pattern(member)) if check is not None]
    if len(checks) < 2:
        return checks[0] if checks else None

    def check_all(value: Any, path: Path, found: list[Violation]) -> None:
        for check in checks:
            check(value, path, found)

    return check_all


def _broken(member: Member, path: Path, rule: str, limit: Any, given: Any) -> Violation:
    return Violation(path, rule, limit, given, member.location, member.shape.name, member.wire)


def _enum(member: Member) -> Check | None:
    allowed = frozenset(member.shape.enum)
    if not allowed:
        return None

    def check_enum(value: Any, path: Path, found: list[Violation]) -> None:
        if value not in allowed:
            found.append(_broken(member, path, "enum", member.shape.enum, value))

    return check_enum


def _size(member: Member) -> Check | None:
    low, high = member.trait("min"), member.trait("max")
    if low is None and high is None:
        return None
    kind = member.shape.type
    if member.is_streaming or kind in ("boolean", "timestamp"):
        return None
    measure: Callable[[Any], Any] = (lambda value: value) if kind in _NUMBERS else len

    def check_size(value: Any, path: Path, found: list[Violation]) -> None:
        size = measure(value)
        if low is not None and size < low:
            found.append(_broken(member, path, "min", low, value))
        elif high is not None and size > high:
            found.append(_broken(member, path, "max", high, value))

    return check_size


def _longest(member: Member) -> int | None:
    """How long a text may be, where that is all that is asked of it."""
    if member.shape.type != "string" or member.shape.enum or member.trait("pattern") or member.trait("min"):
        return None
    longest: int | None = member.trait("max")
    return longest


def _pattern(member: Member) -> Check | None:
    pattern = member.trait("pattern")
    if pattern is None or member.shape.type != "string":
        return None
    compiled = compile_pattern(pattern)
    if compiled is None:
        return None

    def check_pattern(value: Any, path: Path, found: list[Violation]) -> None:
        if compiled.fullmatch(value) is None:
            found.append(_broken(member, path, "pattern", pattern, value))

    return check_pattern
