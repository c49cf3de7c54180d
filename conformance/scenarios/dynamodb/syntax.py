"""The text of expressions: words, placeholders, parentheses, lengths."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.conditions import Asker
from conformance.scenarios.dynamodb.fixtures import item, make, number
from conformance.scenarios.dynamodb.update import Updates
from conformance.scenarios.dynamodb.write import INVALID


@scenario("dynamodb/syntax_space")
def syntax_space(t: Driver) -> None:
    """Blanks, tabs and line ends separate, and may be left out where nothing runs together."""
    item_ = Asker(t, a=1, b=2)
    item_.asks("a=:v", v=1)
    item_.asks("  a\n=\t:v  ", v=1)
    item_.asks("(a=:v)AND(b<>:v)", v=1)
    item_.asks("a IN(:v)", v=1)
    item_.asks("attribute_exists ( a )")


@scenario("dynamodb/syntax_parentheses")
def syntax_parentheses(t: Driver) -> None:
    """Parentheses group; doubled ones are refused, and so are those that do not match."""
    item_ = Asker(t, a=1, b=2)
    item_.asks("(a = :v)", v=1)
    item_.asks("((a = :v) AND (b = :v)) OR (b > :v)", v=1)
    item_.asks("(a) = (:v)", v=1)
    item_.refuses("((a = :v))", v=1)
    item_.refuses("((a = :v) AND b = :v))", v=1)
    item_.refuses("()", v=1)


@scenario("dynamodb/syntax_tokens")
def syntax_tokens(t: Driver) -> None:
    """The error names the token, and what stands near it."""
    item_ = Asker(t, a=1)
    for wrong in ("a = 1", "a = 'x'", 'a = "x"', "a = :v;", "a = :v AND", "AND a = :v", "a = :v b = :v", "a @ :v"):
        item_.refuses(wrong, v=1)


@scenario("dynamodb/syntax_names")
def syntax_names(t: Driver) -> None:
    """A name begins with a letter and goes on with letters, digits and underscores; all else needs a placeholder."""
    item_ = Asker(t, a=1, A_b9=2)
    item_.asks("A_b9 = :v", v=2)
    item_.refuses("9a = :v", v=1)
    item_.refuses("a-b = :v", v=1)
    item_.refuses("_a = :v", v=1)
    item_.refuses("ä = :v", v=1)
    item_.refuses("a. = :v", v=1)


@scenario("dynamodb/syntax_reserved_words")
def syntax_reserved_words(t: Driver) -> None:
    """Reserved words are refused whatever their case, alone and within a path; the error names them."""
    item_ = Asker(t, a=1)
    for word in ("name", "Status", "COUNT", "date", "a.year", "zone[0]", "between"):
        item_.refuses(f"{word} = :v", v=1)


@scenario("dynamodb/syntax_placeholder_paths")
def syntax_placeholder_paths(t: Driver) -> None:
    """A placeholder stands for one step of a path, dots and all."""
    item_ = Asker(t, **{"a.b": 1, "m": {"M": {"x y": number(2)}}, "size": 3})
    names = {"#d": "a.b", "#m": "m", "#x": "x y", "#s": "size"}

    def ask(condition: str, *used: str, v: int) -> None:
        params = item_.params(condition, {"v": v})
        item_.client.scan(**params, ExpressionAttributeNames={name: names[name] for name in used})

    ask("#d = :v", "#d", v=1)
    ask("m.#x = :v", "#x", v=2)
    ask("#m.#x = :v", "#m", "#x", v=2)
    ask("#s = :v", "#s", v=3)
    ask("size(#s) = :v", "#s", v=3)


@scenario("dynamodb/syntax_placeholders_malformed")
def syntax_placeholders_malformed(t: Driver) -> None:
    """A name's placeholder begins with #, a value's with a colon, and both go on with letters, digits and _."""
    item_ = Asker(t, a=1)
    scan = {"TableName": item_.table, "FilterExpression": "a = :v"}
    values = {":v": number(1)}

    def refuse(title: str, **more: Any) -> None:
        t.step(title)
        t.fails(INVALID, item_.client.scan, **{**scan, "ExpressionAttributeValues": values, **more})

    refuse("a name without #", FilterExpression="x = :v", ExpressionAttributeNames={"x": "a"})
    refuse("a bare #", FilterExpression="# = :v", ExpressionAttributeNames={"#": "a"})
    refuse("a name with a dash", FilterExpression="#a-b = :v", ExpressionAttributeNames={"#a-b": "a"})
    refuse("a value without a colon", FilterExpression="a = v", ExpressionAttributeValues={"v": number(1)})
    refuse("a bare colon", FilterExpression="a = :", ExpressionAttributeValues={":": number(1)})
    refuse("an empty name", FilterExpression="#a = :v", ExpressionAttributeNames={"#a": ""})
    refuse("no names", ExpressionAttributeNames={})
    refuse("no values", ExpressionAttributeValues={})
    refuse("a value of no type", ExpressionAttributeValues={":v": {}})
    refuse("a value of two types", ExpressionAttributeValues={":v": {"S": "a", "N": "1"}})


@scenario("dynamodb/syntax_placeholders_undefined")
def syntax_placeholders_undefined(t: Driver) -> None:
    """Each kind of expression says which of its placeholders is not defined."""
    client, table = make(t)
    get = {"TableName": table, "Key": item("a")}
    t.fails(INVALID, client.get_item, **get, ProjectionExpression="#p")
    t.fails(INVALID, client.scan, TableName=table, FilterExpression="#f = :f")
    t.fails(INVALID, client.scan, TableName=table, FilterExpression="f = :f")
    t.fails(INVALID, client.query, TableName=table, KeyConditionExpression="pk = :k")
    t.fails(INVALID, client.query, TableName=table, KeyConditionExpression="#k = :k")
    t.fails(INVALID, client.update_item, **get, UpdateExpression="SET #u = :u")
    t.fails(INVALID, client.update_item, **get, UpdateExpression="SET u = :u")
    t.fails(INVALID, client.delete_item, **get, ConditionExpression="#c = :c")
    t.fails(INVALID, client.put_item, TableName=table, Item=item("a"), ConditionExpression="c = :c")


@scenario("dynamodb/syntax_placeholders_unused")
def syntax_placeholders_unused(t: Driver) -> None:
    """Names and values that nothing uses are refused, in every operation; all of them are named."""
    client, table = make(t)
    get, names = {"TableName": table, "Key": item("a")}, {"#u": "x"}
    values = {":u": number(1), ":w": number(2)}
    one = {"ConditionExpression": "attribute_not_exists(a)"}
    t.fails(INVALID, client.get_item, **get, ProjectionExpression="a", ExpressionAttributeNames=names)
    t.fails(INVALID, client.put_item, TableName=table, Item=item("a"), **one, ExpressionAttributeValues=values)
    t.fails(INVALID, client.put_item, TableName=table, Item=item("a"), **one, ExpressionAttributeNames=names)
    t.fails(INVALID, client.delete_item, **get, **one, ExpressionAttributeNames={**names, "#v": "y"})
    t.fails(INVALID, client.update_item, **get, UpdateExpression="SET a = :u", ExpressionAttributeValues=values)
    filtered = {"TableName": table, "FilterExpression": "a = :u"}
    t.fails(INVALID, client.scan, **filtered, ExpressionAttributeValues=values)


@scenario("dynamodb/syntax_placeholders_without_expression")
def syntax_placeholders_without_expression(t: Driver) -> None:
    """Names and values without any expression are refused."""
    client, table = make(t)
    get, names, values = {"TableName": table, "Key": item("a")}, {"#u": "x"}, {":u": number(1)}
    t.fails(INVALID, client.get_item, **get, ExpressionAttributeNames=names)
    t.fails(INVALID, client.put_item, TableName=table, Item=item("a"), ExpressionAttributeNames=names)
    t.fails(INVALID, client.delete_item, **get, ExpressionAttributeValues=values)
    t.fails(INVALID, client.update_item, **get, ExpressionAttributeValues=values)
    t.fails(INVALID, client.scan, TableName=table, ExpressionAttributeNames=names)
    t.fails(INVALID, client.scan, TableName=table, ExpressionAttributeValues=values)


@scenario("dynamodb/syntax_length")
def syntax_length(t: Driver) -> None:
    """An expression has at most 4,096 bytes."""
    item_ = Asker(t, a=1)
    exact = "a = :v".ljust(4096)
    t.step("4,096")
    values = {":v": number(1)}
    scan = {"TableName": item_.table, "ExpressionAttributeValues": values, "Select": "COUNT"}
    item_.client.scan(**scan, FilterExpression=exact)
    t.step("4,097")
    t.fails(INVALID, item_.client.scan, **scan, FilterExpression=exact + " ")
    t.step("an update of 4,097")
    update = {"TableName": item_.table, "Key": item("a"), "UpdateExpression": "SET a = :v".ljust(4097)}
    t.fails(INVALID, item_.client.update_item, **update, ExpressionAttributeValues=values)


@scenario("dynamodb/syntax_operators")
def syntax_operators(t: Driver) -> None:
    """An expression has at most 300 operators."""
    item_ = Asker(t, a=1)
    scan = {"TableName": item_.table, "ExpressionAttributeValues": {":v": number(1)}, "Select": "COUNT"}
    t.step("299 with their ORs")
    item_.client.scan(**scan, FilterExpression=" OR ".join(["a=:v"] * 150))
    t.step("301 with their ORs")
    t.fails(INVALID, item_.client.scan, **scan, FilterExpression=" OR ".join(["a=:v"] * 151))


@scenario("dynamodb/syntax_clauses")
def syntax_clauses(t: Driver) -> None:
    """An update's clauses come in any order and case, each once."""
    item_ = Updates(t, a=1, s={"SS": ["x", "y"]}, n=1, z=0)
    item_.does("remove z DELETE s :set add n :v Set a = :v", v=2, set={"SS": ["x"]})
    item_.refuses("SET a = :v REMOVE z SET n = :v", v=1)
    item_.refuses("REMOVE a REMOVE z")
    item_.refuses("ADD n :v ADD a :v", v=1)
    item_.refuses("DELETE s :set DELETE z :set", set={"SS": ["x"]})
