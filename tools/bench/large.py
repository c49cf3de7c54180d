"""One large body at a time: how long it takes, what it costs, and how much memory it holds."""

from __future__ import annotations

from tools.bench.client import Load, drive
from tools.bench.exchange import Exchange
from tools.bench.plan import MB, Plan, size
from tools.bench.results import LARGE, Results
from tools.bench.small import BUCKET
from tools.bench.target import Target
from tools.bench.usage import PeakMemory, cpu_us


def measure(target: Target, plan: Plan, results: Results) -> None:
    """The large body up and down: wall clock and CPU."""
    body = _body(plan.large)
    for verb, exchange in (
        ("Put", target.signer.put(BUCKET, "large", body)),
        ("Get", target.signer.get(BUCKET, "large")),
    ):
        row = f"{verb} {size(plan.large)}"
        before = cpu_us(target.process)
        load = _once(target, exchange)
        results.add_errors(row, target.name, load)
        if load.count:
            results.add(LARGE, f"{row}, ms", target.name, load.latencies_ns[0] / 1e6)
            results.add(LARGE, f"{row}, ms of CPU", target.name, (cpu_us(target.process) - before) / 1000)


def measure_memory(target: Target, plan: Plan, results: Results) -> None:
    """The highest growth of resident memory while a huge body goes up, and comes down."""
    body = _body(plan.huge)
    for verb, exchange in (
        ("Put", target.signer.put(BUCKET, "huge", body)),
        ("Get", target.signer.get(BUCKET, "huge")),
    ):
        row = f"{verb} {size(plan.huge)}, growth of resident memory, MB"
        peak = PeakMemory(target.process)
        load = _once(target, exchange)
        results.add_errors(row, target.name, load)
        if load.count:
            results.add(LARGE, row, target.name, peak.growth_mb())
    target.send([target.signer.delete(BUCKET, "huge")])


def _once(target: Target, exchange: Exchange) -> Load:
    return drive(target.port, iter([exchange]), 1)


def _body(length: int) -> bytes:
    return bytes(range(256)) * 4096 * (length // MB)
