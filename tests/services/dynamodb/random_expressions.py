"""Values, conditions, updates and projections by chance: as trees that the reference reads, and as DynamoDB's text."""

from __future__ import annotations

import base64
from typing import Any

from hypothesis import strategies as st

from tests.services.dynamodb.reference import Tree, plain

NAMES = ["a", "b", "with.dot", "Name", "é"]
INNER = ["x", "Name"]
TYPES = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"]
BARE = {"a", "b", "x", "pk", "sk", "g", "h", "l"}

TEXTS = st.sampled_from(["", "a", "ab", "abc", "Z", "é", "\ue000", "\U0001f600", "a\x00", "1"])
BYTES = st.sampled_from([b"", b"\x00", b"\x7f", b"\x80", b"\xff", b"\xff\xff", b"ab", b"abc"])
FEW_NUMBERS = st.sampled_from(["0", "1", "-1", "2", "10", "-10", "0.5", "-0.5", "1E+20", "1E-20", "12", "1.0"])
MANY_NUMBERS = st.tuples(
    st.booleans(),
    st.integers(1, 10**38 - 1) | st.integers(1, 999) | st.integers(10**37, 10**38 - 1),
    st.integers(-130, 125) | st.integers(-3, 40),
).map(lambda drawn: f"{'-' if drawn[0] else ''}{str(drawn[1])[0]}.{str(drawn[1])[1:] or '0'}E{drawn[2]}")
"""Up to 38 digits, the first of which stands where the exponent says."""

SCALARS = (
    TEXTS.map(lambda text: {"S": text})
    | FEW_NUMBERS.map(lambda text: {"N": text})
    | BYTES.map(lambda data: {"B": base64.b64encode(data).decode()})
)


def sets(kind: str) -> st.SearchStrategy[Any]:
    """A set of scalars of that kind, each once."""
    of_kind = SCALARS.filter(lambda value: kind in value)
    distinct = st.lists(of_kind, min_size=1, max_size=3, unique_by=plain)
    return distinct.map(lambda members: {kind + "S": [member[kind] for member in members]})


SETS = sets("S") | sets("N") | sets("B")
VALUES = st.recursive(
    SCALARS | SETS | st.booleans().map(lambda truth: {"BOOL": truth}) | st.just({"NULL": True}),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda each: {"L": each})
        | st.dictionaries(st.sampled_from(INNER), inner, max_size=2).map(lambda each: {"M": each})
    ),
    max_leaves=4,
)
LISTS = st.lists(SCALARS, min_size=2, max_size=4).map(lambda each: {"L": each})
LADEN = st.fixed_dictionaries(
    {"a": LISTS, "Name": st.fixed_dictionaries({"x": SCALARS | SETS, "Name": LISTS}).map(lambda each: {"M": each})}
)
"""Attributes in which there is something at the paths of ``WITHIN``."""
ATTRIBUTES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4) | LADEN

ANYWHERE = st.tuples(st.sampled_from(NAMES), st.lists(st.sampled_from(INNER) | st.integers(0, 2), max_size=2)).map(
    lambda drawn: (drawn[0], *drawn[1])
)
WITHIN = st.sampled_from(
    [*(("a", place) for place in (0, 1, 2, 3, 5, 7)), ("Name", "x"), ("Name", "b")]
    + [("Name", "Name", place) for place in (0, 1, 2, 10)]
)
PATHS = ANYWHERE | WITHIN


def value(drawn: Any) -> Tree:
    return "value", drawn


def path(drawn: Any) -> Tree:
    return "path", drawn


def are_distinct(tree: Tree) -> bool:
    return bool(tree[1] != tree[2])


READ = PATHS.map(path) | PATHS.map(lambda drawn: ("size", drawn))
ORDERED = st.sampled_from(["<", "<=", ">", ">="])
COMPARISONS = (
    st.tuples(st.sampled_from(["=", "<>"]), READ, VALUES.map(value))
    | st.tuples(ORDERED, READ, SCALARS.map(value))
    | st.tuples(ORDERED | st.sampled_from(["=", "<>"]), READ, READ).filter(are_distinct)
)
BETWEEN = (
    st.tuples(READ, st.sampled_from("SNB").flatmap(lambda kind: st.tuples(*[SCALARS.filter(lambda v: kind in v)] * 2)))
    .map(lambda drawn: (drawn[0], sorted(drawn[1], key=plain)))
    .map(lambda drawn: ("between", drawn[0], value(drawn[1][0]), value(drawn[1][1])))
)
IN = st.tuples(READ, st.lists(VALUES.map(value), min_size=1, max_size=3)).map(lambda drawn: ("in", drawn[0], *drawn[1]))
FUNCTIONS = (
    st.tuples(st.sampled_from(["exists", "not_exists"]), PATHS.map(path))
    | st.tuples(st.just("type"), PATHS.map(path), st.sampled_from(TYPES).map(lambda kind: value({"S": kind})))
    | st.tuples(st.just("begins_with"), PATHS.map(path), SCALARS.filter(lambda scalar: "N" not in scalar).map(value))
    | st.tuples(st.just("contains"), PATHS.map(path), SCALARS.map(value))
)
CONDITIONS = st.recursive(
    COMPARISONS | BETWEEN | IN | FUNCTIONS,
    lambda inner: st.tuples(st.sampled_from(["and", "or"]), inner, inner) | st.tuples(st.just("not"), inner),
    max_leaves=4,
)

