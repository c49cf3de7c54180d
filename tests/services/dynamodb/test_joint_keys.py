"""Global indexes whose keys have several attributes: schemas, queries, order, pages."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from ruststack.core.errors import ServiceError
from ruststack.services.dynamodb.keys import joint_sort, joint_token
from tests.services.dynamodb.conftest import DynamoDB, item, value

Refused = Callable[..., ServiceError]
HASHES, RANGES = ["h1", "h2", "h3", "h4"], ["r1", "r2", "r3", "r4"]


def index(hashes: list[str], ranges: list[str], **more: Any) -> dict[str, Any]:
    schema = [{"AttributeName": name, "KeyType": "HASH"} for name in hashes]
    schema += [{"AttributeName": name, "KeyType": "RANGE"} for name in ranges]
    return {"IndexName": "idx", "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}, **more}


def make(db: DynamoDB, index: dict[str, Any], numbers: str = "", **more: Any) -> None:
    names = sorted({"pk", *(each["AttributeName"] for each in index["KeySchema"])})
    db.make(
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "N" if name in numbers else "S"} for name in names
        ],
        GlobalSecondaryIndexes=[index],
        **more,
    )


@pytest.fixture
def games(db: DynamoDB) -> DynamoDB:
    """Items of two hash attributes, and of text, number and text to sort by, in an order that is none."""
    make(db, index(["h1", "h2"], ["r1", "r2", "r3"]), numbers="r2")
    every = list(product(["x", "y"], ["x", "y"], ["a", "ab", "b"], [-1, 2, 10], ["p", "q"]))
    for number, (h1, h2, r1, r2, r3) in enumerate(sorted(every, key=repr, reverse=True)):
        db.put(pk=str(number), h1=h1, h2=h2, r1=r1, r2=r2, r3=r3)
    return db


def ask(db: DynamoDB, text: str, values: dict[str, Any], **params: Any) -> Any:
    return db.Query(
        TableName="tab",
        IndexName="idx",
        KeyConditionExpression=text,
        ExpressionAttributeValues={f":{name}": value(each) for name, each in values.items()},
        **params,
    )


def found(answer: Any) -> list[tuple[str, int, str]]:
    return [(each["r1"]["S"], int(each["r2"]["N"]), each["r3"]["S"]) for each in answer["Items"]]


BOTH = "h1 = :x and h2 = :y"
X_Y = {"x": "x", "y": "y"}
ORDER = [(r1, r2, r3) for r1 in ("a", "ab", "b") for r2 in (-1, 2, 10) for r3 in ("p", "q")]


def test_eight_attributes_make_a_key(db: DynamoDB) -> None:
    made = index(HASHES, RANGES)
    make(db, made)
    described = db.DescribeTable(TableName="tab")["Table"]["GlobalSecondaryIndexes"][0]
    assert described["KeySchema"] == made["KeySchema"]
    db.put(pk="1", **dict.fromkeys(HASHES + RANGES, "v"))
    text = " and ".join(f"{name} = :v" for name in HASHES + RANGES)
    assert ask(db, text, {"v": "v"})["Count"] == 1


def test_an_index_of_several_attributes_can_be_added(games: DynamoDB) -> None:
    other = index(["h2"], ["r2", "r1"]) | {"IndexName": "other"}
    games.UpdateTable(TableName="tab", GlobalSecondaryIndexUpdates=[{"Create": other}])
    assert games.Scan(TableName="tab", IndexName="other")["Count"] == 72


@pytest.mark.parametrize(
    ("hashes", "ranges", "message"),
    [
        ([*HASHES, "h5"], [], "The KeySchema exceeds the maximum allowed number of HASH key attributes"),
        (["h1"], [*RANGES, "r5"], "The KeySchema exceeds the maximum allowed number of RANGE key attributes"),
    ],
)
def test_nine_do_not(db: DynamoDB, refused: Refused, hashes: list[str], ranges: list[str], message: str) -> None:
    error = refused(lambda **_: make(db, index(hashes, ranges)))
    assert error.message == f"One or more parameter values were invalid: {message}"


@pytest.mark.parametrize(
    ("elements", "message"),
    [
        (
            [("h1", "HASH"), ("r1", "RANGE"), ("h2", "HASH")],
            "One or more parameter values were invalid: All HASH key attributes must precede RANGE key attributes in "
            "the KeySchema",
        ),
        ([("h1", "HASH"), ("h1", "HASH")], "The KeySchema contains multiple key attributes with the same name"),
        ([("r1", "RANGE"), ("h1", "HASH")], "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"),
        ([("r1", "RANGE")], "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"),
    ],
)
def test_hash_attributes_come_first(
    db: DynamoDB, refused: Refused, elements: list[tuple[str, str]], message: str
) -> None:
    schema = [{"AttributeName": name, "KeyType": kind} for name, kind in elements]
    assert refused(lambda **_: make(db, index([], []) | {"KeySchema": schema})).message == message


def test_a_table_has_two_key_attributes_at_most(db: DynamoDB, refused: Refused) -> None:
    schema = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "h2", "KeyType": "HASH"}]
    error = refused(lambda **_: make(db, index(["h1", "h2"], []), KeySchema=schema))
    assert error.message == "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"


def test_all_hash_attributes_find_a_partition_in_order(games: DynamoDB) -> None:
    assert found(ask(games, BOTH, X_Y)) == ORDER
    assert found(ask(games, BOTH, X_Y, ScanIndexForward=False)) == ORDER[::-1]


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("r1 = :a", {"a": "a"}, lambda r1, r2, r3: r1 == "a"),
        ("r1 > :a", {"a": "a"}, lambda r1, r2, r3: r1 > "a"),
        ("r1 >= :a", {"a": "ab"}, lambda r1, r2, r3: r1 >= "ab"),
        ("r1 < :a", {"a": "ab"}, lambda r1, r2, r3: r1 < "ab"),
        ("r1 <= :a", {"a": "ab"}, lambda r1, r2, r3: r1 <= "ab"),
        ("r1 between :a and :b", {"a": "a", "b": "ab"}, lambda r1, r2, r3: "a" <= r1 <= "ab"),
        ("begins_with(r1, :a)", {"a": "a"}, lambda r1, r2, r3: r1.startswith("a")),
        ("r1 = :a and r2 = :n", {"a": "a", "n": 2}, lambda r1, r2, r3: r1 == "a" and r2 == 2),
        ("r1 = :a and r2 < :n", {"a": "a", "n": 2}, lambda r1, r2, r3: r1 == "a" and r2 < 2),
        ("r1 = :a and r2 > :n", {"a": "a", "n": -1}, lambda r1, r2, r3: r1 == "a" and r2 > -1),
        (
            "r1 = :a and r2 between :m and :n",
            {"a": "b", "m": 0, "n": 10},
            lambda r1, r2, r3: r1 == "b" and 0 <= r2 <= 10,
        ),
        ("r1 = :a and r2 = :n and r3 > :p", {"a": "b", "n": 2, "p": "p"}, lambda *key: key == ("b", 2, "q")),
        ("r1 = :a and r2 = :n and r3 < :p", {"a": "b", "n": 2, "p": "q"}, lambda *key: key == ("b", 2, "p")),
        ("r1 = :a and r2 = :n and r3 = :p", {"a": "b", "n": 2, "p": "q"}, lambda *key: key == ("b", 2, "q")),
        ("r1 = :a and r2 = :n and r3 >= :p", {"a": "b", "n": 2, "p": "p"}, lambda *key: key[:2] == ("b", 2)),
        (
            "r1 = :a and r2 = :n and begins_with(r3, :p)",
            {"a": "b", "n": 2, "p": "p"},
            lambda *key: key == ("b", 2, "p"),
        ),
    ],
)
@pytest.mark.parametrize("is_forward", [True, False])
def test_range_attributes_narrow_from_the_left(
    games: DynamoDB, text: str, values: dict[str, Any], expected: Callable[..., bool], is_forward: bool
) -> None:
    wanted = [key for key in ORDER if expected(*key)]
    assert wanted
    answer = ask(games, f"{BOTH} and {text}", X_Y | values, ScanIndexForward=is_forward)
    assert found(answer) == (wanted if is_forward else wanted[::-1])


@pytest.mark.parametrize(
    ("text", "values", "message"),
    [
        ("h1 = :x", {"x": "x"}, "Query condition missed key schema element: h2"),
        ("h1 = :x and r1 = :x", {"x": "x"}, "Query condition missed key schema element: h2"),
        ("h1 = :x and h2 > :x", {"x": "x"}, "Query key condition not supported"),
        (f"{BOTH} and r2 = :n", {**X_Y, "n": 1}, "Query condition missed key schema element: r1"),
        (f"{BOTH} and r1 = :x and r3 = :x", X_Y, "Query condition missed key schema element: r2"),
        (f"{BOTH} and r1 > :x and r2 = :n", {**X_Y, "n": 1}, "Query key condition not supported"),
    ],
)
def test_what_is_left_out_or_ranges_too_early_is_refused(
    games: DynamoDB, refused: Refused, text: str, values: dict[str, Any], message: str
) -> None:
    assert refused(lambda **_: ask(games, text, values)).message == message


def test_a_table_without_such_keys_takes_two_conditions(db: DynamoDB, refused: Refused) -> None:
    make(db, index(["h1"], ["r1"]))
    assert refused(lambda **_: ask(db, "h1 = :a and r1 = :a and r2 = :a", {"a": "a"})).message == (
        "Conditions can be of length 1 or 2 only"
    )


def test_older_key_conditions_narrow_likewise(games: DynamoDB) -> None:
    wanted = {"h1": ("EQ", "x"), "h2": ("EQ", "y"), "r1": ("EQ", "a"), "r2": ("GT", -1)}
    conditions = {
        name: {"ComparisonOperator": operator, "AttributeValueList": [value(each)]}
        for name, (operator, each) in wanted.items()
    }
    answer = games.Query(TableName="tab", IndexName="idx", KeyConditions=conditions)
    assert found(answer) == [key for key in ORDER if key[0] == "a" and key[1] > -1]


def test_an_item_without_one_of_the_attributes_is_not_in_the_index(games: DynamoDB) -> None:
    games.put(pk="new", h1="x", h2="y", r1="zzz", r2=1)
    assert found(ask(games, f"{BOTH} and r1 = :z", {**X_Y, "z": "zzz"})) == []
    games.put(pk="new", h1="x", h2="y", r1="zzz", r2=1, r3="zzz")
    assert found(ask(games, f"{BOTH} and r1 = :z", {**X_Y, "z": "zzz"})) == [("zzz", 1, "zzz")]
    games.DeleteItem(TableName="tab", Key=item(pk="new"))
    assert found(ask(games, f"{BOTH} and r1 = :z", {**X_Y, "z": "zzz"})) == []


@pytest.mark.parametrize("is_forward", [True, False])
def test_pages_go_on_after_all_attributes(games: DynamoDB, is_forward: bool) -> None:
    seen, start = [], {}
    while True:
        answer = ask(games, BOTH, X_Y, Limit=5, ScanIndexForward=is_forward, **start)
        seen += found(answer)
        last = answer.get("LastEvaluatedKey")
        if last is None:
            break
        assert set(last) == {"pk", "h1", "h2", "r1", "r2", "r3"}
        start = {"ExclusiveStartKey": last}
    assert seen == (ORDER if is_forward else ORDER[::-1])


def test_a_scan_reads_the_index_in_pages(games: DynamoDB) -> None:
    seen, start = [], {}
    while True:
        answer = games.Scan(TableName="tab", IndexName="idx", Limit=7, **start)
        seen += [each["pk"]["S"] for each in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            break
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
    assert sorted(seen, key=int) == [str(number) for number in range(72)]


def test_partiql_reads_such_an_index(db: DynamoDB) -> None:
    make(db, index(["h1", "h2"], ["r1"]), name="tbl")
    for number, (h1, h2, r1) in enumerate(product("xy", "xy", "ab")):
        db.put("tbl", pk=str(number), h1=h1, h2=h2, r1=r1)
    statement = """SELECT pk FROM "tbl"."idx" WHERE h1 = 'x' AND h2 = 'y' AND r1 = 'b'"""
    assert db.ExecuteStatement(Statement=statement)["Items"] == [item(pk="3")]


def test_range_keys_are_long_together(games: DynamoDB, refused: Refused) -> None:
    games.put(pk="long", h1="x", h2="x", r1="a" * 512, r3="a" * 512)
    error = refused(lambda **_: games.put(pk="long", h1="x", h2="x", r1="a" * 512, r3="a" * 513))
    assert "Aggregated size of all range keys has exceeded the size limit of 1024 bytes" in error.message


TEXTS = ["", "a", "a\0", "a\0b", "a\x01", "a\xff", "ab", "b"]


def test_joint_sort_keys_stand_as_their_attributes_do() -> None:
    pairs = [(first, second) for first in TEXTS for second in TEXTS]
    ordered = sorted(pairs, key=lambda pair: joint_sort([{"S": text} for text in pair]))
    assert ordered == sorted(pairs, key=lambda pair: [text.encode() for text in pair])


def test_joint_tokens_tell_where_an_attribute_ends() -> None:
    assert joint_token([{"S": "ab"}, {"S": "c"}]) != joint_token([{"S": "a"}, {"S": "bc"}])
    assert len({joint_token([{"S": text}, {"S": other}]) for text in TEXTS for other in TEXTS}) == len(TEXTS) ** 2
