"""Event source mappings at work: records of DynamoDB streams go to functions as they come. Nothing polls.

`Pollers` is what the app tells of changes; `reader` follows one shard, `batches` invokes, `failures` tells of what
nobody could process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from ruststack.core.context import Event, World
from ruststack.runtime.event_sources.mapping import Mapping
from ruststack.runtime.event_sources.reader import Reader

Perform = Callable[..., object]

# How long another engine's records may take from the write to where they are read.
_LATENESS_S: Final = 1.0


class Pollers:
    """One poller for each mapping that is enabled and whose source is a DynamoDB stream.

    ``perform`` performs an operation of Lambda's own, which no client can call, by way of the journal; ``note`` takes a
    line for the log.
    """

    def __init__(self, world: World, perform: Perform, note: Callable[[str], None]) -> None:
        self._world = world
        self._perform = perform
        self._note = note
        self._running: dict[str, Mapping] = {}
        self._looks_again = False

    def told(self, event: Event) -> None:
        """Something happened: a mapping has come, changed or gone, or a stream has a new record.

        An engine that is another program does not say which stream, nor whether its records can be read at once.
        """
        if event.kind == "Mapping":
            self._look(event.account, event.region, event.detail["uuid"])
        elif event.kind == "StreamRecord":
            stream = event.detail["stream"]
            for mapping in self._running.values():
                if stream in ("", mapping.source):
                    mapping.wake()
            if not stream and self._running and not self._looks_again:
                self._looks_again = True
                assert self._world.live is not None
                self._world.live.spawn(self._look_again())

    async def _look_again(self) -> None:
        assert self._world.live is not None
        try:
            await self._world.live.sleep(_LATENESS_S)
        finally:
            self._looks_again = False
        self.wake()

    def wake(self) -> None:
        """Mappings may have gone without a word: each poller looks whether its own is there."""
        for mapping in self._running.values():
            mapping.wake()

    def rebuild(self) -> None:
        """Start anew for the mappings that there are, after states were put back and all work was ended."""
        self._running.clear()
        assert self._world.states is not None
        for key, state in self._world.states("lambda"):
            for uuid in list(state.mappings):
                self._look(key.account, key.place, uuid)

    def _look(self, account: str, region: str, uuid: str) -> None:
        running = self._running.get(uuid)
        if running is not None:
            running.wake()
            return
        mapping = Mapping(self._world, account, region, uuid, self._perform, self._note)
        if mapping.is_wanted and ":dynamodb:" in mapping.source:
            self._running[uuid] = mapping
            assert self._world.live is not None
            self._world.live.spawn(self._run(mapping))

    async def _run(self, mapping: Mapping) -> None:
        """Until the mapping is disabled or gone, or its stream has ended."""
        try:
            shards: list[Any] = await mapping.shards()
            readers = [Reader(mapping, shard["ShardId"]) for shard in shards]
            await asyncio.gather(*(reader.run() for reader in readers))
        finally:
            if self._running.get(mapping.uuid) is mapping:
                del self._running[mapping.uuid]
        # It may have been enabled again while the last batch was under way.
        if mapping.is_wanted and not mapping.has_ended:
            self._look(mapping.account, mapping.region, mapping.uuid)
