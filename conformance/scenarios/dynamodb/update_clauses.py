"""What each clause of an update does to values of each type, and to paths."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.fixtures import item, make, number, text
from conformance.scenarios.dynamodb.update import Updates

LIST: dict[str, Any] = {"L": [text("a"), text("b"), text("c")]}


@scenario("dynamodb/set_if_not_exists")
def set_if_not_exists(t: Driver) -> None:
    """if_not_exists looks along a path, nests, and is an operand of sums."""
    item_ = Updates(t, n=1, m={"M": {"k": number(5)}})
    item_.does("SET a = if_not_exists(m.k, :v)", v=0)
    item_.does("SET b = if_not_exists(m.nope, :v)", v=0)
    item_.does("SET c = if_not_exists(nope, :v) + :v", v=3)
    item_.does("SET d = if_not_exists(nope, if_not_exists(n, :v))", v=9)
    item_.does("SET e = if_not_exists(nope, n)")
    item_.does("SET m.k = if_not_exists(m.k, :v)", v=7)


@scenario("dynamodb/set_list_append")
def set_list_append(t: Driver) -> None:
    """list_append joins two lists, also one with itself and one that may not be there."""
    item_ = Updates(t, l=LIST)
    item_.does("SET l = list_append(l, l)")
    item_.does("SET k = list_append(if_not_exists(k, :e), :one)", e={"L": []}, one={"L": [number(1)]})
    item_.does("SET j = list_append(:one, :one)", one={"L": [number(1)]})


@scenario("dynamodb/set_list_append_refused")
def set_list_append_refused(t: Driver) -> None:
    """Both operands are lists, and there."""
    item_ = Updates(t, l=LIST, s="a", ss={"SS": ["a"]})
    item_.refuses("SET l = list_append(l, :v)", v="x")
    item_.refuses("SET l = list_append(l, s)")
    item_.refuses("SET l = list_append(l, ss)")
    item_.refuses("SET l = list_append(l, nope)")
    item_.refuses("SET l = list_append(l)")
    item_.refuses("SET l = list_append(l, :v, :v)", v={"L": []})


@scenario("dynamodb/set_arithmetic")
def set_arithmetic(t: Driver) -> None:
    """Sums and differences are exact to 38 digits."""
    item_ = Updates(t, n=10, f=number("0.1"), big=number("1" * 38))
    item_.does("SET n = n - :v", v=11)
    item_.does("SET f = f + :v", v=number("0.2"))
    item_.does("SET big = big + :v", v=1)
    item_.does("SET a = :v - n, b = n - f", v=0)
    item_.does("SET f = f - f")


@scenario("dynamodb/set_arithmetic_refused")
def set_arithmetic_refused(t: Driver) -> None:
    """Numbers only, two of them, whose sum is in range."""
    item_ = Updates(t, n=1, s="a", max=number("9.9999999999999999999999999999999999999E+125"))
    item_.refuses("SET n = s + n")
    item_.refuses("SET n = nope + n")
    item_.refuses("SET n = n + :v", v={"NS": ["1"]})
    item_.refuses("SET n = n + n + n")
    item_.refuses("SET n = n * n")
    item_.refuses("SET n = -n")
    item_.refuses("SET #m = #m + #m", {"ExpressionAttributeNames": {"#m": "max"}})


@scenario("dynamodb/set_digits_lost")
def set_digits_lost(t: Driver) -> None:
    """A sum that needs more than 38 digits."""
    item_ = Updates(t, n=number("1" * 38))
    item_.t.step("a fraction too small")
    params = item_.params("SET n = n + :v", {"v": number("0.1")}, {"ReturnValues": "ALL_NEW"})
    t.tries(item_.client.update_item, **params)
    params = item_.params("SET n = n + :v", {"v": number("9" * 38)}, {"ReturnValues": "ALL_NEW"})
    t.tries(item_.client.update_item, **params)


@scenario("dynamodb/set_operands_as_they_were")
def set_operands_as_they_were(t: Driver) -> None:
    """All clauses read the item as it was before."""
    item_ = Updates(t, a=1, b=2, l=LIST)
    item_.does("SET a = b, b = a")
    item_.does("SET c = a REMOVE a ADD b :v", v=10)
    item_.does("SET l[0] = l[2], l[2] = l[0]")


@scenario("dynamodb/set_paths")
def set_paths(t: Driver) -> None:
    """A path leads through maps and lists that are there; beyond a list's end is its end."""
    item_ = Updates(t, m={"M": {"l": {"L": [{"M": {"k": text("v")}}]}}}, l=LIST)
    item_.does("SET m.l[0].k = :v", v="w")
    item_.does("SET m.l[0].fresh = :v, m.l[5] = :v", v="x")
    item_.does("SET l[3] = :v, l[7] = :v, l[5] = :w", v="y", w="z")
    item_.does("SET m.late = :v", v={"M": {}})
    item_.does("SET m.late.deeper = :v", v=1)


