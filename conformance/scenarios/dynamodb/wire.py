"""Raw requests: wrong JSON types member by member, and in which order wrong members are told."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.fixtures import item, make, number, text
from conformance.scenarios.dynamodb.requests import post
from conformance.scenarios.dynamodb.write import INVALID

WRONG = "SerializationException"


@scenario("dynamodb/wire_strings")
def wire_strings(t: Driver) -> None:
    """A string that is a boolean, a list, null."""
    values: tuple[Any, ...] = (True, ["a"], 1.5)
    for value in values:
        post(t, f"TableName {value}", {"TableName": value}, "DescribeTable", expects=WRONG)
    post(t, "TableName null", {"TableName": None}, "DescribeTable", expects=INVALID)


@scenario("dynamodb/wire_numbers")
def wire_numbers(t: Driver) -> None:
    """A number that is a string, a boolean, a fraction, too large."""
    values: tuple[Any, ...] = ("5", True, {}, [])
    for value in values:
        post(t, f"Limit {value}", {"Limit": value}, expects=WRONG)
    post(t, "Limit 1.5", {"Limit": 1.5})
    post(t, "Limit 2**31", {"Limit": 2**31})


@scenario("dynamodb/wire_booleans")
def wire_booleans(t: Driver) -> None:
    """A boolean that is a string, which is taken, or a number, or a list."""
    _, table = make(t)
    values: tuple[tuple[Any, str], ...] = (("true", ""), (1, WRONG), ([], WRONG))
    for value, expects in values:
        what = {"TableName": table, "Key": item("a"), "ConsistentRead": value}
        post(t, f"ConsistentRead {value}", what, "GetItem", expects=expects)


@scenario("dynamodb/wire_values")
def wire_values(t: Driver) -> None:
    """Each type of value, given as another; texts are taken for truth values."""
    _, table = make(t)
    wrong: dict[str, Any] = {
        "S": 1,
        "N": 1,
        "B": 1,
        "BOOL": "true",
        "NULL": "true",
        "SS": "a",
        "NS": [1],
        "M": [],
        "L": {},
    }
    for kind, value in wrong.items():
        what = {"TableName": table, "Item": {**item("a"), "x": {kind: value}}}
        post(t, f"{kind} {value}", what, "PutItem", expects="" if value == "true" else WRONG)


@scenario("dynamodb/wire_values_malformed")
def wire_values_malformed(t: Driver) -> None:
    """A value that is no object, of an unknown type, of none, and base64 that is none."""
    _, table = make(t)

    def refuse(title: str, value: Any, expects: str) -> None:
        post(t, title, {"TableName": table, "Item": {**item("a"), "x": value}}, "PutItem", expects=expects)

    refuse("a string", "a", WRONG)
    refuse("a list", [], WRONG)
    refuse("an unknown type", {"X": "a"}, INVALID)
    refuse("none", {}, INVALID)
    refuse("no base64", {"B": "a"}, WRONG)


@scenario("dynamodb/wire_objects")
def wire_objects(t: Driver) -> None:
    """Objects and lists that are other things."""
    post(t, "a key that is a string", {"TableName": "abc", "Key": "a"}, "GetItem", expects=WRONG)
    post(t, "an item that is a list", {"TableName": "abc", "Item": []}, "PutItem", expects=WRONG)
    post(t, "a list that is a string", {"TableName": "abc", "AttributesToGet": "a"}, "Scan", expects=WRONG)
    post(t, "a list of numbers", {"TableName": "abc", "AttributesToGet": [1]}, "Scan", expects=WRONG)
    post(
        t, "names that are numbers", {"TableName": "abc", "ExpressionAttributeNames": {"#a": 1}}, "Scan", expects=WRONG
    )
    post(t, "requests that are a list", {"RequestItems": []}, "BatchGetItem", expects=WRONG)


@scenario("dynamodb/wire_members_missing")
def wire_members_missing(t: Driver) -> None:
    """A request without any member that it must have."""
    operations = "CreateTable DeleteTable GetItem PutItem UpdateItem DeleteItem Query Scan BatchGetItem BatchWriteItem"
    for operation in operations.split():
        post(t, operation, {}, operation, expects=INVALID)


@scenario("dynamodb/wire_many_errors")
def wire_many_errors(t: Driver) -> None:
    """Several wrong members are told together, and counted."""
    modes = {"ReturnValues": "X", "ReturnConsumedCapacity": "Y", "ReturnItemCollectionMetrics": "Z"}
    post(t, "three modes", {"TableName": "abc", "Item": item("a"), **modes}, "PutItem", expects=INVALID)
    post(t, "two modes and no key", {"TableName": "abc", **modes}, "DeleteItem", expects=INVALID)
    post(
        t,
        "a short name and a mode",
        {"TableName": "a", "Key": item("a"), "ReturnConsumedCapacity": "Y"},
        "GetItem",
        expects=INVALID,
    )
    post(
        t, "limits and selects", {"TableName": "abc", "Limit": 0, "Select": "S", "Segment": -1}, "Scan", expects=INVALID
    )


@scenario("dynamodb/wire_order_of_checks")
def wire_order_of_checks(t: Driver) -> None:
    """A wrong request is told before a missing table is."""

    def refuse(title: str, operation: str, **what: Any) -> None:
        post(t, title, {"TableName": "conform-not-there", **what}, operation, expects=INVALID)

    refuse("an expression", "GetItem", Key=item("a"), ProjectionExpression="a,")
    refuse("an unused name", "GetItem", Key=item("a"), ProjectionExpression="a", ExpressionAttributeNames={"#b": "b"})
    refuse("a value", "PutItem", Item={"pk": {"SS": []}})
    refuse("a number", "PutItem", Item={"pk": number("x")})
    refuse("both ways", "PutItem", Item=item("a"), ConditionExpression="a = :a", Expected={"a": {"Value": text("1")}})
    refuse("segments", "Scan", Segment=2, TotalSegments=2)
    refuse("a condition", "Query", KeyConditionExpression="")


@scenario("dynamodb/wire_content_types")
def wire_content_types(t: Driver) -> None:
    """The answer's content type follows the request's."""
    for kind in ("application/x-amz-json-1.0", "application/x-amz-json-1.1", "application/json", "text/plain"):
        post(t, kind, {}, kind=kind)


@scenario("dynamodb/wire_text")
def wire_text(t: Driver) -> None:
    """Escapes, doubled members and characters beyond the basic plane."""
    _, table = make(t)
    body = f'{{"TableName":"{table}","Item":{{"pk":{{"S":"\\u00e4\\ud83d\\ude00"}},"n":{{"N":"1"}}}}}}'
    post(t, "escapes", body.encode(), "PutItem")
    post(t, "read again", {"TableName": table}, "Scan")
    post(t, "a member twice", f'{{"TableName":"x/y","TableName":"{table}"}}'.encode(), "Scan")
