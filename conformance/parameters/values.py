"""Decoded JSON, CBOR, XML elements and texts become the values that a shape of the model describes."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree


class Leftovers(list[str]):
    """Names what could not be explained, each place once."""

    def add(self, place: str) -> None:
        if place not in self:
            self.append(place)


def from_json(shape: Any, value: Any, place: str, left: Leftovers) -> Any:
    """A JSON or CBOR value by its shape; what has another type is kept as it is, and is noted."""
    kind = shape.type_name
    if value is None or getattr(shape, "is_document_type", False):
        return value
    if kind == "structure" and isinstance(value, dict):
        return _members(shape, value, place, left)
    if kind == "list" and isinstance(value, list):
        return [from_json(shape.member, each, f"{place}[]", left) for each in value]
    if kind == "map" and isinstance(value, dict):
        return {name: from_json(shape.value, each, f"{place}{{}}", left) for name, each in value.items()}
    if kind == "blob":
        return value if isinstance(value, bytes) else _unless_bad(_from_base64, value, place, left)
    if kind == "timestamp":
        return _unless_bad(_moment, value, place, left)
    if not _fits(kind, value):
        left.add(place)
    return value


def _members(shape: Any, value: dict[str, Any], place: str, left: Leftovers) -> dict[str, Any]:
    names = {member.serialization.get("name", name): name for name, member in shape.members.items()}
    found = {}
    for wire, each in value.items():
        if wire in names:
            found[names[wire]] = from_json(shape.members[names[wire]], each, f"{place}/{wire}", left)
        else:
            left.add(f"{place}/{wire}")
    return found


def _fits(kind: str, value: Any) -> bool:
    match kind:
        case "string" | "character":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer" | "long":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float" | "double":
            return isinstance(value, int | float) and not isinstance(value, bool)
    return False


def _unless_bad(read: Any, value: Any, place: str, left: Leftovers) -> Any:
    try:
        return read(value)
    except (ValueError, TypeError, OverflowError, binascii.Error):
        left.add(place)
        return value


def from_text(shape: Any, text: str, place: str, left: Leftovers) -> Any:
    """A scalar as headers, queries, forms and XML spell it."""
    match shape.type_name:
        case "boolean":
            return _BOOLEANS[text] if text in _BOOLEANS else _odd(text, place, left)
        case "integer" | "long":
            return _unless_bad(int, text, place, left)
        case "float" | "double":
            return _unless_bad(float, text, place, left)
        case "blob":
            return _unless_bad(_from_base64, text, place, left)
        case "timestamp":
            return _unless_bad(_moment, text, place, left)
        case "string" | "character":
            return text
    return _odd(text, place, left)


_BOOLEANS = {"true": True, "false": False}


def _odd(value: Any, place: str, left: Leftovers) -> Any:
    left.add(place)
    return value


def _from_base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _moment(value: Any) -> str:
    """ISO 8601 in UTC of a number of seconds, an HTTP date or an ISO 8601 text."""
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, int | float):
        moment = datetime.fromtimestamp(value, UTC)
    elif value.replace(".", "", 1).isdigit():
        moment = datetime.fromtimestamp(float(value), UTC)
    elif value[:1].isdigit():
        moment = datetime.fromisoformat(value)
    else:
        moment = parsedate_to_datetime(value)
    moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds").replace("+00:00", "Z")


def from_header(shape: Any, text: str, place: str, left: Leftovers) -> Any:
    if shape.type_name == "list":
        return [from_text(shape.member, each.strip(), place, left) for each in text.split(",")]
    if shape.serialization.get("jsonvalue"):
        return _unless_bad(lambda value: json.loads(base64.b64decode(value, validate=True)), text, place, left)
    return from_text(shape, text, place, left)


def from_xml(shape: Any, element: ElementTree.Element, place: str, left: Leftovers) -> Any:
    """An element by its shape; namespaces are left out."""
    match shape.type_name:
        case "structure":
            return _elements(shape, element, place, left)
        case "list":
            name = shape.member.serialization.get("name", "member")
            for child in element:
                if bare(child.tag) != name:
                    left.add(f"{place}/{bare(child.tag)}")
            return [
                from_xml(shape.member, child, f"{place}/{name}", left) for child in element if bare(child.tag) == name
            ]
        case "map":
            return dict(_entry(shape, child, place, left) for child in element)
    if len(element):
        left.add(place)
    return from_text(shape, element.text or "", place, left)


def _elements(shape: Any, element: ElementTree.Element, place: str, left: Leftovers) -> dict[str, Any]:
    names = {member.serialization.get("name", name): name for name, member in shape.members.items()}
    attributes = {
        m.serialization["name"].rpartition(":")[2]: name for name, m in shape.members.items() if _is_attribute(m)
    }
    found: dict[str, Any] = {
        attributes[bare(name)]: value for name, value in element.attrib.items() if bare(name) in attributes
    }
    for child in element:
        wire = bare(child.tag)
        where = f"{place}/{wire}"
        if wire not in names:
            left.add(where)
            continue
        member = shape.members[names[wire]]
        if member.serialization.get("flattened") and member.type_name == "list":
            found.setdefault(names[wire], []).append(from_xml(member.member, child, where, left))
        elif member.serialization.get("flattened") and member.type_name == "map":
            found.setdefault(names[wire], {}).update([_entry(member, child, where, left)])
        elif names[wire] in found:
            left.add(where)
        else:
            found[names[wire]] = from_xml(member, child, where, left)
    return found


def _is_attribute(member: Any) -> bool:
    return bool(member.serialization.get("xmlAttribute"))


def _entry(shape: Any, element: ElementTree.Element, place: str, left: Leftovers) -> tuple[Any, Any]:
    parts = {bare(child.tag): child for child in element}
    key = parts[shape.key.serialization.get("name", "key")]
    value = parts[shape.value.serialization.get("name", "value")]
    return from_xml(shape.key, key, place, left), from_xml(shape.value, value, place, left)


def bare(tag: str) -> str:
    return tag.rpartition("}")[2]
