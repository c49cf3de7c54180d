"""What an attribute value must be to be let in: one type, sound numbers, sets of distinct members; and its normal form.

Source: answers of DynamoDB Local 2.6.1; nubo-db/dynamodb-conformance; architect/dynalite's tests.
"""

from __future__ import annotations

from typing import Any, Final

from ruststack.services.dynamodb import numbers
from ruststack.services.dynamodb.errors import InvalidParameter, ValidationException
from ruststack.services.dynamodb.values import AttributeValue, Item, nesting, size_of, text_size

TYPES: Final = frozenset(("S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"))
_SET_WORDS: Final = {"SS": "An string set  may not be empty", "NS": "An number set  may not be empty"}
_DEEPEST: Final = 32
TOO_DEEP: Final = (
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
)


def admit_item(item: Item) -> Item:
    """The item with its numbers in their normal form. Raises ValidationException."""
    return measured(item)[0]


def measured(item: Item) -> tuple[Item, int, int]:
    """The item with its numbers in their normal form; its size in bytes, and how deep it is nested.

    Raises ValidationException.
    """
    if "" in item:
        raise _nameless()
    size, depth, changed = 0, 0, {}
    for name, value in item.items():
        # All that is written comes by here, and most of it are texts and numbers.
        size += len(name) if name.isascii() else text_size(name)
        if len(value) == 1 and "S" in value and (text := value["S"]) is not None:
            size += len(text) if text.isascii() else text_size(text)
            continue
        admitted, bytes_of_value = _measured(value)
        size += bytes_of_value
        depth = max(depth, nesting(admitted))
        if admitted is not value:
            changed[name] = admitted
    return (item | changed if changed else item), size, depth


def _measured(value: AttributeValue) -> tuple[AttributeValue, int]:
    if len(value) == 1 and "N" in value and (text := value["N"]) is not None:
        try:
            normal, size = numbers.measured(text)
        except numbers.InvalidNumber as error:
            raise ValidationException(str(error)) from None
        return (value if normal == text else {"N": normal}), size
    admitted = admit(value)
    return admitted, size_of(admitted)


def admit(value: AttributeValue, depth: int = 0) -> AttributeValue:
    """The value in its normal form. Raises ValidationException."""
    if depth > _DEEPEST:
        raise ValidationException(TOO_DEEP)
    if len(value) != 1:
        value = _single(value)
    ((kind, content),) = value.items()
    if kind == "S" or kind == "B" or kind == "BOOL":
        if content is None:
            raise _empty()
        return value
    if kind == "N" and content is not None:
        return {"N": number(content)}
    if kind not in TYPES or content is None:
        raise _empty()
    if kind == "NULL":
        if content is not True:
            raise InvalidParameter("Null attribute value types must have the value of true")
        return value
    if kind == "L":
        return {"L": [admit(each, depth + 1) for each in content]}
    if kind == "M":
        if "" in content:
            raise _nameless()
        return {"M": {name: admit(each, depth + 1) for name, each in content.items()}}
    return {kind: _members(kind, content)}


def number(text: str) -> str:
    """A number's normal form. Raises ValidationException."""
    try:
        return numbers.normal(text)
    except numbers.InvalidNumber as error:
        raise ValidationException(str(error)) from None


def _single(value: AttributeValue) -> AttributeValue:
    known = {kind: content for kind, content in value.items() if kind in TYPES and content is not None}
    if not known:
        raise _empty()
    for kind, content in known.items():
        admit({kind: content})
    if len(known) > 1:
        what = "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
        raise ValidationException(f"{what}datatypes")
    return known


def _empty() -> ValidationException:
    what = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
    return ValidationException(what)


def _nameless() -> ValidationException:
    # Source: answers of DynamoDB Local 3.1.0. Unknown: AWS's own words; a put of such an item would tell.
    return ValidationException("Empty attribute name")


def _members(kind: str, members: list[Any]) -> list[Any]:
    if not members:
        raise InvalidParameter(_SET_WORDS.get(kind, "Binary sets should not be empty"))
    if None in members:
        raise _null_member(kind)
    if kind == "NS":
        members = [number(member) for member in members]
    if len(set(members)) < len(members):
        raise _repeated(kind, members)
    return members


def _null_member(kind: str) -> ValidationException:
    # Source: answers of DynamoDB Local 3.1.0, spaced as DynamoDB spaces the words for empty sets. Unknown: AWS's words
    # for a null among binaries, at which DynamoDB Local fails; a put of {"BS": [null]} would tell.
    if kind == "NS":
        return ValidationException("The parameter cannot be converted to a numeric value")
    name = "string" if kind == "SS" else "binary"
    return InvalidParameter(f"An {name} set  may not have a null {name} as a member")


def _repeated(kind: str, members: list[Any]) -> ValidationException:
    if kind == "NS":
        return ValidationException("Input collection contains duplicates")
    of_type = "of type BS" if kind == "BS" else ""
    return InvalidParameter(f"Input collection [{', '.join(members)}]{of_type} contains duplicates.")
