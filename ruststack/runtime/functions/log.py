"""A worker's log: its last 4 KB for the caller, and all of it for CloudWatch Logs, in batches."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, NamedTuple

from ruststack.core.clock import Clock
from ruststack.core.errors import ServiceError

_TAIL_BYTES: Final = 4096
_DELAY_S: Final = 0.1
_BATCH: Final = 1000
_BATCH_BYTES: Final = 512 * 1024
_PER_EVENT_BYTES: Final = 26
_PENDING: Final = 100_000

Call = Callable[..., dict[str, Any] | Awaitable[dict[str, Any]]]


class Place(NamedTuple):
    """A log stream; an empty ``group`` means that nothing is kept."""

    account: str
    region: str
    group: str
    stream: str


class Shipping:
    """Brings events to CloudWatch Logs: group and stream are made with the first of them.

    ``due`` holds all that have something to send.
    """

    def __init__(
        self,
        place: Place,
        call: Call,
        clock: Clock,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        due: set[Shipping],
    ) -> None:
        self._place = place
        self._call = call
        self._clock = clock
        self._spawn = spawn
        self._events: list[dict[str, Any]] = []
        self._due = due
        self._turn = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._is_made = False
        self._is_closed = False

    def close(self) -> None:
        """Send nothing more: the logs that it belongs in are gone."""
        self._is_closed = True
        self._events.clear()
        self._due.discard(self)
        self._stop_timer()

    def put(self, message: str) -> None:
        """Send it soon. Where nobody takes logs, it is dropped."""
        if self._place.group and not self._is_closed and len(self._events) < _PENDING:
            self._events.append({"timestamp": int(self._clock.now() * 1000), "message": message})
            if self not in self._due:
                self._due.add(self)
                self._timer = asyncio.get_running_loop().call_later(_DELAY_S, self._start)

    def _start(self) -> None:
        self._timer = None
        self._spawn(self.ship())

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def ship(self) -> None:
        """Send all that there is, now."""
        async with self._turn:
            self._stop_timer()
            try:
                await self._send()
            finally:
                self._due.discard(self)

    async def _send(self) -> None:
        try:
            while self._events:
                if not self._is_made:
                    await self._make()
                batch = _batch(self._events)
                del self._events[: len(batch)]
                await self._ask("PutLogEvents", logStreamName=self._place.stream, logEvents=batch)
        except ServiceError:
            # There is no such service here, or somebody has deleted the group: AWS drops such events too.
            self._events.clear()
            self._is_made = False

    async def _make(self) -> None:
        for operation, more in (("CreateLogGroup", {}), ("CreateLogStream", {"logStreamName": self._place.stream})):
            try:
                await self._ask(operation, **more)
            except ServiceError as error:
                if error.code != "ResourceAlreadyExistsException":
                    raise
        self._is_made = True

    async def _ask(self, operation: str, **params: Any) -> None:
        place = self._place
        params["logGroupName"] = place.group
        answer = self._call("logs", operation, params, account=place.account, region=place.region)
        if isinstance(answer, Awaitable):
            await answer


def _batch(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    size = 0
    for count, event in enumerate(events[:_BATCH]):
        size += len(event["message"].encode("utf-8", "replace")) + _PER_EVENT_BYTES
        if size > _BATCH_BYTES and count:
            return events[:count]
    return events[:_BATCH]


class Log:
    """Takes events; `begin` starts the tail of an invocation."""

    def __init__(self, shipping: Shipping) -> None:
        self._shipping = shipping
        self._tail: list[bytes] = []
        self._size = 0

    def close(self) -> None:
        """Keep what comes from now on to itself."""
        self._shipping.close()

    def begin(self) -> None:
        self._tail, self._size = [], 0

    def say(self, message: str) -> None:
        """One event, as it comes."""
        self._shipping.put(message)
        data = message.encode("utf-8", "replace")
        self._tail.append(data)
        self._size += len(data)
        if self._size > 4 * _TAIL_BYTES:
            self._tail = [self.tail()]
            self._size = len(self._tail[0])

    def tail(self) -> bytes:
        """The last 4 KB since `begin`."""
        return b"".join(self._tail)[-_TAIL_BYTES:]
