"""One recording as a script to play from: its steps, found by what a request says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from conformance.exchange import Exchange, Recording, Source
from conformance.replay.serving.canon import Canon, canonical
from conformance.replay.serving.volatile import shape

_READS = re.compile(
    r"(?:Get|List|Describe|Head|Query|Scan|BatchGet|Lookup|Search|Select|Preflight|Filter|Test|Validate|Estimate"
    r"|Simulate|Detect|Preview|Check|Poll)"
)


@dataclass(frozen=True, slots=True)
class Step:
    """An exchange at its place. ``age`` counts the changes that were made before it: the state in which it was said."""

    index: int
    age: int
    is_change: bool
    canon: Canon
    exchange: Exchange


class Script:
    """The steps of a recording. Bodies of requests are not kept, only what they say."""

    def __init__(self, recording: Recording) -> None:
        self.recording = replace(recording, exchanges=())
        self.steps = tuple(_steps(recording.exchanges))
        self._exact: dict[tuple[str, str], list[Step]] = {}
        self._alike: dict[tuple[str, str], list[Step]] = {}
        for step in self.steps:
            self._exact.setdefault((step.canon.text, step.canon.payload), []).append(step)
            self._alike.setdefault((shape(step.canon.text), step.canon.payload), []).append(step)

    @classmethod
    def empty(cls, name: str) -> Script:
        """Nothing is played in it."""
        return cls(Recording(name, "", Source("", "", "", "", ""), {}, (), ()))

    @property
    def name(self) -> str:
        return self.recording.scenario

    def exactly(self, text: str, payload: str) -> list[Step]:
        """The steps that say this, in order."""
        return self._exact.get((text, payload), [])

    def alike(self, shaped: str, payload: str) -> list[Step]:
        """The steps that have this shape, in order."""
        return self._alike.get((shaped, payload), [])

    def shapes(self) -> Iterable[tuple[str, str]]:
        """Every shape that a request may have to be one of the steps."""
        return self._alike

    def mark(self, step: Step) -> str:
        """Where an answer comes from: source kind, version, date and scenario."""
        source = self.recording.source
        version = source.version.replace(" ", "_") or "-"
        return f"{source.kind} {version} {source.date} {self.name}#{step.exchange.number}"


def _steps(exchanges: Iterable[Exchange]) -> Iterable[Step]:
    age = 0
    for index, exchange in enumerate(exchanges):
        canon = canonical(exchange.request)
        kept = replace(exchange, request=replace(exchange.request, body=b""))
        is_change = _is_change(exchange)
        yield Step(index, age, is_change, canon, kept)
        age += is_change


def _is_change(exchange: Exchange) -> bool:
    if exchange.response.status >= 400:
        return False
    name = exchange.operation.partition(".")[2]
    return not _READS.match(name) if name else exchange.request.method not in ("GET", "HEAD", "OPTIONS")
