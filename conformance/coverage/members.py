"""The parameters of an operation as names: ``Delete.Objects.Key`` for every value that a request can carry.

Lists and maps are passed through. A shape that can hold itself (DynamoDB's AttributeValue, a filter's expression) is
data of any depth, and counts as one parameter.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from conformance.parameters import Parsed
from conformance.parameters.parse import operation_model


@lru_cache(maxsize=4096)
def members(operation: str) -> frozenset[str]:
    """Every name that the model has for ``s3.PutObject``; none for an operation that it does not know."""
    return frozenset(_leaves(_input(operation)))


def used(parsed: Parsed, parameters: dict[str, Any], *, is_chosen: bool = False) -> frozenset[str]:
    """The names that ``parameters`` give a value. What is empty has the name of the list or structure itself.

    ``is_chosen``: without tokens that make a request safe to repeat, which SDKs send unasked.
    """
    return frozenset(_names(_input(parsed.operation), parameters, is_chosen=is_chosen))


def _input(operation: str) -> Any:
    service, _, name = operation.partition(".")
    found = operation_model(service, name)
    return found.input_shape if found else None


def _leaves(shape: Any, name: str = "") -> Iterator[str]:
    inner = _inner(shape)
    if inner is None or _is_data(inner):
        yield from (name,) if name else ()
        return
    for each, member in inner.members.items():
        yield from _leaves(member, _joined(name, each))


def _names(shape: Any, value: Any, name: str = "", *, is_chosen: bool) -> Iterator[str]:
    inner = _inner(shape)
    if inner is None or _is_data(inner):
        yield from (name,) if name else ()
        return
    values = list(_structures(shape, value))
    if not any(values):
        yield from (name,) if name else ()
    for each in values:
        for member in each:
            shape_of = inner.members.get(member)
            if shape_of is not None and not (is_chosen and shape_of.metadata.get("idempotencyToken")):
                yield from _names(shape_of, each[member], _joined(name, member), is_chosen=is_chosen)


def _structures(shape: Any, value: Any) -> Iterator[dict[str, Any]]:
    """The structures in the value, through lists and maps."""
    if shape.type_name == "structure":
        yield value if isinstance(value, dict) else {}
    elif shape.type_name == "list" and isinstance(value, list):
        for each in value:
            yield from _structures(shape.member, each)
    elif shape.type_name == "map" and isinstance(value, dict):
        for each in value.values():
            yield from _structures(shape.value, each)


def _inner(shape: Any) -> Any:
    """The structure that the shape is, or is a list or map of; None for any other."""
    while shape is not None and shape.type_name in ("list", "map"):
        shape = shape.member if shape.type_name == "list" else shape.value
    return shape if shape is not None and shape.type_name == "structure" else None


def _is_data(shape: Any) -> bool:
    return not shape.members or shape.is_document_type or _holds_itself(shape)


def _holds_itself(shape: Any) -> bool:
    seen: set[str] = set()
    ahead = [shape]
    while ahead:
        inner = _inner(ahead.pop())
        if inner is None or inner.name in seen:
            continue
        seen.add(inner.name)
        for member in inner.members.values():
            below = _inner(member)
            if below is not None and below.name == shape.name:
                return True
            ahead.append(member)
    return False


def _joined(name: str, member: str) -> str:
    return f"{name}.{member}" if name else member
