"""JSON's leaves, and JSON documents to and from bytes. What rest-json and the json protocols share."""

from __future__ import annotations

import math
from typing import Any

import orjson

from ruststack.model import Member, ServiceModel
from ruststack.protocol import text
from ruststack.protocol.malformed import NotOfType
from ruststack.protocol.tree_read import ReadNode, TreeReaders
from ruststack.protocol.tree_write import TreeWriters, WriteNode

TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_BOUNDS = {"integer": 1 << 31, "long": 1 << 63}


def parse(body: bytes) -> Any:
    """The document. Raises NotOfType for what is no JSON; nothing at all is an empty structure."""
    if not body:
        return {}
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NotOfType("document", str(error)) from error


def dump(tree: Any) -> bytes:
    return orjson.dumps(tree)


def readers(*, converts: bool = False) -> TreeReaders:
    """Readers of parsed JSON; those that convert take texts for truth values, and cut the fraction off integers."""
    return TreeReaders(_converting_reader if converts else _leaf_reader)


def writers() -> TreeWriters:
    return TreeWriters(_leaf_writer, dump, orjson.Fragment)


def _leaf_reader(member: Member) -> ReadNode:
    kind, name = member.shape.type, member.shape.name
    if kind in ("string", "character"):
        return _exactly(str, "string", name)
    if kind == "boolean":
        return _exactly(bool, "boolean", name)
    if kind in ("float", "double", "bigdecimal"):
        return _float_reader(name)
    if kind == "timestamp":
        return _time_reader(member)
    if kind == "blob":
        return _blob_reader(name)
    return _integer_reader(kind, name)


def _converting_reader(member: Member) -> ReadNode:
    read, kind = _leaf_reader(member), member.shape.type

    def read_truth(node: Any) -> Any:
        return TRUTHS[node.lower()] if type(node) is str and node.lower() in TRUTHS else read(node)

    def read_whole(node: Any) -> Any:
        return read(math.trunc(node) if type(node) is float and math.isfinite(node) else node)

    if kind == "boolean":
        return read_truth
    return read_whole if kind in _BOUNDS else read


def _exactly(python_type: type, expected: str, name: str) -> ReadNode:
    def read(node: Any) -> Any:
        if type(node) is not python_type:
            raise NotOfType(expected, node, name)
        return node

    return read


def _integer_reader(kind: str, name: str) -> ReadNode:
    bound = _BOUNDS.get(kind, math.inf)

    def read_integer(node: Any) -> int:
        if type(node) is float and node.is_integer():
            node = int(node)
        if type(node) is not int or not -bound <= node < bound:
            raise NotOfType(kind, node, name)
        return node

    return read_integer


def _float_reader(name: str) -> ReadNode:
    def read_float(node: Any) -> float:
        if type(node) in (float, int):
            return float(node)
        if node in ("NaN", "Infinity", "-Infinity"):
            return text.read_float(node)
        raise NotOfType("float", node, name)

    return read_float


def _time_reader(member: Member) -> ReadNode:
    form, name = member.timestamp_format or "unixTimestamp", member.shape.name
    read_text = text.time_reader(form)

    def read_time(node: Any) -> Any:
        if type(node) in (int, float) and form == "unixTimestamp":
            return read_text(repr(node))
        if type(node) is str and form != "unixTimestamp":
            return read_text(node)
        raise NotOfType("timestamp", node, name)

    return read_time


def _blob_reader(name: str) -> ReadNode:
    def read_blob(node: Any) -> bytes:
        if type(node) is not str:
            raise NotOfType("blob", node, name)
        return text.read_blob(node)

    return read_blob


def _leaf_writer(member: Member) -> WriteNode | None:
    kind = member.shape.type
    if kind == "timestamp":
        form = member.timestamp_format or "unixTimestamp"
        return text.epoch_number if form == "unixTimestamp" else text.writer(member, form)
    if kind == "blob":
        return text.write_blob
    if kind in ("float", "double"):
        return _write_float
    return None


def _write_float(value: float) -> Any:
    return value if math.isfinite(value) else text.write_float(value)


_JAVA_TYPES: dict[type, str] = {
    bool: "class java.lang.Boolean",
    int: "class com.amazon.coral.value.json.numbers.TruncatingBigNumber",
    float: "class com.amazon.coral.value.json.numbers.TruncatingBigNumber",
    str: "class java.lang.String",
}
_JAVA_NAMES = {"string": "String", "integer": "Integer", "long": "Long", "boolean": "Boolean", "blob": "Blob"}


def wrong_type_message(error: NotOfType) -> str:
    """How AWS words a value of the wrong type in JSON.

    Source: recorded from API Gateway ("class java.lang.Boolean can not be converted to an String"). Unknown: the
    wording where a list or structure stands for something else; sending one to each JSON service would settle it.
    """
    if error.expected == "document":
        return ""
    if isinstance(error.given, dict):
        return "Start of structure or map found where not expected."
    if isinstance(error.given, list):
        return "Start of list found where not expected."
    given = _JAVA_TYPES.get(type(error.given), type(error.given).__name__)
    return f"{given} can not be converted to an {_JAVA_NAMES.get(error.expected, error.expected.title())}"


def message_key(model: ServiceModel, code: str, default: str = "message") -> str:
    """What the message is called in an error's body: as the model spells it (``message`` or ``Message``)."""
    shape = model.error_shape(code)
    for name, member in shape.members.items() if shape else ():
        if name.lower() == "message":
            return member.wire
    return default
