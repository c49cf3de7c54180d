"""The Telemetry API: extensions that are sent the platform's events and the lines of function and extensions.

Source: "Accessing real-time telemetry data for extensions using the Telemetry API", and its schema reference.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import httptools
import orjson

from ruststack.runtime.functions.connection import Message
from ruststack.runtime.http_client import Client

PATH: Final = "/2022-07-01/telemetry"
_TYPES: Final = ("platform", "function", "extension")
_HOSTS: Final = ("sandbox.localdomain", "sandbox")
_SEND_S: Final = 5.0
# Of each limit: its default, the least and the most.
_BUFFERING: Final = {
    "maxItems": (10_000, 1000, 10_000),
    "maxBytes": (262_144, 262_144, 1_048_576),
    "timeoutMs": (1000, 25, 30_000),
}
_TEXT: Final = b"Content-Type: text/plain; charset=utf-8\r\n"

Spawn = Callable[[Coroutine[Any, Any, None]], None]


class Refused(ValueError):
    """A subscription that cannot be, and why."""


class Subscriber:
    """One listener. Events are sent when enough have come together, or enough time has gone by."""

    def __init__(self, types: list[str], buffering: dict[str, int], url: str, spawn: Spawn) -> None:
        parts = urlsplit(url)
        self.types = types
        self._limits = buffering
        self._target = parts.path or "/"
        self._client = Client("127.0.0.1", parts.port or 80)
        self._spawn = spawn
        self._events: list[bytes] = []
        self._size = 0
        self._timer: asyncio.TimerHandle | None = None

    def put(self, event: bytes) -> None:
        self._events.append(event)
        self._size += len(event)
        if len(self._events) >= self._limits["maxItems"] or self._size >= self._limits["maxBytes"]:
            self.flush()
        elif self._timer is None:
            wait_s = self._limits["timeoutMs"] / 1000
            self._timer = asyncio.get_running_loop().call_later(wait_s, self.flush)

    def flush(self) -> None:
        """Send what has come together."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        events, self._events, self._size = self._events, [], 0
        if events:
            self._spawn(self._send(b"[" + b",".join(events) + b"]"))

    async def _send(self, body: bytes) -> None:
        headers = ((b"host", b"sandbox.localdomain"), (b"content-type", b"application/json"))
        try:
            await asyncio.wait_for(self._client.send("POST", self._target, headers, (body,), len(body)), _SEND_S)
        except (OSError, EOFError, TimeoutError, httptools.HttpParserError):
            return  # nobody listens any more: AWS drops such events too

    def close(self) -> None:
        self.flush()
        self._client.close()


class Telemetry:
    """The subscribers of one worker."""

    def __init__(self, spawn: Spawn) -> None:
        self._spawn = spawn
        self._subscribers: dict[str, Subscriber] = {}

    def __bool__(self) -> bool:
        return bool(self._subscribers)

    def tell(self, stream: str, kind: str, record: Any, now: float) -> None:
        """An event of ``stream`` (platform, function, extension)."""
        if self._subscribers:
            at = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            event = orjson.dumps({"time": at, "type": kind, "record": record})
            for subscriber in self._subscribers.values():
                if stream in subscriber.types:
                    subscriber.put(event)

    def subscribe(self, message: Message, name: str, now: float) -> None:
        """Answer an extension that asks for events."""
        try:
            self._subscribers[name] = self._subscriber(orjson.loads(message.body))
        except ValueError as error:
            message.refuse(400, "ValidationError", str(error))
            return
        message.connection.answer(200, b"OK", _TEXT)
        record = {"name": name, "state": "Subscribed", "types": self._subscribers[name].types}
        self.tell("platform", "platform.telemetrySubscription", record, now)

    def _subscriber(self, asked: Any) -> Subscriber:
        if not isinstance(asked, dict):
            raise Refused("the body is no JSON object")
        types = asked.get("types")
        if not isinstance(types, list) or not types or not all(each in _TYPES for each in types):
            raise Refused(f"types: must be one or more of {', '.join(_TYPES)}")
        destination = asked.get("destination")
        if not isinstance(destination, dict) or destination.get("protocol") != "HTTP":
            raise Refused("destination: only HTTP listeners are told here")
        url = str(destination.get("URI", ""))
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in _HOSTS or parts.port is None:
            raise Refused("destination.URI: must be http://sandbox.localdomain:PORT/PATH")
        return Subscriber(list(types), _limits(asked.get("buffering")), url, self._spawn)

    def flush(self) -> None:
        for subscriber in self._subscribers.values():
            subscriber.flush()

    def close(self) -> None:
        for subscriber in self._subscribers.values():
            subscriber.close()
        self._subscribers.clear()


def _limits(given: Any) -> dict[str, int]:
    given = {} if given is None else given
    found: dict[str, int] = {}
    for name, (default, least, most) in _BUFFERING.items():
        value = given.get(name, default) if isinstance(given, dict) else None
        if not isinstance(value, int) or not least <= value <= most:
            raise Refused(f"buffering.{name}: must be from {least} to {most}")
        found[name] = value
    return found
