"""Batches and transactions: what goes together, in part, or not at all."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.fixtures import fill, item, make, number, text
from conformance.scenarios.dynamodb.write import INVALID

CANCELLED = "TransactionCanceledException"


def put(what: dict[str, Any]) -> dict[str, Any]:
    return {"PutRequest": {"Item": what}}


def drop(key: dict[str, Any]) -> dict[str, Any]:
    return {"DeleteRequest": {"Key": key}}


@scenario("dynamodb/batch_write")
def batch_write(t: Driver) -> None:
    """Puts and deletes in one request; all were processed."""
    client, table = make(t)
    client.batch_write_item(RequestItems={table: [put(item("a", x="1")), put(item("b"))]})
    asked = {"RequestItems": {table: [drop(item("a")), put(item("c"))]}, "ReturnConsumedCapacity": "TOTAL"}
    client.batch_write_item(**asked)
    client.scan(TableName=table, Select="COUNT")


@scenario("dynamodb/batch_write_refused")
def batch_write_refused(t: Driver) -> None:
    """No more than 25, no key twice, no table that is not there, and nothing empty."""
    client, table = make(t)
    loose = t.client("dynamodb", parameter_validation=False)

    def refuse(title: str, requests: dict[str, Any], code: str = INVALID) -> None:
        t.step(title)
        t.fails(code, loose.batch_write_item, RequestItems=requests)

    refuse("26", {table: [put(item(str(n))) for n in range(26)]})
    refuse("a key twice", {table: [put(item("a")), drop(item("a"))]})
    refuse("no table", {})
    refuse("no request", {table: []})
    refuse("an empty request", {table: [{}]})
    refuse("two in one", {table: [{**put(item("a")), **drop(item("b"))}]})
    refuse("without its key", {table: [put({"x": text("1")})]})
    refuse("a missing table", {f"{table}-x": [put(item("a"))]}, "ResourceNotFoundException")
    client.scan(TableName=table, Select="COUNT")


@scenario("dynamodb/batch_get")
def batch_get(t: Driver) -> None:
    """What is there is given, in any order; what is not is left out."""
    client, table = make(t)
    fill(client, table, item("a", x="1", y="2"))
    client.batch_get_item(RequestItems={table: {"Keys": [item("a"), item("nothing")]}})
    t.step("a projection")
    client.batch_get_item(RequestItems={table: {"Keys": [item("a")], "ProjectionExpression": "x"}})


@scenario("dynamodb/batch_get_refused")
def batch_get_refused(t: Driver) -> None:
    """No more than 100, no key twice, and keys of the table."""
    client, table = make(t)
    client = t.client("dynamodb", parameter_validation=False)

    def refuse(title: str, keys: list[Any], code: str = INVALID, name: str = table) -> None:
        t.step(title)
        t.fails(code, client.batch_get_item, RequestItems={name: {"Keys": keys}})

    refuse("101", [item(str(n)) for n in range(101)])
    refuse("a key twice", [item("a"), item("a")])
    refuse("none", [])
    refuse("not the key", [{"x": text("1")}])
    refuse("a missing table", [item("a")], "ResourceNotFoundException", f"{table}-x")


@scenario("dynamodb/transact_write")
def transact_write(t: Driver) -> None:
    """A put, an update, a delete and a check go together."""
    client, table = make(t)
    fill(client, table, item("b", n=1), item("c"), item("d"))
    one = {":one": number(1)}
    update = {"UpdateExpression": "SET n = n + :one", "ExpressionAttributeValues": one}
    client.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": table, "Item": item("a")}},
            {"Update": {"TableName": table, "Key": item("b"), **update}},
            {"Delete": {"TableName": table, "Key": item("c")}},
            {"ConditionCheck": {"TableName": table, "Key": item("d"), "ConditionExpression": "attribute_exists(pk)"}},
        ]
    )
    for name in "abcd":
        client.get_item(TableName=table, Key=item(name))


@scenario("dynamodb/transact_cancelled")
def transact_cancelled(t: Driver) -> None:
    """One failed condition cancels all; a reason for each stands in its place, with the item if asked."""
    client, table = make(t)
    fill(client, table, item("b", x="there"))
    new = {"ConditionExpression": "attribute_not_exists(pk)"}
    shown = {**new, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    puts = [{"Put": {"TableName": table, "Item": item("a")}}]
    t.fails(
        CANCELLED,
        client.transact_write_items,
        TransactItems=[*puts, {"Put": {"TableName": table, "Item": item("b"), **new}}],
    )
    t.step("with the item")
    t.fails(
        CANCELLED,
        client.transact_write_items,
        TransactItems=[{"Put": {"TableName": table, "Item": item("b"), **shown}}, *puts],
    )
    client.scan(TableName=table)


@scenario("dynamodb/transact_refused")
def transact_refused(t: Driver) -> None:
    """One action an entry, one entry an item, at most a hundred of them, and none is too few."""
    client, table = make(t)
    loose = t.client("dynamodb", parameter_validation=False)

    def a_put(name: str) -> dict[str, Any]:
        return {"Put": {"TableName": table, "Item": item(name)}}

    def refuse(title: str, *actions: dict[str, Any]) -> None:
        t.step(title)
        t.fails(INVALID, loose.transact_write_items, TransactItems=[*actions])

    refuse("none")
    refuse("an item twice", a_put("a"), {"Delete": {"TableName": table, "Key": item("a")}})
    refuse("101", *(a_put(str(n)) for n in range(101)))
    refuse("two actions in one", {**a_put("a"), "Delete": {"TableName": table, "Key": item("b")}})
    refuse("no action", {})
    client.scan(TableName=table, Select="COUNT")


@scenario("dynamodb/transact_token")
def transact_token(t: Driver) -> None:
    """A token makes the request idempotent; with other contents it is refused."""
    client, table = make(t)
    add = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": number(1)}}
    actions = [{"Update": {"TableName": table, "Key": item("a"), **add}}]
    token = t.name()  # a target remembers it longer than a run
    client.transact_write_items(TransactItems=actions, ClientRequestToken=token)
    client.transact_write_items(TransactItems=actions, ClientRequestToken=token)
    client.get_item(TableName=table, Key=item("a"))
    t.step("other contents")
    other = [{"Delete": {"TableName": table, "Key": item("a")}}]
    mismatch = "IdempotentParameterMismatchException"
    t.fails(mismatch, client.transact_write_items, TransactItems=other, ClientRequestToken=token)


@scenario("dynamodb/transact_get")
def transact_get(t: Driver) -> None:
    """Answers stand in the order of the requests; what is not there is an empty entry."""
    client, table = make(t)
    fill(client, table, item("a", x="1"))

    def get(name: str, **more: Any) -> dict[str, Any]:
        return {"Get": {"TableName": table, "Key": item(name), **more}}

    client.transact_get_items(TransactItems=[get("nothing"), get("a", ProjectionExpression="x")])
    client.transact_get_items(TransactItems=[get("a")], ReturnConsumedCapacity="TOTAL")
    t.step("a key twice")
    t.fails(INVALID, client.transact_get_items, TransactItems=[get("a"), get("a")])
