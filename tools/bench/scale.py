"""DynamoDB with many items: how long filling takes, whether reads stay as cheap, and what a million costs in memory."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, Final

from tools.bench import tables
from tools.bench import target as servers
from tools.bench.client import Load, drive
from tools.bench.exchange import Exchange, Signer
from tools.bench.plan import Plan
from tools.bench.results import CPU, SCALE, Results
from tools.bench.target import Target
from tools.bench.usage import cpu_us, pss_mb, rss_mb

_FEW: Final = 100
_BATCH: Final = 25
_ITEM_BYTES: Final = 200
_SLICES: Final = 5
_FILLED: Final = "filled-{}"


def prepare(target: Target, plan: Plan) -> None:
    """Tables of few items and of many: each item a partition of its own (spread), or all in one (deep)."""
    for count in (_FEW, plan.filled):
        tables.create(target, f"deep-{count}")
        target.send(batches(target.signer, f"deep-{count}", count, is_deep=True), 4)
    tables.create(target, f"spread-{_FEW}")
    target.send(batches(target.signer, f"spread-{_FEW}", _FEW), 4)


def measure(number: int, target: Target, plan: Plan, results: Results) -> None:
    """Fill a table of this round's, then read from small and large ones in turns."""
    _measure_filling(number, target, plan, results)
    few, many = _gets(target.signer, f"spread-{_FEW}", _FEW), _gets(target.signer, _FILLED.format(number), plan.filled)
    _measure_reads("GetItem", few, many, target, plan, results)
    few, many = (_queries(target.signer, f"deep-{count}", count) for count in (_FEW, plan.filled))
    _measure_reads("Query 100 items", few, many, target, plan, results)


def measure_memory(name: str, plan: Plan, results: Results) -> None:
    """What a fresh server holds resident with very many items."""
    fresh = servers.start(name, lambda signer: signer.table_operation("ListTables", {}))
    try:
        tables.create(fresh, "held")
        fresh.send(batches(fresh.signer, "held", plan.items), 2)
        row = f"RSS with {plan.items:,} items of {_ITEM_BYTES} bytes, MB"
        results.add(SCALE, row, name, rss_mb(fresh.process))
    finally:
        fresh.stop()


def _measure_filling(number: int, target: Target, plan: Plan, results: Results) -> None:
    table, row = _FILLED.format(number), f"Fill {plan.filled:,} items by BatchWriteItem"
    tables.create(target, table)
    sent = list(batches(target.signer, table, plan.filled))
    before = cpu_us(target.process)
    load = drive(target.port, iter(sent), 1)
    cost = cpu_us(target.process) - before
    results.add_errors(row, target.name, load)
    results.add(SCALE, f"{row}, s", target.name, load.elapsed_s)
    results.add(SCALE, f"{row}, s of CPU", target.name, cost / 1e6)
    if number == 0:
        results.add(SCALE, f"PSS with {2 * plan.filled:,} items, MB", target.name, pss_mb(target.process))


def _measure_reads(
    what: str, few: list[Exchange], many: list[Exchange], target: Target, plan: Plan, results: Results
) -> None:
    """Few and many in short turns, so that whatever else the machine does falls on both."""
    costs, loads = [0.0, 0.0], [Load(), Load()]
    for _ in range(_SLICES):
        for side, exchanges in enumerate((few, many)):
            before = cpu_us(target.process)
            load = drive(target.port, itertools.cycle(exchanges), 1, plan.seconds / _SLICES)
            costs[side] += cpu_us(target.process) - before
            loads[side].latencies_ns += load.latencies_ns
            loads[side].errors += load.errors
    each = [cost / max(1, load.count) for cost, load in zip(costs, loads, strict=True)]
    for count, cost, load in zip((_FEW, plan.filled), each, loads, strict=True):
        results.add_errors(f"{what} of {count:,}", target.name, load)
        results.add(CPU, f"{what} of {count:,}, 1 connection", target.name, cost)
    results.add(SCALE, f"{what}: CPU with {plan.filled:,} items ÷ with {_FEW}", target.name, each[1] / each[0])


def _gets(signer: Signer, table: str, count: int) -> list[Exchange]:
    step = max(1, count // 256)
    keys = ({"pk": {"S": f"item-{number:07}"}, "sk": {"S": "a"}} for number in range(0, count, step))
    return [signer.table_operation("GetItem", {"TableName": table, "Key": key}) for key in keys]


def _queries(signer: Signer, table: str, count: int) -> list[Exchange]:
    step = max(1, count // 16)
    return [_query(signer, table, number) for number in range(0, count - _FEW + 1, step)]


def _query(signer: Signer, table: str, start: int) -> Exchange:
    values = {":p": {"S": "deep"}, ":s": {"S": f"{start:07}"}}
    params = {
        "TableName": table,
        "KeyConditionExpression": "pk = :p AND sk >= :s",
        "ExpressionAttributeValues": values,
        "Limit": _FEW,
    }
    return signer.table_operation("Query", params)


def batches(signer: Signer, table: str, count: int, *, is_deep: bool = False) -> Iterator[Exchange]:
    """Puts of so many items, 25 at a time."""
    for first in range(0, count, _BATCH):
        items = (_item(number, is_deep) for number in range(first, min(count, first + _BATCH)))
        requests = [{"PutRequest": {"Item": item}} for item in items]
        yield signer.table_operation("BatchWriteItem", {"RequestItems": {table: requests}})


def _item(number: int, is_deep: bool) -> dict[str, Any]:
    """200 bytes by DynamoDB's count: names and texts, and two of them for the number."""
    keys = ("deep", f"{number:07}") if is_deep else (f"item-{number:07}", "a")
    text = "x" * (_ITEM_BYTES - len("pkskntext") - sum(map(len, keys)) - 2)
    return {"pk": {"S": keys[0]}, "sk": {"S": keys[1]}, "n": {"N": "17"}, "text": {"S": text}}
