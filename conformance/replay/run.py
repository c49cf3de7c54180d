"""Play one recording against a target, in the order of cause and effect, in sandbox accounts of its own.

What a client sent at the same time is sent at the same time, each request over a connection of its own, and after the
answers that the client had by then. Answers are given in the order of the recording.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Protocol
from urllib.parse import urlsplit

from conformance import signed
from conformance.exchange import Exchange, Recording, Request, Response
from conformance.lent import lent_keys
from conformance.replay.cloud import Cloud
from conformance.replay.moments import moments
from conformance.replay.rebind import RECORDED_PORT, Rebinder
from conformance.replay.regions import Travel
from conformance.replay.resign import lent_to, resigned
from conformance.sandbox import fresh_name, sandbox_key
from conformance.sign import Credentials
from conformance.wire import Connection

_NOTHING = Response(0, "")


class TargetLost(Exception):
    """The target has stopped taking connections: no later exchange can be judged."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the target said. ``live`` is as it came, ``response`` as the recording would spell it; both None for none.

    ``failure`` says why there is no answer; ``waits_for`` names a minted value that the request needed and never got.
    """

    number: int
    sent: Request
    live: Response | None
    response: Response | None
    failure: str = ""
    waits_for: str = ""
    seconds: float = 0.0


def replay(
    recording: Recording,
    url: str,
    *,
    accounts: Mapping[str, Credentials] | None = None,
    salt: str = "",
    region: str = "",
    timeout_s: float = 10.0,
    cloud: Cloud | None = None,
) -> list[Answer]:
    """The answers, one for each exchange. ``accounts`` are live keys by label, in place of sandboxes.

    With a ``salt`` names and sandboxes are fresh ones, for a target that may remember an earlier run; with a ``region``
    what was recorded in another takes place in that one. ``cloud`` is AWS: the accounts are its own, and each request
    has its own host, whatever ``url`` says.
    Raises TargetLost when the target takes no connection any more.
    """
    played = replay_each(
        recording,
        recording.exchanges,
        url,
        accounts=accounts,
        salt=salt,
        region=region,
        timeout_s=timeout_s,
        cloud=cloud,
    )
    return [answer for _, answer in played]


def replay_each(
    recording: Recording,
    exchanges: Iterable[Exchange],
    url: str,
    *,
    accounts: Mapping[str, Credentials] | None = None,
    salt: str = "",
    region: str = "",
    timeout_s: float = 10.0,
    cloud: Cloud | None = None,
) -> Iterator[tuple[Exchange, Answer]]:
    """As ``replay``, exchange by exchange: of a long recording no more is held than what goes on at the same time."""
    keys = dict(cloud.keys) if cloud else sandboxes(recording, salt) | dict(accounts or {})
    names = {name: fresh_name(name, salt or recording.scenario) for name in recording.names if salt or _is_free(name)}
    ids = cloud.ids if cloud else {label: each.access_key for label, each in keys.items()}
    rebinder = Rebinder(recording, names, dict(ids), RECORDED_PORT if cloud else _port(url))
    travel = Travel.of(recording, region)
    rebinder.shift(moments(recording, datetime.now(UTC)) | travel.regions)
    place: Place = _Sky(cloud, names, travel, timeout_s) if cloud else _Endpoint(url, timeout_s)
    stage = _Stage(rebinder, keys, place, travel)
    try:
        for group in together(exchanges):
            yield from stage.play(group)
    finally:
        stage.close()


def _port(url: str) -> str:
    where = urlsplit(url)
    return str(where.port or (443 if where.scheme == "https" else 80))


def _is_free(name: str) -> bool:
    """A program's own name may stand in many recordings; ours (``conform-...``) each in its own."""
    return not name.startswith("conform-")


def sandboxes(recording: Recording, salt: str) -> dict[str, Credentials]:
    """A key for each account of the recording."""
    return {label: sandbox_key(recording.scenario, label, salt) for label in recording.accounts}


def together(exchanges: Iterable[Exchange]) -> Iterator[list[Exchange]]:
    """The exchanges in groups; each begins with one that was sent after all before it had been answered."""
    group: list[Exchange] = []
    for each in exchanges:
        if each.after is None and group:
            yield group
            group = []
        group.append(each)
    if group:
        yield group


@dataclass(frozen=True, slots=True)
class _Sent:
    """What came of a request; ``live`` is None, and ``failure`` says why, when there was no answer."""

    request: Request
    live: Response | None
    failure: str
    waits_for: str
    seconds: float


class Place(Protocol):
    """Where requests go: how each is addressed, and how the answer to it is read."""

    def addressed(self, exchange: Exchange, request: Request) -> Request: ...

    def heard(self, exchange: Exchange, live: Response) -> Response: ...

    def host(self, request: Request) -> str: ...

    def connection(self, request: Request) -> Connection: ...


