"""Provisioned throughput: what it is, what it is about to be, and when it changed.

While a change is under way, the throughput of before is described, with the time at which the change was asked for;
afterwards the new one, with the time at which it came true.

Source: architect/dynalite's tests (updateTable: *should triple rates and then reduce if requested*).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from ruststack.kit import Context

UNITS: Final = ("ReadCapacityUnits", "WriteCapacityUnits")
_INCREASED, _DECREASED = "LastIncreaseDateTime", "LastDecreaseDateTime"
_DECREASES: Final = "NumberOfDecreasesToday"
_A_MOMENT_S: Final = 0.001
"""What a change takes at least: it comes true later than it is asked for."""
Throughput = dict[str, Any]


def changed(ctx: Context, before: Throughput, wanted: Throughput) -> Throughput:
    """The throughput that is wanted; beside it, until when the one of before is described."""
    now, delay = ctx.clock.now(), ctx.world.settings.dynamodb_table_delay
    known = {name: value for name, value in before.items() if name not in ("Before", "Until")}
    known[_DECREASES] = _decreases(known, now)
    during, after = dict(known), known | {name: wanted[name] for name in UNITS}
    true = now + max(delay, _A_MOMENT_S)
    if any(wanted[name] > known.get(name, 0) for name in UNITS):
        during[_INCREASED], after[_INCREASED] = now, true
    if any(wanted[name] < known.get(name, 0) for name in UNITS):
        during[_DECREASED], after[_DECREASED] = now, true
        after[_DECREASES] += 1
    return after | {"Before": during, "Until": now + delay}


def _decreases(known: Throughput, now: float) -> int:
    """How often it was decreased on this day, by UTC."""
    last = known.get(_DECREASED)
    is_today = last is not None and _day(last) == _day(now)
    return known.get(_DECREASES, 0) if is_today else 0


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y%m%d")


def described(given: Throughput, now: float) -> Throughput:
    """A ProvisionedThroughputDescription, as it is at a moment."""
    if now < given.get("Until", 0):
        given = given["Before"]
    times: Throughput = {name: given[name] for name in (_INCREASED, _DECREASED) if name in given}
    return {
        **times,
        _DECREASES: given.get(_DECREASES, 0),
        "ReadCapacityUnits": given.get("ReadCapacityUnits", 0),
        "WriteCapacityUnits": given.get("WriteCapacityUnits", 0),
    }
