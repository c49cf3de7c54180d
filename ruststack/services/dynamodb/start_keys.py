"""ExclusiveStartKey: where a Query or Scan goes on.

Source: architect/dynalite's tests, which were recorded from DynamoDB.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from ruststack.kit import Input
from ruststack.services.dynamodb.admission import admit
from ruststack.services.dynamodb.errors import ValidationException
from ruststack.services.dynamodb.key_conditions import KeyConditions, check_condition, check_count, check_number, holds
from ruststack.services.dynamodb.keys import joint_sort, joint_token
from ruststack.services.dynamodb.placement import check_key_content, place_of_key, tie_of
from ruststack.services.dynamodb.sources import Source
from ruststack.services.dynamodb.values import Item

_INVALID: Final = "The provided starting key is invalid"
_MISMATCH: Final = "The provided key element does not match the schema"
_PLAIN: Final = ("contains duplicates", "number set", "numeric value", "significant digits", "number with magnitude")


class Start(NamedTuple):
    """The key to go on after: the partition's token, and the item's place in the partition of table or index."""

    token: bytes
    sort: Any


def admit_start(req: Input) -> Item | None:
    """The key as the request has it, in its normal form. Raises ValidationException."""
    given = req.get("ExclusiveStartKey")
    if given is None:
        return None
    try:
        return {name: admit(value) for name, value in given.items()}
    except ValidationException as error:
        if any(words in error.message for words in _PLAIN):
            raise
        raise ValidationException(f"{_INVALID}: {error.message}") from None


def check_query(key: Item | None, source: Source, conditions: KeyConditions) -> None:
    """Start key and key conditions against the schema, attribute by attribute. Raises ValidationException."""
    if key is not None and len(key) != len(source.key_names):
        raise ValidationException(_INVALID)
    schema = source.key
    check_number(conditions, schema)
    for number, attribute in enumerate((*schema.hash, *schema.range)):
        if key is not None:
            _check_piece(key, attribute)
        if number < len(schema.hash):
            check_count(conditions, schema)
        check_condition(conditions, schema, number)


def check_scan(key: Item, source: Source) -> None:
    """Raises ValidationException."""
    if len(key) != len(source.key_names):
        raise ValidationException(_INVALID if source.index else f"{_INVALID}: {_MISMATCH}")
    if source.index is not None:
        for attribute in (*source.key.hash, *source.key.range):
            _check_piece(key, attribute)


def _check_piece(key: Item, attribute: Any) -> None:
    value = key.get(attribute.name)
    if value is None:
        raise ValidationException(_INVALID)
    if attribute.type not in value:
        raise ValidationException(_MISMATCH)
    check_key_content(attribute, value)


def start_of(key: Item, source: Source) -> Start:
    """Where the key stands. Raises ValidationException when the table's part of it does not fit."""
    try:
        place = place_of_key({name: key[name] for name in source.table.key.names if name in key}, source.table.key)
    except ValidationException as error:
        raise ValidationException(f"{_INVALID}: {error.message}") from None
    if source.index is None:
        return Start(place.token, place.sort)
    return Start(
        _index_token(key, source), (_index_sort(key, source), tie_of(key, source.table.key) + place.token, place.sort)
    )


def _index_token(key: Item, source: Source) -> bytes:
    return joint_token([key[each.name] for each in source.key.hash])


def _index_sort(key: Item, source: Source) -> bytes:
    return joint_sort([key[each.name] for each in source.key.range])


def check_within(key: Item, source: Source, conditions: KeyConditions) -> None:
    """A query goes on where it could have stopped. Raises ValidationException."""
    is_partition = all(key[each.name] == conditions[each.name].values[0] for each in source.key.hash)
    ranges = [each for each in source.key.range if each.name in conditions]
    if any(not holds(conditions[each.name], key[each.name]) for each in ranges):
        raise ValidationException("The provided starting key does not match the range key predicate")
    if is_partition:
        return
    if ranges:
        raise ValidationException("The query can return at most one row and cannot be restarted")
    what = "The provided starting key is outside query boundaries based on provided conditions"
    raise ValidationException(what)