@dataclass(frozen=True, slots=True)
class _Endpoint:
    """One server for everything."""

    url: str
    timeout_s: float

    def addressed(self, exchange: Exchange, request: Request) -> Request:
        return request

    def heard(self, exchange: Exchange, live: Response) -> Response:
        return live

    def host(self, request: Request) -> str:
        return self.url

    def connection(self, request: Request) -> Connection:
        return Connection(self.url, timeout_s=self.timeout_s)


@dataclass(frozen=True, slots=True)
class _Sky:
    """AWS: a server for each service, region and bucket."""

    cloud: Cloud
    names: Mapping[str, str]
    travel: Travel
    timeout_s: float

    def addressed(self, exchange: Exchange, request: Request) -> Request:
        return self.cloud.request(self.travel.there(exchange), request, self.travel.region)

    def heard(self, exchange: Exchange, live: Response) -> Response:
        return self.cloud.response(self.travel.there(exchange), live, self.names, self.travel.region)

    def host(self, request: Request) -> str:
        return request.header("host") or ""

    def connection(self, request: Request) -> Connection:
        return self.cloud.connection(request, self.timeout_s)


class _Stage:
    """The connections to a target, as many as are needed at a time."""

    def __init__(self, rebinder: Rebinder, keys: Mapping[str, Credentials], place: Place, travel: Travel) -> None:
        self._rebinder = rebinder
        self._travel = travel
        self._keys = keys
        self._place = place
        self._idle: dict[str, list[Connection]] = {}
        self._lent: dict[str, Credentials] = {}

    def close(self) -> None:
        for each in chain.from_iterable(self._idle.values()):
            each.close()

    def play(self, group: list[Exchange]) -> Iterator[tuple[Exchange, Answer]]:
        sent = {group[0].number: self._ask(group[0])} if len(group) == 1 else self._ask_together(group)
        for each in group:
            yield each, self._answer(each, sent[each.number])

    def _ask(self, exchange: Exchange) -> _Sent:
        return self._send(exchange, *self._prepared(exchange))

    def _ask_together(self, group: list[Exchange]) -> dict[int, _Sent]:
        """Send each as soon as the answers that it came after are there."""
        waiting = {each.number: each for each in group}
        members = set(waiting)
        running: dict[Future[_Sent], Exchange] = {}
        sent: dict[int, _Sent] = {}
        with ThreadPoolExecutor(len(group), thread_name_prefix="replay") as pool:
            while waiting or running:
                ready = [each for each in waiting.values() if members.intersection(each.after or ()) <= sent.keys()]
                for each in ready:
                    del waiting[each.number]
                    running[pool.submit(self._send, each, *self._prepared(each))] = each
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    each = running.pop(done)
                    sent[each.number] = done.result()
                    # For the requests that follow; its answer is spelled, and learned from, in its turn.
                    self._rebinder.learn(each, self._heard(each, sent[each.number]), is_mapped_back=False)
        return sent

    def _prepared(self, exchange: Exchange) -> tuple[Request, str]:
        keys = self._keys.get(exchange.account)
        request = self._place.addressed(exchange, self._travel.located(exchange, self._rebinder.request(exchange)))
        signer = signed.find(exchange.request)
        if signer and signer.access_key in self._lent:
            keys = self._lent[signer.access_key]
            request = lent_to(request, keys)
        request = resigned(request, exchange, keys, datetime.now(UTC))
        return request, self._rebinder.waits_for(exchange)

    def _send(self, exchange: Exchange, request: Request, waits_for: str) -> _Sent:
        link = self._connection(request)
        started = time.perf_counter()
        live, failure = None, ""
        try:
            live = link.send(request)
        except ConnectionRefusedError as error:
            raise TargetLost(f"the target went away at {exchange.operation}, exchange {exchange.number}") from error
        except (OSError, ValueError) as error:
            failure = "no answer in time" if isinstance(error, TimeoutError) else str(error) or type(error).__name__
        finally:
            self._idle.setdefault(self._place.host(request), []).append(link)
        return _Sent(request, live, failure, waits_for, time.perf_counter() - started)

    def _connection(self, request: Request) -> Connection:
        try:
            return self._idle[self._place.host(request)].pop()
        except (KeyError, IndexError):
            return self._place.connection(request)

    def _heard(self, exchange: Exchange, sent: _Sent) -> Response:
        if sent.live is None:
            return _NOTHING
        # Keys that this target minted sign what was signed with the ones that the recorded answer had in their place.
        recorded, live = lent_keys(exchange.response.body), lent_keys(sent.live.body)
        self._lent |= {one.access_key: other for one, other in zip(recorded, live, strict=False)}
        return self._place.heard(exchange, sent.live)

    def _answer(self, exchange: Exchange, sent: _Sent) -> Answer:
        # Spelled with what was known before it, so that a value which it mints itself is still seen as it came.
        heard = self._heard(exchange, sent)
        response = self._rebinder.response(heard) if sent.live else None
        self._rebinder.learn(exchange, heard)
        return Answer(exchange.number, sent.request, sent.live, response, sent.failure, sent.waits_for, sent.seconds)
