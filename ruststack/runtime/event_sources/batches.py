"""Invokes a function with batches of records, again and again, until each is processed or given up.

Source: Lambda developer guide, "services-dynamodb-errors", "services-ddb-batchfailurereporting" and
"services-ddb-windows".
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from ruststack.core.context import Output
from ruststack.core.errors import ServiceError
from ruststack.runtime.event_sources.failures import tell
from ruststack.runtime.event_sources.mapping import FAILED, OK, Mapping
from ruststack.runtime.event_sources.record import Record
from ruststack.runtime.event_sources.windows import Window

# AWS waits longer and longer between attempts, and does not say how long.
_FIRST_WAIT_S: Final = 0.5
_LONGEST_WAIT_S: Final = 30.0


class Batches:
    """Processes the batches of one lane, one after the other. ``window`` is the tumbling window that is open."""

    def __init__(self, mapping: Mapping, shard: str, window: Window | None) -> None:
        self.window = window
        self._mapping = mapping
        self._shard = shard

    async def process(self, records: list[Record]) -> bool:
        """Whether every record was processed or given up: not so when the mapping is disabled or gone before."""
        mapping, attempts = self._mapping, 0
        while records and mapping.is_wanted:
            records = await self._without_old(records, attempts)
            if not records:
                return True
            answer = await self._invoke(records)
            if answer is None:
                await mapping.pause(_wait_s(attempts))
                continue
            rest = self._unprocessed(records, answer)
            mapping.result(FAILED if rest else OK)
            if not rest:
                return True
            is_part = len(rest) < len(records)
            if mapping.setting("BisectBatchOnFunctionError") and len(rest) > 1 and not is_part:
                middle = len(rest) // 2
                if not await self.process(rest[:middle]):
                    return False
                records, attempts = rest[middle:], 0
                continue
            attempts = 1 if is_part else attempts + 1
            records = rest
            if self._is_given_up(attempts):
                await tell(mapping, self._shard, records, "RetryAttemptsExhausted", attempts, answer)
                return True
            await mapping.pause(_wait_s(attempts))
        return not records

    async def finish(self, *, is_early: bool = False) -> bool:
        """Let the function have the open window's state for the last time: again and again, until it succeeds.

        Whether it has: not so when the mapping is disabled or gone before.
        Unknown: whether the last invocation brings records; a function that logs its events would tell. Here it comes
        when the window is known to be over, and brings none; it need not answer a state.
        """
        mapping, attempts = self._mapping, 0
        while mapping.is_wanted:
            answer = await self._invoke([], is_final=not is_early, is_early=is_early)
            if answer is not None and not answer.get("FunctionError"):
                mapping.result(OK)
                return True
            if answer is not None:
                mapping.result(FAILED)
                attempts += 1
            await mapping.pause(_wait_s(attempts))
        return False

    def _is_given_up(self, attempts: int) -> bool:
        most = self._mapping.setting("MaximumRetryAttempts")
        return most is not None and 0 <= most < attempts

    async def _without_old(self, records: list[Record], attempts: int) -> list[Record]:
        """Records that are older than the mapping allows are given up."""
        oldest = self._mapping.setting("MaximumRecordAgeInSeconds")
        if oldest is None or oldest < 0:
            return records
        earliest = self._mapping.world.clock.now() - oldest
        old = [each for each in records if each.came < earliest]
        if old:
            await tell(self._mapping, self._shard, old, "RecordAgeExceeded", attempts, {})
        return [each for each in records if each.came >= earliest]

    async def _invoke(self, records: list[Record], *, is_final: bool = False, is_early: bool = False) -> Output | None:
        """The answer of Invoke; None when the function is at its limit, which does not count as an attempt."""
        payload = b'{"Records":[' + b",".join(each.encoded for each in records) + b"]"
        if self.window is not None:
            source = self._mapping.source
            payload += b"," + self.window.members(self._shard, source, is_final=is_final, is_early=is_early)
        payload += b"}"
        try:
            return await self._mapping.call(
                "lambda", "Invoke", {"FunctionName": self._mapping.function, "Payload": payload}
            )
        except ServiceError as error:
            if error.code == "TooManyRequestsException":
                return None
            return {"StatusCode": error.status, "FunctionError": error.code, "Payload": b""}

    def _unprocessed(self, records: list[Record], answer: Output) -> list[Record]:
        """The records from the first that failed on. What the others came to is in the window's state then."""
        if answer.get("FunctionError"):
            return records
        try:
            window = self.window.after(answer["Payload"]) if self.window is not None else None
            rest = self._reported(records, answer["Payload"])
        except ValueError:
            return records
        if len(rest) < len(records):
            self.window = window
        return rest

    def _reported(self, records: list[Record], payload: bytes) -> list[Record]:
        """Raises ValueError for a malformed report."""
        if "ReportBatchItemFailures" not in (self._mapping.setting("FunctionResponseTypes") or ()):
            return []
        failed = _failed(payload)
        if not failed:
            return []
        numbers = [each.sequence_number for each in records]
        if not failed <= set(numbers):
            return records
        return records[min(map(numbers.index, failed)) :]


def _failed(payload: bytes) -> set[str]:
    """The sequence numbers that a function reports as failed. Raises ValueError for a malformed report.

    Source: developer guide: success is an empty list, or null, or an empty object; anything malformed is a failure of
    the whole batch.
    """
    told: Any = orjson.loads(payload or b"null")
    if told is None:
        return set()
    if not isinstance(told, dict):
        raise ValueError("no report")
    failures = told.get("batchItemFailures")
    if failures is None:
        return set()
    if not isinstance(failures, list):
        raise ValueError("no list of failures")
    found = [each.get("itemIdentifier") if isinstance(each, dict) else None for each in failures]
    if not all(isinstance(each, str) and each for each in found):
        raise ValueError("a failure without an identifier")
    return {str(each) for each in found}


def _wait_s(attempts: int) -> float:
    return float(min(_FIRST_WAIT_S * 2 ** min(attempts, 10), _LONGEST_WAIT_S))
