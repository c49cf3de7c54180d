"""PutItem, DeleteItem and GetItem: keys, conditions, what they return."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.fixtures import item, make, number, text

INVALID = "ValidationException"
FAILED = "ConditionalCheckFailedException"


@scenario("dynamodb/put")
def put(t: Driver) -> None:
    """An item replaces the whole of the one before it; ALL_OLD gives that back, and nothing where there was none."""
    client, table = make(t)
    client.put_item(TableName=table, Item=item("a", x="old", y=1), ReturnValues="ALL_OLD")
    client.put_item(TableName=table, Item=item("a", x="new"), ReturnValues="ALL_OLD")
    client.get_item(TableName=table, Key=item("a"))


@scenario("dynamodb/put_all_types")
def put_all_types(t: Driver) -> None:
    """Every type comes back as it was put: empty strings, binaries, lists and maps too."""
    client, table = make(t)
    values: dict[str, Any] = {
        "s": "",
        "n": number("-1.5"),
        "b": {"B": b"\x00\xff"},
        "eb": {"B": b""},
        "t": {"BOOL": True},
        "f": {"BOOL": False},
        "z": {"NULL": True},
        "l": {"L": [text("a"), number(1), {"L": []}]},
        "m": {"M": {"k": {"M": {}}, "with space": text("v")}},
        "ss": {"SS": ["a", "b"]},
        "ns": {"NS": ["1", "2"]},
        "bs": {"BS": [b"a", b"b"]},
        "unicode": "Grüße 🌍",
    }
    client.put_item(TableName=table, Item=item("a", **values))
    client.get_item(TableName=table, Key=item("a"), ConsistentRead=True)


@scenario("dynamodb/put_keys_refused")
def put_keys_refused(t: Driver) -> None:
    """An item has every key of the table, of the right type, and not empty."""
    client, table = make(t, "sk")
    t.step("without the sort key")
    t.fails(INVALID, client.put_item, TableName=table, Item=item("a"))
    t.step("of another type")
    t.fails(INVALID, client.put_item, TableName=table, Item={"pk": number(1), "sk": text("b")})
    t.step("empty")
    t.fails(INVALID, client.put_item, TableName=table, Item={"pk": text(""), "sk": text("b")})
    t.step("no attributes")
    t.fails(INVALID, client.put_item, TableName=table, Item={})


@scenario("dynamodb/put_values_refused")
def put_values_refused(t: Driver) -> None:
    """An attribute value has one type; sets are not empty and hold nothing twice; NULL is true."""
    client, table = make(t)

    def refuse(title: str, value: dict[str, Any]) -> None:
        t.step(title)
        t.fails(INVALID, client.put_item, TableName=table, Item=item("a", x=value))

    refuse("two types", {"S": "a", "N": "1"})
    refuse("no type", {})
    refuse("an empty set", {"SS": []})
    refuse("a string twice", {"SS": ["a", "a"]})
    refuse("a number twice, spelled in two ways", {"NS": ["1", "1.0"]})
    refuse("a false null", {"NULL": False})


@scenario("dynamodb/put_return_values_refused")
def put_return_values_refused(t: Driver) -> None:
    """PutItem and DeleteItem return NONE or ALL_OLD only; unknown words are refused by the model."""
    client, table = make(t)
    for word in ("ALL_NEW", "UPDATED_OLD", "EVERYTHING"):
        t.step(word)
        t.fails(INVALID, client.put_item, TableName=table, Item=item("a"), ReturnValues=word)
        t.fails(INVALID, client.delete_item, TableName=table, Key=item("a"), ReturnValues=word)


@scenario("dynamodb/put_condition")
def put_condition(t: Driver) -> None:
    """A condition that fails leaves the item; ALL_OLD on failure gives it in the error."""
    client, table = make(t)
    new = {"ConditionExpression": "attribute_not_exists(pk)"}
    client.put_item(TableName=table, Item=item("a", x="1"), **new)
    t.step("fails")
    t.fails(FAILED, client.put_item, TableName=table, Item=item("a", x="2"), **new)
    t.step("fails, and says with what")
    shown = {**new, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    t.fails(FAILED, client.put_item, TableName=table, Item=item("a", x="2"), **shown)
    client.get_item(TableName=table, Key=item("a"))


@scenario("dynamodb/put_expected")
def put_expected(t: Driver) -> None:
    """The older Expected checks a value or its absence; it does not go with an expression."""
    client, table = make(t)
    client.put_item(TableName=table, Item=item("a", x="1"), Expected={"pk": {"Exists": False}})
    t.fails(FAILED, client.put_item, TableName=table, Item=item("a"), Expected={"x": {"Value": text("2")}})
    at_least = {"x": {"ComparisonOperator": "GE", "AttributeValueList": [text("1")]}}
    client.put_item(TableName=table, Item=item("a", x="3"), Expected=at_least)
    t.step("with an expression")
    both = {"Expected": at_least, "ConditionExpression": "attribute_exists(pk)"}
    t.fails(INVALID, client.put_item, TableName=table, Item=item("a"), **both)
    t.step("a value that shall not be there")
    wrong = {"x": {"Exists": False, "Value": text("1")}}
    t.fails(INVALID, client.put_item, TableName=table, Item=item("a"), Expected=wrong)


@scenario("dynamodb/capacity")
def capacity(t: Driver) -> None:
    """Consumed capacity is said when it is asked for: in total, or by index."""
    client, table = make(t)
    client.put_item(TableName=table, Item=item("a", x="x" * 1500), ReturnConsumedCapacity="TOTAL")
    client.get_item(TableName=table, Key=item("a"), ReturnConsumedCapacity="TOTAL")
    client.get_item(TableName=table, Key=item("a"), ReturnConsumedCapacity="INDEXES", ConsistentRead=True)
    client.delete_item(TableName=table, Key=item("a"), ReturnConsumedCapacity="NONE")


@scenario("dynamodb/numbers")
def numbers(t: Driver) -> None:
    """Numbers lose leading and trailing zeros and exponents, and keep 38 digits."""
    client, table = make(t)
    spelled = ("007", "1.500", "1e3", "1E-3", "-0", "0.0", "+5", "1" * 38, "1e125", "-9.9e125", "1e-130", " 1")
    for text_ in spelled:
        t.step(text_)
        t.tries(client.put_item, TableName=table, Item=item("a", n=number(text_)))
        client.get_item(TableName=table, Key=item("a"))


@scenario("dynamodb/numbers_refused")
def numbers_refused(t: Driver) -> None:
    """More than 38 digits, too large, too small, and what is no number."""
    client, table = make(t)
    for wrong in ("1" * 39, "1e126", "1e-131", "NaN", "Infinity", "one", "", "1,5", "0x10"):
        t.step(wrong or "empty")
        t.fails(INVALID, client.put_item, TableName=table, Item=item("a", n=number(wrong)))


@scenario("dynamodb/number_keys")
def number_keys(t: Driver) -> None:
    """A number as a key is found however it is spelled."""
    client, name = t.client("dynamodb"), t.name()
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "n", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "n", "AttributeType": "N"}],
        BillingMode="PAY_PER_REQUEST",
    )
    t.until("dynamodb", "describe_table", lambda answer: answer["Table"]["TableStatus"] == "ACTIVE", TableName=name)
    client.put_item(TableName=name, Item={"n": number("1.0"), "x": text("a")})
    client.get_item(TableName=name, Key={"n": number("01")})


@scenario("dynamodb/get")
def get(t: Driver) -> None:
    """An item that is not there is an answer without Item; a key is exactly the table's."""
    client, table = make(t, "sk")
    client.put_item(TableName=table, Item=item("a", "b", x="1"))
    client.get_item(TableName=table, Key=item("a", "b"))
    t.step("not there")
    client.get_item(TableName=table, Key=item("a", "c"))
    t.step("half a key")
    t.fails(INVALID, client.get_item, TableName=table, Key=item("a"))
    t.step("more than the key")
    t.fails(INVALID, client.get_item, TableName=table, Key=item("a", "b", x="1"))
    t.step("another type")
    t.fails(INVALID, client.get_item, TableName=table, Key={"pk": text("a"), "sk": number(1)})
    t.step("an empty key")
    t.fails(INVALID, client.get_item, TableName=table, Key={"pk": text("a"), "sk": text("")})


