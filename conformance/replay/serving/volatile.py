"""Values that a client makes anew in each run, told by their shape: UUIDs, times, random tails of names, accounts.

A request that differs from a recorded one in such values alone is the same request; from then on the recorded value
and the client's own belong together, in later requests and in the answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

_TIME = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?"
# Every repetition is bounded or begins at an edge: a text may be long, and must be read in one go.
_SHAPES = re.compile(
    "|".join(
        (
            r"(?P<uuid>\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b)",
            rf"(?P<time>(?<!\d){_TIME}|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{{3}} \d{{4}} \d\d:\d\d:\d\d GMT"
            r"|(?<!\w)\d{8}T\d{6}Z|(?<!\d)\d{4}([-/])\d{2}\3\d{2}(?!\d)|(?<![\w.])1\d{9}(?:\d{3})?(?:\.\d+)?(?!\w))",
            r"(?P<account>(?<![0-9A-Za-z.-])\d{12}(?![0-9A-Za-z.-]))",
            r"(?P<email>(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+)",
            r"(?P<key>\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b)",
            r"(?P<ulid>\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b)",
            r"(?P<hex>(?<=[-_.])[0-9a-f]{6,64}(?![0-9A-Za-z])|(?<![0-9A-Za-z])(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)"
            r"[0-9a-f]{8,64}(?![0-9A-Za-z]))",
            r"(?P<token>(?<![0-9A-Za-z])(?=\w{0,64}[a-z])(?=\w{0,64}[A-Z])(?=\w{0,64}\d)[0-9A-Za-z]{16,64}(?![0-9A-Za-z]))",
        )
    )
)
# Two events fall into one second in one run and into two in the other.
_UNPAIRED = "time"
_ACCOUNT = 12

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
    """Which live value stands for which recorded one, in one run of a scenario; ``given`` stand for themselves."""

    def __init__(self, given: Iterable[str] = ()) -> None:
        self._live: dict[str, str] = {}
        self._recorded: dict[str, str] = {}
        self._given = set(given)
        self._to_live = self._to_recorded = _NEVER

    def allows(self, found: Iterable[Pair]) -> bool:
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
            return
        for spelled in (str, _quoted):
            self._live[spelled(recorded)], self._recorded[spelled(live)] = spelled(live), spelled(recorded)
        self._to_live, self._to_recorded = _words(self._live), _words(self._recorded)

    def to_recorded(self, text: str) -> str:
        return self._to_recorded.sub(lambda match: self._recorded[match.group()], text)

    def to_live(self, text: str) -> str:
        return self._to_live.sub(lambda match: self._live[match.group()], text)


_NEVER = re.compile(r"(?!)")


def _quoted(value: str) -> str:
    return quote(value, safe="-_.~")


def _words(values: Iterable[str]) -> re.Pattern[str]:
    """Each as a whole word; an account is none within a UUID."""
    parts = []
    for value in sorted(values, key=len, reverse=True):
        edge = "0-9A-Za-z-" if value.isdigit() and len(value) == _ACCOUNT else "0-9A-Za-z"
        parts.append(f"(?<![{edge}]){re.escape(value)}(?![{edge}])")
    return re.compile("|".join(parts))
