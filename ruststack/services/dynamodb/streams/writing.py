"""What a change to an item leaves in the table's stream; what is older than 24 hours is trimmed.

Source: developer guide, Streams; API_StreamRecord.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import orjson

from ruststack.kit import Context
from ruststack.services.dynamodb.state import StoredItem, Table
from ruststack.services.dynamodb.streams.state import DAY_S, Record, Stream, sequence
from ruststack.services.dynamodb.values import item_size

EXPIRED: Final = {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}
"""Who deletes an item whose time to live is over."""


def open_stream(ctx: Context, table: Table, view: str, key: list[dict[str, str]]) -> Stream:
    """A new stream for the table."""
    now = ctx.clock.now()
    moment = datetime.fromtimestamp(now, UTC)
    label = moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}"
    first = int(now * 1000) * 100_000_000
    stream = Stream(
        arn=f"{table.arn}/stream/{label}",
        label=label,
        table=table.name,
        view=view,
        created=now,
        key=key,
        shard=f"shardId-{int(now * 1000):020d}-{ctx.ids.hex(8)}",
        first=first,
        next=first,
    )
    ctx.state.streams[stream.arn] = stream
    table.stream = stream.arn
    return stream


def close_stream(ctx: Context, table: Table) -> None:
    """The table's stream takes no more; for a day it can still be read."""
    stream = ctx.state.streams.get(table.stream)
    table.stream = ""
    if stream is not None:
        stream.is_enabled, stream.ended = False, ctx.clock.now()


def note(
    ctx: Context, table: Table, old: StoredItem | None, new: StoredItem | None, by: dict[str, str] | None = None
) -> None:
    """Tell the table's stream that an item has come, changed or gone; a write that changes nothing is not told."""
    stream: Stream | None = ctx.state.streams.get(table.stream)
    if stream is None:
        return
    before = orjson.loads(old.encoded) if old else None
    after = orjson.loads(new.encoded) if new else None
    if before == after:
        return
    item: dict[str, Any] = after or before or {}
    keys = {name: item[name] for name in table.key.names}
    shown_old = before if stream.view in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES") else None
    shown_new = after if stream.view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES") else None
    record = Record(
        number=stream.next,
        id=ctx.ids.hex(32),
        name="REMOVE" if after is None else "INSERT" if before is None else "MODIFY",
        at=ctx.clock.now(),
        keys=orjson.dumps(keys),
        old=old.encoded if old and shown_old is not None else None,
        new=new.encoded if new and shown_new is not None else None,
        size=sum(item_size(each) for each in (keys, shown_old, shown_new) if each is not None),
        identity=by,
    )
    stream.records.append(record)
    stream.next += 1
    trim(stream, record.at)
    ctx.emit("StreamRecord", stream=stream.arn)


def trim(stream: Stream, now: float) -> None:
    """Forget what is older than 24 hours."""
    while stream.records and stream.records[0].at <= now - DAY_S:
        stream.records.popleft()


def shown(record: Record, stream: Stream, region: str) -> dict[str, Any]:
    """A record as it is read."""
    change: dict[str, Any] = {"ApproximateCreationDateTime": int(record.at), "Keys": orjson.loads(record.keys)}
    if record.new is not None:
        change["NewImage"] = orjson.loads(record.new)
    if record.old is not None:
        change["OldImage"] = orjson.loads(record.old)
    change |= {
        "SequenceNumber": sequence(record.number),
        "SizeBytes": record.size,
        "StreamViewType": stream.view,
    }
    found = {
        "eventID": record.id,
        "eventName": record.name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": region,
        "dynamodb": change,
    }
    return found | ({"userIdentity": record.identity} if record.identity else {})
