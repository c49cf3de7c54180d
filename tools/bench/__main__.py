"""``python -m tools.bench``: a Markdown table of our speed, memory and start, with the peers beside it if asked."""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tools.bench import functions, judging, large, scale, sdk, small, tables
from tools.bench import target as servers
from tools.bench.exchange import Exchange, Signer
from tools.bench.plan import FULL, QUICK, Plan
from tools.bench.results import START, Results
from tools.bench.soak import soak
from tools.bench.target import OURS, Target
from tools.bench.usage import pss_mb
from tools.docs.sections import spliced
from tools.peers.catalogue import PEERS

_ROOT: Final = Path(__file__).resolve().parents[2]
_SOURCES: Final = _ROOT / "ruststack"
_PAGE: Final = _ROOT / "docs" / "performance.md"
_BY: Final = "make bench"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser("tools.bench", description=__doc__)
    parser.add_argument("--peers", nargs="*", metavar="NAME", help="compare with these, or with all that are installed")
    parser.add_argument("--quick", action="store_true", help="a short run that shows that all of it works")
    parser.add_argument("--soak", nargs="?", type=float, const=60.0, metavar="SECONDS", help="only soak our server")
    parser.add_argument("--tables", action="store_true", help="measure DynamoDB instead of S3")
    parser.add_argument("--functions", action="store_true", help="measure Lambda instead of S3")
    parser.add_argument("--judge", action="store_true", help="measure the judge instead: replaying and comparing")
    parser.add_argument("--output", type=Path, help="write the table here too")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    parser.add_argument("--json", type=Path, help="write the medians here")
    chosen = parser.parse_args(arguments)
    if chosen.soak is not None:
        return soak(chosen.soak)
    if chosen.judge:
        return _shown(judging.table(50 if chosen.quick else judging.EXCHANGES), chosen.output)
    # A start is measured as an installed package starts, whatever PYTHONDONTWRITEBYTECODE says here.
    compileall.compile_dir(_SOURCES, quiet=1)
    service = "dynamodb" if chosen.tables else "lambda" if chosen.functions else "s3"
    peers = [] if chosen.peers is None else servers.available_peers(chosen.peers, service)
    plan, before = QUICK if chosen.quick else FULL, os.getloadavg()[0]
    results = _RUNS[service](peers, plan)
    text = f"{_circumstances(peers, plan, before)}\n\n{results.table()}"
    _shown(text, chosen.output)
    if chosen.write:
        name = {"dynamodb": "bench-tables", "lambda": "bench-functions"}.get(service, "bench")
        _PAGE.write_text(spliced(_PAGE.read_text(), name, text, by=_BY))
    if chosen.json:
        chosen.json.write_text(json.dumps(results.medians(), indent=1))
    return 1 if results.our_errors else 0


def _circumstances(peers: list[str], plan: Plan, load_before: float) -> str:
    """When, where and beside whom it was measured."""
    now, loads = datetime.now(UTC), f"{load_before:.1f} before, {os.getloadavg()[0]:.1f} at the end"
    python, cores = platform.python_version(), os.cpu_count()
    beside = f", {', '.join(PEERS[name].title for name in peers)}" if peers else ""
    return (
        f"{now.day} {now:%B %Y}, {cores} cores, load {loads}, Python {python}{beside}; "
        f"medians of {plan.rounds} interleaved rounds."
    )


def _shown(table: str, output: Path | None) -> int:
    print(table, end="")
    if output:
        output.write_text(table)
    return 0


def run(names: list[str], plan: Plan) -> Results:
    """Measure every server in turn, case by case, round by round."""
    results = Results()
    began = time.perf_counter()
    for _ in range(plan.starts - 1):
        for name in names:
            _measure_start(name, results).stop()
    running: list[Target] = []
    try:
        for name in names:
            running.append(_measure_start(name, results))
            small.prepare(running[-1], plan)
        for number in range(plan.rounds):
            _say(f"round {number + 1} of {plan.rounds}", began)
            _measure_round(running[number % len(running) :] + running[: number % len(running)], plan, results)
        _say("memory and long listings", began)
        for target in running:
            _measure_once(target, plan, results)
        _say("done", began)
    finally:
        for target in running:
            target.stop()
    return results


