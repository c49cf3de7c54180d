"""Values become JSON and come back equal, and reading builds nothing but values."""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sortedcontainers import SortedDict

from ruststack.core.blobs import MemoryBlob
from ruststack.core.listed import Listed
from ruststack.core.portable import Reader, Writer


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Leaf:
    name: str
    extra: Mapping[str, Any] = field(default_factory=dict)
    cached: Any = field(default=None, compare=False)

    def __post_init__(self) -> None:
        RUN.append(self.name)


class Pair(NamedTuple):
    left: int
    right: str = "default"


@dataclass(slots=True)
class Branch:
    leaves: dict[int, Leaf] = field(default_factory=dict)
    count: int = 0
    is_open: bool = False


RUN: list[str] = []
HERE = (__name__,)


def there_and_back(value: Any) -> Any:
    writer = Writer()
    text = orjson.dumps(writer.tree(value))
    return Reader(writer.blobs, HERE).value(orjson.loads(text))


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters())
    | st.binary()
    | st.decimals(allow_nan=False)
    | st.datetimes(timezones=st.just(UTC)).map(lambda value: value.replace(fold=0)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(st.sampled_from("~a"), max_size=3) | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(plain)
def test_every_plain_value_comes_back_equal_and_of_the_same_type(value: Any) -> None:
    back = there_and_back(value)
    assert back == value
    assert repr(back) == repr(value)


@pytest.mark.parametrize(
    "value",
    [
        {1, 2},
        frozenset("ab"),
        deque([1, 2], maxlen=2),
        OrderedDict([("b", 1), ("a", 2)]),
        SortedDict(b=1, a=2),
        Listed(Key="k", Size=1),
        Colour.RED,
        Pair(1, "x"),
        Branch({1: Leaf("a", {"x": b"y"})}, count=0, is_open=True),
        2**70,
        math.inf,
        "lone \ud800 surrogate",
        {"~": "not a tag"},
        datetime(2030, 1, 1, tzinfo=UTC),
        Decimal("1.10"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_richer_values_come_back_equal_and_of_the_same_type(value: Any) -> None:
    back = there_and_back(value)
    assert back == value
    assert type(back) is type(value)


def test_blobs_are_listed_once_and_shared_when_read() -> None:
    blob = MemoryBlob(b"x")
    writer = Writer()
    tree = writer.tree({"a": blob, "b": blob, "c": MemoryBlob(b"y")})
    assert [each.read() for each in writer.blobs] == [b"x", b"y"]
    back = Reader(writer.blobs, HERE).value(tree)
    assert back["a"] is back["b"] is blob


def test_a_cache_and_a_default_are_left_out_and_come_back_as_defaults() -> None:
    tree = Writer().tree(Leaf("a", cached="expensive"))
    assert tree == {"~": f"{__name__}:Leaf", "name": "a"}
    assert Reader((), HERE).value(tree) == Leaf("a")


def test_a_field_that_came_later_takes_its_default() -> None:
    assert Reader((), HERE).value({"~": f"{__name__}:Branch", "count": 2}) == Branch(count=2)
    assert Reader((), HERE).value({"~row": [f"{__name__}:Pair", 1]}) == Pair(1)


def test_reading_a_record_runs_none_of_its_code() -> None:
    tree = Writer().tree(Leaf("a"))
    RUN.clear()
    Reader((), HERE).value(tree)
    assert RUN == []


@pytest.mark.parametrize(
    "tree",
    [
        {"~": "os:system"},
        {"~": "subprocess:Popen", "args": ["true"]},
        {"~": "ruststack.core.blobs:Blobs"},
        {"~": f"{__name__}:Branch.leaves"},
        {"~": f"{__name__}:there_and_back"},
        {"~": f"{__name__}:Colour"},
        {"~": f"{__name__}:Leaf", "name": "a", "unknown": 1},
        {"~": f"{__name__}:Leaf"},
        {"~": f"{__name__}:Leaf", "name": "a", "cached": 1},
        {"~enum": [f"{__name__}:Leaf", "RED"]},
        {"~enum": [f"{__name__}:Colour", "__class__"]},
        {"~row": [f"{__name__}:Pair"]},
        {"~row": [f"{__name__}:Pair", 1, "x", 2]},
        {"~row": [f"{__name__}:Leaf", "a"]},
        {"~row": []},
        {"~new": 1},
        {"~bytes": "!"},
        {"~bytes": 5},
        {"~blob": 0},
        {"~decimal": "x"},
        {"~time": "yesterday"},
        {"~set": [[1]]},
    ],
)
def test_what_a_writer_would_not_write_is_refused(tree: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        Reader((), HERE).value(tree)


@pytest.mark.parametrize("value", [object(), print, {"x": [lambda: 1]}, type])
def test_what_has_no_portable_form_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be kept"):
        Writer().tree(value)
