"""What a handler may know and touch while it serves one request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ruststack.core.blobs import Blobs
from ruststack.core.clock import Clock
from ruststack.core.http import Request
from ruststack.core.ids import Ids

if TYPE_CHECKING:
    from ruststack.core.live import Live
    from ruststack.core.signatures import Signatures
    from ruststack.core.store import Key

Input = dict[str, Any]
Output = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened inside a service, for whoever listens (wired in app.py).

    ``source`` is the service's name, ``kind`` its own word for what happened (``ObjectCreated:Put``), ``detail`` plain
    values; ``account`` and ``region`` say where.
    """

    source: str
    kind: str
    account: str
    region: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False, repr=False, weakref_slot=True)
class World:
    """The one place that time, randomness, bodies and other services are reached through.

    ``state_of`` gives a service's state for an account and a region, ``states`` all that exist of one service, and
    ``live`` what is no state. ``perform`` performs an operation of a service's own, which no model has and no client
    can call; it is journaled if it may change the state. ``signatures`` judges and makes signatures.
    """

    clock: Clock
    ids: Ids
    blobs: Blobs
    call: Callable[..., Output | Awaitable[Output]]
    emit: Callable[[Event], None]
    settings: Any
    state_of: Callable[[str, str, str], Any] | None = None
    states: Callable[[str], Iterator[tuple[Key, Any]]] | None = None
    live: Live | None = None
    perform: Callable[..., Output | None] | None = None
    signatures: Signatures | None = None

    def standing(self, service: str, account: str, region: str) -> Any:
        """A service's state for an account and a region, or None where there is none yet: `state_of` would make it."""
        for key, state in self.states(service) if self.states is not None else ():
            if (key.account, key.place) == (account, region):
                return state
        return None


@dataclass(slots=True, eq=False, repr=False)
class Context:
    """One request: who asks, where, of which state.

    ``state`` is this service's state for the request's scope. ``request`` is the HTTP request, or None when another
    service or the journal calls; handlers should take what they need from their input instead.
    ``response_status``, when set, replaces the status that the model gives a success (206 for a range, 202, ...).
    """

    service: str
    operation: str
    account: str
    region: str
    access_key: str | None
    request_id: str
    state: Any
    world: World
    request: Request | None = None
    response_headers: list[tuple[str, str]] = field(default_factory=list)
    response_status: int | None = None

    @property
    def clock(self) -> Clock:
        return self.world.clock

    @property
    def ids(self) -> Ids:
        return self.world.ids

    @property
    def blobs(self) -> Blobs:
        return self.world.blobs

    @property
    def live(self) -> Live:
        assert self.world.live is not None
        return self.world.live

    def call(self, service: str, operation: str, params: Input) -> Output | Awaitable[Output]:
        """Call another service by the same checked path that a client takes.

        Raises whatever ServiceError the operation raises. A waiting operation returns an awaitable.
        """
        return self.world.call(service, operation, params, account=self.account, region=self.region)

    def in_region(self, region: str) -> Context:
        """The same caller and service, with the state of another region of this account."""
        assert self.world.state_of is not None
        state = self.world.state_of(self.service, self.account, region)
        return Context(
            self.service, self.operation, self.account, region, self.access_key, self.request_id, state, self.world
        )

    def emit(self, kind: str, **detail: Any) -> None:
        """Tell whoever listens that something happened here."""
        self.world.emit(Event(self.service, kind, self.account, self.region, detail))
