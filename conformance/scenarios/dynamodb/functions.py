"""The functions of conditions: with each type, and what they refuse."""

from __future__ import annotations

from typing import Any

from conformance.scenarios import Driver, scenario
from conformance.scenarios.dynamodb.comparisons import VALUES
from conformance.scenarios.dynamodb.conditions import Asker
from conformance.scenarios.dynamodb.fixtures import number, text


@scenario("dynamodb/function_exists")
def function_exists(t: Driver) -> None:
    """attribute_exists and attribute_not_exists look along paths; null is there."""
    item_ = Asker(t, m={"M": {"k": {"NULL": True}}}, l={"L": [text("a")]}, e="")
    item_.asks("attribute_exists(m.k)")
    item_.asks("attribute_exists(l[0])")
    item_.asks("attribute_not_exists(l[1])")
    item_.asks("attribute_not_exists(m.k.deeper)")
    item_.asks("attribute_exists(e)")
    item_.asks("attribute_exists(pk)")


@scenario("dynamodb/function_exists_refused")
def function_exists_refused(t: Driver) -> None:
    """They take one path and nothing else, and are a condition by themselves."""
    item_ = Asker(t, a=1)
    item_.refuses("attribute_exists()")
    item_.refuses("attribute_exists(a, b)")
    item_.refuses("attribute_not_exists(:v)", v=1)
    item_.refuses("attribute_exists(size(a))")
    item_.refuses("attribute_exists(a) = :v", v={"BOOL": True})


@scenario("dynamodb/function_type")
def function_type(t: Driver) -> None:
    """attribute_type knows ten types by their short names."""
    item_ = Asker(t, **VALUES)
    kinds = ("S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS")
    for name, kind in zip(VALUES, kinds, strict=True):
        item_.asks(f"attribute_type({name}, :t)", t=kind)
    item_.asks("attribute_type(nope, :t)", t="S")


@scenario("dynamodb/function_type_refused")
def function_type_refused(t: Driver) -> None:
    """A type is a string, one of the ten, and not an attribute."""
    item_ = Asker(t, a="S")
    item_.refuses("attribute_type(a, :t)", t="s")
    item_.refuses("attribute_type(a, :t)", t="")
    item_.refuses("attribute_type(a, :t)", t=1)
    item_.refuses("attribute_type(a, a)")
    item_.refuses("attribute_type(a)")


@scenario("dynamodb/function_begins_with")
def function_begins_with(t: Driver) -> None:
    """begins_with is for strings and binaries; an attribute of another type does not begin with anything."""
    item_ = Asker(t, s="hello", b={"B": b"\x01\x02\x03"}, n=12, p="he")
    item_.asks("begins_with(s, :v)", v="hello")
    item_.asks("begins_with(s, :v)", v="hello!")
    item_.asks("begins_with(s, :v)", v="")
    item_.asks("begins_with(b, :v)", v={"B": b"\x01\x02"})
    item_.asks("begins_with(s, p)")
    item_.asks("begins_with(n, :v)", v="1")
    item_.asks("begins_with(nope, :v)", v="1")


@scenario("dynamodb/function_begins_with_refused")
def function_begins_with_refused(t: Driver) -> None:
    """Its prefix is a string or a binary."""
    item_ = Asker(t, s="hello")
    wrong: tuple[Any, ...] = (number(1), {"BOOL": True}, {"NULL": True}, {"SS": ["h"]}, {"L": []})
    for value in wrong:
        item_.refuses("begins_with(s, :v)", v=value)
    item_.refuses("begins_with(s)")
    item_.refuses("begins_with(s, :v, :v)", v="h")
    item_.refuses("begins_with(s, s)")


@scenario("dynamodb/function_contains")
def function_contains(t: Driver) -> None:
    """contains looks for a part of a string or binary, a member of a set, an element of a list."""
    members = {"L": [number(1), {"M": {"k": text("v")}}, {"L": [text("deep")]}]}
    item_ = Asker(t, s="hello", b={"B": b"\x01\x02"}, ns={"NS": ["1", "2"]}, bs={"BS": [b"a"]}, l=members, n=12)
    item_.asks("contains(s, :v)", v="ell")
    item_.asks("contains(s, :v)", v="")
    item_.asks("contains(b, :v)", v={"B": b"\x02"})
    item_.asks("contains(ns, :v)", v=number("2.0"))
    item_.asks("contains(bs, :v)", v={"B": b"a"})
    item_.asks("contains(l, :v)", v={"M": {"k": text("v")}})
    item_.asks("contains(l, :v)", v="deep")
    item_.asks("contains(n, :v)", v="1")
    item_.asks("contains(s, :v)", v=1)


@scenario("dynamodb/function_contains_refused")
def function_contains_refused(t: Driver) -> None:
    """Two operands, of which the first is a path."""
    item_ = Asker(t, s="hello")
    item_.refuses("contains(s)")
    item_.refuses("contains(s, :v, :v)", v="h")
    item_.refuses("contains(s, s)")


@scenario("dynamodb/function_size")
def function_size(t: Driver) -> None:
    """size counts characters, bytes, members and elements; what has none is never compared."""
    item_ = Asker(t, **{**VALUES, "s": text("äö😀"), "b": {"B": b"\x00\x01\x02"}})
    for name, size in (("s", 3), ("b", 3), ("ss", 2), ("ns", 2), ("bs", 2), ("l", 2), ("m", 1)):
        item_.asks(f"size({name}) = :v", v=size)
    item_.asks("size(s) >= :v", v=4)
    item_.asks("size(n) > :v OR size(y) > :v OR size(z) > :v", v=-1)
    item_.asks("size(nope) > :v", v=-1)


@scenario("dynamodb/function_size_compared")
def function_size_compared(t: Driver) -> None:
    """size is an operand like any other: on either side, in BETWEEN and IN, with another size."""
    item_ = Asker(t, s="abc", n=3)
    item_.asks("size(s) = n")
    item_.asks(":v < size(s)", v=2)
    item_.asks("size(s) BETWEEN :a AND :b", a=1, b=3)
    item_.asks("size(s) IN (:a, :b)", a=1, b=3)
    item_.asks("size(s) = size(pk)")
    item_.asks("size(s) = :v", v="3")


@scenario("dynamodb/function_size_refused")
def function_size_refused(t: Driver) -> None:
    """size is no condition by itself; it takes one path."""
    item_ = Asker(t, s="abc")
    item_.refuses("size(s)")
    item_.refuses("size()")
    item_.refuses("size(s, s) = :v", v=1)
    item_.refuses("size(:v) = :v", v=1)
    item_.refuses("size(size(s)) = :v", v=1)


@scenario("dynamodb/function_unknown")
def function_unknown(t: Driver) -> None:
    """Functions are known by their names in small letters; those of updates are none of conditions."""
    item_ = Asker(t, s="abc")
    item_.refuses("ATTRIBUTE_EXISTS(s)")
    item_.refuses("Size(s) = :v", v=3)
    item_.refuses("exists(s)")
    item_.refuses("if_not_exists(s, :v)", v=1)
    item_.refuses("list_append(s, :v) = :v", v={"L": []})
