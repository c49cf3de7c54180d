"""Accept sets: where AWS itself answers in several ways (by region, say), those that are as right as the recorded one.

They stand in ``accept.yaml`` beside the recordings, each with its reason and its evidence. One that speaks of a single
place gives the value that may stand there; one that speaks of a whole answer gives that answer, in the form that a
recording has, and the target's is judged against it in every dimension. What is accepted matches.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.compare.mismatch import Mismatch
from conformance.exchange import Exchange, Recording, Response
from conformance.files import ACCEPTS
from conformance.listed import Entry, Exchanges, entries, is_among
from conformance.recording import BLOBS, read_response

FILE = ACCEPTS
_REQUIRED = ("id", "reason", "evidence")
_OPTIONAL = ("scenario", "operation", "exchange", "region", "path", "value", "response")
_ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Accept:
    """One entry. ``scenario``, ``operation``, ``path`` and ``region`` are globs; ``!us-east-1`` is any other region.

    ``value`` is what the target may give at ``path``, as the recording would spell it: ``{recorded}`` is what the
    recording has there, ``{region}`` the recording's region. ``response`` is a whole answer.
    """

    id: str
    reason: str
    evidence: str
    scenario: str = "*"
    operation: str = "*"
    exchange: Exchanges = ()
    region: str = "*"
    path: str = ""
    value: str = ""
    response: Response | None = None

    def speaks_of(self, recording: Recording, exchange: Exchange) -> bool:
        """It is about this exchange, wherever that takes place."""
        return (
            fnmatch.fnmatchcase(recording.scenario, self.scenario)
            and fnmatch.fnmatchcase(exchange.operation, self.operation)
            and is_among(self.exchange, recording.scenario, exchange.number)
        )

    def holds_in(self, region: str) -> bool:
        """It is about this region."""
        return in_region(self.region, region)

    def allows(self, recording: Recording, mismatch: Mismatch) -> bool:
        """The value at this place is as right as the recorded one."""
        if not self.path or not fnmatch.fnmatchcase(mismatch.path, self.path.replace("[", "[[]")):
            return False
        if self.value == _ABSENT or mismatch.actual is None:
            return self.value == _ABSENT and mismatch.actual is None
        value = self.value.replace("{recorded}", mismatch.expected or "")
        return mismatch.actual == value.replace("{region}", recording.source.region)


def in_region(pattern: str, region: str) -> bool:
    """Whether a region is one of those: a glob, or with ``!`` any but those."""
    if pattern.startswith("!"):
        return not fnmatch.fnmatchcase(region, pattern[1:])
    return fnmatch.fnmatchcase(region, pattern)


class Accepts:
    """The list, as it holds where the scenarios take place: in ``region``, or each where it was recorded.

    ``used`` are the ids of those that made an answer match.
    """

    def __init__(self, entries: Sequence[Accept] = (), region: str = "") -> None:
        self.entries = tuple(entries)
        self._region = region
        self.used: set[str] = set()

    def at(self, region: str) -> Accepts:
        """The same list for another region, with a memory of its own."""
        return Accepts(self.entries, region)

    def holding(self, recording: Recording, exchange: Exchange) -> list[Accept]:
        """Those that are about this exchange and where it takes place."""
        region = self._region or recording.source.region
        return [each for each in self.entries if each.speaks_of(recording, exchange) and each.holds_in(region)]

    def unused(self, recorded: Sequence[str]) -> list[Accept]:
        """Those that nothing needed, though they hold where it took place; ``recorded`` are the recordings' regions."""
        regions = {self._region} if self._region else set(recorded)
        return [
            each for each in self.entries if each.id not in self.used and any(each.holds_in(one) for one in regions)
        ]


def load(path: Path) -> Accepts:
    """The list in a file; none when there is no file. Raises ValueError naming the entry that is wrong."""
    found = entries(path, "accepted answers", _REQUIRED, _OPTIONAL)
    return Accepts([_accept(entry, where, path.parent) for entry, where in found])


def _accept(entry: Entry, where: str, folder: Path) -> Accept:
    if ("response" in entry) == ("path" in entry) or ("path" in entry) != ("value" in entry):
        raise ValueError(f"{where}: it has either path and value, or response")
    values = dict(entry)
    if "value" in values:
        values["value"] = str(values["value"])
    if "response" in values:
        values["response"] = _response(values["response"], where, folder)
    return Accept(**values)


def _response(document: Any, where: str, folder: Path) -> Response:
    try:
        return read_response(document, folder / BLOBS)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{where}: response is none such as a recording has: {error!r}") from error
