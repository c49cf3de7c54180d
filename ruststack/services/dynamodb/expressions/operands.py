"""Operands as closures: ``(item, values) -> attribute value``, or None where the item has no such attribute."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ruststack.services.dynamodb import numbers
from ruststack.services.dynamodb.expressions.placeholders import Placeholders
from ruststack.services.dynamodb.expressions.syntax import Call, Operand, Part, Path, Value
from ruststack.services.dynamodb.values import SETS, AttributeValue, Item

Values = Mapping[str, AttributeValue]
Reader = Callable[[Item, Values], AttributeValue | None]


class InvalidUpdate(Exception):
    """An update that this item does not allow; ``str(error)`` is DynamoDB's message."""


def reader(operand: Operand, placeholders: Placeholders) -> Reader:
    """The operand's closure."""
    if isinstance(operand, Path):
        return path_reader(placeholders.path(operand))
    if isinstance(operand, Value):
        placeholders.value(operand)
        name = operand.name
        return lambda item, values: values[name]
    return _call(operand, placeholders)


def path_reader(path: tuple[Part, ...]) -> Reader:
    """What stands at a document path."""
    first = path[0]
    assert isinstance(first, str)
    if len(path) == 1:
        return lambda item, values: item.get(first)
    rest = path[1:]

    def read(item: Item, values: Values) -> AttributeValue | None:
        found = item.get(first)
        for part in rest:
            if found is None:
                return None
            found = child(found, part)
        return found

    return read


def child(value: AttributeValue, part: Part) -> AttributeValue | None:
    """The member of a map, or of a list, that the path names next."""
    if isinstance(part, str):
        members = value.get("M")
        return None if members is None else members.get(part)
    elements = value.get("L")
    return elements[part] if elements is not None and part < len(elements) else None


def size(value: AttributeValue) -> AttributeValue | None:
    """What ``size`` gives: UTF-16 units of text, bytes of binary, members of anything else.

    Source: answers of DynamoDB Local 3.1.0 for text beyond ASCII.
    """
    ((kind, content),) = value.items()
    if kind == "B":
        return {"N": str(len(content) * 3 // 4 - content[-2:].count("="))}
    if kind == "S" and not content.isascii():
        return {"N": str(len(content.encode("utf-16-le", "surrogatepass")) // 2)}
    if kind in ("S", "L", "M") or kind in SETS:
        return {"N": str(len(content))}
    return None


def _call(call: Call, placeholders: Placeholders) -> Reader:
    name = call.name
    first, *others = [reader(operand, placeholders) for operand in call.operands]
    if name == "size":
        return lambda item, values: None if (found := first(item, values)) is None else size(found)
    (second,) = others
    if name == "if_not_exists":
        return lambda item, values: second(item, values) if (found := first(item, values)) is None else found
    if name == "list_append":
        return lambda item, values: _appended(_existing(first, item, values), _existing(second, item, values))
    combine = numbers.add if name == "+" else numbers.subtract
    return lambda item, values: _combined(combine, _existing(first, item, values), _existing(second, item, values))


def _existing(read: Reader, item: Item, values: Values) -> AttributeValue:
    found = read(item, values)
    if found is None:
        raise InvalidUpdate("The provided expression refers to an attribute that does not exist in the item")
    return found


def _appended(left: AttributeValue, right: AttributeValue) -> AttributeValue:
    if "L" not in left or "L" not in right:
        raise InvalidUpdate("An operand in the update expression has an incorrect data type")
    return {"L": left["L"] + right["L"]}


def _combined(combine: Callable[[str, str], str], left: AttributeValue, right: AttributeValue) -> AttributeValue:
    if "N" not in left or "N" not in right:
        raise InvalidUpdate("An operand in the update expression has an incorrect data type")
    return {"N": combine(left["N"], right["N"])}
