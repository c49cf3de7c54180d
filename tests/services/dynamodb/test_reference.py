"""Random operations against a dict and naive scans: the same items, the same pages, the same refusals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruststack.config import Config
from ruststack.core.blobs import Blobs
from ruststack.core.clock import Clock
from ruststack.core.context import World
from ruststack.core.errors import ServiceError
from ruststack.core.ids import Ids
from ruststack.services.dynamodb import service
from tests.services.dynamodb.conftest import DynamoDB, value

HASHES, RANGES = st.sampled_from("abc"), st.integers(-3, 12)
PLAIN = st.fixed_dictionaries(
    {}, optional={"n": st.integers(-5, 5), "g": st.sampled_from("xy"), "t": st.text(max_size=3)}
)
INDEX = {
    "IndexName": "by-g",
    "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "Projection": {"ProjectionType": "ALL"},
}


class Reference:
    """A table as a dict from (pk, sk) to plain attributes."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, int], dict[str, Any]] = {}

    def put(self, key: tuple[str, int], plain: dict[str, Any]) -> None:
        self.items[key] = plain

    def put_new(self, key: tuple[str, int], plain: dict[str, Any]) -> None:
        if key in self.items:
            raise KeyError("ConditionalCheckFailedException")
        self.put(key, plain)

    def delete(self, key: tuple[str, int], plain: dict[str, Any]) -> None:
        self.items.pop(key, None)

    def add(self, key: tuple[str, int], plain: dict[str, Any]) -> None:
        held = self.items.get(key, {})
        self.items[key] = {**held, "n": held.get("n", 0) + 2}

    def query(self, pk: str, low: int, is_forward: bool) -> list[tuple[str, int]]:
        found = sorted(key for key in self.items if key[0] == pk and key[1] >= low)
        return found if is_forward else found[::-1]

    def by_index(self, g: str) -> list[int]:
        return sorted(key[1] for key, plain in self.items.items() if plain.get("g") == g)


def act(db: DynamoDB, kind: str, key: tuple[str, int], plain: dict[str, Any]) -> None:
    named = {"pk": value(key[0]), "sk": value(key[1])}
    item = {**named, **{name: value(each) for name, each in plain.items()}}
    if kind == "put":
        db.PutItem(TableName="tab", Item=item)
    elif kind == "put_new":
        db.PutItem(TableName="tab", Item=item, ConditionExpression="attribute_not_exists(pk)")
    elif kind == "delete":
        db.DeleteItem(TableName="tab", Key=named)
    else:
        values = {":n": {"N": "2"}}
        db.UpdateItem(TableName="tab", Key=named, UpdateExpression="ADD n :n", ExpressionAttributeValues=values)


def world() -> DynamoDB:
    clock = Clock()
    clock.freeze(1_700_000_000.0)
    db = DynamoDB(World(clock, Ids(1), Blobs(), lambda *a, **k: {}, lambda event: None, Config()), service.state())
    db.CreateTable(
        TableName="tab",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": kind} for name, kind in (("pk", "S"), ("sk", "N"), ("g", "S"))
        ],
        GlobalSecondaryIndexes=[INDEX],
        BillingMode="PAY_PER_REQUEST",
    )
    return db


def pages(call: Any, limit: int, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    key = None
    while True:
        answer = call(TableName="tab", Limit=limit, **params, **({"ExclusiveStartKey": key} if key else {}))
        assert answer["Count"] == len(answer["Items"]) <= limit
        found += answer["Items"]
        key = answer.get("LastEvaluatedKey")
        if key is None:
            return found


KINDS = st.sampled_from(["put", "put_new", "delete", "add"])


@given(
    st.lists(st.tuples(KINDS, st.tuples(HASHES, RANGES), PLAIN), max_size=40), RANGES, st.integers(1, 7), st.booleans()
)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_operations_do_what_a_dict_does(steps, low, limit, is_forward):
    db, reference = world(), Reference()
    for kind, key, plain in steps:
        ours = theirs = ""
        try:
            act(db, kind, key, plain)
        except ServiceError as error:
            ours = error.code
        try:
            getattr(reference, kind)(key, plain)
        except KeyError as error:
            theirs = error.args[0]
        assert ours == theirs
    table = db.state.tables["tab"]
    kept = {name: {**{k: value(v) for k, v in plain.items()}} for name, plain in reference.items.items()}
    scanned = {(each.pop("pk")["S"], int(each.pop("sk")["N"])): each for each in pages(db.Scan, limit)}
    assert (scanned, table.count) == (kept, len(kept))
    for pk in "abc":
        found = pages(
            db.Query,
            limit,
            KeyConditionExpression="pk = :p AND sk >= :l",
            ExpressionAttributeValues={":p": value(pk), ":l": value(low)},
            ScanIndexForward=is_forward,
        )
        assert [(each["pk"]["S"], int(each["sk"]["N"])) for each in found] == reference.query(pk, low, is_forward)
    for g in "xy":
        found = pages(
            db.Query,
            limit,
            IndexName="by-g",
            KeyConditionExpression="g = :g",
            ExpressionAttributeValues={":g": value(g)},
        )
        assert [int(each["sk"]["N"]) for each in found] == reference.by_index(g)
    assert table.size == sum(stored.size for stored in table.rows.items())
    assert all(orjson.loads(stored.encoded) for stored in table.rows.items())


COMPARED = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
OPERATORS = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
LEAF = st.tuples(st.just("leaf"), COMPARED, st.sampled_from(["n", "m"]), st.integers(-3, 3))
TREE = st.recursive(
    LEAF,
    lambda below: st.one_of(st.tuples(st.just("not"), below), st.tuples(st.sampled_from(["AND", "OR"]), below, below)),
    max_leaves=8,
)


def spelled(tree: Any, values: dict[str, Any]) -> str:
    if tree[0] == "leaf":
        name = f":v{len(values)}"
        values[name] = value(tree[3])
        return f"{tree[2]} {tree[1]} {name}"
    if tree[0] == "not":
        return f"NOT {within(tree[1], values)}"
    return f"{within(tree[1], values)} {tree[0]} {within(tree[2], values)}"


def within(tree: Any, values: dict[str, Any]) -> str:
    text = spelled(tree, values)
    return text if tree[0] == "leaf" else f"({text})"


def holds(tree: Any, plain: dict[str, int]) -> bool:
    if tree[0] == "leaf":
        held = plain.get(tree[2])
        if held is None:
            return tree[1] == "<>"
        return bool(OPERATORS[tree[1]](Decimal(held), tree[3]))
    if tree[0] == "not":
        return not holds(tree[1], plain)
    left, right = holds(tree[1], plain), holds(tree[2], plain)
    return left and right if tree[0] == "AND" else left or right


@given(TREE, st.fixed_dictionaries({"n": st.integers(-3, 3)}, optional={"m": st.integers(-3, 3)}))
@settings(max_examples=150, deadline=None)
def test_random_filters_say_what_python_says(tree, plain):
    db = world()
    act(db, "put", ("a", 1), plain)
    values: dict[str, Any] = {}
    found = db.Scan(TableName="tab", FilterExpression=spelled(tree, values), ExpressionAttributeValues=values)
    assert found["Count"] == holds(tree, plain)
