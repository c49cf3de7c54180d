"""Transactions: what cancels them, and how they say so; their limits and their cost."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.batches import CANCELLED
from conformance.scenarios.dynamodb.fixtures import fill, index, item, make, number, text
from conformance.scenarios.dynamodb.write import INVALID

MISSING = "ResourceNotFoundException"
ABSENT = {"ConditionExpression": "attribute_not_exists(pk)"}
PRESENT = {"ConditionExpression": "attribute_exists(pk)"}


class Writes:
    """Transactions on one table that holds the item ``there``, in few words."""

    def __init__(self, t: Driver, sort: str = "", **params: Any) -> None:
        self.t = t
        self.client, self.table = make(t, sort, **params)
        self.loose = t.client("dynamodb", parameter_validation=False)
        there = item("there", "1", n=1) if sort else item("there", n=1)
        self.client.put_item(TableName=self.table, Item=there)

    def put(self, name: str, **more: Any) -> dict[str, Any]:
        return {"Put": {"TableName": self.table, "Item": item(name), **more}}

    def drop(self, name: str, **more: Any) -> dict[str, Any]:
        return {"Delete": {"TableName": self.table, "Key": item(name), **more}}

    def check(self, name: str, **more: Any) -> dict[str, Any]:
        return {"ConditionCheck": {"TableName": self.table, "Key": item(name), **more}}

    def update(self, name: str, expression: str, value: Any = None, **more: Any) -> dict[str, Any]:
        values = {"ExpressionAttributeValues": {":v": value}} if value else {}
        what = {"TableName": self.table, "Key": item(name), "UpdateExpression": expression}
        return {"Update": {**what, **values, **more}}

    def does(self, title: str, *actions: dict[str, Any], **params: Any) -> None:
        self.t.step(title)
        self.client.transact_write_items(TransactItems=[*actions], **params)

    def cancels(self, title: str, *actions: dict[str, Any]) -> None:
        self.t.step(title)
        self.t.fails(CANCELLED, self.client.transact_write_items, TransactItems=[*actions])

    def refuses(self, title: str, *actions: dict[str, Any], code: str = INVALID, **params: Any) -> None:
        self.t.step(title)
        self.t.fails(code, self.loose.transact_write_items, TransactItems=[*actions], **params)


@scenario("dynamodb/transact_conditions")
def transact_conditions(t: Driver) -> None:
    """A failed condition of each of the four actions is ConditionalCheckFailed in its place."""
    w = Writes(t)
    w.cancels("put", w.put("there", **ABSENT), w.put("a"))
    w.cancels("delete", w.put("a"), w.drop("there", **ABSENT))
    w.cancels("update", w.update("there", "SET x = :v", number(1), **ABSENT), w.put("a"))
    w.cancels("check", w.put("a"), w.check("nothing", **PRESENT), w.put("b"))
    w.cancels("two", w.put("there", **ABSENT), w.drop("nothing", **PRESENT))
    w.client.scan(TableName=w.table)


@scenario("dynamodb/transact_old_items")
def transact_old_items(t: Driver) -> None:
    """ALL_OLD gives the item in the reason, for each action; where there is none, no item."""
    w = Writes(t)
    old = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    w.cancels("put", w.put("there", **ABSENT, **old))
    w.cancels("delete", w.drop("there", **ABSENT, **old))
    w.cancels("update", w.update("there", "SET x = :v", number(1), **ABSENT, **old))
    w.cancels("check", w.check("there", **ABSENT, **old))
    w.cancels("nothing there", w.check("nothing", **PRESENT, **old))


@scenario("dynamodb/transact_invalid_actions")
def transact_invalid_actions(t: Driver) -> None:
    """What only the item can tell to be wrong cancels the transaction with ValidationError."""
    w = Writes(t)
    w.cancels("a sum with a string", w.put("a"), w.update("there", "SET n = n + :v", text("x")))
    w.cancels("an attribute that is not there", w.update("there", "SET n = nope"), w.put("a"))
    w.cancels("a path that leads nowhere", w.update("there", "SET a.b = :v", number(1)))
    w.client.scan(TableName=w.table)


@scenario("dynamodb/transact_keys_refused")
def transact_keys_refused(t: Driver) -> None:
    """Keys that are not the table's."""
    w = Writes(t)
    w.t.step("another attribute")
    what = {"Put": {"TableName": w.table, "Item": {"x": text("1")}}}
    t.tries(w.client.transact_write_items, TransactItems=[what])
    t.step("another type")
    what = {"Delete": {"TableName": w.table, "Key": {"pk": number(1)}}}
    t.tries(w.client.transact_write_items, TransactItems=[what])
    t.step("empty")
    what = {"Delete": {"TableName": w.table, "Key": {"pk": text("")}}}
    t.tries(w.client.transact_write_items, TransactItems=[what])


