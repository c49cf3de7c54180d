"""An invocation, from when it is given to a worker until its answer."""

from __future__ import annotations

import asyncio

from ruststack.core.functions import Invocation, Outcome, Streamed


class Job:
    """``done`` is what came of it. ``opened``, for who asked for a stream, is its beginning, or what came of it."""

    def __init__(self, invocation: Invocation, timeout_s: float, is_streamed: bool = False) -> None:
        loop = asyncio.get_running_loop()
        self.invocation = invocation
        self.timeout_s = timeout_s
        self.done: asyncio.Future[Outcome] = loop.create_future()
        self.opened: asyncio.Future[Streamed | Outcome] | None = loop.create_future() if is_streamed else None
        self.began_at = 0.0
        self.ended_at = 0.0
        self.timer: asyncio.TimerHandle | None = None

    @property
    def request_id(self) -> str:
        return self.invocation.request_id

    def open(self, streamed: Streamed) -> None:
        """The answer begins."""
        assert self.opened is not None
        if not self.opened.done():
            self.opened.set_result(streamed)

    def settle(self, outcome: Outcome) -> None:
        """It is over."""
        if self.timer is not None:
            self.timer.cancel()
        if not self.done.done():
            self.done.set_result(outcome)
        if self.opened is not None and not self.opened.done():
            self.opened.set_result(outcome)

    def fail(self, error: Exception) -> None:
        """It cannot be run."""
        for future in (self.done, self.opened):
            if future is not None and not future.done():
                future.set_exception(error)
                future.exception()  # one of the two is not asked for

    def cancel(self) -> None:
        """Nobody will run it any more."""
        self.done.cancel()
        if self.opened is not None:
            self.opened.cancel()
