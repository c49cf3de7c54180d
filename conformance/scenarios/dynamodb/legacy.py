"""The parameters of before there were expressions."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.fixtures import fill, item, make, number, text, value_of
from conformance.scenarios.dynamodb.query import Table
from conformance.scenarios.dynamodb.write import FAILED, INVALID


def compares(operator: str, *values: Any) -> dict[str, Any]:
    return {"ComparisonOperator": operator, **({"AttributeValueList": [value_of(v) for v in values]} if values else {})}


class Filters:
    """Scans of one item by ScanFilter."""

    def __init__(self, t: Driver, **attributes: Any) -> None:
        self.t = t
        self.client, self.table = make(t)
        self.loose = t.client("dynamodb", parameter_validation=False)
        self.client.put_item(TableName=self.table, Item=item("a", **attributes))

    def asks(self, name: str, operator: str, *values: Any) -> None:
        self.t.step(f"{name} {operator}")
        self.client.scan(TableName=self.table, ScanFilter={name: compares(operator, *values)}, Select="COUNT")

    def refuses(self, name: str, operator: str, *values: Any) -> None:
        self.t.step(f"{name} {operator}")
        self.t.fails(INVALID, self.loose.scan, TableName=self.table, ScanFilter={name: compares(operator, *values)})


@scenario("dynamodb/legacy_comparisons")
def legacy_comparisons(t: Driver) -> None:
    """EQ, NE, LT, LE, GT, GE and BETWEEN, as the signs of expressions."""
    f = Filters(t, n=5, s="b")
    f.asks("n", "EQ", 5)
    f.asks("n", "NE", 5)
    f.asks("n", "NE", "5")
    f.asks("n", "LT", 6)
    f.asks("n", "LE", 5)
    f.asks("s", "GT", "a")
    f.asks("s", "GE", "c")
    f.asks("n", "BETWEEN", 5, 9)
    f.asks("nope", "NE", 1)


@scenario("dynamodb/legacy_contents")
def legacy_contents(t: Driver) -> None:
    """IN, CONTAINS, NOT_CONTAINS, BEGINS_WITH, NULL and NOT_NULL."""
    f = Filters(t, n=5, s="hello", ss={"SS": ["a", "b"]}, l={"L": [text("a")]})
    f.asks("n", "IN", 1, 5)
    f.asks("s", "CONTAINS", "ell")
    f.asks("ss", "CONTAINS", "a")
    f.asks("l", "CONTAINS", "a")
    f.asks("ss", "NOT_CONTAINS", "z")
    f.asks("s", "BEGINS_WITH", "he")
    f.asks("n", "NOT_NULL")
    f.asks("nope", "NULL")
    f.asks("nope", "NOT_CONTAINS", "z")


@scenario("dynamodb/legacy_comparisons_refused")
def legacy_comparisons_refused(t: Driver) -> None:
    """Each operator has its number of operands, of its types."""
    f = Filters(t, n=5)
    f.refuses("n", "EQ")
    f.refuses("n", "EQ", 1, 2)
    f.refuses("n", "BETWEEN", 1)
    f.refuses("n", "BETWEEN", 9, 1)
    f.refuses("n", "NULL", 1)
    f.refuses("n", "LT", {"SS": ["a"]})
    f.refuses("n", "BEGINS_WITH", 1)
    f.refuses("n", "CONTAINS", {"L": []})
    f.refuses("n", "LIKE", 1)
    f.refuses("n", "IN", {"SS": ["a"]})


@scenario("dynamodb/legacy_logic")
def legacy_logic(t: Driver) -> None:
    """Conditions hold all together, or with OR any of them; one condition has no use for it."""
    client, table = make(t)
    fill(client, table, item("a", x=1, y=1), item("b", x=1, y=2), item("c", x=2, y=2))
    both = {"x": compares("EQ", 1), "y": compares("EQ", 2)}
    scan: dict[str, Any] = {"TableName": table, "Select": "COUNT", "ScanFilter": both}
    client.scan(**scan)
    client.scan(**scan, ConditionalOperator="AND")
    client.scan(**scan, ConditionalOperator="OR")
    loose = t.client("dynamodb", parameter_validation=False)
    t.fails(INVALID, loose.scan, **scan, ConditionalOperator="XOR")
    t.step("without conditions")
    t.fails(INVALID, client.scan, TableName=table, ConditionalOperator="OR")


@scenario("dynamodb/legacy_expected")
def legacy_expected(t: Driver) -> None:
    """Expected by value, by existence and by comparison, in each write."""
    client, table = make(t)
    client.put_item(TableName=table, Item=item("a", n=1), Expected={"n": {"Exists": False}})
    t.fails(FAILED, client.put_item, TableName=table, Item=item("a"), Expected={"n": {"Exists": False}})
    key = {"TableName": table, "Key": item("a")}
    t.fails(FAILED, client.delete_item, **key, Expected={"n": {"Value": number(2)}})
    add = {"n": {"Action": "ADD", "Value": number(1)}}
    client.update_item(**key, AttributeUpdates=add, Expected={"n": compares("EQ", 1)}, ReturnValues="ALL_NEW")
    t.fails(FAILED, client.update_item, **key, AttributeUpdates=add, Expected={"n": compares("GT", 2)})
    either = {"n": compares("GT", 5), "pk": compares("NOT_NULL")}
    client.delete_item(**key, Expected=either, ConditionalOperator="OR", ReturnValues="ALL_OLD")


@scenario("dynamodb/legacy_expected_refused")
def legacy_expected_refused(t: Driver) -> None:
    """A value and a comparison, existence without a value, and nothing at all."""
    client, table = make(t)

    def refuse(title: str, **expected: Any) -> None:
        t.step(title)
        t.fails(INVALID, client.put_item, TableName=table, Item=item("a"), Expected={"n": expected})

    refuse("both", Value=number(1), **compares("EQ", 1))
    refuse("there without a value", Exists=True)
    refuse("not there with a value", Exists=False, Value=number(1))
    refuse("nothing")
    refuse("a list without an operator", AttributeValueList=[number(1)])
    refuse("an operator with existence", Exists=True, **compares("EQ", 1))


@scenario("dynamodb/legacy_updates")
def legacy_updates(t: Driver) -> None:
    """PUT, ADD and DELETE of attributes; an update without an action puts."""
    client, table = make(t)
    key = {"TableName": table, "Key": item("a"), "ReturnValues": "ALL_NEW"}

    def update(**updates: Any) -> None:
        client.update_item(**key, AttributeUpdates=updates)

    update(x={"Value": text("1")}, n={"Action": "ADD", "Value": number(2)})
    update(n={"Action": "ADD", "Value": number(-3)}, s={"Action": "ADD", "Value": {"SS": ["a", "b"]}})
    update(s={"Action": "DELETE", "Value": {"SS": ["a"]}}, l={"Action": "ADD", "Value": {"L": [text("a")]}})
    update(l={"Action": "ADD", "Value": {"L": [text("b")]}})
    update(s={"Action": "DELETE", "Value": {"SS": ["b"]}}, x={"Action": "DELETE"}, nope={"Action": "DELETE"})


@scenario("dynamodb/legacy_updates_refused")
def legacy_updates_refused(t: Driver) -> None:
    """Actions on values of the wrong types, without values, and on keys."""
    client, table = make(t)
    client.put_item(TableName=table, Item=item("a", x="1", n=1))
    loose = t.client("dynamodb", parameter_validation=False)

    def refuse(title: str, **update: Any) -> None:
        t.step(title)
        what = {"TableName": table, "Key": item("a")}
        t.fails(INVALID, loose.update_item, **what, AttributeUpdates={update.pop("name", "x"): update})

    refuse("a put without a value", Action="PUT")
    refuse("an add without a value", Action="ADD")
    refuse("an add of a string", Action="ADD", Value=text("1"))
    refuse("an add to a string", Action="ADD", Value=number(1))
    refuse("a delete of a string", Action="DELETE", Value=text("1"))
    refuse("a delete from a number", name="n", Action="DELETE", Value={"NS": ["1"]})
    refuse("a key", name="pk", Action="PUT", Value=text("b"))
    refuse("no such action", Action="TOUCH", Value=text("1"))


@scenario("dynamodb/legacy_keys")
def legacy_keys(t: Driver) -> None:
    """KeyConditions with each operator that a sort key may have."""
    table = Table(t)
    eq = {"pk": compares("EQ", "a")}
    for operator, values in (("EQ", "2"), ("LE", "2"), ("LT", "2"), ("GE", "4"), ("GT", "4"), ("BEGINS_WITH", "3")):
        t.step(operator)
        conditions = {**eq, "sk": compares(operator, values)}
        table.client.query(TableName=table.name, KeyConditions=conditions, Select="COUNT")


@scenario("dynamodb/legacy_keys_refused")
def legacy_keys_refused(t: Driver) -> None:
    """KeyConditions without the partition key, with other operators, of other attributes."""
    table = Table(t)
    eq = compares("EQ", "a")

    def refuse(title: str, conditions: dict[str, Any], **more: Any) -> None:
        t.step(title)
        t.fails(INVALID, table.client.query, TableName=table.name, KeyConditions=conditions, **more)

    refuse("none", {})
    refuse("no partition key", {"sk": eq})
    refuse("not equal", {"pk": compares("GT", "a")})
    refuse("an operator of filters", {"pk": eq, "sk": compares("NE", "1")})
    refuse("another attribute", {"pk": eq, "n": compares("EQ", 1)})
    refuse("three", {"pk": eq, "sk": eq, "n": compares("EQ", 1)})
    refuse("another type", {"pk": compares("EQ", 1)})
    refuse("a filter on a key", {"pk": eq}, QueryFilter={"sk": compares("EQ", "1")})
    values = {"ExpressionAttributeValues": {":n": number(1)}}
    t.step("with an expression")
    table.client.query(TableName=table.name, KeyConditions={"pk": eq}, FilterExpression="n = :n", **values)


@scenario("dynamodb/legacy_attributes")
def legacy_attributes(t: Driver) -> None:
    """AttributesToGet names whole attributes, each once."""
    client, table = make(t)
    fill(client, table, {**item("a", x="1"), "m.k": number(1)})
    key = {"TableName": table, "Key": item("a")}
    client.get_item(**key, AttributesToGet=["x", "m.k", "name"])
    client.batch_get_item(RequestItems={table: {"Keys": [item("a")], "AttributesToGet": ["x"]}})
    t.step("twice")
    t.fails(INVALID, client.get_item, **key, AttributesToGet=["x", "x"])
    t.step("none")
    loose = t.client("dynamodb", parameter_validation=False)
    t.fails(INVALID, loose.get_item, **key, AttributesToGet=[])