@scenario("dynamodb/set_paths_refused")
def set_paths_refused(t: Driver) -> None:
    """A path that leads through what is not there, or through what is no map and no list."""
    item_ = Updates(t, m={"M": {}}, l=LIST, s="a")
    item_.refuses("SET nope.k = :v", v=1)
    item_.refuses("SET m.nope.k = :v", v=1)
    item_.refuses("SET s.k = :v", v=1)
    item_.refuses("SET s[0] = :v", v=1)
    item_.refuses("SET m[0] = :v", v=1)
    item_.refuses("SET l.k = :v", v=1)
    item_.refuses("SET l[9].k = :v", v=1)
    item_.refuses("SET l[-1] = :v", v=1)
    item_.refuses("SET l[] = :v", v=1)
    item_.refuses("SET l[:v] = :v", v=1)


@scenario("dynamodb/remove_paths")
def remove_paths(t: Driver) -> None:
    """REMOVE takes the last step only; elements close up, and an empty list or map stays."""
    item_ = Updates(t, m={"M": {"a": {"M": {"b": number(1)}}}}, l=LIST, n=1)
    item_.does("REMOVE m.a.b")
    item_.does("REMOVE l[1]")
    item_.does("REMOVE l[0], l[1]")
    item_.does("REMOVE m.a, n")
    item_.does("REMOVE l[3], m.nope")


@scenario("dynamodb/remove_refused")
def remove_refused(t: Driver) -> None:
    """A path through what is not there, a key, a value, and nothing."""
    item_ = Updates(t, n=1)
    item_.refuses("REMOVE nope.k")
    item_.refuses("REMOVE n.k")
    item_.refuses("REMOVE pk")
    item_.refuses("REMOVE :v", v=1)
    item_.refuses("REMOVE")
    item_.refuses("REMOVE n n")
    item_.refuses("REMOVE n, n")


@scenario("dynamodb/add_numbers")
def add_numbers(t: Driver) -> None:
    """ADD of a number to what is not there begins at nought; it may be negative and lie in a map."""
    item_ = Updates(t, n=1, m={"M": {"n": number(1)}})
    item_.does("ADD n :v", v=-5)
    item_.does("ADD fresh :v", v=number("1.50"))
    item_.does("ADD m.n :v, m.fresh :v", v=2)


@scenario("dynamodb/add_sets")
def add_sets(t: Driver) -> None:
    """ADD to a set takes a set of the same type."""
    item_ = Updates(t, ns={"NS": ["1"]}, bs={"BS": [b"a"]}, m={"M": {}})
    item_.does("ADD ns :v", v={"NS": ["1.0", "2"]})
    item_.does("ADD bs :v", v={"BS": [b"b"]})
    item_.does("ADD m.s :v", v={"SS": ["x"]})


@scenario("dynamodb/add_refused")
def add_refused(t: Driver) -> None:
    """ADD takes numbers and sets, of the type that is there, by placeholder only."""
    item_ = Updates(t, n=1, s="a", ss={"SS": ["a"]}, l=LIST)
    item_.refuses("ADD s :v", v=1)
    item_.refuses("ADD ss :v", v={"NS": ["1"]})
    item_.refuses("ADD n :v", v="1")
    item_.refuses("ADD l :v", v={"SS": ["a"]})
    item_.refuses("ADD n :v", v={"M": {}})
    item_.refuses("ADD n n")
    item_.refuses("ADD n = :v", v=1)
    item_.refuses("ADD n.k :v", v=1)
    item_.refuses("ADD pk :v", v=1)


@scenario("dynamodb/delete_from_sets")
def delete_from_sets(t: Driver) -> None:
    """DELETE takes members out; what is not there, set or member, is no error."""
    item_ = Updates(t, ns={"NS": ["1", "2"]}, bs={"BS": [b"a", b"b"]}, m={"M": {"s": {"SS": ["x", "y"]}}})
    item_.does("DELETE ns :v", v={"NS": ["2.0", "3"]})
    item_.does("DELETE bs :v", v={"BS": [b"a"]})
    item_.does("DELETE m.s :v", v={"SS": ["x"]})
    item_.does("DELETE nope :v", v={"SS": ["x"]})
    item_.does("DELETE m.s :v", v={"SS": ["y"]})


