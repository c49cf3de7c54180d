"""What items may hold: numbers, binaries, empty values, names, sizes, depths."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.fixtures import ON_DEMAND, attribute, hash_key, item, make, number, text
from conformance.scenarios.dynamodb.write import INVALID


def keyed(t: Driver, kind: str) -> tuple[Any, str]:
    """A table whose partition key ``pk`` has that type."""
    client, name = t.client("dynamodb"), t.name()
    client.create_table(
        TableName=name, KeySchema=[hash_key()], AttributeDefinitions=[attribute("pk", kind)], **ON_DEMAND
    )
    t.until("dynamodb", "describe_table", lambda answer: answer["Table"]["TableStatus"] == "ACTIVE", TableName=name)
    return client, name


def nested(depth: int, kind: str) -> dict[str, Any]:
    """A value of that many levels: lists or maps around a string."""
    value: dict[str, Any] = text("x")
    for _ in range(depth):
        value = {"L": [value]} if kind == "L" else {"M": {"k": value}}
    return value


@scenario("dynamodb/value_exponents")
def value_exponents(t: Driver) -> None:
    """Numbers are answered without an exponent, except those that are too long for it."""
    client, table = make(t)
    spelled = ("1e0", "12e-1", "0.000001", "1e-7", "1e20", "1e37", "1e38", "123e40", "-0.00e5", "1.10e1", "100")
    values: dict[str, Any] = {f"n{at}": number(each) for at, each in enumerate(spelled)}
    client.put_item(TableName=table, Item=item("a", **values))
    client.get_item(TableName=table, Key=item("a"))


@scenario("dynamodb/value_digits")
def value_digits(t: Driver) -> None:
    """38 significant digits are kept wherever the point is; zeros around them do not count."""
    client, table = make(t)
    digits = "12345678901234567890123456789012345678"
    spelled = (digits, "0." + digits, "-" + digits, digits + "00", "00" + digits, digits[:10] + "." + digits[10:])
    values: dict[str, Any] = {f"n{at}": number(each) for at, each in enumerate(spelled)}
    client.put_item(TableName=table, Item=item("a", **values))
    client.get_item(TableName=table, Key=item("a"))
    t.step("39")
    for wrong in (digits + "9", "0." + digits + "9", digits + "." + "1"):
        t.fails(INVALID, client.put_item, TableName=table, Item=item("a", n=number(wrong)))


@scenario("dynamodb/value_number_range")
def value_number_range(t: Driver) -> None:
    """The largest, the smallest, and those just beyond; the error says by which end."""
    client, table = make(t)
    largest = "9.9999999999999999999999999999999999999E+125"
    values: dict[str, Any] = {
        "a": number(largest),
        "b": number(f"-{largest}"),
        "c": number("1E-130"),
        "d": number("-1E-130"),
    }
    client.put_item(TableName=table, Item=item("a", **values))
    client.get_item(TableName=table, Key=item("a"))
    for wrong in ("1E+126", "-1E+126", "1E-131", "-9.9E-131", "1e1000000000000"):
        t.step(wrong)
        t.fails(INVALID, client.put_item, TableName=table, Item=item("a", n=number(wrong)))


@scenario("dynamodb/value_no_numbers")
def value_no_numbers(t: Driver) -> None:
    """What is no number, in an attribute, in a set, in a list, in a key."""
    client, table = make(t)
    for wrong in ("--1", "1e", ".", "1.2.3", "1 2", "1_000", "∞"):
        t.step(wrong)
        t.fails(INVALID, client.put_item, TableName=table, Item=item("a", n=number(wrong)))
    t.step("in a set")
    t.fails(INVALID, client.put_item, TableName=table, Item=item("a", n={"NS": ["1", "x"]}))
    t.step("in a list")
    t.fails(INVALID, client.put_item, TableName=table, Item=item("a", n={"L": [number("x")]}))


@scenario("dynamodb/value_points")
def value_points(t: Driver) -> None:
    """A number may begin or end with its point."""
    client, table = make(t)
    t.tries(client.put_item, TableName=table, Item=item("a", n=number(".5")))
    t.tries(client.put_item, TableName=table, Item=item("b", n=number("5.")))
    client.scan(TableName=table)


@scenario("dynamodb/value_sets")
def value_sets(t: Driver) -> None:
    """Sets of each type; numbers in them are normalised; an empty string may be a member."""
    client, table = make(t)
    values: dict[str, Any] = {"ss": {"SS": ["b", "", "a"]}, "ns": {"NS": ["10", "9.0", "1e1"]}, "bs": {"BS": [b"\xff"]}}
    t.tries(client.put_item, TableName=table, Item=item("a", **values))
    values["ns"] = {"NS": ["10", "9.0", "-1e1"]}
    client.put_item(TableName=table, Item=item("b", **values))
    client.get_item(TableName=table, Key=item("b"))


@scenario("dynamodb/value_sets_refused")
def value_sets_refused(t: Driver) -> None:
    """Empty sets, doubled members, members of another kind, at any depth."""
    client, table = make(t)

    def refuse(title: str, value: dict[str, Any]) -> None:
        t.step(title)
        t.fails(INVALID, client.put_item, TableName=table, Item=item("a", x=value))

    refuse("empty numbers", {"NS": []})
    refuse("empty binaries", {"BS": []})
    refuse("a binary twice", {"BS": [b"a", b"a"]})
    refuse("a number twice", {"NS": ["5", "5"]})
    refuse("in a list", {"L": [{"SS": []}]})
    refuse("in a map", {"M": {"k": {"SS": ["a", "a"]}}})


@scenario("dynamodb/value_empty")
def value_empty(t: Driver) -> None:
    """Empty strings, binaries, lists and maps are values; in a key they are none."""
    client, table = make(t, "sk")
    values: dict[str, Any] = {"s": "", "b": {"B": b""}, "l": {"L": []}, "m": {"M": {}}, "d": {"M": {"k": text("")}}}
    client.put_item(TableName=table, Item=item("a", "b", **values))
    client.get_item(TableName=table, Key=item("a", "b"))
    for key in ({"pk": text(""), "sk": text("b")}, {"pk": text("a"), "sk": text("")}):
        t.fails(INVALID, client.put_item, TableName=table, Item=key)
        t.fails(INVALID, client.delete_item, TableName=table, Key=key)
        t.fails(INVALID, client.update_item, TableName=table, Key=key)


@scenario("dynamodb/value_names")
def value_names(t: Driver) -> None:
    """An attribute's name is any text of up to 65,535 bytes, and not empty."""
    client, table = make(t)
    odd: dict[str, Any] = {"with space": 1, "with.dot": 2, "ünï": 3, "😀": 4, "#hash": 5, ":colon": 6, "n" * 300: 7}
    client.put_item(TableName=table, Item=item("a", **odd))
    client.get_item(TableName=table, Key=item("a"))
    t.step("empty")
    t.fails(INVALID, client.put_item, TableName=table, Item=item("a", **{"": "x"}))
    t.step("empty within a map")
    t.tries(client.put_item, TableName=table, Item=item("b", m={"M": {"": text("x")}}))


