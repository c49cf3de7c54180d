"""All scenarios that can be played: known by name from the start, loaded when they are asked for.

Of a recording no more is known at first than its name, and its exchanges' numbers and operations. With the first
request to a service its recordings are loaded, once, to know the shapes of their requests; a few stay loaded.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from sys import intern

from conformance.recording import load
from conformance.replay.serving.script import Script

_NAME = re.compile(r"^scenario: ([A-Za-z0-9_./-]+)$", re.MULTILINE)
_NUMBER = re.compile(r"^exchange: (\d+)$", re.MULTILINE)
_OPERATION = re.compile(r"^operation: ([A-Za-z0-9_.-]+)$", re.MULTILINE)
_LOADED = 32


@dataclass(frozen=True, slots=True)
class _Entry:
    """A scenario. ``operations`` holds an empty one for exchanges that have none."""

    path: Path
    numbers: tuple[int, ...]
    operations: frozenset[str]

    @property
    def services(self) -> set[str]:
        return {each.partition(".")[0] for each in self.operations}


class Repertoire:
    """The scenarios of ``files`` and ``scripts``. Raises ValueError for a file that is no recording.

    ``tell`` hears of a file that turns out to be none when it is loaded: nothing of it is played then.
    """

    def __init__(
        self,
        scripts: Iterable[Script] = (),
        files: Iterable[Path] = (),
        tell: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.tell = tell
        self.broken: list[str] = []
        self._held = {script.name: script for script in scripts}
        self._entries = dict(map(_entry, files))
        self._names = dict.fromkeys((*self._held, *self._entries))
        self._loaded: OrderedDict[str, Script] = OrderedDict()
        self._indexed: set[str] = set()
        self._services: set[str] = set()
        self._by_shape: dict[int, list[str]] = {}
        for script in self._held.values():
            self._index(script)

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def numbers(self, name: str) -> tuple[int, ...]:
        """Its exchanges'."""
        held = self._held.get(name)
        return tuple(step.exchange.number for step in held.steps) if held else self._entries[name].numbers

    def count(self) -> int:
        """How many exchanges there are in all."""
        return sum(len(self.numbers(name)) for name in self)

    def script(self, name: str) -> Script:
        """The scenario of that name; one without steps if it cannot be read. Raises KeyError when there is none."""
        if name in self._held:
            return self._held[name]
        if name not in self._loaded:
            self._loaded[name] = self._read(name)
            while len(self._loaded) > _LOADED:
                self._loaded.popitem(last=False)
        self._loaded.move_to_end(name)
        return self._loaded[name]

    def holding(self, operation: str, shaped: str, payload: str) -> list[Script]:
        """The scenarios in which a request of this shape is made, in their order."""
        self._prepare(operation.partition(".")[0])
        found = self._by_shape.get(hash((shaped, payload)), ())
        return [script for script in map(self.script, found) if script.alike(shaped, payload)]

    def speaking(self, operation: str, first: str = "") -> Iterator[Script]:
        """The scenarios in which the operation is asked for; the one that is named ``first`` before the others."""
        for name in sorted(self, key=lambda each: each != first):
            entry = self._entries.get(name)
            if entry is None or {operation, ""} & entry.operations:
                yield self.script(name)

    def _prepare(self, service: str) -> None:
        """Know the shapes of all requests to a service."""
        if service in self._services:
            return
        self._services.add(service)
        for name, entry in self._entries.items():
            if name not in self._indexed and {service, ""} & entry.services:
                self._index(self.script(name))

    def _index(self, script: Script) -> None:
        self._indexed.add(script.name)
        for key in script.shapes():
            self._by_shape.setdefault(hash(key), []).append(script.name)

    def _read(self, name: str) -> Script:
        path = self._entries[name].path
        try:
            return Script(load(path))
        except ValueError as error:
            self.broken.append(str(error))
            self.tell(str(error))
            return Script.empty(name)


def _entry(path: Path) -> tuple[str, _Entry]:
    """The scenario's name, and what is known of it without reading it whole."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    named, numbers = _NAME.search(text), tuple(map(int, _NUMBER.findall(text)))
    if named is None or not numbers:
        recording = load(path)
        numbers = tuple(each.number for each in recording.exchanges)
        return recording.scenario, _Entry(path, numbers, frozenset(each.operation for each in recording.exchanges))
    operations = _OPERATION.findall(text)
    lacking = [""] * (len(operations) < len(numbers))
    return named.group(1), _Entry(path, numbers, frozenset(map(intern, (*operations, *lacking))))
