"""Query and Scan: keys of every type, pages, segments, what is selected."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.fixtures import (
    ON_DEMAND,
    attribute,
    fill,
    hash_key,
    index,
    item,
    make,
    number,
    range_key,
    ready,
    text,
    value_of,
)
from conformance.scenarios.dynamodb.query import Table
from conformance.scenarios.dynamodb.write import INVALID

BY_N: dict[str, Any] = {"kinds": {"n": "N"}, "LocalSecondaryIndexes": [index("by-n", "pk", "n")]}


def sorted_by(t: Driver, kind: str, *keys: dict[str, Any]) -> tuple[Any, str]:
    """A table whose sort key has that type, with an item under each key."""
    client, name = t.client("dynamodb"), t.name()
    types = [attribute("pk"), attribute("sk", kind)]
    client.create_table(TableName=name, KeySchema=[hash_key(), range_key()], AttributeDefinitions=types, **ON_DEMAND)
    ready(t, name)
    fill(client, name, *({"pk": text("a"), "sk": key} for key in keys))
    return client, name


@scenario("dynamodb/query_numbers")
def query_numbers(t: Driver) -> None:
    """A sort key of numbers is in the order of their values, negative ones first."""
    keys = (number(n) for n in ("10", "9", "-1", "0", "1e3", "0.5", "-1e-5"))
    client, name = sorted_by(t, "N", *keys)

    def ask(condition: str, **values: object) -> None:
        t.step(condition)
        bound = {":p": text("a"), **{f":{key}": number(value) for key, value in values.items()}}
        client.query(TableName=name, KeyConditionExpression=condition, ExpressionAttributeValues=bound)

    ask("pk = :p")
    ask("pk = :p AND sk > :v", v="0.0")
    ask("pk = :p AND sk BETWEEN :v AND :w", v="-1", w="9")
    ask("pk = :p AND sk = :v", v="1000")


@scenario("dynamodb/query_binaries")
def query_binaries(t: Driver) -> None:
    """A sort key of binaries is in the order of unsigned bytes, the shorter first."""
    keys = ({"B": key} for key in (b"\x7f", b"\x80", b"\xff", b"\x00", b"\x00\x00", b"\x01"))
    client, name = sorted_by(t, "B", *keys)

    def ask(condition: str, value: bytes | None = None) -> None:
        t.step(condition)
        bound = {":p": text("a"), **({":v": {"B": value}} if value is not None else {})}
        client.query(TableName=name, KeyConditionExpression=condition, ExpressionAttributeValues=bound)

    ask("pk = :p")
    ask("pk = :p AND sk >= :v", b"\x80")
    ask("pk = :p AND begins_with(sk, :v)", b"\x00")
    ask("pk = :p AND sk < :v", b"\x01")


@scenario("dynamodb/query_placeholders")
def query_placeholders(t: Driver) -> None:
    """Keys may be named by placeholders, and operands may stand on either side."""
    table = Table(t)
    names = {"ExpressionAttributeNames": {"#p": "pk", "#s": "sk"}}
    table.finds("#p = :p AND #s > :s", names, p="a", s="3")
    table.finds("#s BETWEEN :s AND :e AND #p = :p", names, p="a", s="3", e="4")
    table.finds("(pk = :p) AND (begins_with(sk, :s))", p="a", s="5")
    table.finds("(pk = :p)", p="a")


@scenario("dynamodb/query_condition_forms_refused")
def query_condition_forms_refused(t: Driver) -> None:
    """What a filter could say, a key condition cannot."""
    table = Table(t)
    table.refuses("pk = :p AND sk IN (:s)", p="a", s="1")
    table.refuses("pk = :p AND attribute_exists(sk)", p="a")
    table.refuses("NOT pk = :p", p="a")
    table.refuses("pk <> :p", p="a")
    table.refuses("pk = :p AND size(sk) = :s", p="a", s=1)
    table.refuses("pk = sk")
    table.refuses("pk = :p AND pk = :p", p="a")
    table.refuses("pk.a = :p", p="a")
    table.refuses("begins_with(pk, :p)", p="a")
    table.refuses("pk BETWEEN :p AND :q", p="a", q="b")
    table.refuses("((pk = :p))", p="a")
    table.refuses("", p="a")


@scenario("dynamodb/query_values_refused")
def query_values_refused(t: Driver) -> None:
    """A key is compared with a value of its type, that is not empty."""
    table = Table(t)
    table.refuses("pk = :p", p={"B": b"a"})
    table.refuses("pk = :p AND sk = :s", p="a", s=1)
    table.refuses("pk = :p AND sk = :s", p="a", s="")
    table.refuses("pk = :p AND sk BETWEEN :s AND :e", p="a", s="1", e=2)
    table.refuses("pk = :p", p={"NULL": True})
    table.refuses("pk = :p", p={"SS": ["a"]})


@scenario("dynamodb/query_consistent")
def query_consistent(t: Driver) -> None:
    """A table and a local index may be read consistently; it costs twice as much."""
    table = Table(t, **BY_N)
    for consistent in (False, True):
        more = {"ConsistentRead": consistent, "ReturnConsumedCapacity": "INDEXES"}
        table.finds("pk = :p", more, p="a")
        table.finds("pk = :p", {**more, "IndexName": "by-n"}, p="a")


@scenario("dynamodb/query_pages_filtered")
def query_pages_filtered(t: Driver) -> None:
    """A page may be empty after its filter, and still name its last key."""
    table = Table(t)
    late: dict[str, Any] = {"FilterExpression": "n > :n", "Limit": 2}
    page = table.finds("pk = :p", late, p="a", n=4)
    t.step("the next")
    page = table.finds("pk = :p", {**late, "ExclusiveStartKey": page["LastEvaluatedKey"]}, p="a", n=4)
    t.step("the last")
    table.finds("pk = :p", {**late, "ExclusiveStartKey": page["LastEvaluatedKey"]}, p="a", n=4)


@scenario("dynamodb/query_filter_forms")
def query_filter_forms(t: Driver) -> None:
    """A filter may say all that a condition may."""
    table = Table(t)
    table.finds("pk = :p", {"FilterExpression": "n BETWEEN :a AND :b"}, p="a", a=2, b=3)
    table.finds("pk = :p", {"FilterExpression": "n IN (:a, :b) OR contains(g, :c)"}, p="a", a=1, b=9, c="0")
    table.finds("pk = :p", {"FilterExpression": "attribute_not_exists(nope)", "Select": "COUNT"}, p="a")
    table.finds("pk = :p", {"FilterExpression": "size(g) > :a"}, p="a", a=5)


@scenario("dynamodb/query_filter_refused")
def query_filter_refused(t: Driver) -> None:
    """A filter may not speak of the keys of what is queried, but of the table's keys at an index."""
    table = Table(t, kinds={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g")])
    table.refuses("pk = :p", {"FilterExpression": "pk = :p"}, p="a")
    table.refuses("pk = :p", {"FilterExpression": "attribute_exists(sk)"}, p="a")
    table.refuses("g = :g", {"FilterExpression": "g = :g", "IndexName": "by-g"}, g="g1")
    table.finds("g = :g", {"FilterExpression": "sk = :s", "IndexName": "by-g"}, g="g1", s="3")
    table.refuses("pk = :p", {"FilterExpression": ""}, p="a")
    table.refuses("pk = :p", {"FilterExpression": "n ="}, p="a")


@scenario("dynamodb/query_projection")
def query_projection(t: Driver) -> None:
    """A projection may leave the keys out; what an item lacks is left out."""
    table = Table(t)
    table.finds("pk = :p", {"ProjectionExpression": "g, nope", "Limit": 2}, p="a")
    table.finds("pk = :p", {"ProjectionExpression": "nope", "Limit": 1}, p="a")
    names = {"ExpressionAttributeNames": {"#k": "sk"}, "ProjectionExpression": "#k", "Limit": 1}
    table.finds("pk = :p", names, p="a")
    table.finds("pk = :p", {"Select": "SPECIFIC_ATTRIBUTES", "ProjectionExpression": "n", "Limit": 1}, p="a")
    table.finds("pk = :p", {"Select": "ALL_ATTRIBUTES", "Limit": 1}, p="a")
    table.refuses("pk = :p", {"Select": "ALL_ATTRIBUTES", "ProjectionExpression": "n"}, p="a")


@scenario("dynamodb/query_index_projections")
def query_index_projections(t: Driver) -> None:
    """KEYS_ONLY, INCLUDE and ALL decide what a global index can give."""
    table = Table(
        t,
        kinds={"g": "S"},
        GlobalSecondaryIndexes=[
            index("keys", "g", projection="KEYS_ONLY"),
            index("some", "g", projection="INCLUDE", include=("n",)),
            index("every", "g"),
        ],
    )
    for name in ("keys", "some", "every"):
        table.finds("g = :g", {"IndexName": name, "Limit": 1}, g="g0")
        table.finds("g = :g", {"IndexName": name, "Limit": 1, "Select": "ALL_PROJECTED_ATTRIBUTES"}, g="g0")
    table.refuses("g = :g", {"IndexName": "keys", "ProjectionExpression": "n"}, g="g0")
    table.refuses("g = :g", {"IndexName": "some", "Select": "ALL_ATTRIBUTES"}, g="g0")


@scenario("dynamodb/query_index_order")
def query_index_order(t: Driver) -> None:
    """A global index orders by its sort key, in both directions, page by page."""
    client, name = make(t, kinds={"g": "S", "n": "N"}, GlobalSecondaryIndexes=[index("by-g", "g", "n")])
    fill(client, name, *(item(f"p{n}", g="g", n=n) for n in (30, 4, 100)))
    ask: dict[str, Any] = {
        "TableName": name,
        "IndexName": "by-g",
        "KeyConditionExpression": "g = :g",
        "ExpressionAttributeValues": {":g": text("g")},
    }
    client.query(**ask)
    client.query(**ask, ScanIndexForward=False)
    t.step("a page")
    page = client.query(**ask, Limit=1)
    client.query(**ask, ExclusiveStartKey=page["LastEvaluatedKey"])
    t.step("backwards from it")
    client.query(**ask, ExclusiveStartKey=page["LastEvaluatedKey"], ScanIndexForward=False)


@scenario("dynamodb/query_start_keys_refused")
def query_start_keys_refused(t: Driver) -> None:
    """A start key has the keys of the table, and of the index, of their types, in the partition that is read."""
    table = Table(t, kinds={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g")])
    table.refuses("pk = :p", {"ExclusiveStartKey": item("a", "1", n=1)}, p="a")
    table.refuses("pk = :p", {"ExclusiveStartKey": {"pk": text("a"), "sk": number(1)}}, p="a")
    table.refuses("pk = :p", {"ExclusiveStartKey": item("b", "1")}, p="a")
    table.refuses("g = :g", {"IndexName": "by-g", "ExclusiveStartKey": {"g": text("g1")}}, g="g1")
    other = item("a", "1", g="g0")
    table.refuses("g = :g", {"IndexName": "by-g", "ExclusiveStartKey": other}, g="g1")


@scenario("dynamodb/scan_segments")
def scan_segments(t: Driver) -> None:
    """The segments of a scan are told apart by the partition key, and together are the table."""
    client, name = make(t)
    fill(client, name, item("only"))
    for segment in range(3):
        t.step(f"{segment} of 3")
        t.tries(client.scan, TableName=name, Segment=segment, TotalSegments=3, Select="COUNT")
    t.step("0 of 1")
    client.scan(TableName=name, Segment=0, TotalSegments=1)


@scenario("dynamodb/scan_segments_refused")
def scan_segments_refused(t: Driver) -> None:
    """A segment is at least 0, their number 1 to 1,000,000."""
    name = make(t)[1]
    loose = t.client("dynamodb", parameter_validation=False)
    for segment, total in ((-1, 2), (0, 0), (5, 5), (0, 1_000_001)):
        t.step(f"{segment} of {total}")
        t.fails(INVALID, loose.scan, TableName=name, Segment=segment, TotalSegments=total)


@scenario("dynamodb/scan_index")
def scan_index(t: Driver) -> None:
    """A scan of an index gives its projection, and skips items without its key."""
    some = index("some", "g", projection="INCLUDE", include=("n",))
    client, name = make(t, kinds={"g": "S"}, GlobalSecondaryIndexes=[some])
    fill(client, name, item("a", g="1", n=1, x="1"), item("b", n=2))
    client.scan(TableName=name, IndexName="some")
    client.scan(TableName=name, IndexName="some", Select="COUNT")
    client.scan(TableName=name, IndexName="some", Limit=1)
    t.fails(INVALID, client.scan, TableName=name, IndexName="some", ConsistentRead=True)
    t.fails(INVALID, client.scan, TableName=name, IndexName="some", Select="ALL_ATTRIBUTES")
    t.fails(INVALID, client.scan, TableName=name, Select="ALL_PROJECTED_ATTRIBUTES")


@scenario("dynamodb/scan_selects")
def scan_selects(t: Driver) -> None:
    """Select, projections and their contradictions."""
    client, name = make(t)
    fill(client, name, item("a", x="1"))
    loose = t.client("dynamodb", parameter_validation=False)
    client.scan(TableName=name, Select="ALL_ATTRIBUTES")
    client.scan(TableName=name, Select="SPECIFIC_ATTRIBUTES", ProjectionExpression="x")
    client.scan(TableName=name, AttributesToGet=["x"])
    t.fails(INVALID, client.scan, TableName=name, Select="SPECIFIC_ATTRIBUTES")
    t.fails(INVALID, client.scan, TableName=name, Select="COUNT", ProjectionExpression="x")
    t.fails(INVALID, client.scan, TableName=name, Select="ALL_ATTRIBUTES", AttributesToGet=["x"])
    t.fails(INVALID, loose.scan, TableName=name, Select="NOTHING")


@scenario("dynamodb/scan_empty")
def scan_empty(t: Driver) -> None:
    """A scan of an empty table: no items, and no last key whatever the limit."""
    client, name = make(t, kinds={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g")])
    client.scan(TableName=name)
    client.scan(TableName=name, Limit=1)
    client.scan(TableName=name, IndexName="by-g", Limit=1)
    client.scan(TableName=name, ExclusiveStartKey=item("nothing"))


@scenario("dynamodb/scan_limit")
def scan_limit(t: Driver) -> None:
    """A scan whose limit is met exactly names its last key, and the page after it is empty."""
    client, name = make(t, "sk")
    fill(client, name, item("a", "1"), item("a", "2"))
    page = client.scan(TableName=name, Limit=2)
    client.scan(TableName=name, Limit=2, ExclusiveStartKey=page.get("LastEvaluatedKey", item("a", "2")))
    client.scan(TableName=name, Limit=3)


@scenario("dynamodb/scan_filters")
def scan_filters(t: Driver) -> None:
    """A filter of a scan may speak of keys."""
    client, name = make(t, "sk")
    fill(client, name, *(item("a", str(n), n=n) for n in range(4)))

    def ask(condition: str, **values: Any) -> None:
        t.step(condition)
        bound = {f":{key}": value_of(value) for key, value in values.items()}
        client.scan(TableName=name, FilterExpression=condition, ExpressionAttributeValues=bound)

    ask("pk = :p AND sk > :s", p="a", s="1")
    ask("begins_with(sk, :s)", s="2")
    ask("n >= :n AND NOT sk = :s", n=2, s="3")


@scenario("dynamodb/read_page_size")
def read_page_size(t: Driver) -> None:
    """A page ends after about a megabyte, also for a count."""
    client, name = make(t, "sk")
    for at in range(4):
        client.put_item(TableName=name, Item=item("a", str(at), x="x" * 300_000))
    count = {"TableName": name, "Select": "COUNT"}
    page = client.scan(**count)
    t.step("the rest")
    client.scan(**count, ExclusiveStartKey=page.get("LastEvaluatedKey", item("a", "3")))
    t.step("a query")
    values = {":p": text("a")}
    client.query(**count, KeyConditionExpression="pk = :p", ExpressionAttributeValues=values)
