"""What Lambda remembers of durable executions: what is done, what is waited for, and what has happened."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

DAY_S: Final = 86_400
_OPEN: Final = frozenset(("RUNNING", "PAUSING", "PAUSED"))


class Watch:
    """Who waits for a change of an execution, and what sees it through; no state, and shared by all copies of one."""

    is_leaf = True

    def __init__(self) -> None:
        self.driver: object | None = None
        self._waiting: list[asyncio.Future[None]] = []

    def changed(self) -> Awaitable[None]:
        """To be awaited until something has changed."""
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(told)
        return told

    def tell(self) -> None:
        """Something has changed."""
        waiting, self._waiting = self._waiting, []
        for told in waiting:
            if not told.done():
                told.set_result(None)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of an execution, of AWS's types and statuses; times are in seconds.

    ``changed`` counts the execution's changes up to its last one. ``due`` is when a wait is over or a step is to be
    tried again; ``input`` what an execution or a chained invocation is given, ``target`` what the latter invokes, and
    ``child`` the id of the execution that it has started.
    """

    id: str
    type: str
    status: str
    started: float
    parent: str = ""
    name: str = ""
    sub_type: str = ""
    changed: int = 0
    ended: float | None = None
    result: str | None = None
    error: Mapping[str, Any] | None = None
    attempt: int = 0
    due: float | None = None
    replays_children: bool = False
    callback_id: str = ""
    times_out: float | None = None
    heartbeat_s: int = 0
    heartbeat_due: float | None = None
    input: str | None = None
    target: str = ""
    tenant: str = ""
    child: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has happened, for the history. ``details`` are as AWS tells them, data and all."""

    kind: str
    at: float
    details: Mapping[str, Any]
    operation: str = ""
    name: str = ""
    sub_type: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Checkpointed:
    """The last checkpoint, for who sends it again: its tokens, and the answer that it got."""

    client_token: str
    given: str
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause that was asked for at a time; ``began`` is when it took hold. ``stops_clock`` puts off the timeout."""

    asked: float
    reason: str | None
    stops_clock: bool
    began: float | None = None


@dataclass(slots=True)
class Execution:
    """A durable execution. ``qualifier`` is what was invoked, ``version`` what that meant then.

    An invocation is under way while ``invocation`` names it; another one is begun when ``is_due``, but not before
    ``retry_at``. The function knows of the first ``seen`` of all ``changes``. ``checkpoints`` counts them, for their
    tokens; ``failures`` and ``idle`` count invocations in a row that failed, or said to wait for nothing. ``paused_s``
    is added to the execution's time, and ``last_token`` is the ClientToken of the last pause or its end.
    """

    id: str
    name: str
    arn: str
    function: str
    qualifier: str
    version: str
    started: float
    config: Mapping[str, Any]
    input: str
    is_synchronous: bool
    trace: str = ""
    tenant: str = ""
    parent: tuple[str, str] | None = None
    status: str = "RUNNING"
    ended: float | None = None
    result: str | None = None
    error: Mapping[str, Any] | None = None
    operations: dict[str, Operation] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    changes: int = 0
    seen: int = 0
    is_due: bool = True
    invocation: str = ""
    invoked: float = 0.0
    checkpoints: int = 0
    failures: int = 0
    idle: int = 0
    retry_at: float | None = None
    last: Checkpointed | None = None
    pause: Pause | None = None
    paused_s: float = 0.0
    last_token: str = ""
    watch: Watch = field(default_factory=Watch, compare=False)

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.status in _OPEN

    @property
    def timeout_s(self) -> int:
        timeout_s: int = self.config["ExecutionTimeout"]
        return timeout_s

    def is_kept(self, now: float) -> bool:
        """Whether it is remembered still."""
        return self.ended is None or now < self.ended + self.config["RetentionPeriodInDays"] * DAY_S
