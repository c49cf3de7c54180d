"""Values in a statement: literals and parameters, alone or in each other.

Source: developer guide, ql-reference.data-types: lists in brackets, maps in braces, sets in ``<<`` and ``>>``.
"""

from __future__ import annotations

from collections.abc import Sequence

from ruststack.services.dynamodb.admission import admit
from ruststack.services.dynamodb.partiql.reader import Reader
from ruststack.services.dynamodb.partiql.syntax import Maker
from ruststack.services.dynamodb.partiql.tokens import Kind, Malformed, unsupported
from ruststack.services.dynamodb.values import AttributeValue, type_of

_WORDS = {"true": {"BOOL": True}, "false": {"BOOL": False}, "null": {"NULL": True}}


def starts_literal(reader: Reader) -> bool:
    """Whether a value stands here, and not a path or function."""
    token = reader.now
    if token.kind in (Kind.STRING, Kind.NUMBER):
        return True
    if token.kind is Kind.SYMBOL:
        return token.text in ("?", "[", "{", "<<", "-", "+")
    return token.kind is Kind.WORD and token.text.lower() in _WORDS


def literal(reader: Reader) -> Maker:
    """The value that stands here. Raises Malformed, ValidationException."""
    token = reader.now
    if token.kind is Kind.SYMBOL:
        return _bracketed(reader)
    reader.take()
    if token.kind is Kind.STRING:
        return _constant({"S": token.text})
    if token.kind is Kind.NUMBER:
        return _constant({"N": token.text})
    word = _WORDS.get(token.text.lower()) if token.kind is Kind.WORD else None
    if word is None:
        raise Malformed
    return _constant(dict(word))


def _constant(value: AttributeValue) -> Maker:
    admitted = admit(value)
    return lambda parameters: admitted


def _bracketed(reader: Reader) -> Maker:
    token = reader.now
    if reader.skip("?"):
        number = reader.parameter()
        return lambda parameters: parameters[number]
    if reader.skip("["):
        return _list(_until(reader, "]"))
    if reader.skip("<<"):
        if reader.now.text == ">>":
            raise unsupported(f"Empty bags are not supported at {token.place}")
        return _set(_until(reader, ">>"))
    if reader.skip("{"):
        return _map(reader)
    if reader.now.text in ("-", "+"):
        sign = reader.take().text.replace("+", "")
        number_token = reader.take()
        if number_token.kind is not Kind.NUMBER:
            raise Malformed
        return _constant({"N": sign + number_token.text})
    raise Malformed


def _until(reader: Reader, end: str) -> list[Maker]:
    members: list[Maker] = []
    while not reader.skip(end):
        if members:
            reader.expect(",")
        members.append(literal(reader))
    return members


def _list(members: list[Maker]) -> Maker:
    return lambda parameters: {"L": [member(parameters) for member in members]}


def _map(reader: Reader) -> Maker:
    members: dict[str, Maker] = {}
    while not reader.skip("}"):
        if members:
            reader.expect(",")
        name = reader.take()
        if name.kind in (Kind.WORD, Kind.QUOTED):
            what = "Tuple keys must be of type String. Actual type: VariableReference under root"
            raise unsupported(f"{what} at {name.place}")
        if name.kind is not Kind.STRING:
            raise Malformed
        reader.expect(":")
        if name.text in members:
            raise unsupported(f"Duplicate keys in tuple. Key: {name.text} under root at {name.place}")
        members[name.text] = literal(reader)
    return lambda parameters: {"M": {name: member(parameters) for name, member in members.items()}}


def _set(members: list[Maker]) -> Maker:
    def make(parameters: Sequence[AttributeValue]) -> AttributeValue:
        values = [member(parameters) for member in members]
        kinds = {type_of(value) for value in values}
        if len(kinds) != 1 or not kinds <= {"S", "N", "B"}:
            what = "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags"
            raise unsupported(what)
        (kind,) = kinds
        return admit({f"{kind}S": [value[kind] for value in values]})

    return make
