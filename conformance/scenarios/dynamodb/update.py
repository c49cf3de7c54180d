"""UpdateItem: each clause, what it returns, and what it refuses."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.fixtures import item, make, number, text, value_of
from conformance.scenarios.dynamodb.write import FAILED, INVALID


class Updates:
    """Updates of one item, in few words."""

    def __init__(self, t: Driver, **attributes: Any) -> None:
        self.t = t
        self.client, self.table = make(t)
        self.client.put_item(TableName=self.table, Item=item("a", **attributes))

    def params(self, expression: str, values: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
        self.t.step(expression or "empty")
        bound = {f":{name}": value_of(value) for name, value in values.items()}
        given = {"ExpressionAttributeValues": bound} if bound else {}
        return {"TableName": self.table, "Key": item("a"), "UpdateExpression": expression, **given, **more}

    def does(self, expression: str, returns: str = "ALL_NEW", **values: Any) -> None:
        self.client.update_item(**self.params(expression, values, {"ReturnValues": returns}))

    def refuses(self, expression: str, more: dict[str, Any] | None = None, /, **values: Any) -> None:
        self.t.fails(INVALID, self.client.update_item, **self.params(expression, values, more or {}))


@scenario("dynamodb/update_set")
def update_set(t: Driver) -> None:
    """SET assigns, adds and subtracts, takes a default, and joins lists; each operand is of the item as it was."""
    item_ = Updates(t, n=1, l={"L": [text("a")]}, x="old", m={"M": {}})
    item_.does("SET x = :v, y = x", v="new")
    item_.does("SET n = n + :one, k = :ten - n", one=1, ten=10)
    item_.does("SET z = if_not_exists(z, :v), x = if_not_exists(x, :v)", v="default")
    item_.does("SET l = list_append(l, :v)", v={"L": [text("b")]})
    item_.does("SET l = list_append(:v, l)", v={"L": [number(0)]})
    item_.does("SET l[0] = :v, l[9] = :v", v="i")
    item_.does("SET m.k = :v", v={"M": {"deep": text("d")}})


@scenario("dynamodb/update_remove")
def update_remove(t: Driver) -> None:
    """REMOVE takes attributes, members and elements; what is not there is no error."""
    item_ = Updates(t, x="1", y="2", l={"L": [text("a"), text("b"), text("c")]}, m={"M": {"k": text("v")}})
    item_.does("REMOVE x, nope")
    item_.does("REMOVE l[0], l[2], l[7]")
    item_.does("REMOVE m.k")


@scenario("dynamodb/update_add")
def update_add(t: Driver) -> None:
    """ADD makes a number or a set that is not there, and adds to one that is."""
    item_ = Updates(t, n=1)
    item_.does("ADD n :two, fresh :two", two=2)
    item_.does("ADD s :set", set={"SS": ["a", "b"]})
    item_.does("ADD s :set", set={"SS": ["b", "c"]})
    item_.refuses("ADD n :text", text="x")
    item_.refuses("ADD n :set", set={"SS": ["x"]})
    item_.refuses("ADD s :list", list={"L": []})


@scenario("dynamodb/update_delete")
def update_delete(t: Driver) -> None:
    """DELETE takes from a set; a set that would be empty goes."""
    item_ = Updates(t, s={"SS": ["a", "b"]}, n=1)
    item_.does("DELETE s :some", some={"SS": ["a", "zzz"]})
    item_.does("DELETE s :rest", rest={"SS": ["b"]})
    item_.refuses("DELETE n :set", set={"NS": ["1"]})
    item_.refuses("DELETE n :one", one=1)


@scenario("dynamodb/update_returns")
def update_returns(t: Driver) -> None:
    """Each of the five ReturnValues; UPDATED_* give only what the expression names."""
    item_ = Updates(t, x=1, y=2, m={"M": {"a": number(1), "b": number(2)}})
    for returns in ("NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"):
        item_.does("SET x = x + :one, m.a = :one REMOVE nope", returns, one=1)


@scenario("dynamodb/update_makes")
def update_makes(t: Driver) -> None:
    """An update of an item that is not there makes it, even without any expression."""
    client, table = make(t)
    client.update_item(TableName=table, Key=item("a"), ReturnValues="ALL_NEW")
    values = {":v": text("1")}
    what = {"UpdateExpression": "SET x = :v", "ExpressionAttributeValues": values, "ReturnValues": "ALL_OLD"}
    client.update_item(TableName=table, Key=item("b"), **what)
    client.scan(TableName=table)


@scenario("dynamodb/update_refused")
def update_refused(t: Driver) -> None:
    """Keys, overlaps, repeated clauses, unknown names and values, bad syntax, and paths that lead nowhere."""
    item_ = Updates(t, x="text", n=1)
    item_.refuses("")
    item_.refuses("SET pk = :v", v="b")
    item_.refuses("SET x = :v, x = :v", v="b")
    item_.refuses("SET m.a = :v, m = :v", v="b")
    item_.refuses("SET x = :v SET n = :v", v="b")
    item_.refuses("SET x = :none")
    item_.refuses("SET x = n", unused="b")
    item_.refuses("SET #none = n")
    item_.refuses("SET x = n", {"ExpressionAttributeNames": {"#unused": "y"}})
    item_.refuses("SET name = :v", v="b")
    item_.refuses("SET x = :v,", v="b")
    item_.refuses("SET x :v", v="b")
    item_.refuses("CHANGE x = :v", v="b")
    item_.refuses("SET a.b = :v", v="b")
    item_.refuses("SET x = nope")
    item_.refuses("SET x = x + :one", one=1)
    item_.refuses("SET n = n + :v", v="b")
    item_.refuses("SET x = list_append(x, :v)", v={"L": []})
    item_.refuses("SET x = size(n)")
    item_.refuses("SET x = if_not_exists(x)")
    item_.refuses("REMOVE pk")
    item_.refuses("SET x = :v", {"ReturnValues": "SOME"}, v="b")


@scenario("dynamodb/update_condition")
def update_condition(t: Driver) -> None:
    """An update whose condition fails changes nothing, and may give the item in the error."""
    item_ = Updates(t, n=1)
    t.step("fails")
    wrong = item_.params("SET n = :two", {"two": 2}, {"ConditionExpression": "n > :two"})
    t.fails(FAILED, item_.client.update_item, **wrong)
    t.fails(FAILED, item_.client.update_item, **wrong, ReturnValuesOnConditionCheckFailure="ALL_OLD")
    right = item_.params("SET n = :two", {"two": 2}, {"ConditionExpression": "n < :two", "ReturnValues": "UPDATED_NEW"})
    item_.client.update_item(**right)


@scenario("dynamodb/update_attributes")
def update_attributes(t: Driver) -> None:
    """The older AttributeUpdates put, add and delete; they do not go with an expression."""
    item_ = Updates(t, x="1", n=1, s={"SS": ["a", "b"]})
    updates: dict[str, Any] = {
        "x": {"Action": "PUT", "Value": text("2")},
        "n": {"Action": "ADD", "Value": number(4)},
        "s": {"Action": "DELETE", "Value": {"SS": ["a"]}},
    }
    where = {"TableName": item_.table, "Key": item("a")}
    item_.client.update_item(**where, AttributeUpdates=updates, ReturnValues="ALL_NEW")
    item_.client.update_item(**where, AttributeUpdates={"x": {"Action": "DELETE"}}, ReturnValues="ALL_NEW")
    t.step("with an expression")
    both = {"AttributeUpdates": updates, "UpdateExpression": "REMOVE x"}
    t.fails(INVALID, item_.client.update_item, **where, **both)
    t.step("a key")
    t.fails(INVALID, item_.client.update_item, **where, AttributeUpdates={"pk": {"Action": "PUT", "Value": text("b")}})
