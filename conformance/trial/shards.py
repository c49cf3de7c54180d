"""Shards: a part of the recordings for each machine of a fleet, the same on every machine and equally long."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from conformance.recording import count_exchanges

_SHAPE = re.compile(r"([1-9]\d*)/([1-9]\d*)")
# What setting up and tearing down a scenario costs, in exchanges.
_SCENARIO = 2


@dataclass(frozen=True, slots=True)
class Shard:
    """The ``number``th of ``count`` parts, counted from 1."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """``3/16``. Raises ValueError for anything else."""
        found = _SHAPE.fullmatch(text)
        shard = cls(int(found.group(1)), int(found.group(2))) if found else None
        if shard is None or shard.number > shard.count:
            raise ValueError(f"a shard is written like 3/16, the third of sixteen; not {text!r}")
        return shard

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def of(self, files: list[Path]) -> list[Path]:
        """This shard's files, in their order: every file is in exactly one shard of the same files and count."""
        loads = [0] * self.count
        mine: set[Path] = set()
        # The longest first, each to the part that has least so far.
        for cost, path in _weighed(files):
            lightest = loads.index(min(loads))
            loads[lightest] += cost
            if lightest == self.number - 1:
                mine.add(path)
        return [path for path in files if path in mine]


def fingerprint(files: list[Path]) -> str:
    """Tells whether two machines cut their shards from the same recordings, wherever their clones lie."""
    lines = "".join(f"{cost} {_name(path)}\n" for cost, path in _weighed(files))
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def _weighed(files: list[Path]) -> list[tuple[int, Path]]:
    """Each with its cost, the heaviest first."""
    weighed = [(_SCENARIO + count_exchanges(path), path) for path in files]
    return sorted(weighed, key=lambda each: (-each[0], _name(each[1])))


def _name(path: Path) -> str:
    # The last two parts, so that it does not matter where a machine keeps its clone.
    return "/".join(path.parts[-2:])
