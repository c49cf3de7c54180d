"""One event source mapping, as its poller sees it: its settings as they are now, and the calls that it makes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from ruststack.core.context import Input, Output, World
from ruststack.core.errors import ServiceError
from ruststack.core.event_patterns import Matches, compile_pattern
from ruststack.runtime.event_sources.windows import Window

OK, FAILED = "OK", "PROBLEM: Function call failed"


class Mapping:
    """``wake`` says that something may have changed; `until_woken` waits for it."""

    def __init__(
        self,
        world: World,
        account: str,
        region: str,
        uuid: str,
        perform: Callable[..., object],
        note: Callable[[str], None],
    ) -> None:
        self.world = world
        self.account, self.region, self.uuid = account, region, uuid
        self.has_ended = False
        self.note = note
        self._perform = perform
        self._wakers: list[asyncio.Event] = []
        self._filters: tuple[Any, list[Matches]] = (None, [])
        mapped = self._mapped
        self.source: str = (mapped.members.get("EventSourceArn") or "") if mapped is not None else ""

    @property
    def _mapped(self) -> Any:
        """What Lambda's state holds of it, or None."""
        assert self.world.state_of is not None
        return self.world.state_of("lambda", self.account, self.region).mappings.get(self.uuid)

    @property
    def is_wanted(self) -> bool:
        """Whether records shall go on to be read."""
        mapped = self._mapped
        return mapped is not None and mapped.is_enabled

    @property
    def function(self) -> str:
        mapped = self._mapped
        return mapped.function_arn if mapped is not None else ""

    def setting(self, name: str) -> Any:
        """A member of the mapping's configuration, or None."""
        mapped = self._mapped
        return mapped.members.get(name) if mapped is not None else None

    def checkpoint(self, shard: str) -> str | None:
        """The sequence number up to which a shard was processed, empty for its start; None before the first look."""
        mapped = self._mapped
        return mapped.checkpoints.get(shard) if mapped is not None else None

    def window(self, shard: str) -> Window | None:
        """The tumbling window of a shard that was open last."""
        kept = self._mapped.windows.get(shard) if self._mapped is not None else None
        return Window(kept.start, kept.end, kept.state) if kept is not None else None

    def advance(self, shard: str, sequence_number: str, window: Window | None = None) -> None:
        """Note that a shard was processed up to a record, and which window is open then; it is journaled, so that a
        restart goes on from there.
        """
        if self._mapped is not None:
            given: Input = {"UUID": self.uuid, "ShardId": shard, "SequenceNumber": sequence_number}
            if window is not None:
                given["Window"] = {"Start": window.start, "End": window.end, "State": window.state}
            self._perform("lambda", "AdvanceEventSourceMapping", given, account=self.account, region=self.region)

    def result(self, text: str) -> None:
        """What LastProcessingResult says from now on."""
        mapped = self._mapped
        if mapped is not None:
            mapped.progress.result = text

    def is_wanted_record(self, record: Output) -> bool:
        """Whether one of the filters matches, or there is none."""
        criteria = self.setting("FilterCriteria")
        if criteria is not self._filters[0]:
            patterns = [each.get("Pattern") for each in (criteria or {}).get("Filters") or ()]
            self._filters = (criteria, [compile_pattern(orjson.loads(text)) for text in patterns if text])
        filters = self._filters[1]
        return not filters or any(matches(record) for matches in filters)

    async def shards(self) -> list[Any]:
        """The stream's shards; none if it is gone."""
        try:
            answer = await self.call("dynamodbstreams", "DescribeStream", {"StreamArn": self.source})
        except ServiceError as error:
            self.note(f"event source mapping {self.uuid}: {error}")
            self.has_ended = True
            return []
        shards: list[Any] = answer["StreamDescription"]["Shards"]
        return shards

    async def call(self, service: str, operation: str, params: Input) -> Output:
        """Raises ServiceError."""
        answer = self.world.call(service, operation, params, account=self.account, region=self.region)
        return await answer if isinstance(answer, Awaitable) else answer

    def waker(self) -> asyncio.Event:
        """An event that is set whenever something may have changed."""
        event = asyncio.Event()
        self._wakers.append(event)
        return event

    def wake(self) -> None:
        for event in self._wakers:
            event.set()

    async def until_woken(self, event: asyncio.Event, seconds: float | None = None) -> None:
        """Wait for an event of `waker`, or until the emulator's clock has moved on so far."""
        assert self.world.live is not None
        if seconds is None:
            await event.wait()
            return
        sleeping = asyncio.ensure_future(self.world.live.sleep(seconds))
        waiting = asyncio.ensure_future(event.wait())
        try:
            await asyncio.wait((sleeping, waiting), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            waiting.cancel()

    async def pause(self, seconds: float) -> None:
        """Wait on the emulator's clock."""
        assert self.world.live is not None
        await self.world.live.sleep(seconds)
