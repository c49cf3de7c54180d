"""Items in and out of a table and its indexes; sizes and counts are kept right.

Items change here and nowhere else: `put` and `remove` are where whoever follows the changes of a table listens.
"""

from __future__ import annotations

from typing import Final

import orjson

from ruststack.kit import Context
from ruststack.services.dynamodb import vectors
from ruststack.services.dynamodb.history import Change
from ruststack.services.dynamodb.indexing import reindex
from ruststack.services.dynamodb.placement import Place
from ruststack.services.dynamodb.state import StoredItem, Table
from ruststack.services.dynamodb.stored_size import overhead, range_name
from ruststack.services.dynamodb.streams.writing import note
from ruststack.services.dynamodb.values import Item, item_size

OVERHEAD: Final = 100
"""What an item costs beside its names and values, in a table's size."""


def decode(stored: StoredItem) -> Item:
    """The item as values. Every call makes a new one."""
    item: Item = orjson.loads(stored.encoded)
    return item


def encode(item: Item, size: int, place: Place, table: Table) -> StoredItem:
    """An item to be kept."""
    more = overhead(item, size, range_name(table))
    # Copied, because orjson leaves its text in a block of four kilobytes; this is how bytes are copied quickest.
    return StoredItem(b"%b" % orjson.dumps(item), size, place.token, place.sort, more)


def find(table: Table, place: Place) -> StoredItem | None:
    """The item at a place."""
    return table.rows.find(place.token, place.sort)


def put(ctx: Context, table: Table, place: Place, item: Item, size: int | None = None) -> StoredItem:
    """Keep the item, new or in place of the one that was there; in the table's replicas too."""
    stored = _put(ctx, table, place, item, size)
    for region in table.replicas:
        there = ctx.in_region(region)
        _put(there, there.state.tables[table.name], place, item, stored.size)
    return stored


def _put(ctx: Context, table: Table, place: Place, item: Item, size: int | None) -> StoredItem:
    stored = encode(item, item_size(item) if size is None else size, place, table)
    old = table.rows.put(place.token, place.sort, stored)
    table.size += stored.size - (old.size if old else 0)
    table.count += 0 if old else 1
    if table.indexes:
        reindex(ctx, table, decode(old) if old else None, old, item, stored)
    if table.vectors:
        vectors.keep(table, item, stored)
    if table.stream:
        note(ctx, table, old, stored)
    if table.history is not None:
        table.history.note(Change(ctx.clock.now(), place.token, place.sort, old.encoded if old else None))
    return stored


def remove(ctx: Context, table: Table, place: Place, by: dict[str, str] | None = None) -> StoredItem | None:
    """Take the item out, if there is one, and out of replicas. ``by`` is who does so, if it is not the caller; streams
    of replicas do not say it.  Source: developer guide, time-to-live-ttl-streams
    """
    old = _remove(ctx, table, place, by)
    for region in table.replicas:
        there = ctx.in_region(region)
        _remove(there, there.state.tables[table.name], place, None)
    return old


def _remove(ctx: Context, table: Table, place: Place, by: dict[str, str] | None) -> StoredItem | None:
    old = table.rows.take(place.token, place.sort)
    if old is None:
        return None
    table.size -= old.size
    table.count -= 1
    if table.indexes:
        reindex(ctx, table, decode(old), old, None, None)
    if table.vectors:
        vectors.drop(table, old)
    if table.stream:
        note(ctx, table, old, None, by)
    if table.history is not None:
        table.history.note(Change(ctx.clock.now(), place.token, place.sort, old.encoded))
    return old