@scenario("dynamodb/value_names_long")
def value_names_long(t: Driver) -> None:
    """65,535 bytes are the longest name."""
    client, table = make(t)
    t.step("65,535")
    client.put_item(TableName=table, Item={**item("a"), "n" * 65_535: number(1)})
    t.step("65,536")
    t.fails(INVALID, client.put_item, TableName=table, Item={**item("a"), "n" * 65_536: number(1)})


@scenario("dynamodb/value_item_size")
def value_item_size(t: Driver) -> None:
    """An item has at most 409,600 bytes: names and values together."""
    client, table = make(t)
    room = 409_600 - len("pk") - len("a") - len("x")
    t.step("409,600")
    client.put_item(TableName=table, Item=item("a", x="x" * room))
    t.step("409,601")
    t.fails(INVALID, client.put_item, TableName=table, Item=item("a", x="x" * (room + 1)))
    t.step("by an update")
    update = {"UpdateExpression": "SET y = :y", "ExpressionAttributeValues": {":y": text("")}}
    t.fails(INVALID, client.update_item, TableName=table, Key=item("a"), **update)


@scenario("dynamodb/value_depth")
def value_depth(t: Driver) -> None:
    """Values nest 32 levels deep."""
    client, table = make(t)
    for kind in ("L", "M"):
        t.step(f"31 {kind} around a string")
        client.put_item(TableName=table, Item=item("a", x=nested(31, kind)))
        t.step(f"32 {kind} around a string")
        t.tries(client.put_item, TableName=table, Item=item("a", x=nested(32, kind)))
        t.step(f"33 {kind} around a string")
        t.fails(INVALID, client.put_item, TableName=table, Item=item("a", x=nested(33, kind)))


@scenario("dynamodb/key_lengths")
def key_lengths(t: Driver) -> None:
    """A partition key has at most 2,048 bytes, a sort key 1,024."""
    client, table = make(t, "sk")
    client.put_item(TableName=table, Item=item("p" * 2048, "s" * 1024))
    t.step("2,049")
    t.fails(INVALID, client.put_item, TableName=table, Item=item("p" * 2049, "s"))
    t.step("1,025")
    t.fails(INVALID, client.put_item, TableName=table, Item=item("p", "s" * 1025))
    t.step("in UTF-8")
    t.fails(INVALID, client.get_item, TableName=table, Key=item("p", "ä" * 513))


@scenario("dynamodb/key_binary")
def key_binary(t: Driver) -> None:
    """A binary key is its bytes."""
    client, table = keyed(t, "B")
    client.put_item(TableName=table, Item={"pk": {"B": b"\x00\xff"}, "x": number(1)})
    client.get_item(TableName=table, Key={"pk": {"B": b"\x00\xff"}})
    t.step("another")
    client.get_item(TableName=table, Key={"pk": {"B": b"\x00"}})
    t.step("empty")
    t.fails(INVALID, client.put_item, TableName=table, Item={"pk": {"B": b""}})
    t.step("a string")
    t.fails(INVALID, client.get_item, TableName=table, Key={"pk": text("a")})


@scenario("dynamodb/key_number")
def key_number(t: Driver) -> None:
    """A number as a key is one value however it is spelled, and is refused as attributes are."""
    client, table = keyed(t, "N")
    for spelled in ("10", "1e1", "10.0", "0010"):
        t.step(spelled)
        client.put_item(TableName=table, Item={"pk": number(spelled), "x": text(spelled)}, ReturnValues="ALL_OLD")
    t.step("nought")
    client.put_item(TableName=table, Item={"pk": number("-0")})
    client.get_item(TableName=table, Key={"pk": number("0.00")})
    t.step("no number")
    t.fails(INVALID, client.get_item, TableName=table, Key={"pk": number("x")})
