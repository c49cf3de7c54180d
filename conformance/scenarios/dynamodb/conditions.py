"""Condition expressions: what is true of an item, and what cannot be asked."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.fixtures import item, make, text, value_of
from conformance.scenarios.dynamodb.write import FAILED, INVALID


class Asker:
    """Asks conditions of one item by filters of a scan: a filter that holds counts 1."""

    def __init__(self, t: Driver, **attributes: Any) -> None:
        self.t = t
        self.client, self.table = make(t)
        self.client.put_item(TableName=self.table, Item=item("a", **attributes))

    def params(self, condition: str, values: dict[str, Any]) -> dict[str, Any]:
        self.t.step(condition or "empty")
        bound = {f":{name}": value_of(value) for name, value in values.items()}
        given = {"ExpressionAttributeValues": bound} if bound else {}
        return {"TableName": self.table, "FilterExpression": condition, "Select": "COUNT", **given}

    def asks(self, condition: str, **values: Any) -> None:
        self.client.scan(**self.params(condition, values))

    def refuses(self, condition: str, **values: Any) -> None:
        self.t.fails(INVALID, self.client.scan, **self.params(condition, values))


@scenario("dynamodb/condition_comparisons")
def condition_comparisons(t: Driver) -> None:
    """Values of different types are unequal and have no order; a missing attribute compares with nothing."""
    item_ = Asker(t, n=5, x="b", m={"M": {"k": text("v")}})
    item_.asks("n = :v", v=5)
    item_.asks("n <> :v", v="5")
    item_.asks("n < :v", v="9")
    item_.asks("n BETWEEN :a AND :b", a=5, b=6)
    item_.asks("x IN (:a, :b)", a="a", b="b")
    item_.asks("nope <> :v", v=1)
    item_.asks("m = :v", v={"M": {"k": text("v")}})
    item_.asks("m.k = :v", v="v")


@scenario("dynamodb/condition_functions")
def condition_functions(t: Driver) -> None:
    """attribute_exists, attribute_type, begins_with, contains and size."""
    item_ = Asker(t, x="hello", s={"SS": ["a", "b"]}, l={"L": [text("a")]}, n=1, z={"NULL": True})
    item_.asks("attribute_exists(z)")
    item_.asks("attribute_not_exists(nope)")
    item_.asks("attribute_type(s, :t)", t="SS")
    item_.asks("begins_with(x, :v)", v="he")
    item_.asks("contains(x, :v)", v="ell")
    item_.asks("contains(s, :v) AND contains(l, :v)", v="a")
    item_.asks("size(x) = :v", v=5)
    item_.asks("size(s) > size(l)")


@scenario("dynamodb/condition_logic")
def condition_logic(t: Driver) -> None:
    """NOT binds before AND, AND before OR; parentheses and the case of words do not matter."""
    item_ = Asker(t, a=1, b=2)
    item_.asks("a = :one OR a = :two AND b = :one", one=1, two=2)
    item_.asks("(a = :one OR a = :two) AND b = :one", one=1, two=2)
    item_.asks("NOT a = :two AND b = :two", two=2)
    item_.asks("not (a = :two or b = :one)", one=1, two=2)


@scenario("dynamodb/condition_refused")
def condition_refused(t: Driver) -> None:
    """Bad syntax, reserved words, wrong operands, and values that nobody uses."""
    item_ = Asker(t, x="1")
    item_.refuses("")
    item_.refuses("x = :none")
    item_.refuses("x = :v AND", v=1)
    item_.refuses("x == :v", v=1)
    item_.refuses("(x = :v", v=1)
    item_.refuses("((x = :v))", v=1)
    item_.refuses("status = :v", v=1)
    item_.refuses("x = :v", v=1, unused=2)
    item_.refuses("x = x")
    item_.refuses("nonsense(x)")
    item_.refuses("attribute_exists(:v)", v=1)
    item_.refuses("begins_with(x, :v)", v=1)
    item_.refuses("attribute_type(x, :v)", v="STRING")
    item_.refuses("x BETWEEN :a AND :b", a=2, b=1)
    item_.refuses("x BETWEEN :a AND :b", a=1, b="1")
    item_.refuses("size(x)")
    item_.refuses("x < :v", v={"BOOL": True})


@scenario("dynamodb/condition_on_write")
def condition_on_write(t: Driver) -> None:
    """The same words in a write: a failed condition and a broken one are different errors."""
    client, table = make(t)
    put = {"TableName": table, "Item": item("a", x="1")}
    t.fails(FAILED, client.put_item, **put, ConditionExpression="attribute_exists(pk)")
    t.fails(INVALID, client.put_item, **put, ConditionExpression="attribute_exists(pk")
    t.fails(INVALID, client.put_item, **put, ConditionExpression="")
    t.fails(INVALID, client.put_item, **put, ExpressionAttributeValues={":v": text("1")})
