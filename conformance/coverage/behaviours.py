"""Behaviours: what an application relies on. Each is an operation, the set of parameters that it is used with, and the
answer (status and error code) that came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from conformance.coverage.members import used
from conformance.exchange import Exchange, Source
from conformance.operations import code_of
from conformance.operations.invoke import INVOKED
from conformance.parameters import Parsed, parse, said
from conformance.recording import load

_ERRORS_FROM = 300
Place = tuple[str, int]
"""A scenario, and an exchange's number within it."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """``parameters`` are those that the caller chose, named as in ``members``; ``answer`` is ``404 NoSuchKey``."""

    operation: str
    parameters: frozenset[str]
    answer: str


@dataclass(slots=True)
class Observed:
    """Where each behaviour was seen; ``strangers`` counts requests that are no operation of AWS's.

    ``operations`` are a scenario's, in their order, and ``sources`` says from where and whether it was seen on AWS.
    """

    seen: dict[Behaviour, list[Place]] = field(default_factory=dict)
    strangers: int = 0
    operations: dict[str, list[str]] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)

    @property
    def requests(self) -> int:
        return sum(len(places) for places in self.seen.values())


def observe(files: Iterable[Path], tell: Callable[[str], None] = lambda scenario: None) -> Observed:
    """Raises ValueError for a file that is no recording."""
    found = Observed()
    for path in files:
        recording = load(path)
        found.sources[recording.scenario] = recording.source
        found.operations[recording.scenario] = [each.operation for each in recording.exchanges]
        for each in recording.exchanges:
            behaviour = behaviour_of(each)
            if behaviour is None:
                found.strangers += 1
            else:
                found.seen.setdefault(behaviour, []).append((recording.scenario, each.number))
        tell(recording.scenario)
    return found


def behaviour_of(exchange: Exchange) -> Behaviour | None:
    """None for what no model of AWS describes: an API of the user's own, a website, a browser's question."""
    service = exchange.operation.partition(".")[0]
    if not service or service in INVOKED:
        return None
    parsed = parse(exchange.request, exchange.operation)
    parameters = _parameters(parsed) if parsed else frozenset()
    answer = exchange.response
    code = code_of(answer) if answer.status >= _ERRORS_FROM else ""
    return Behaviour(exchange.operation, parameters, f"{answer.status} {code}".rstrip())


def _parameters(parsed: Parsed) -> frozenset[str]:
    """What the caller said, with what the model does not explain, but for headers and a presigned URL's signature."""
    odd = {f"unmodelled {place}" for place in parsed.rest if not place.startswith(("header ", "query signature"))}
    return used(parsed, said(parsed), is_chosen=True) | odd
