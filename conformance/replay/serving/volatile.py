"""Values that a client makes anew in each run, told by their shape: UUIDs, times, random tails of names, accounts.

A request that differs from a recorded one in such values alone is the same request; from then on the recorded value
and the client's own belong together, in later requests and in the answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.replay.words import Words

_TIME = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?"
_SHAPES = re.compile(
    "|".join(
        (
            r"(?P<uuid>\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b)",
            rf"(?P<time>(?<!\d){_TIME}|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{{3}} \d{{4}} \d\d:\d\d:\d\d GMT"
            r"|(?<!\w)\d{8}T\d{6}Z|(?<!\d)\d{4}([-/])\d{2}\3\d{2}(?!\d)|(?<![\w.])1\d{9}(?:\d{3})?(?:\.\d+)?(?!\w))",
            r"(?P<account>(?<![0-9A-Za-z.-])\d{12}(?![0-9A-Za-z.-]))",
            r"(?P<email>[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)",
            r"(?P<key>\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b)",
            r"(?P<ulid>\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b)",
            r"(?P<hex>(?<=[-_.])[0-9a-f]{6,64}(?![0-9A-Za-z])|(?<![0-9A-Za-z])(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)"
            r"[0-9a-f]{8,64}(?![0-9A-Za-z]))",
            r"(?P<token>(?<![0-9A-Za-z])(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)[0-9A-Za-z]{16,64}(?![0-9A-Za-z]))",
        )
    )
)
# Two events fall into one second in one run and into two in the other.
_UNPAIRED = "time"

Pair = tuple[str, str, str]


def shape(text: str) -> str:
    """The text with each value of such a shape replaced by the shape's name."""
    return _SHAPES.sub(lambda match: f"<{match.lastgroup}>", text)


def pairs(recorded: str, live: str) -> Iterator[Pair]:
    """The values in which two texts of one shape differ: the shape's name, the recorded value, the live one."""
    for ours, theirs in zip(_SHAPES.finditer(recorded), _SHAPES.finditer(live), strict=True):
        if ours.group() != theirs.group():
            yield str(ours.lastgroup), ours.group(), theirs.group()


class Bound:
    """Which live value stands for which recorded one, in one run of a scenario."""

    def __init__(self) -> None:
        self._live: dict[str, str] = {}
        self._recorded: dict[str, str] = {}
        self._given: set[str] = set()
        self._words: Words | None = None

    def allows(self, found: list[Pair]) -> bool:
        """Whether the pairs agree with each other and with all that is bound: one value cannot stand for two."""
        live, recorded = dict(self._live), dict(self._recorded)
        for kind, ours, theirs in found:
            if kind == _UNPAIRED:
                continue
            if ours in self._given or live.setdefault(ours, theirs) != theirs:
                return False
            if recorded.setdefault(theirs, ours) != ours:
                return False
        return True

    def add(self, recorded: str, live: str) -> None:
        """Bind the two; a value that is bound already moves on."""
        if recorded == live:
            self._given.add(recorded)
        else:
            self._live[recorded], self._recorded[live] = live, recorded
            self._words = None

    def to_recorded(self, text: str) -> str:
        return self._made().to_recorded(text) if self._live else text

    def to_live(self, text: str) -> str:
        return self._made().to_live(text) if self._live else text

    def _made(self) -> Words:
        if self._words is None:
            self._words = Words()
            for recorded, live in self._live.items():
                self._words.add(recorded, live)
            for live, recorded in self._recorded.items():
                self._words.add(recorded, live)
        return self._words