@scenario("dynamodb/delete_from_sets_refused")
def delete_from_sets_refused(t: Driver) -> None:
    """DELETE takes a set of the type that is there."""
    item_ = Updates(t, n=1, ss={"SS": ["a"]})
    item_.refuses("DELETE ss :v", v="a")
    item_.refuses("DELETE ss :v", v={"NS": ["1"]})
    item_.refuses("DELETE n :v", v={"NS": ["1"]})
    item_.refuses("DELETE ss")
    item_.refuses("DELETE pk :v", v={"SS": ["a"]})


@scenario("dynamodb/update_overlaps")
def update_overlaps(t: Driver) -> None:
    """Two paths of one update may not be the same, nor one within the other, in whatever clauses."""
    item_ = Updates(t, m={"M": {"a": number(1)}}, l=LIST, n=1)
    item_.refuses("SET m = :v REMOVE m.a", v={"M": {}})
    item_.refuses("SET l[0] = :v, l[0] = :v", v=1)
    item_.refuses("SET l[0].a = :v REMOVE l[0]", v=1)
    item_.refuses("SET n = :v ADD n :v", v=1)
    item_.refuses("REMOVE m.a, m.a")
    named = {"ExpressionAttributeNames": {"#n": "n"}}
    item_.refuses("SET n = :v REMOVE #n", named, v=1)
    item_.does("SET m.b = :v REMOVE m.a", v=1)


@scenario("dynamodb/update_conflicts")
def update_conflicts(t: Driver) -> None:
    """One attribute cannot be a map to one path and a list to the other."""
    item_ = Updates(t, m={"M": {"a": number(1)}})
    item_.refuses("SET m.a = :v, m[0] = :v", v=1)
    item_.refuses("SET m[0] = :v REMOVE m.a", v=1)
    item_.refuses("SET m.a.b = :v, m.a[1] = :v", v=1)


@scenario("dynamodb/update_keys_refused")
def update_keys_refused(t: Driver) -> None:
    """No clause may change a key, of the table or, to another type, of an index."""
    client, table = make(t, "sk")
    where = {"TableName": table, "Key": item("a", "b")}
    one = {"ExpressionAttributeValues": {":v": text("x")}}
    t.fails("ValidationException", client.update_item, **where, UpdateExpression="SET sk = :v", **one)
    t.fails("ValidationException", client.update_item, **where, UpdateExpression="SET pk = pk")
    t.fails("ValidationException", client.update_item, **where, UpdateExpression="REMOVE sk")
    t.fails("ValidationException", client.update_item, **where, UpdateExpression="SET pk.a = :v", **one)
    t.step("half a key")
    t.fails("ValidationException", client.update_item, TableName=table, Key=item("a"))


@scenario("dynamodb/update_values_refused")
def update_values_refused(t: Driver) -> None:
    """Values in placeholders obey the rules of items."""
    item_ = Updates(t)
    wrong: tuple[Any, ...] = ({"SS": []}, {"NS": ["1", "1.0"]}, number("x"), {"NULL": False}, number("1e200"))
    for value in wrong:
        item_.refuses("SET a = :v", v=value)


@scenario("dynamodb/update_returns_by_clause")
def update_returns_by_clause(t: Driver) -> None:
    """UPDATED_OLD and UPDATED_NEW give the paths that each clause names, as they were and are."""
    item_ = Updates(t, n=1, s={"SS": ["a", "b"]}, l=LIST, m={"M": {"a": number(1), "b": number(2)}})
    item_.does("ADD n :v", "UPDATED_NEW", v=1)
    item_.does("DELETE s :v", "UPDATED_OLD", v={"SS": ["a"]})
    item_.does("SET l[1] = :v", "UPDATED_NEW", v="x")
    item_.does("SET l[1] = :v", "UPDATED_OLD", v="y")
    item_.does("SET m.a = :v", "UPDATED_OLD", v=7)
    item_.does("REMOVE m.b", "UPDATED_OLD")
    item_.does("REMOVE n", "UPDATED_NEW")
    item_.does("SET fresh = :v", "UPDATED_OLD", v=1)


@scenario("dynamodb/update_returns_of_new_item")
def update_returns_of_new_item(t: Driver) -> None:
    """Each ReturnValues of an update that makes its item."""
    client, table = make(t)
    for returns in ("NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"):
        t.step(returns)
        what = {"UpdateExpression": "SET x = :v", "ExpressionAttributeValues": {":v": number(1)}}
        client.update_item(TableName=table, Key=item(returns), **what, ReturnValues=returns)