def run_tables(names: list[str], plan: Plan) -> Results:
    """Measure DynamoDB's requests at every server in turn."""
    results = Results()
    began = time.perf_counter()
    for _ in range(plan.starts - 1):
        for name in names:
            _measure_tables_start(name, results).stop()
    running: list[Target] = []
    try:
        for name in names:
            running.append(_measure_tables_start(name, results))
            tables.prepare(running[-1])
            scale.prepare(running[-1], plan)
        for number in range(plan.rounds):
            _say(f"round {number + 1} of {plan.rounds}", began)
            _measure_tables_round(
                number, running[number % len(running) :] + running[: number % len(running)], plan, results
            )
    finally:
        for target in running:
            target.stop()
    _say("memory", began)
    scale.measure_memory(OURS, plan, results)
    _say("done", began)
    return results


def run_functions(names: list[str], plan: Plan) -> Results:
    """Measure Lambda at every server in turn."""
    results = Results()
    began = time.perf_counter()
    running: list[Target] = []
    proxied: dict[str, Exchange] = {}
    try:
        for name in names:
            running.append(_measure_start(name, results, "ListFunctions", functions.first))
            proxied[name] = functions.prepare(running[-1])
        for number in range(plan.rounds * 3):
            _say(f"round {number + 1} of {plan.rounds * 3}", began)
            for target in running:
                functions.measure(number, target, proxied[target.name], plan, results)
    finally:
        for target in running:
            target.stop()
    return results


_RUNS: Final[dict[str, Callable[[list[str], Plan], Results]]] = {
    "s3": lambda peers, plan: run([OURS, *peers], plan),
    "dynamodb": lambda peers, plan: run_tables(servers.tables_servers(peers), plan),
    "lambda": lambda peers, plan: run_functions(servers.functions_servers(peers), plan),
}


def _measure_tables_round(number: int, running: list[Target], plan: Plan, results: Results) -> None:
    for case in tables.cases():
        for connections in case.connections:
            for target in running:
                tables.measure(case, connections, target, plan, results)
    for target in running:
        scale.measure(number, target, plan, results)


def _measure_tables_start(name: str, results: Results) -> Target:
    return _measure_start(name, results, "ListTables", lambda signer: signer.table_operation("ListTables", {}))


def _measure_start(
    name: str,
    results: Results,
    operation: str = "ListBuckets",
    first: Callable[[Signer], Exchange] = Signer.list_buckets,
) -> Target:
    target = servers.start(name, first)
    results.add(START, f"spawn to first {operation}, ms", name, target.start_ms)
    time.sleep(0.3)
    results.add(START, "PSS when idle, MB", name, pss_mb(target.process))
    return target


def _measure_round(running: list[Target], plan: Plan, results: Results) -> None:
    for case in small.cases(plan):
        for connections in plan.connections:
            for target in running:
                small.measure(case, connections, target, plan, results)
    for target in running:
        large.measure(target, plan, results)
    for target in running:
        sdk.measure(target, plan, results)


def _measure_once(target: Target, plan: Plan, results: Results) -> None:
    """What changes the server for good, and so comes last: on a fresh one where the figure needs that."""
    small.measure_wide_listing(target, plan, results)
    large.measure_memory(target, plan, results)
    fresh = servers.start(target.name)
    try:
        fresh.send([fresh.signer.create_bucket(small.BUCKET)])
        fresh.send(small.stored_bodies(fresh.signer, plan), 8)
        results.add(START, f"PSS after {plan.stored:,} puts of 64 KB, MB", target.name, pss_mb(fresh.process))
    finally:
        fresh.stop()


def _say(text: str, began: float) -> None:
    print(f"[{time.perf_counter() - began:5.0f} s] {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
