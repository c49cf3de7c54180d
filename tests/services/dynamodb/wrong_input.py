"""Requests that are sound but for one member, made from botocore's model: every member of an operation, every fault."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import botocore.session

SOUND = {
    "TableName": "table-1",
    "TableArn": "table-1",
    "KeySchemaAttributeName": "pk",
    "AttributeName": "pk",
    "IndexName": "by-kind",
    "ResourceArnString": "arn:aws:dynamodb:us-east-1:000000000000:table/table-1",
    "PartiQLStatement": "SELECT * FROM \"table-1\" WHERE pk = 'a'",
    "ConditionExpression": "attribute_exists(pk)",
    "UpdateExpression": "SET a = b",
    "ProjectionExpression": "a, b.c[1]",
    "KeyExpression": "pk = :v",
    "ExpressionAttributeNameVariable": "#n",
    "ExpressionAttributeValueVariable": ":v",
    "TimeToLiveAttributeName": "expires",
    "TagKeyString": "team",
    "RegionName": "eu-west-1",
    "S3Bucket": "bucket",
}
EVERYTHING_WRONG: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    "",
    "?",
    "23",
    "é" * 3000,
    "\x00",
    "٣",
    "²",
    [],
    [None],
    [[]],
    ["a", "a"],
    {},
    {"": None},
    {"a": None},
    {"a": {}},
    {"S": "a"},
    {"unknown": {"S": 1}},
)


class Wrong(NamedTuple):
    """An input and the place in it that is wrong."""

    path: tuple[str | int, ...]
    params: dict[str, Any]


@cache
def model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def wrong_inputs(service: str, operation: str, share: int = 1) -> Iterator[Wrong]:
    """Inputs of the operation, each wrong in one place: missing, or of another type, or out of bounds.

    ``share`` is 1 for all faults in every place, 3 for every third, in turns.
    """
    shape = model(service).operation_model(operation).input_shape
    if shape is None:
        return
    for number, (path, member) in enumerate(_places(shape, ())):
        base = _with_expression(_sound(shape, path))
        for value in (*EVERYTHING_WRONG[number % share :: share], *_out_of_bounds(member)):
            yield Wrong(path, _replaced(base, path, value))
        yield Wrong(path, _replaced(base, path, None, is_gone=True))


def _places(shape: Any, path: tuple[Any, ...], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every member, to the first repetition of a shape within itself."""
    if shape.name in above:
        return
    above = (*above, shape.name)
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield (*path, name), member
            yield from _places(member, (*path, name), above)
    elif shape.type_name == "list":
        yield (*path, 0), shape.member
        yield from _places(shape.member, (*path, 0), above)
    elif shape.type_name == "map":
        key = _key(shape)
        yield (*path, key), shape.value
        yield from _places(shape.value, (*path, key), above)


def _sound(shape: Any, path: tuple[Any, ...]) -> Any:
    """A sound value, with what is required and what the path names."""
    step, rest = (path[0], path[1:]) if path else (None, ())
    if shape.type_name == "structure":
        if shape.name == "AttributeValue" and step is None:
            return {"S": "a"}
        names = [*shape.required_members, *([step] if step and step not in shape.required_members else [])]
        return {name: _sound(shape.members[name], rest if name == step else ()) for name in names}
    if shape.type_name == "list":
        return [_sound(shape.member, rest)]
    if shape.type_name == "map":
        return {_key(shape): _sound(shape.value, rest)}
    return _scalar(shape)


def _with_expression(params: Any) -> Any:
    """Values belong to an expression."""
    if "ExpressionAttributeValues" in params and not any("Expression" in name[-10:] for name in params):
        params["ConditionExpression" if "Item" in params or "Key" in params else "FilterExpression"] = "a = :v"
    return params


def _key(shape: Any) -> str:
    return SOUND.get(shape.key.name, "pk")


def _scalar(shape: Any) -> Any:
    if shape.name in SOUND:
        return SOUND[shape.name]
    if getattr(shape, "enum", None):
        return shape.enum[0]
    if shape.type_name in ("integer", "long", "double", "float", "timestamp"):
        return max(1, shape.metadata.get("min", 1))
    if shape.type_name == "boolean":
        return True
    return "QQ==" if shape.type_name == "blob" else "a" * max(3, shape.metadata.get("min", 3))


def _out_of_bounds(shape: Any) -> Iterator[Any]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    is_number = shape.type_name in ("integer", "long", "double")
    for limit in {low and low - 1, high and high + 1} - {None}:
        if is_number:
            yield limit
        elif shape.type_name == "string" and 0 <= limit <= 100_000:
            yield "a" * limit
        elif shape.type_name == "list" and 0 <= limit <= 200:
            yield [_sound(shape.member, ())] * limit
    if shape.type_name in ("string", "blob"):
        yield "arn:aws:dynamodb:us-east-1:000000000000:table/"
        yield "QR=="


def _replaced(params: Any, path: tuple[Any, ...], value: Any, *, is_gone: bool = False) -> Any:
    changed = copy.deepcopy(params)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    if is_gone:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return changed
