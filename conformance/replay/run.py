"""Play one recording against a target: each request in order, over one connection, in sandbox accounts of its own."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from conformance.exchange import Exchange, Recording, Request, Response
from conformance.replay.rebind import Rebinder
from conformance.replay.resign import resigned
from conformance.sandbox import fresh_name, sandbox_key
from conformance.sign import Credentials
from conformance.wire import Connection


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
    timeout_s: float = 10.0,
) -> list[Answer]:
    """The answers, one for each exchange. ``accounts`` are live keys by label, in place of sandboxes.

    With a ``salt`` names and sandboxes are fresh ones, for a target that may remember an earlier run.
    Raises TargetLost when the target takes no connection any more.
    """
    keys = sandboxes(recording, salt) | dict(accounts or {})
    names = {name: fresh_name(name, salt) for name in recording.names} if salt else {}
    where = urlsplit(url)
    port = str(where.port or (443 if where.scheme == "https" else 80))
    rebinder = Rebinder(recording, names, {label: each.access_key for label, each in keys.items()}, port)
    with Connection(url, timeout_s=timeout_s) as link:
        return [_play(each, rebinder, keys.get(each.account), link) for each in recording.exchanges]


def sandboxes(recording: Recording, salt: str) -> dict[str, Credentials]:
    """A key for each account of the recording."""
    return {label: sandbox_key(recording.scenario, label, salt) for label in recording.accounts}


def _play(exchange: Exchange, rebinder: Rebinder, keys: Credentials | None, link: Connection) -> Answer:
    request = resigned(rebinder.request(exchange), exchange, keys, datetime.now(UTC))
    waits_for = rebinder.waits_for(exchange)
    started = time.perf_counter()
    try:
        live = link.send(request)
    except ConnectionRefusedError as error:
        raise TargetLost(f"the target went away at {exchange.operation}, exchange {exchange.number}") from error
    except (OSError, ValueError) as error:
        failure = "no answer in time" if isinstance(error, TimeoutError) else str(error) or type(error).__name__
        rebinder.learn(exchange, Response(0, ""))
        return Answer(exchange.number, request, None, None, failure, waits_for, time.perf_counter() - started)
    seconds = time.perf_counter() - started
    # Spelled with what was known before it, so that a value which it mints itself is still seen as it came.
    response = rebinder.response(live)
    rebinder.learn(exchange, live)
    return Answer(exchange.number, request, live, response, "", waits_for, seconds)
