"""What the judge can find: a Mismatch, and the Judgement of one exchange."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from conformance.exchange import Exchange, Response

# The kind of a mismatch with AWS alone: the recording has the same answer, which is known to be its source's error.
KNOWN_ERROR = "known error"


class Severity(StrEnum):
    """Critical: a client would branch differently. Major: it reads another value. Minor: only a close look tells."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class Verdict(StrEnum):
    """Match; waived: it differs, but only where the recording is known not to be AWS; the rest speak for themselves."""

    MATCH = "match"
    WAIVED = "waived"
    DIFFERS = "differs"
    UNSUPPORTED = "unsupported"
    CRASHED = "crashed"
    INDETERMINATE = "indeterminate"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One difference. ``path``: ``status``, ``header ETag``, ``body Error/Code``; ``kind``: value, missing, extra, ...

    ``gap`` names the known gap that covers it.
    """

    path: str
    kind: str
    severity: Severity
    expected: str | None
    actual: str | None
    gap: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one exchange and all that led to it; ``note`` says why it crashed or cannot be told.

    ``seconds`` is how long the target took to answer.
    """

    scenario: str
    exchange: Exchange
    verdict: Verdict
    mismatches: tuple[Mismatch, ...] = ()
    note: str = ""
    response: Response | None = field(default=None, repr=False)
    seconds: float = field(default=0.0, compare=False)
