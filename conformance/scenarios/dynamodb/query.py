"""Query and Scan: ranges, pages, filters, projections, indexes, and what they refuse."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.fixtures import fill, index, item, make, number, text, value_of
from conformance.scenarios.dynamodb.write import INVALID


class Table:
    """A table with the items a/1 to a/5 and b/1, and queries of it in few words."""

    def __init__(self, t: Driver, **params: Any) -> None:
        self.t = t
        self.client, self.name = make(t, "sk", **params)
        fill(self.client, self.name, *(item("a", str(n), n=n, g=f"g{n % 2}") for n in range(1, 6)), item("b", "1", n=9))

    def params(self, condition: str, values: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
        self.t.step(condition)
        bound = {f":{name}": value_of(value) for name, value in values.items()}
        given = {"ExpressionAttributeValues": bound} if bound else {}
        return {"TableName": self.name, "KeyConditionExpression": condition, **given, **more}

    def finds(self, condition: str, more: dict[str, Any] | None = None, /, **values: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.query(**self.params(condition, values, more or {}))
        return answer

    def refuses(self, condition: str, more: dict[str, Any] | None = None, /, **values: Any) -> None:
        loose = self.t.client("dynamodb", parameter_validation=False)
        self.t.fails(INVALID, loose.query, **self.params(condition, values, more or {}))


BY_G: dict[str, Any] = {
    "kinds": {"g": "S"},
    "GlobalSecondaryIndexes": [index("by-g", "g", "sk", projection="KEYS_ONLY")],
}


@scenario("dynamodb/query_ranges")
def query_ranges(t: Driver) -> None:
    """A partition is read in the order of its sort key, whole or by one condition on that key."""
    table = Table(t)
    table.finds("pk = :p", p="a")
    table.finds("pk = :p AND sk = :s", p="a", s="2")
    table.finds("pk = :p AND sk < :s", p="a", s="2")
    table.finds("pk = :p AND sk <= :s", p="a", s="2")
    table.finds("sk >= :s AND pk = :p", p="a", s="4")
    table.finds("pk = :p AND (sk > :s)", p="a", s="4")
    table.finds("pk = :p AND sk BETWEEN :s AND :e", p="a", s="2", e="4")
    table.finds("pk = :p AND begins_with(sk, :s)", p="a", s="3")
    table.finds("pk = :p", p="nothing")


@scenario("dynamodb/query_pages")
def query_pages(t: Driver) -> None:
    """A page that is full names its last key, even if nothing follows; the next begins after it."""
    table = Table(t)
    table.finds("pk = :p", {"Limit": 2}, p="a")
    key = item("a", "2")
    table.finds("pk = :p", {"Limit": 2, "ExclusiveStartKey": key}, p="a")
    table.finds("pk = :p", {"Limit": 5}, p="a")
    table.finds("pk = :p", {"ExclusiveStartKey": item("a", "5")}, p="a")
    t.step("a key that is not there")
    table.finds("pk = :p", {"ExclusiveStartKey": item("a", "35")}, p="a")


@scenario("dynamodb/query_backwards")
def query_backwards(t: Driver) -> None:
    """ScanIndexForward false reads from the end, and pages go on from there."""
    table = Table(t)
    table.finds("pk = :p", {"ScanIndexForward": False, "Limit": 2}, p="a")
    more = {"ScanIndexForward": False, "ExclusiveStartKey": item("a", "4")}
    table.finds("pk = :p", more, p="a")


@scenario("dynamodb/query_filter")
def query_filter(t: Driver) -> None:
    """A filter comes after the limit: ScannedCount counts what was read, Count what was kept."""
    table = Table(t)
    odd = {"FilterExpression": "g = :g"}
    table.finds("pk = :p", odd, p="a", g="g1")
    table.finds("pk = :p", {**odd, "Limit": 2}, p="a", g="g1")
    t.step("on a key")
    table.refuses("pk = :p", {"FilterExpression": "sk = :s"}, p="a", s="1")


@scenario("dynamodb/query_select")
def query_select(t: Driver) -> None:
    """COUNT gives no items; a projection picks attributes; the two do not go together."""
    table = Table(t)
    table.finds("pk = :p", {"Select": "COUNT"}, p="a")
    table.finds("pk = :p", {"ProjectionExpression": "n", "Limit": 1}, p="a")
    table.refuses("pk = :p", {"Select": "COUNT", "ProjectionExpression": "n"}, p="a")
    table.refuses("pk = :p", {"Select": "SPECIFIC_ATTRIBUTES"}, p="a")
    table.refuses("pk = :p", {"Select": "ALL_PROJECTED_ATTRIBUTES"}, p="a")
    table.refuses("pk = :p", {"Select": "SOME"}, p="a")


@scenario("dynamodb/query_global_index")
def query_global_index(t: Driver) -> None:
    """A global index gives its projection, pages by both keys, and is never read consistently."""
    table = Table(t, **BY_G)
    by_g: dict[str, Any] = {"IndexName": "by-g"}
    table.finds("g = :g", by_g, g="g1")
    page = table.finds("g = :g", {**by_g, "Limit": 1}, g="g1")
    t.step("the next page")
    table.finds("g = :g", {**by_g, "ExclusiveStartKey": page["LastEvaluatedKey"]}, g="g1")
    table.refuses("g = :g", {**by_g, "ConsistentRead": True}, g="g1")
    table.refuses("g = :g", {**by_g, "Select": "ALL_ATTRIBUTES"}, g="g1")
    table.refuses("g = :g", {"IndexName": "none"}, g="g1")
    table.refuses("g = :g", {**by_g, "ExclusiveStartKey": item("a", "1")}, g="g1")
    table.refuses("pk = :p", by_g, p="a")


@scenario("dynamodb/query_local_index")
def query_local_index(t: Driver) -> None:
    """A local index orders by its own key, may be read consistently, and fetches what it does not hold."""
    by_n = index("by-n", "pk", "n", projection="KEYS_ONLY")
    table = Table(t, kinds={"n": "N"}, LocalSecondaryIndexes=[by_n])
    on = {"IndexName": "by-n"}
    table.finds("pk = :p AND n > :n", {**on, "ConsistentRead": True}, p="a", n=3)
    table.finds("pk = :p AND n > :n", {**on, "Select": "ALL_ATTRIBUTES"}, p="a", n=3)
    table.finds("pk = :p", {**on, "Limit": 1}, p="a")


@scenario("dynamodb/query_refused")
def query_refused(t: Driver) -> None:
    """A key condition is an equality on the partition key and at most one condition on the sort key."""
    table = Table(t)
    table.refuses("sk = :s", s="1")
    table.refuses("pk > :p", p="a")
    table.refuses("pk = :p AND n = :n", p="a", n=1)
    table.refuses("pk = :p AND sk <> :s", p="a", s="1")
    table.refuses("pk = :p OR sk = :s", p="a", s="1")
    table.refuses("pk = :p AND sk > :s AND sk < :e", p="a", s="1", e="3")
    table.refuses("pk = :p AND contains(sk, :s)", p="a", s="1")
    table.refuses("pk = :p", p=1)
    table.refuses("pk = :p AND begins_with(sk, :s)", p="a", s=1)
    table.refuses("pk = :p AND sk BETWEEN :s AND :e", p="a", s="4", e="2")
    table.refuses("pk = :p", p="")
    table.refuses("pk = :p", {"Limit": 0}, p="a")
    table.refuses("pk = :p", {"ExclusiveStartKey": item("b", "1")}, p="a")
    table.refuses("pk = :p", {"ExclusiveStartKey": item("a")}, p="a")
    t.step("no condition at all")
    t.fails(INVALID, table.client.query, TableName=table.name)


@scenario("dynamodb/query_older")
def query_older(t: Driver) -> None:
    """KeyConditions and QueryFilter, the older words for the same."""
    table = Table(t)
    keys: dict[str, Any] = {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [text("a")]}}
    two = {**keys, "sk": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [text("2"), text("4")]}}
    table.client.query(TableName=table.name, KeyConditions=two)
    more = {"n": {"ComparisonOperator": "GT", "AttributeValueList": [number(3)]}}
    table.client.query(TableName=table.name, KeyConditions=keys, QueryFilter=more)
    t.step("both ways")
    table.refuses("pk = :p", {"KeyConditions": keys}, p="a")


@scenario("dynamodb/query_order")
def query_order(t: Driver) -> None:
    """Numbers are ordered by value and strings by their UTF-8 bytes."""
    client, name = make(t, "sk")
    fill(client, name, *(item("a", key) for key in ("10", "9", "Z", "a", "ä", "😀", "\uffee")))
    client.query(TableName=name, KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": text("a")})


@scenario("dynamodb/scan_pages")
def scan_pages(t: Driver) -> None:
    """A scan pages by the last key that it read, and filters after it has read."""
    client, name = make(t, "sk")
    fill(client, name, *(item("a", str(n), n=n) for n in range(1, 5)))
    client.scan(TableName=name, Limit=3)
    client.scan(TableName=name, ExclusiveStartKey=item("a", "3"))
    t.step("filtered")
    values = {":n": number(2)}
    client.scan(TableName=name, Limit=3, FilterExpression="n > :n", ExpressionAttributeValues=values)
    t.step("counted")
    client.scan(TableName=name, Select="COUNT")
    older = {"n": {"ComparisonOperator": "LE", "AttributeValueList": [number(2)]}}
    client.scan(TableName=name, ScanFilter=older)
    t.step("a projection")
    client.scan(TableName=name, ProjectionExpression="n", Limit=1)


@scenario("dynamodb/scan_refused")
def scan_refused(t: Driver) -> None:
    """Segments come with their total and lie within it; a limit is at least one."""
    client, name = make(t)
    t.fails(INVALID, client.scan, TableName=name, Segment=0)
    t.fails(INVALID, client.scan, TableName=name, TotalSegments=2)
    t.fails(INVALID, client.scan, TableName=name, Segment=2, TotalSegments=2)
    t.fails(INVALID, client.scan, TableName=name, IndexName="none")
    t.fails(INVALID, client.scan, TableName=name, ExclusiveStartKey=item("a", "b"))
    t.fails(INVALID, client.scan, TableName=name, FilterExpression="a = :b")
    loose = t.client("dynamodb", parameter_validation=False)
    t.fails(INVALID, loose.scan, TableName=name, Limit=0)
    t.fails(INVALID, loose.scan, TableName=name, Segment=0, TotalSegments=1_000_001)