@scenario("dynamodb/transact_expressions_refused")
def transact_expressions_refused(t: Driver) -> None:
    """Bad expressions are refused before anything is looked at."""
    w = Writes(t)
    w.refuses("syntax", w.put("a", ConditionExpression="a ="))
    w.refuses("an empty condition", w.put("a", ConditionExpression=""))
    w.refuses("a reserved word", w.update("a", "SET name = :v", number(1)))
    w.refuses("an unused value", w.put("a", **ABSENT, ExpressionAttributeValues={":u": number(1)}))
    w.refuses("an undefined value", w.update("a", "SET x = :none"))
    w.refuses("a check without a condition", w.check("there"))
    w.refuses("an update without an expression", {"Update": {"TableName": w.table, "Key": item("a")}})


@scenario("dynamodb/transact_twice")
def transact_twice(t: Driver) -> None:
    """One item may be in one action only, a check too; the same key of another table is another item."""
    w = Writes(t)
    w.refuses("put and check", w.put("a"), w.check("a", **ABSENT))
    w.refuses("update and update", w.update("a", "SET x = :v", number(1)), w.update("a", "SET y = :v", number(1)))
    other = t.name("other")
    w.refuses("a missing table", w.put("a"), {"Put": {"TableName": other, "Item": item("a")}}, code=MISSING)


@scenario("dynamodb/transact_hundred")
def transact_hundred(t: Driver) -> None:
    """A hundred actions are allowed."""
    w = Writes(t)
    w.does("100", *(w.put(f"k{n}") for n in range(100)))
    w.client.scan(TableName=w.table, Select="COUNT")
    w.refuses("101", *(w.put(f"k{n}") for n in range(101)))


@scenario("dynamodb/transact_capacity")
def transact_capacity(t: Driver) -> None:
    """A transaction consumes twice as much, told by table and by index."""
    w = Writes(t, kinds={"g": "S"}, GlobalSecondaryIndexes=[index("by-g", "g")])
    w.does("in total", w.put("a"), ReturnConsumedCapacity="TOTAL")
    big = {"Put": {"TableName": w.table, "Item": item("b", g="g", x="x" * 1500)}}
    w.does("by index", big, w.drop("a"), ReturnConsumedCapacity="INDEXES")
    w.does("of a check", w.check("b", **PRESENT), ReturnConsumedCapacity="TOTAL")
    gets = [{"Get": {"TableName": w.table, "Key": item(name)}} for name in ("b", "nothing")]
    w.client.transact_get_items(TransactItems=gets, ReturnConsumedCapacity="INDEXES")


@scenario("dynamodb/transact_token_limits")
def transact_token_limits(t: Driver) -> None:
    """A token has 1 to 36 characters."""
    w = Writes(t)
    w.does("36", w.put("a"), ClientRequestToken="t" * 36)
    w.refuses("37", w.put("a"), ClientRequestToken="t" * 37)
    w.refuses("none", w.put("a"), ClientRequestToken="")


@scenario("dynamodb/transact_get_projections")
def transact_get_projections(t: Driver) -> None:
    """Each Get has a projection and names of its own."""
    w = Writes(t)

    def get(**more: Any) -> dict[str, Any]:
        return {"Get": {"TableName": w.table, "Key": item("there"), **more}}

    named = {"ProjectionExpression": "#n", "ExpressionAttributeNames": {"#n": "n"}}
    w.client.transact_get_items(TransactItems=[get(**named)])
    for wrong in ("!!", "", "name", "#x"):
        t.step(wrong or "empty")
        t.fails(INVALID, w.client.transact_get_items, TransactItems=[get(ProjectionExpression=wrong)])
    t.step("names without an expression")
    names = {"ExpressionAttributeNames": {"#x": "y"}}
    t.fails(INVALID, w.client.transact_get_items, TransactItems=[get(**names)])


@scenario("dynamodb/transact_get_refused")
def transact_get_refused(t: Driver) -> None:
    """None, more than a hundred, an empty entry, a missing table."""
    w = Writes(t)

    def refuse(title: str, *gets: dict[str, Any], code: str = INVALID) -> None:
        t.step(title)
        t.fails(code, w.loose.transact_get_items, TransactItems=[*gets])

    refuse("none")
    refuse("101", *({"Get": {"TableName": w.table, "Key": item(str(n))}} for n in range(101)))
    refuse("an empty one", {})
    refuse("a missing table", {"Get": {"TableName": f"{w.table}-x", "Key": item("a")}}, code=MISSING)


@scenario("dynamodb/transact_metrics")
def transact_metrics(t: Driver) -> None:
    """Item collections are sized when asked for, of tables with local indexes."""
    w = Writes(t, "sk", kinds={"l": "S"}, LocalSecondaryIndexes=[index("by-l", "pk", "l")])
    put = {"Put": {"TableName": w.table, "Item": item("a", "1", l="x")}}
    w.does("sized", put, ReturnItemCollectionMetrics="SIZE")
    w.does("not sized", {"Delete": {"TableName": w.table, "Key": item("a", "1")}}, ReturnItemCollectionMetrics="NONE")


@scenario("dynamodb/transact_moves")
def transact_moves(t: Driver) -> None:
    """An item is moved: deleted here and put there, or neither."""
    w = Writes(t)
    w.does("moved", w.drop("there", **PRESENT), w.put("here", **ABSENT))
    fill(w.client, w.table, item("full"))
    w.cancels("to where one is", w.drop("here", **PRESENT), w.put("full", **ABSENT))
    w.client.scan(TableName=w.table)
