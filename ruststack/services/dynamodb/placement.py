"""Where an item stands: its key, checked, as the bytes that tables and indexes sort by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from ruststack.services.dynamodb.errors import InvalidParameter, ValidationException
from ruststack.services.dynamodb.keys import joint_sort, joint_token, sortable, tie, token
from ruststack.services.dynamodb.state import Attribute, Index, KeySchema, Standing, StoredItem, Table, VectorIndex
from ruststack.services.dynamodb.values import AttributeValue, Item, type_of

_MAX_HASH: Final = 2048
_MAX_RANGE: Final = 1024
_MISMATCH: Final = "The provided key element does not match the schema"
_EMPTY: Final = {"S": ("", "string"), "B": ("", "binary")}


class Place(NamedTuple):
    """``token`` finds the partition, ``sort`` the item in it."""

    token: bytes
    sort: bytes


def place_of_item(item: Item, table: Table, *, in_batch: bool = False) -> Place:
    """The place of an item that is to be put. Raises ValidationException when it lacks the key, or has a wrong one.

    Batches word that as if it were a key alone.
    """
    place = _sound(item, table.key)
    if place is None:
        if in_batch:
            check_key_types(item, table.key)
        place = _judged(item, table.key)
    if table.indexes or table.vectors:
        check_index_types(item, table)
    return place


def place_of_key(key: Item, schema: KeySchema) -> Place:
    """The place that a request's Key means. Raises ValidationException."""
    if len(key) != len(schema.hash) + len(schema.range):
        raise ValidationException(_MISMATCH)
    place = _sound(key, schema)
    if place is not None:
        return place
    check_key_types(key, schema)
    for attribute in (*schema.hash, *schema.range):
        check_key_content(attribute, key[attribute.name])
    return _place(key, schema)


def _sound(item: Item, schema: KeySchema) -> Place | None:
    """The place of an item whose key leaves nothing to be said; None for every other."""
    attribute = schema.hash[0]
    value = item.get(attribute.name)
    if value is None or not value.get(attribute.type):
        return None
    first, sort = token(value), b""
    if schema.range:
        attribute = schema.range[0]
        value = item.get(attribute.name)
        if value is None or not value.get(attribute.type):
            return None
        sort = sortable(value)
    return Place(first, sort) if len(first) - 8 <= _MAX_HASH and len(sort) <= _MAX_RANGE else None


def _judged(item: Item, schema: KeySchema) -> Place:
    """The place of an item whose key may be wrong. Raises ValidationException."""
    for attribute in (*schema.hash, *schema.range):
        value = item.get(attribute.name)
        if value is None:
            raise InvalidParameter(f"Missing the key {attribute.name} in the item")
        if attribute.type not in value:
            raise InvalidParameter(
                f"Type mismatch for key {attribute.name} expected: {attribute.type} actual: {type_of(value)}"
            )
        check_key_content(attribute, value, is_item=True)
    return _place(item, schema)


def check_key_types(item: Item, schema: KeySchema) -> None:
    """The key is there, in the types that the schema says. Raises ValidationException."""
    for attribute in (*schema.hash, *schema.range):
        if attribute.type not in item.get(attribute.name, ()):
            raise ValidationException(_MISMATCH)


def check_key_content(attribute: Attribute, value: AttributeValue, *, is_item: bool = False) -> None:
    """Raises ValidationException for an empty key; of a whole item it is said in other words than of a key."""
    if not value[attribute.type]:
        kind = _EMPTY[attribute.type][1]
        said = "are not valid." if is_item else "were invalid:"
        raise ValidationException(
            f"One or more parameter values {said} The AttributeValue for a key attribute cannot contain an empty "
            f"{kind} value. Key: {attribute.name}"
        )


def _place(item: Item, schema: KeySchema) -> Place:
    first = token(item[schema.hash[0].name])
    sort = sortable(item[schema.range[0].name]) if schema.range else b""
    if len(first) - 8 > _MAX_HASH:
        raise _too_long_hash()
    if len(sort) > _MAX_RANGE:
        raise _too_long_range()
    return Place(first, sort)


def check_scalars(nested: Iterable[Any], table: Table) -> None:
    """No path may look into a key. ``nested`` are the attributes that paths look into. Raises ValidationException."""
    names = set(nested)
    if not names:
        return
    what = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed"
    for name in table.key.names:
        if name in names:
            raise ValidationException(f"{what}: Key: {name}")
    for index in table.indexes.values():
        for name in index.key.names:
            if name in names:
                raise ValidationException(f"{what}: IndexKey: {name}")


