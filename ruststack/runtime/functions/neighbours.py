"""What a worker sees of those around it: its program, and who has it."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from ruststack.runtime.functions.job import Job


class Running(Protocol):
    """The program of a worker, wherever it runs.

    ``limits_memory`` says that it cannot use more than it has, ``delay_s`` how long what it writes may be on its way,
    ``holds_all`` that extensions end when it ends.
    """

    limits_memory: bool
    holds_all: bool
    delay_s: float

    def drain(self) -> None:
        """Take in what it has written so far."""
        ...

    def peak_mb(self) -> int:
        """The most memory that it has used; 0 where that cannot be known."""
        ...

    def kill(self) -> None:
        """Begin to end it."""
        ...


class InitError(NamedTuple):
    """What the runtime said of an init phase that came to nothing."""

    payload: bytes
    kind: str


class Owner(Protocol):
    """Who has workers."""

    def freed(self, worker: Any) -> None:
        """It can take an invocation."""
        ...

    def gone(self, worker: Any) -> None:
        """It takes no more: its runtime has ended."""
        ...

    def all_gone(self, worker: Any) -> None:
        """Nothing of it is left."""
        ...

    def returned(self, job: Job, failed: str) -> None:
        """It has not begun this; ``failed`` is init if it never can, because its init phase failed."""
        ...
