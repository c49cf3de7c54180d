"""DynamoDB's attribute values, passed on as they travel once the types within have been looked at."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from typing import Any, Final

from ruststack.protocol.json_body import TRUTHS
from ruststack.protocol.malformed import NotOfType

_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


def read(node: Any) -> Any:
    """The value itself. Raises NotOfType for a content that is not of its type's JSON form."""
    if type(node) is not dict:
        raise NotOfType("structure", node, "AttributeValue")
    for kind, content in node.items():
        if kind == "S" or kind == "N":
            if type(content) is not str and content is not None:
                raise NotOfType("string", content, "String").under(kind, "structure")
        elif (kind == "BOOL" or kind == "NULL") and type(content) is str and content.lower() in TRUTHS:
            # DynamoDB takes these words for truth values: architect/dynalite.
            node[kind] = TRUTHS[content.lower()]
        elif content is not None and kind in _READERS:
            try:
                _READERS[kind](content)
            except NotOfType as error:
                raise error.under(kind, "structure") from None
    return node


def read_entries(node: dict[str, Any]) -> dict[str, Any]:
    """A map of values itself; nulls among them are left for the model's constraints. Raises NotOfType."""
    for name, value in node.items():
        # Items are read by here: what most of them hold is told apart first.
        if type(value) is dict and len(value) == 1:
            if "S" in value:
                if type(value["S"]) is str:
                    continue
            elif "N" in value and type(value["N"]) is str:
                continue
        elif value is None:
            continue
        try:
            read(value)
        except NotOfType as error:
            raise error.under(name, "map") from None
    return node


def _text(content: Any) -> None:
    if type(content) is not str:
        raise NotOfType("string", content, "String")


def _truth(content: Any) -> None:
    if type(content) is not bool:
        raise NotOfType("boolean", content, "Boolean")


def _binary(content: Any) -> None:
    if type(content) is not str:
        raise NotOfType("blob", content, "Blob")
    try:
        if not _BASE64.fullmatch(content):
            raise NotOfType("blob", content, "Blob")
        if binascii.b2a_base64(binascii.a2b_base64(content), newline=False) != content.encode():
            raise NotOfType("blob", content, "Blob")  # bits that belong to no byte
    except ValueError:
        raise NotOfType("blob", content, "Blob") from None


def _each(check: Callable[[Any], Any]) -> Callable[[Any], None]:
    def check_all(content: Any) -> None:
        if type(content) is not list:
            raise NotOfType("list", content, "ListAttributeValue")
        for place, element in enumerate(content):
            if element is None and check is not read:
                continue  # A null in a set is no wrong type; DynamoDB has words of its own for it.
            try:
                check(element)
            except NotOfType as error:
                raise error.under(place, "list") from None

    return check_all


def _map(content: Any) -> None:
    if type(content) is not dict:
        raise NotOfType("map", content, "MapAttributeValue")
    for name, member in content.items():
        try:
            read(member)
        except NotOfType as error:
            raise error.under(name, "map") from None


_READERS: Final[dict[str, Callable[[Any], None]]] = {
    "B": _binary,
    "BOOL": _truth,
    "NULL": _truth,
    "SS": _each(_text),
    "NS": _each(_text),
    "BS": _each(_binary),
    "L": _each(read),
    "M": _map,
}
