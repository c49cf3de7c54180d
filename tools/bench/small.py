"""Many requests at once: put, get, head and delete, and listings, at several numbers of connections."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from tools.bench.client import Load, drive
from tools.bench.exchange import Exchange, Signer
from tools.bench.plan import KB, MB, Plan
from tools.bench.results import Results
from tools.bench.target import OURS, Target
from tools.bench.usage import cpu_us

BUCKET = "bench"
LISTED = "bench-listed"
WIDE = "bench-wide"
_KEYS = [f"folder/object-{number:04}" for number in range(256)]
_SMALL = bytes(range(256)) * 4
_MEGABYTE = bytes(range(256)) * (MB // 256)


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of request. ``needs`` were stored before; ``is_used_up`` requests cannot be sent twice."""

    name: str
    exchanges: Callable[[Signer], list[Exchange]]
    is_used_up: bool = False


def cases(plan: Plan) -> list[Case]:
    return [
        Case("Put 1 KB", lambda signer: [signer.put(BUCKET, key, _SMALL) for key in _KEYS]),
        Case("Get 1 KB", lambda signer: [signer.get(BUCKET, key) for key in _KEYS]),
        Case("Head 1 KB", lambda signer: [signer.head(BUCKET, key) for key in _KEYS]),
        Case("Delete 1 KB", lambda signer: [signer.delete(BUCKET, f"gone/{key}") for key in _KEYS], is_used_up=True),
        Case("Put 1 MB", lambda signer: [signer.put(BUCKET, f"mega-{n}", _MEGABYTE) for n in range(8)]),
        Case("Get 1 MB", lambda signer: [signer.get(BUCKET, f"mega-{n}") for n in range(8)]),
        Case(f"List {plan.page:,} keys", lambda signer: [signer.list_objects(LISTED, plan.page)]),
    ]


def prepare(target: Target, plan: Plan) -> None:
    """Make the buckets, and put what the cases read."""
    signer = target.signer
    target.send([signer.create_bucket(BUCKET), signer.create_bucket(LISTED)])
    target.send([signer.put(BUCKET, key, _SMALL) for key in _KEYS], 8)
    target.send([signer.put(BUCKET, f"mega-{n}", _MEGABYTE) for n in range(8)])
    target.send([signer.put(LISTED, f"{n:06}/{'name' * 5}", b"x") for n in range(plan.page)], 8)


def measure(case: Case, connections: int, target: Target, plan: Plan, results: Results) -> None:
    """Warm up, run the case for the plan's seconds, and note what it cost."""
    row = f"{case.name}, {connections} connection{'s' if connections > 1 else ''}"
    if case.is_used_up:
        load, cost = _use_up(case, connections, target, plan)
    else:
        exchanges = case.exchanges(target.signer)
        target.send(exchanges[: min(connections, 8)])
        before = cpu_us(target.process)
        load = drive(target.port, itertools.cycle(exchanges), connections, plan.seconds)
        cost = cpu_us(target.process) - before
    results.add_load(row, target.name, load, cost)


def _use_up(case: Case, connections: int, target: Target, plan: Plan) -> tuple[Load, float]:
    """Put afresh and delete, again and again; only the deletions are measured, and every failure is told."""
    total, cost = Load(), 0.0
    puts = [target.signer.put(BUCKET, f"gone/{key}", _SMALL) for key in _KEYS]
    exchanges = case.exchanges(target.signer)
    while total.elapsed_s < plan.seconds / 2:
        total.errors += drive(target.port, iter(puts), 8).errors
        before = cpu_us(target.process)
        load = drive(target.port, iter(exchanges), connections)
        cost += cpu_us(target.process) - before
        total.elapsed_s += load.elapsed_s
        total.latencies_ns += load.latencies_ns
        total.errors += load.errors
    return total, cost


def measure_wide_listing(target: Target, plan: Plan, results: Results) -> None:
    """A page of the same size out of a bucket with very many keys. Ours only: filling it takes the peers minutes."""
    if target.name != OURS:
        return
    signer = target.signer
    target.send([signer.create_bucket(WIDE)])
    target.send((signer.put(WIDE, f"{n:06}/{'name' * 5}", b"x") for n in range(plan.wide_listing)), 8)
    name = f"List {plan.page:,} of {plan.wide_listing:,} keys"
    measure(Case(name, lambda signer: [signer.list_objects(WIDE, plan.page)]), 1, target, plan, results)


def stored_bodies(signer: Signer, plan: Plan) -> list[Exchange]:
    """Puts of 64 KB under keys of their own."""
    body = bytes(range(256)) * (64 * KB // 256)
    return [signer.put(BUCKET, f"stored/{number}", body) for number in range(plan.stored)]
