"""DynamoDB: items of 1 KB put, got and changed, pages queried and scanned, batches written."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from tools.bench.client import drive
from tools.bench.exchange import Exchange, Signer
from tools.bench.plan import Plan
from tools.bench.results import Results
from tools.bench.target import Target
from tools.bench.usage import cpu_us

TABLE: Final = "bench"
_TEXT: Final = "x" * 960
_KEYS: Final = 256


class Case(NamedTuple):
    """One kind of request, sent again and again over so many connections."""

    name: str
    connections: tuple[int, ...]
    exchanges: Callable[[Signer], list[Exchange]]


def cases() -> list[Case]:
    return [
        Case("PutItem 1 KB", (1, 8), lambda signer: [_put(signer, n) for n in range(_KEYS)]),
        Case("GetItem 1 KB", (1, 8), lambda signer: [_get(signer, n) for n in range(_KEYS)]),
        Case("UpdateItem with a condition", (1,), lambda signer: [_update(signer, n) for n in range(_KEYS)]),
        Case("Query 100 items", (1,), lambda signer: [_query(signer)]),
        Case("BatchWriteItem 25", (1,), lambda signer: [_batch(signer, n) for n in range(16)]),
        Case("Scan 1 MB", (1,), lambda signer: [signer.table_operation("Scan", {"TableName": "bench-wide"})]),
    ]


def prepare(target: Target) -> None:
    """Make the tables, and put what the cases read."""
    signer = target.signer
    for name in (TABLE, "bench-wide"):
        create(target, name)
    target.send((_put(signer, n) for n in range(_KEYS)), 4)
    target.send((_batch(signer, n, "page") for n in range(4)), 4)
    target.send((_batch(signer, n, f"wide-{n}", "bench-wide") for n in range(60)), 4)


def create(target: Target, name: str) -> None:
    """Make a table with a hash and a range key, and wait until it can be read."""
    target.send([target.signer.table_operation("CreateTable", _table(name))])
    probe = target.signer.table_operation("Scan", {"TableName": name, "Limit": 1})
    while drive(target.port, iter([probe]), 1).errors:
        pass


def measure(case: Case, connections: int, target: Target, plan: Plan, results: Results) -> None:
    """Warm up, run the case for the plan's seconds, and note what it cost."""
    row = f"{case.name}, {connections} connection{'s' if connections > 1 else ''}"
    exchanges = case.exchanges(target.signer)
    target.send(exchanges[:8])
    before = cpu_us(target.process)
    load = drive(target.port, itertools.cycle(exchanges), connections, plan.seconds)
    results.add_load(row, target.name, load, cpu_us(target.process) - before)


def _table(name: str) -> dict[str, Any]:
    return {
        "TableName": name,
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
        "BillingMode": "PAY_PER_REQUEST",
    }


def _item(partition: str, sort: str, text: str = _TEXT) -> dict[str, Any]:
    return {"pk": {"S": partition}, "sk": {"S": sort}, "n": {"N": "17"}, "text": {"S": text}}


def _key(number: int) -> dict[str, Any]:
    return {"pk": {"S": f"item-{number}"}, "sk": {"S": "a"}}


def _put(signer: Signer, number: int) -> Exchange:
    return signer.table_operation("PutItem", {"TableName": TABLE, "Item": _item(f"item-{number}", "a")})


def _get(signer: Signer, number: int) -> Exchange:
    return signer.table_operation("GetItem", {"TableName": TABLE, "Key": _key(number)})


def _update(signer: Signer, number: int) -> Exchange:
    params = {
        "TableName": TABLE,
        "Key": _key(number),
        "UpdateExpression": "SET #n = #n + :one, seen = :yes",
        "ConditionExpression": "attribute_exists(pk) AND #n > :none",
        "ExpressionAttributeNames": {"#n": "n"},
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":none": {"N": "0"}, ":yes": {"BOOL": True}},
        "ReturnValues": "UPDATED_NEW",
    }
    return signer.table_operation("UpdateItem", params)


def _query(signer: Signer) -> Exchange:
    params = {
        "TableName": TABLE,
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": {"S": "page"}},
        "Limit": 100,
    }
    return signer.table_operation("Query", params)


def _batch(signer: Signer, number: int, partition: str = "batch", table: str = TABLE) -> Exchange:
    text = _TEXT if table != TABLE else "x" * 80
    requests = [{"PutRequest": {"Item": item}} for item in _some(partition, number, text)]
    return signer.table_operation("BatchWriteItem", {"RequestItems": {table: requests}})


def _some(partition: str, number: int, text: str) -> Iterator[dict[str, Any]]:
    for place in range(25):
        yield _item(partition, f"{number:04}-{place:02}", text)
