"""What fields an event has: its own, and those that Insights discovers in JSON and in Lambda's lines.

Source: user guide, "Supported logs and discovered fields".
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from ruststack.services.logs.state import LogEvent, LogGroup

Value = str | float | None


class Moment(float):
    """A time, in milliseconds since the epoch."""


_MOST_FIELDS: Final = 200
_REQUEST: Final = re.compile(r"(START|END|REPORT) RequestId: (\S+)")
_FIGURES: Final = {
    "@duration": re.compile(r"\tDuration: ([\d.]+) ms"),
    "@billedDuration": re.compile(r"\tBilled Duration: ([\d.]+) ms"),
    "@initDuration": re.compile(r"\tInit Duration: ([\d.]+) ms"),
    "@memorySize": re.compile(r"\tMemory Size: ([\d.]+) MB"),
    "@maxMemoryUsed": re.compile(r"\tMax Memory Used: ([\d.]+) MB"),
}
_MEMORY: Final = ("@memorySize", "@maxMemoryUsed")
_BYTES_A_MB: Final = 1_000_000


class Row:
    """An event or a result. ``get`` gives a field's value, None for one that is not there."""

    __slots__ = ("_discovered", "_own", "made")

    def __init__(self, own: dict[str, Callable[[], Value]] | None = None) -> None:
        self.made: dict[str, Value] = {}
        self._own = own or {}
        self._discovered: dict[str, Value] | None = None

    def get(self, name: str) -> Value:
        if name in self.made:
            return self.made[name]
        if name in self._own:
            return self._own[name]()
        return self.discovered.get(name)

    @property
    def discovered(self) -> dict[str, Value]:
        """The fields that are found in the message, once somebody asks."""
        if self._discovered is None:
            message = self._own["@message"]() if "@message" in self._own else None
            self._discovered = discover(str(message)) if message is not None else {}
        return self._discovered

    def whole(self) -> dict[str, Value]:
        """All fields, of the event and discovered."""
        return {name: read() for name, read in self._own.items()} | self.discovered


def row_of(account: str, group: LogGroup, stream: str, event: LogEvent) -> Row:
    """An event as a row."""
    return Row(
        {
            "@timestamp": lambda: Moment(event.timestamp),
            "@message": lambda: event.message,
            "@ingestionTime": lambda: Moment(event.ingested),
            "@logStream": lambda: stream,
            "@log": lambda: f"{account}:{group.name}",
            "@ptr": lambda: pointer(group.name, stream, event),
        }
    )


def pointer(group: str, stream: str, event: LogEvent) -> str:
    """What GetLogRecord finds an event by."""
    return base64.b64encode(orjson.dumps([group, stream, event.timestamp, event.number])).decode()


def discover(message: str) -> dict[str, Value]:
    """Fields of JSON by their paths, and the figures of Lambda's REPORT lines."""
    if message.lstrip()[:1] == "{":
        try:
            found: dict[str, Value] = {}
            _flatten(orjson.loads(message), "", found)
            return found
        except orjson.JSONDecodeError:
            return {}
    request = _REQUEST.match(message)
    if request is None:
        return {}
    fields: dict[str, Value] = {"@type": request[1], "@requestId": request[2]}
    for name, pattern in _FIGURES.items():
        figure = pattern.search(message)
        if figure is not None:
            fields[name] = float(figure[1]) * (_BYTES_A_MB if name in _MEMORY else 1)
    return fields


def _flatten(value: Any, path: str, found: dict[str, Value]) -> None:
    """``a.b.0`` for the first element of b in a; 200 fields at most."""
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, inner in steps:
            _flatten(inner, f"{path}.{step}" if path else str(step), found)
    elif value is not None and len(found) < _MOST_FIELDS:
        found[path] = str(int(value)) if isinstance(value, bool) else value if isinstance(value, str) else float(value)


def number(value: Value) -> float | None:
    """The number that a value is or spells, or None."""
    if isinstance(value, float):
        return value
    try:
        return float(value) if value is not None and len(value) < 64 and "_" not in value else None
    except ValueError:
        return None


def spelled(value: str | float) -> str:
    """A value as results tell it."""
    if isinstance(value, str):
        return value
    if isinstance(value, Moment):
        return moment(value)
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.4f}".rstrip("0").rstrip(".")


def moment(milliseconds: float) -> str:
    """``2026-11-21 12:00:00.000``."""
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d %H:%M:%S}.{int(milliseconds) % 1000:03d}"
