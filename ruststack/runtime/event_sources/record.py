"""A stream's record, as functions get it."""

from __future__ import annotations

import zlib
from datetime import datetime
from typing import Any, NamedTuple

import orjson


class Record(NamedTuple):
    """Its JSON, where it stands, when it came (seconds), and a number that all records of one item share.

    ``before`` is the sequence number of the record before it in its shard.
    """

    encoded: bytes
    sequence_number: str
    came: float
    item: int
    before: str


def record_of(told: dict[str, Any], source: str, before: str) -> Record:
    """Source: Lambda developer guide, "with-ddb-example"; recorded invocations."""
    shown = {**told, "eventSourceARN": source}
    identity = told.get("userIdentity")
    if identity:
        shown["userIdentity"] = {"type": identity["Type"], "principalId": identity["PrincipalId"]}
    change = told["dynamodb"]
    item = zlib.crc32(orjson.dumps(change["Keys"], option=orjson.OPT_SORT_KEYS))
    came = _epoch(change["ApproximateCreationDateTime"])
    return Record(orjson.dumps(shown, default=_epoch), change["SequenceNumber"], came, item, before)


def _epoch(moment: Any) -> float:
    """Seconds since the epoch, of a time in whatever form the engine gives it."""
    return moment.timestamp() if isinstance(moment, datetime) else float(moment)