NUMBER = st.one_of(FEW_NUMBERS, MANY_NUMBERS).map(lambda text: value({"N": text}))
LIST = st.lists(VALUES, max_size=2).map(lambda each: value({"L": each}))
OPERANDS = (
    VALUES.map(value)
    | PATHS.map(path)
    | st.tuples(st.just("if_not_exists"), PATHS.map(path), VALUES.map(value) | PATHS.map(path)).filter(are_distinct)
    | st.tuples(st.sampled_from("+-"), PATHS.map(path) | NUMBER, PATHS.map(path) | NUMBER)
    | st.tuples(st.just("list_append"), PATHS.map(path) | LIST, PATHS.map(path) | LIST)
)
ACTIONS = (
    st.tuples(st.just("SET"), PATHS, OPERANDS)
    | st.tuples(st.just("REMOVE"), PATHS)
    | st.tuples(st.just("ADD"), PATHS, SETS.map(value) | NUMBER)
    | st.tuples(st.just("DELETE"), PATHS, SETS.map(value))
)


def are_apart(paths: list[tuple[Any, ...]]) -> bool:
    """Whether no path begins with another, nor takes for a list what another takes for a map."""
    for number, first in enumerate(paths):
        for second in paths[number + 1 :]:
            pairs = list(zip(first, second, strict=False))
            step = next((pair for pair in pairs if pair[0] != pair[1]), None)
            if step is None or isinstance(step[0], str) != isinstance(step[1], str):
                return False
    return True


UPDATES = st.lists(ACTIONS, min_size=1, max_size=4).filter(lambda actions: are_apart([each[1] for each in actions]))
ELEMENTS = st.lists(
    st.tuples(st.just("REMOVE"), st.integers(0, 6).map(lambda place: ("a", place)))
    | st.tuples(st.just("SET"), st.integers(0, 6).map(lambda place: ("a", place)), SCALARS.map(value)),
    min_size=2,
    max_size=5,
    unique_by=lambda action: action[1],
)
"""Updates of elements of one list."""
PROJECTIONS = st.lists(PATHS, min_size=1, max_size=4).filter(are_apart)


class Texts:
    """Writes trees as DynamoDB's expressions, and collects the names and values behind their placeholders."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def params(self) -> dict[str, Any]:
        """The members of a request that go with the expressions."""
        names = {"ExpressionAttributeNames": self.names} if self.names else {}
        return names | ({"ExpressionAttributeValues": self.values} if self.values else {})

    def path(self, parts: tuple[Any, ...]) -> str:
        text = ""
        for part in parts:
            text += f"[{part}]" if isinstance(part, int) else f".{self._name(part)}"
        return text[1:]

    def _name(self, name: str) -> str:
        if name in BARE:
            return name
        placeholder = f"#n{list(self.names.values()).index(name) if name in self.names.values() else len(self.names)}"
        self.names[placeholder] = name
        return placeholder

    def condition(self, tree: Tree) -> str:
        kind, *parts = tree
        if kind == "value":
            self.values[f":v{len(self.values)}"] = parts[0]
            return f":v{len(self.values) - 1}"
        if kind == "path":
            return self.path(parts[0])
        if kind == "size":
            return f"size({self.path(parts[0])})"
        told = [self.condition(part) for part in parts]
        if kind in ("and", "or"):
            return f"({f' {kind} '.join(told)})"
        if kind == "not":
            return f"(NOT {told[0]})"
        if kind == "between":
            return f"{told[0]} BETWEEN {told[1]} AND {told[2]}"
        if kind == "in":
            return f"{told[0]} IN ({', '.join(told[1:])})"
        if kind in ("exists", "not_exists", "type"):
            return f"attribute_{kind}({', '.join(told)})"
        if kind in ("begins_with", "contains", "if_not_exists", "list_append"):
            return f"{kind}({', '.join(told)})"
        return f"{told[0]} {kind} {told[1]}"

    def update(self, actions: list[Tree]) -> str:
        sections = []
        for keyword in ("DELETE", "REMOVE", "SET", "ADD"):
            told = [self._action(*action) for action in actions if action[0] == keyword]
            if told:
                sections.append(f"{keyword} {', '.join(told)}")
        return " ".join(sections)

    def _action(self, keyword: str, target: tuple[Any, ...], *operands: Tree) -> str:
        told = [self.path(target), *map(self.condition, operands)]
        return (" = " if keyword == "SET" else " ").join(told)

    def projection(self, paths: list[tuple[Any, ...]]) -> str:
        return ", ".join(map(self.path, paths))
