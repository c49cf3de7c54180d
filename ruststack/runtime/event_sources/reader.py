"""Follows one shard of a stream: records become batches, by size and by window."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson

from ruststack.core.errors import ServiceError
from ruststack.runtime.event_sources.batches import Batches
from ruststack.runtime.event_sources.mapping import Mapping

# Source: Lambda quotas: an invocation's payload has 6 MB at most.
_BATCH_BYTES: Final = 6 * 1024 * 1024 - 4096
_PAGE: Final = 1000


class Record(NamedTuple):
    """A record as functions get it: its JSON, where it stands, and when it came (seconds)."""

    encoded: bytes
    sequence_number: str
    came: float


class Reader:
    """Reads on from where the mapping's checkpoint is, or from where it says that reading starts."""

    def __init__(self, mapping: Mapping, shard: str) -> None:
        self._mapping = mapping
        self._shard = shard
        self._after = mapping.checkpoint(shard) or ""
        self._woken = mapping.waker()
        self._is_closed = False
        # Read ahead of the batch that it did not fit into.
        self._ahead: list[Record] = []

    async def run(self) -> None:
        """Until the mapping is disabled or gone, or the shard has been read to its end."""
        mapping = self._mapping
        if mapping.checkpoint(self._shard) is None and mapping.setting("StartingPosition") == "LATEST":
            await self._skip()
        batches = Batches(mapping, self._shard)
        while mapping.is_wanted:
            batch = await self._batch()
            if batch:
                if not await batches.process(batch):
                    return
                # What was read ahead of the batch is read again after a restart.
                mapping.advance(self._shard, batch[-1].sequence_number if self._ahead else self._after)
            if self._is_closed and not self._ahead:
                mapping.has_ended = True
                return

    async def _skip(self) -> None:
        """Pass by what is there already."""
        while await self._fetch(_PAGE) is not None:
            if self._is_closed:
                return
        self._mapping.advance(self._shard, self._after)

    async def _batch(self) -> list[Record]:
        """The next batch, as soon as it is full or its window is over; empty when something else has changed."""
        mapping, batch, size = self._mapping, self._ahead, sum(len(each.encoded) for each in self._ahead)
        self._ahead = []
        most, window = mapping.setting("BatchSize") or 100, mapping.setting("MaximumBatchingWindowInSeconds") or 0
        ends = mapping.world.clock.now() + window if batch else None
        while mapping.is_wanted:
            self._woken.clear()
            found = await self._fetch(min(most - len(batch), _PAGE))
            for record in found or ():
                if self._ahead or (batch and size + len(record.encoded) > _BATCH_BYTES):
                    self._ahead.append(record)
                else:
                    batch.append(record)
                    size += len(record.encoded) + 1
            now = mapping.world.clock.now()
            if batch and ends is None:
                ends = now + window
            if len(batch) >= most or self._ahead or self._is_closed or (ends is not None and now >= ends):
                return batch
            if found is None:
                await mapping.until_woken(self._woken, None if ends is None else ends - now)
                if not batch and not mapping.is_wanted:
                    return []
        return []

    async def _fetch(self, limit: int) -> list[Record] | None:
        """Records that follow, without those that are filtered out; None when there are no more now."""
        mapping = self._mapping
        where = {"StreamArn": mapping.source, "ShardId": self._shard, **self._position()}
        try:
            place = await mapping.call("dynamodbstreams", "GetShardIterator", where)
            page = await mapping.call(
                "dynamodbstreams", "GetRecords", {"ShardIterator": place["ShardIterator"], "Limit": limit}
            )
        except ServiceError as error:
            return self._refused(error)
        records: list[dict[str, Any]] = page["Records"]
        if not records:
            self._is_closed = "NextShardIterator" not in page
            return None
        self._after = records[-1]["dynamodb"]["SequenceNumber"]
        return [self._record(each) for each in records if mapping.is_wanted_record(each)]

    def _position(self) -> dict[str, str]:
        if self._after:
            return {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self._after}
        return {"ShardIteratorType": "TRIM_HORIZON"}

    def _refused(self, error: ServiceError) -> list[Record] | None:
        if error.code == "TrimmedDataAccessException":
            # What comes next is older than a day and gone: on with the oldest that is left.
            self._after = ""
            return []
        self._mapping.note(f"event source mapping {self._mapping.uuid}: {error}")
        self._is_closed = True
        return None

    def _record(self, record: dict[str, Any]) -> Record:
        """As functions get it.  Source: Lambda developer guide, "with-ddb-example"; recorded invocations."""
        shown = {**record, "eventSourceARN": self._mapping.source}
        identity = record.get("userIdentity")
        if identity:
            shown["userIdentity"] = {"type": identity["Type"], "principalId": identity["PrincipalId"]}
        change = record["dynamodb"]
        return Record(
            orjson.dumps(shown, default=epoch), change["SequenceNumber"], epoch(change["ApproximateCreationDateTime"])
        )


def epoch(moment: Any) -> float:
    """Seconds since the epoch, of a time in whatever form the engine gives it."""
    return moment.timestamp() if isinstance(moment, datetime) else float(moment)