def check_index_types(item: Item, table: Table, *, is_update: bool = False) -> None:
    """An index key may be absent, but not of another type, not empty, and not too long. Raises ValidationException."""
    for index in table.indexes.values():
        long = 0
        for attribute in (*index.key.hash, *index.key.range):
            value = item.get(attribute.name)
            if value is None:
                continue
            if attribute.type not in value:
                raise _wrong_index_type(index, attribute, value, is_update)
            if not value[attribute.type]:
                raise _empty_index_key(index, attribute, is_update)
            if attribute in index.key.hash:
                if len(sortable(value)) > _MAX_HASH:
                    raise _too_long_hash()
            else:
                long += len(sortable(value))
        if long > _MAX_RANGE:
            raise _too_long_range()
    for vectors in table.vectors.values():
        _check_vector(item, vectors, is_update)


def _check_vector(item: Item, index: VectorIndex, is_update: bool) -> None:
    """A vector has as many numbers as the index has dimensions; an item may be without one, and without a partition.

    Source: developer guide, VectorSearchWorkingWith, VectorSearchTroubleshooting; aws/agent-toolkit-for-aws,
    vector-search.md. Unknown: the words for what is no list, or no list of numbers; such an item would tell.
    """
    value = item.get(index.attribute)
    if value is not None:
        members = value.get("L")
        wrong = next((n for n, each in enumerate(members or ()) if "N" not in each), None)
        if members is None or wrong is not None:
            where = index.attribute if wrong is None else f"{index.attribute}[{wrong}]"
            expected, actual = ("L", type_of(value)) if members is None else ("N", type_of(members[wrong or 0]))
            raise InvalidParameter(
                f"Invalid type for parameter {where}, Expected: {expected}, Actual: {actual}. IndexName: {index.name}"
            )
        if len(members) != index.dimensions:
            raise InvalidParameter(
                f"Invalid size for parameter {index.attribute}, Expected: {index.dimensions}, Actual: {len(members)}. "
                f"IndexName: {index.name}"
            )
    if index.hash and (value := item.get(index.hash)) is not None:
        attribute = Attribute(index.hash, index.types[index.hash])
        if attribute.type not in value:
            raise _wrong_index_type(index, attribute, value, is_update)
        if not value[attribute.type]:
            raise _empty_index_key(index, attribute, is_update)


def _wrong_index_type(
    index: Index | VectorIndex, attribute: Attribute, value: AttributeValue, is_update: bool
) -> Exception:
    if is_update:
        what = "The update expression attempted to update the secondary index key to unsupported type"
        return ValidationException(what)
    return InvalidParameter(
        f"Type mismatch for Index Key {attribute.name} Expected: {attribute.type} Actual: {type_of(value)} "
        f"IndexName: {index.name}"
    )


def _empty_index_key(index: Index | VectorIndex, attribute: Attribute, is_update: bool) -> Exception:
    kind = _EMPTY[attribute.type][1]
    if is_update:
        return ValidationException(
            "One or more parameter values are not valid. The update expression attempted to update a secondary index "
            "key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty "
            f"{kind} value."
        )
    return ValidationException(
        "One or more parameter values are not valid. A value specified for a secondary index key is not supported. "
        f"The AttributeValue for a key attribute cannot contain an empty {kind} value. IndexName: {index.name}, "
        f"IndexKey: {attribute.name}"
    )


def _too_long_hash() -> Exception:
    return InvalidParameter(f"Size of hashkey has exceeded the maximum size limit of{_MAX_HASH} bytes")


def _too_long_range() -> Exception:
    return InvalidParameter(f"Aggregated size of all range keys has exceeded the size limit of {_MAX_RANGE} bytes")


def place_in_index(item: Item, index: Index, stored: StoredItem, key: KeySchema) -> Standing | None:
    """Where an index holds the item; None when the item lacks one of the index's keys, or has it in another type.

    ``key`` is the table's. Source: developer guide, GSI.OnlineOps.ViolationDetection (items older than the index).
    """
    for attribute in (*index.key.hash, *index.key.range):
        if attribute.type not in item.get(attribute.name, ()):
            return None
    hashes, ranges = index.key.hash, index.key.range
    # Most keys have one attribute of each kind, and every write comes by here.
    first = token(item[hashes[0].name]) if len(hashes) == 1 else joint_token([item[each.name] for each in hashes])
    sort = sortable(item[ranges[0].name]) if len(ranges) == 1 else joint_sort([item[each.name] for each in ranges])
    return first, (sort, tie_of(item, key) + stored.token, stored.sort), stored


def tie_of(item: Item, key: KeySchema) -> bytes:
    """What tells items of equal index keys apart; ``key`` is their table's."""
    return tie(item[key.hash[0].name], item[key.range[0].name] if key.range else None)
