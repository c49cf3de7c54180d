"""A fork shares leaves and copies containers, so that neither side's changes reach the other."""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sortedcontainers import SortedDict

from ruststack.core.blobs import Blob, MemoryBlob
from ruststack.core.fork import copy_sorted, fork
from ruststack.core.listed import Listed


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True)
class Leaf:
    name: str
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class OwnWord:
    """A leaf although it is not frozen."""

    is_leaf: ClassVar[bool] = True
    names: Any = None


@dataclass
class Holder:
    kept: dict[str, OwnWord] = field(default_factory=dict)


@dataclass(slots=True)
class Node:
    name: str
    children: dict[str, Node] = field(default_factory=dict)
    parent: Node | None = None


@dataclass
class Everything:
    leaf: Leaf = Leaf("a")
    blob: Blob | None = None
    listed: Listed | None = None
    colour: Colour = Colour.RED
    anything: Any = None
    plain: dict[str, Leaf] = field(default_factory=dict)
    nested: dict[str, dict[str, list[Node]]] = field(default_factory=dict)
    ordered: OrderedDict[str, int] = field(default_factory=OrderedDict)
    counted: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    queue: deque[Node] = field(default_factory=lambda: deque(maxlen=3))
    names: set[str] = field(default_factory=set)
    either: Node | list[int] | str = ""
    pair: tuple[Leaf, ...] = ()
    sorted: SortedDict[str, list[int]] = field(default_factory=SortedDict)


def test_a_dataclass_that_calls_itself_a_leaf_is_shared() -> None:
    holder = Holder({"a": OwnWord()})
    copied = fork(holder)
    assert copied.kept is not holder.kept
    assert copied.kept["a"] is holder.kept["a"]


def test_containers_are_copied_at_every_depth() -> None:
    node = Node("n", {"c": Node("c")})
    state = Everything(
        plain={"a": Leaf("a")},
        nested={"x": {"y": [node]}},
        counted=defaultdict(list, a=[1]),
        queue=deque([node], maxlen=3),
        names={"a"},
        either=[1],
        sorted=SortedDict(a=[1]),
    )
    copied = fork(state)
    assert copied == state
    copied.plain["b"] = Leaf("b")
    copied.nested["x"]["y"][0].children["d"] = Node("d")
    copied.counted["a"].append(2)
    copied.counted["new"].append(1)
    copied.queue[0].name = "changed"
    copied.names.add("b")
    copied.either.append(2)  # type: ignore[union-attr]
    copied.sorted["a"].append(2)
    copied.sorted["b"] = []
    assert state == Everything(
        plain={"a": Leaf("a")},
        nested={"x": {"y": [Node("n", {"c": Node("c")})]}},
        counted=defaultdict(list, a=[1]),
        queue=deque([Node("n", {"c": Node("c")})], maxlen=3),
        names={"a"},
        either=[1],
        sorted=SortedDict(a=[1]),
    )
    assert copied.queue.maxlen == 3


def test_leaves_are_shared() -> None:
    state = Everything(leaf=Leaf("x"), blob=MemoryBlob(b"x"), listed=Listed(a=1), anything={"a": 1}, pair=(Leaf("y"),))
    copied = fork(state)
    for name in ("leaf", "blob", "listed", "anything", "pair", "colour"):
        assert getattr(copied, name) is getattr(state, name)


def test_a_frozen_dataclass_is_its_own_fork() -> None:
    leaf = Leaf("x")
    assert fork(leaf) is leaf


@dataclass
class WithCallback:
    callback: Callable[[], None]


@dataclass
class WithReadOnlyNodes:
    nodes: Mapping[str, Node]


class Handwritten:
    pass


@dataclass
class WithHandwritten:
    one: Handwritten


@pytest.mark.parametrize("kind", [WithCallback, WithReadOnlyNodes, WithHandwritten])
def test_what_cannot_be_copied_safely_is_refused(kind: type[Any]) -> None:
    with pytest.raises(TypeError):
        fork(kind(None))


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=3), st.integers()), st.dictionaries(st.text(max_size=3), st.integers()))
def test_a_sorted_copy_works_as_one_that_was_built(first: dict[str, int], later: dict[str, int]) -> None:
    source = SortedDict(first)
    source._list._reset(4)
    copied = copy_sorted(source)
    assert copied == source
    assert list(copied) == sorted(first)
    copied.update(later)
    copied._check()
    assert list(copied) == sorted({**first, **later})
    assert dict(source) == first
    source._check()


def test_a_sorted_copy_keeps_its_order() -> None:
    copied = copy_sorted(SortedDict(lambda key: -key, {1: "a", 2: "b"}))
    copied[3] = "c"
    assert list(copied) == [3, 2, 1]
