"""Vector indexes: which items they hold, and how they are described. They show a write at once.

Source: developer guide, VectorSearchWorkingWith; aws/agent-toolkit-for-aws, vector-search.md: numbers are kept in 32
bits; an item without the vector, or without the attribute that parts the index, is not in it.
Unknown: what becomes of a number beyond 32 bits, here the greatest of them; a PutItem of such would tell.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import Any, Final

import orjson

from ruststack.services.dynamodb.index_projection import projected
from ruststack.services.dynamodb.stages import OVER, index_status, is_backfilling
from ruststack.services.dynamodb.state import StoredItem, Table, VectorEntry, VectorIndex
from ruststack.services.dynamodb.values import AttributeValue, Item, item_size

_GREATEST: Final = 3.4028234663852886e38
_BYTES: Final = 4


def vector_index_of(given: dict[str, Any], definitions: Mapping[str, str]) -> VectorIndex:
    """The index that a checked request describes."""
    schema = given.get("SearchSchema") or []
    return VectorIndex(
        name=given["IndexName"],
        attribute=given["VectorAttribute"]["AttributeName"],
        hash=next((each["AttributeName"] for each in schema if each["SearchSchemaElementType"] == "HASH"), ""),
        types={each["AttributeName"]: definitions[each["AttributeName"]] for each in schema},
        projection=given["Projection"],
        projected=projected(given["Projection"]),
        dimensions=given["Dimensions"],
        distance=given["DistanceFunction"],
    )


def fill(table: Table, index: VectorIndex) -> None:
    """Index what the table holds already."""
    for stored in table.rows.items():
        _keep(table, index, orjson.loads(stored.encoded), stored)


def keep(table: Table, item: Item, stored: StoredItem) -> None:
    """The item is in the table now, new or in place of another."""
    for index in table.vectors.values():
        _drop(index, stored)
        _keep(table, index, item, stored)


def drop(table: Table, stored: StoredItem) -> None:
    """The item is gone."""
    for index in table.vectors.values():
        _drop(index, stored)


def held(table: Table, index: VectorIndex, item: Item) -> Item:
    """What the index holds of an item, beside the vector."""
    names = None if index.projected is None else index.projected.union(table.key.names, index.types)
    return {name: value for name, value in item.items() if name != index.attribute and (names is None or name in names)}


def numbers_of(values: list[AttributeValue]) -> array[float]:
    """A vector, in 32 bits."""
    return array("f", [min(max(float(each["N"]), -_GREATEST), _GREATEST) for each in values])


def _keep(table: Table, index: VectorIndex, item: Item, stored: StoredItem) -> None:
    """Items that are older than the index may have anything."""
    members = item.get(index.attribute, {}).get("L")
    if members is None or len(members) != index.dimensions or not all("N" in each for each in members):
        return
    if index.hash and index.types[index.hash] not in item.get(index.hash, ()):
        return
    size = item_size(held(table, index, item)) + _BYTES * index.dimensions
    searched = {name: item[name] for name in index.types if name in item}
    index.entries[_place(stored)] = VectorEntry(numbers_of(members).tobytes(), searched, stored, size)
    index.size += size


def _drop(index: VectorIndex, stored: StoredItem) -> None:
    entry = index.entries.pop(_place(stored), None)
    index.size -= entry.size if entry else 0


def _place(stored: StoredItem) -> bytes:
    return len(stored.token).to_bytes(4, "big") + stored.token + stored.sort


def describe_vectors(table: Table, now: float = OVER) -> list[dict[str, Any]]:
    """VectorIndexDescriptions.

    Unknown: IndexSizeBytes, here the attributes that are held and four bytes a dimension; DescribeTable of a table with
    items, half a day later, would tell.
    """
    return [describe_vector(index, table, now) for index in table.vectors.values()]


def describe_vector(index: VectorIndex, table: Table, now: float = OVER) -> dict[str, Any]:
    """A VectorIndexDescription."""
    description = {**described(index), "IndexStatus": index_status(index, table, now)}
    backfilling = is_backfilling(index, now)
    if backfilling is not None:
        description["Backfilling"] = backfilling
    description["IndexSizeBytes"], description["ItemCount"] = index.size, len(index.entries)
    description["IndexArn"] = f"{table.arn}/index/{index.name}"
    return description


def described(index: VectorIndex) -> dict[str, Any]:
    """What makes an index what it is, as AWS spells it."""
    schema = [
        {"AttributeName": name, "SearchSchemaElementType": "HASH" if name == index.hash else "INLINE_FILTER"}
        for name in index.types
    ]
    return {
        "IndexName": index.name,
        **({"SearchSchema": schema} if schema else {}),
        "Projection": index.projection,
        "VectorAttribute": {"AttributeName": index.attribute},
        "Dimensions": index.dimensions,
        "DistanceFunction": index.distance,
    }
