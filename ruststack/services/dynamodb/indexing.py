"""Indexes follow their tables: local ones at once, global ones too, or after the delay that the settings name.

Source: developer guide, GSI.Writes: "propagated asynchronously, using an eventually consistent model"; "within a
fraction of a second".
"""

from __future__ import annotations

import orjson

from ruststack.kit import Context
from ruststack.services.dynamodb.placement import place_in_index
from ruststack.services.dynamodb.state import Index, LateChange, Standing, StoredItem, Table
from ruststack.services.dynamodb.values import Item


def reindex(
    ctx: Context, table: Table, before: Item | None, old: StoredItem | None, after: Item | None, new: StoredItem | None
) -> None:
    """Tell the table's indexes that an item came, changed or went."""
    delay = ctx.world.settings.dynamodb_index_delay
    for index in table.indexes.values():
        was = place_in_index(before, index, old, table.key) if before is not None and old is not None else None
        now = place_in_index(after, index, new, table.key) if after is not None and new is not None else None
        if index.is_local or not (delay or index.late):
            _change(index, was, now)
        elif was is not None or now is not None:
            index.late.append(LateChange(ctx.clock.now() + delay, was, now))
            catch_up(index, ctx.clock.now())


def catch_up(index: Index, now: float = float("inf")) -> None:
    """Show what is due by now. What an index shows depends on the writes and the time alone, not on who asked when."""
    while index.late and index.late[0].due <= now:
        change = index.late.popleft()
        _change(index, change.was, change.now)


def fill(table: Table, index: Index) -> None:
    """Index what the table holds already."""
    for stored in table.rows.items():
        _change(index, None, place_in_index(orjson.loads(stored.encoded), index, stored, table.key))


def _change(index: Index, was: Standing | None, now: Standing | None) -> None:
    if was is not None:
        token, sort, stored = was
        if now is None or token != now[0] or sort != now[1]:
            index.rows.take(token, sort)
        index.count -= 1
        index.size -= stored.size
    if now is not None:
        token, sort, stored = now
        index.rows.put(token, sort, stored)
        index.count += 1
        index.size += stored.size
