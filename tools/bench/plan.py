"""How much is measured: the full plan, and a quick one that only shows that everything works."""

from __future__ import annotations

from dataclasses import dataclass

KB = 1024
MB = 1024 * KB
GB = 1024 * MB


@dataclass(frozen=True, slots=True)
class Plan:
    """Rounds are interleaved: every server runs a case before the next case; ``seconds`` are for one case of one."""

    rounds: int = 3
    seconds: float = 0.5
    connections: tuple[int, ...] = (1, 8, 64)
    starts: int = 5
    page: int = 1000
    wide_listing: int = 100_000
    stored: int = 1000
    large: int = 64 * MB
    huge: int = GB
    sdk_calls: int = 200
    filled: int = 100_000
    items: int = 1_000_000


FULL = Plan()
QUICK = Plan(
    rounds=1,
    seconds=0.1,
    connections=(1, 8),
    starts=1,
    wide_listing=3000,
    stored=100,
    large=8 * MB,
    huge=64 * MB,
    sdk_calls=10,
    filled=2000,
    items=10_000,
)


def size(count: int) -> str:
    """``64 MB`` for 67108864."""
    for unit, name in ((GB, "GB"), (MB, "MB"), (KB, "KB")):
        if count % unit == 0:
            return f"{count // unit} {name}"
    return f"{count} B"
