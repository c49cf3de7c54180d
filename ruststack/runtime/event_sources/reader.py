"""Follows one shard of a stream, and deals its records out to lanes: one, or as many as may run side by side."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from ruststack.core.errors import ServiceError
from ruststack.runtime.event_sources.lane import BATCH_BYTES, Lane
from ruststack.runtime.event_sources.mapping import Mapping
from ruststack.runtime.event_sources.record import Record, record_of
from ruststack.runtime.event_sources.windows import Window

_PAGE: Final = 1000


class Reader:
    """Reads on from where the mapping's checkpoint is, or from where it says that reading starts."""

    def __init__(self, mapping: Mapping, shard: str) -> None:
        self._mapping = mapping
        self._shard = shard
        self._after = mapping.checkpoint(shard) or ""
        self._woken = mapping.waker()
        self._is_closed = False
        # Records under way, by sequence number: the one before each.
        self._under_way: dict[str, str] = {}
        self._lanes: list[Lane] = []

    async def run(self) -> None:
        """Until the mapping is disabled or gone, or the shard has been read to its end."""
        mapping = self._mapping
        if mapping.checkpoint(self._shard) is None and mapping.setting("StartingPosition") == "LATEST":
            await self._skip()
        while mapping.is_wanted and not self._is_closed:
            lanes = range(self._factor)
            self._lanes = [Lane(mapping, self._shard, self._woken.set, self._done) for _ in lanes]
            async with asyncio.TaskGroup() as group:
                for lane in self._lanes:
                    group.create_task(lane.run())
                await self._deal()
        if self._is_closed and mapping.is_wanted:
            mapping.has_ended = True

    @property
    def _factor(self) -> int:
        factor: int = self._mapping.setting("ParallelizationFactor") or 1
        return factor

    async def _skip(self) -> None:
        """Pass by what is there already."""
        while await self._fetch(_PAGE) is not None:
            if self._is_closed:
                return
        self._mapping.advance(self._shard, self._after)

    async def _deal(self) -> None:
        """Until the shard's end, or until there are to be more lanes or fewer."""
        mapping = self._mapping
        while mapping.is_wanted and not self._is_closed and self._factor == len(self._lanes):
            self._woken.clear()
            room = self._room()
            found = await self._fetch(room) if room else None
            for lane in self._lanes:
                lane.tell(is_current=found is None and room > 0)
            if found is not None:
                self._deal_out(found)
            elif not self._is_closed:
                await mapping.until_woken(self._woken)
        for lane in self._lanes:
            lane.close()

    def _deal_out(self, records: list[Record]) -> None:
        """Records of the same item go to the same lane.

        Source: developer guide, "services-ddb-params" on concurrent batches per shard: "Lambda still ensures in-order
        processing at the item (partition and sort key) level".
        """
        count = len(self._lanes)
        dealt: list[list[Record]] = [[] for _ in range(count)]
        for record in records:
            self._under_way[record.sequence_number] = record.before
            dealt[record.item % count].append(record)
        for lane, share in zip(self._lanes, dealt, strict=True):
            if share:
                lane.put(share)

    def _room(self) -> int:
        """How many more records may be read ahead. A lane that fails on and on leaves room for the others."""
        lanes = self._lanes
        most = (self._mapping.setting("BatchSize") or 100) * len(lanes) + (_PAGE if len(lanes) > 1 else 0)
        if sum(lane.queued_bytes for lane in lanes) >= BATCH_BYTES * len(lanes):
            return 0
        return max(0, min(most - sum(len(lane.queued) for lane in lanes), _PAGE))

    def _done(self, records: list[Record], window: Window | None) -> None:
        """Note how far the shard was processed: up to the first record that is still under way.

        What comes after that is read again after a restart, as in AWS: each record is processed at least once.
        """
        for record in records:
            self._under_way.pop(record.sequence_number, None)
        reached = next(iter(self._under_way.values()), self._after)
        if reached:
            self._mapping.advance(self._shard, reached, window)
        self._woken.set()

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
        told: list[dict[str, Any]] = page["Records"]
        if not told:
            self._is_closed = "NextShardIterator" not in page
            return None
        records = []
        for each in told:
            if mapping.is_wanted_record(each):
                records.append(record_of(each, mapping.source, self._after))
            self._after = each["dynamodb"]["SequenceNumber"]
        return records

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
