"""What fields an event has: its own, and those that Insights discovers in JSON and in Lambda's lines.

Source: user guide, "Supported logs and discovered fields".
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import orjson

from ruststack.services.logs.state import LogEvent

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


class Source(NamedTuple):
    """An event, and where it is."""

    account: str
    group: str
    stream: str
    event: LogEvent


class Row:
    """An event or a result. ``get`` gives a field's value, None for one that is not there."""

    __slots__ = ("_discovered", "_made", "_source")

    def __init__(self, source: Source | None = None) -> None:
        self._made: dict[str, Value] | None = None
        self._source = source
        self._discovered: dict[str, Value] | None = None

    def get(self, name: str) -> Value:
        if self._made is not None and name in self._made:
            return self._made[name]
        if self._source is None:
            return None
        own = _OWN.get(name)
        return own(self._source) if own is not None else self.discovered.get(name)

    @property
    def made(self) -> dict[str, Value]:
        """The fields that commands have made; most rows have none."""
        if self._made is None:
            self._made = {}
        return self._made

    @property
    def discovered(self) -> dict[str, Value]:
        """The fields that are found in the message, once somebody asks."""
        if self._discovered is None:
            self._discovered = discover(self._source.event.message) if self._source is not None else {}
        return self._discovered

    def whole(self) -> dict[str, Value]:
        """All fields, of the event and discovered."""
        own = {name: read(self._source) for name, read in _OWN.items()} if self._source is not None else {}
        return own | self.discovered


_OWN: Final[dict[str, Callable[[Source], Value]]] = {
    "@timestamp": lambda source: Moment(source.event.timestamp),
    "@message": lambda source: source.event.message,
    "@ingestionTime": lambda source: Moment(source.event.ingested),
    "@logStream": lambda source: source.stream,
    "@log": lambda source: f"{source.account}:{source.group}",
    "@ptr": lambda source: pointer(source.group, source.stream, source.event),
}


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
        found[path] = (
            str(int(value)) if isinstance(value, bool) else value if isinstance(value, str) else finite(float(value))
        )


def number(value: Value) -> float | None:
    """The number that a value is or spells, or None."""
    if isinstance(value, float):
        return value
    try:
        return finite(float(value)) if value is not None and len(value) < 64 and "_" not in value else None
    except ValueError:
        return None


def finite(value: float) -> float | None:
    """None for what is no number that could be told."""
    return value if math.isfinite(value) else None


def spelled(value: str | float) -> str:
    """A value as results tell it."""
    if isinstance(value, str):
        return value
    if isinstance(value, Moment):
        return moment(value)
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.4f}".rstrip("0").rstrip(".")


def moment(milliseconds: float) -> str:
    """``2026-11-21 12:00:00.000``; a time that no calendar has is told as the number that it is."""
    try:
        seconds = datetime.fromtimestamp(milliseconds // 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return str(int(milliseconds))
    return f"{seconds:%Y-%m-%d %H:%M:%S}.{int(milliseconds) % 1000:03d}"
