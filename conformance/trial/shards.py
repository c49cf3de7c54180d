"""Shards: a part of the recordings for each machine of a fleet, the same on every machine and equally long."""

from __future__ import annotations

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
        for cost, path in sorted(((_SCENARIO + count_exchanges(path), path) for path in files), key=_heaviest):
            lightest = loads.index(min(loads))
            loads[lightest] += cost
            if lightest == self.number - 1:
                mine.add(path)
        return [path for path in files if path in mine]


def _heaviest(weighed: tuple[int, Path]) -> tuple[int, str]:
    # By the path's last two parts, so that it does not matter where a machine keeps its clone.
    cost, path = weighed
    return -cost, "/".join(path.parts[-2:])
