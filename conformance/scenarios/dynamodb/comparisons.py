"""Comparisons: each operator with each type."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.conditions import Asker
from conformance.scenarios.dynamodb.fixtures import number, text

VALUES: dict[str, Any] = {
    "s": text("b"),
    "n": number(5),
    "b": {"B": b"\x02"},
    "y": {"BOOL": True},
    "z": {"NULL": True},
    "l": {"L": [number(1), text("a")]},
    "m": {"M": {"k": number(1)}},
    "ss": {"SS": ["a", "b"]},
    "ns": {"NS": ["1", "2"]},
    "bs": {"BS": [b"a", b"b"]},
}


@scenario("dynamodb/compare_equal")
def compare_equal(t: Driver) -> None:
    """A value of every type equals itself."""
    item_ = Asker(t, **VALUES)
    for name, value in VALUES.items():
        item_.asks(f"{name} = :v", v=value)


@scenario("dynamodb/compare_unequal")
def compare_unequal(t: Driver) -> None:
    """A value of every type is unequal to one of another type."""
    item_ = Asker(t, **VALUES)
    for name in VALUES:
        item_.asks(f"{name} <> :v", v=text("other"))


@scenario("dynamodb/compare_order")
def compare_order(t: Driver) -> None:
    """Strings, numbers and binaries have an order; the bounds are exact."""
    item_ = Asker(t, **VALUES)
    for name, bound in (("s", text("b")), ("n", number(5)), ("b", {"B": b"\x02"})):
        for operator in ("<", "<=", ">", ">="):
            item_.asks(f"{name} {operator} :v", v=bound)


@scenario("dynamodb/compare_order_refused")
def compare_order_refused(t: Driver) -> None:
    """What has no order is refused as an operand, whatever the item holds."""
    item_ = Asker(t, **VALUES)
    for value in (VALUES["y"], VALUES["z"], VALUES["l"], VALUES["m"], VALUES["ss"], VALUES["ns"], VALUES["bs"]):
        item_.refuses("s < :v", v=value)


@scenario("dynamodb/compare_order_of_others")
def compare_order_of_others(t: Driver) -> None:
    """An attribute of a type that has no order is simply not less and not greater."""
    item_ = Asker(t, **VALUES)
    for name in ("y", "z", "l", "m", "ss"):
        item_.asks(f"{name} < :v OR {name} >= :v", v=1)


@scenario("dynamodb/compare_between")
def compare_between(t: Driver) -> None:
    """BETWEEN includes both bounds; bounds that are attributes may be the wrong way round."""
    item_ = Asker(t, n=5, low=1, high=9)
    item_.asks("n BETWEEN :a AND :b", a=5, b=5)
    item_.asks("n BETWEEN low AND high")
    item_.asks("n BETWEEN high AND low")
    item_.asks(":five BETWEEN low AND high", five=5)
    item_.asks("n BETWEEN :a AND :b", a="1", b="9")
    item_.asks("NOT n BETWEEN :a AND :b", a=6, b=9)


@scenario("dynamodb/compare_between_refused")
def compare_between_refused(t: Driver) -> None:
    """Bounds of two types, of no order, or the wrong way round."""
    item_ = Asker(t, n=5)
    item_.refuses("n BETWEEN :a AND :b", a=9, b=1)
    item_.refuses("n BETWEEN :a AND :b", a=1, b="9")
    item_.refuses("n BETWEEN :a AND :b", a={"BOOL": True}, b={"BOOL": True})
    item_.refuses("n BETWEEN :a", a=1)
    item_.refuses("n BETWEEN :a, :b", a=1, b=2)


@scenario("dynamodb/compare_in")
def compare_in(t: Driver) -> None:
    """IN takes up to a hundred operands, of any types, attributes too."""
    item_ = Asker(t, n=5, same=5)
    item_.asks("n IN (:a)", a=5)
    item_.asks("n IN (:a, :b)", a="5", b={"BOOL": True})
    item_.asks("n IN (same)")
    item_.asks("n IN (" + ", ".join(f":v{n}" for n in range(100)) + ")", **{f"v{n}": n for n in range(100)})


@scenario("dynamodb/compare_in_refused")
def compare_in_refused(t: Driver) -> None:
    """No operand, and more than a hundred."""
    item_ = Asker(t, n=5)
    item_.refuses("n IN ()")
    item_.refuses("n IN :a", a=5)
    item_.refuses("n IN (" + ", ".join(f":v{n}" for n in range(101)) + ")", **{f"v{n}": n for n in range(101)})


@scenario("dynamodb/compare_numbers")
def compare_numbers(t: Driver) -> None:
    """Numbers compare by value, to the last of 38 digits."""
    item_ = Asker(t, n=number("1" * 38), h=number("1.50"), z=number("-0"))
    item_.asks("n = :v", v=number("1" * 37 + "2"))
    item_.asks("n < :v", v=number("1" * 37 + "2"))
    item_.asks("h = :v", v=number("15e-1"))
    item_.asks("z = :v", v=0)
    item_.asks("h > :v", v=number("-9.9E+125"))


@scenario("dynamodb/compare_sets")
def compare_sets(t: Driver) -> None:
    """A set equals another of the same members in any order; numbers in it by value."""
    item_ = Asker(t, ss={"SS": ["a", "b"]}, ns={"NS": ["1", "2"]}, bs={"BS": [b"a", b"b"]})
    item_.asks("ss = :v", v={"SS": ["b", "a"]})
    item_.asks("ns = :v", v={"NS": ["2.0", "1"]})
    item_.asks("bs = :v", v={"BS": [b"b", b"a"]})
    item_.asks("ss = :v", v={"SS": ["a"]})
    item_.asks("ss = :v", v={"L": [text("a"), text("b")]})


@scenario("dynamodb/compare_documents")
def compare_documents(t: Driver) -> None:
    """Lists equal in order, maps whatever their order, both to any depth."""
    deep = {"L": [{"M": {"a": number(1), "b": {"L": [text("x")]}}}]}
    item_ = Asker(t, d=deep)
    item_.asks("d = :v", v=deep)
    item_.asks("d[0] = :v", v={"M": {"b": {"L": [text("x")]}, "a": number("1.0")}})
    item_.asks("d[0].b[0] = :v", v="x")
    item_.asks("d = :v", v={"L": []})


@scenario("dynamodb/compare_attributes")
def compare_attributes(t: Driver) -> None:
    """Two attributes are compared with each other; one that is missing compares with nothing."""
    item_ = Asker(t, a=1, b=2, c=1)
    item_.asks("a = c")
    item_.asks("a < b")
    item_.asks("a = nope")
    item_.asks("a <> nope")
    item_.asks("nope = nada")


@scenario("dynamodb/compare_operators_unknown")
def compare_operators_unknown(t: Driver) -> None:
    """Operators that there are not."""
    item_ = Asker(t, a=1)
    for wrong in ("a != :v", "a == :v", "a => :v", "a LIKE :v", "a + :v", "a = NOT :v", "a"):
        item_.refuses(wrong, v=1)