@scenario("dynamodb/get_projection")
def get_projection(t: Driver) -> None:
    """A projection picks attributes, members of maps and elements of lists; what is not there is left out."""
    client, table = make(t)
    inner = {"M": {"b": text("1"), "c": {"L": [text("x"), text("y"), text("z")]}}}
    client.put_item(TableName=table, Item=item("a", m=inner, x="1", name="n"))

    def pick(expression: str, **names: Any) -> None:
        t.step(expression)
        client.get_item(TableName=table, Key=item("a"), ProjectionExpression=expression, **names)

    pick("x, nope")
    pick("m.b")
    pick("m.c[1], m.c[9]")
    pick("m.c[2], m.c[0]")
    pick("#n", ExpressionAttributeNames={"#n": "name"})
    t.step("by the older list")
    client.get_item(TableName=table, Key=item("a"), AttributesToGet=["x", "none"])


@scenario("dynamodb/get_projection_refused")
def get_projection_refused(t: Driver) -> None:
    """Reserved words, overlaps, unused and undefined names, bad syntax, and two ways at once."""
    client, table = make(t)

    def refuse(expression: str, **more: Any) -> None:
        t.step(expression or "empty")
        what = {"ProjectionExpression": expression, **more}
        t.fails(INVALID, client.get_item, TableName=table, Key=item("a"), **what)

    refuse("")
    refuse("name")
    refuse("a, a")
    refuse("a.b, a")
    refuse("#x")
    refuse("a,")
    refuse("a..b")
    refuse("a[x]")
    refuse("x", ExpressionAttributeNames={"#unused": "y"})
    refuse("#x", ExpressionAttributeNames={"x": "y"})
    refuse("x", AttributesToGet=["y"])
    t.step("names without an expression")
    names = {"ExpressionAttributeNames": {"#x": "y"}}
    t.fails(INVALID, client.get_item, TableName=table, Key=item("a"), **names)


@scenario("dynamodb/delete")
def delete(t: Driver) -> None:
    """Deleting what is not there succeeds; ALL_OLD gives back what was."""
    client, table = make(t)
    client.put_item(TableName=table, Item=item("a", x="1"))
    client.delete_item(TableName=table, Key=item("a"), ReturnValues="ALL_OLD")
    client.delete_item(TableName=table, Key=item("a"), ReturnValues="ALL_OLD")


@scenario("dynamodb/delete_condition")
def delete_condition(t: Driver) -> None:
    """A condition on an item that is not there fails, unless it asks for absence."""
    client, table = make(t)
    values = {":one": text("1")}

    def delete_if(condition: str) -> dict[str, Any]:
        return {"TableName": table, "Key": item("a"), "ConditionExpression": condition}

    t.fails(FAILED, client.delete_item, **delete_if("x = :one"), ExpressionAttributeValues=values)
    client.delete_item(**delete_if("attribute_not_exists(x)"))
    client.put_item(TableName=table, Item=item("a", x="1"))
    client.delete_item(**delete_if("x = :one"), ExpressionAttributeValues=values)
