"""Event patterns, operator by operator."""

from __future__ import annotations

from typing import Any

import pytest

from ruststack.core.event_patterns import compile_pattern

EVENT = {
    "kind": "INSERT",
    "count": 5,
    "flag": True,
    "nothing": None,
    "empty": "",
    "place": "10.0.0.24",
    "tags": ["a", "b"],
    "inner": {"name": {"S": "Jane Doe"}, "age": 1.0},
    "rows": [{"id": 1}, {"id": 2}],
}


@pytest.mark.parametrize(
    ("pattern", "is_match"),
    [
        ({"kind": ["INSERT"]}, True),
        ({"kind": ["MODIFY", "INSERT"]}, True),
        ({"kind": ["insert"]}, False),
        ({"kind": ["INSERT"], "count": [6]}, False),
        ({"count": [5.0]}, True),
        ({"flag": [True]}, True),
        ({"flag": [1]}, False),
        ({"inner": {"age": [True]}}, False),
        ({"nothing": [None]}, True),
        ({"missing": [None]}, False),
        ({"empty": [""]}, True),
        ({"tags": ["b", "z"]}, True),
        ({"tags": ["z"]}, False),
        ({"inner": {"name": {"S": ["Jane Doe"]}}}, True),
        ({"inner": {"name": {"N": ["1"]}}}, False),
        ({"kind": {"deeper": ["x"]}}, False),
        ({"rows": {"id": [2]}}, True),
        ({"rows": {"id": [3]}}, False),
        ({"kind": [{"exists": True}]}, True),
        ({"missing": [{"exists": False}]}, True),
        ({"inner": {"missing": [{"exists": False}]}}, True),
        ({"kind": [{"exists": False}]}, False),
        ({"inner": [{"exists": True}]}, False),
        ({"inner": {"name": {"S": [{"exists": True}]}}}, True),
        ({"kind": [{"prefix": "INS"}]}, True),
        ({"kind": [{"prefix": {"equals-ignore-case": "ins"}}]}, True),
        ({"kind": [{"suffix": "ERT"}]}, True),
        ({"count": [{"prefix": "5"}]}, False),
        ({"kind": [{"equals-ignore-case": "insert"}]}, True),
        ({"kind": [{"wildcard": "I*E*T"}]}, True),
        ({"kind": [{"wildcard": "I*X"}]}, False),
        ({"count": [{"numeric": [">", 4, "<=", 5]}]}, True),
        ({"count": [{"numeric": ["=", 6]}]}, False),
        ({"flag": [{"numeric": ["=", 1]}]}, False),
        ({"kind": [{"anything-but": ["REMOVE"]}]}, True),
        ({"kind": [{"anything-but": "INSERT"}]}, False),
        ({"kind": [{"anything-but": {"prefix": "IN"}}]}, False),
        ({"missing": [{"anything-but": "x"}]}, False),
        ({"place": [{"cidr": "10.0.0.0/24"}]}, True),
        ({"kind": [{"cidr": "10.0.0.0/24"}]}, False),
        ({"$or": [{"kind": ["REMOVE"]}, {"count": [5]}]}, True),
        ({"$or": [{"kind": ["REMOVE"]}, {"count": [6]}]}, False),
    ],
)
def test_what_matches(pattern: Any, is_match: bool) -> None:
    assert compile_pattern(pattern)(EVENT) is is_match


@pytest.mark.parametrize(
    "pattern",
    [
        [],
        {},
        None,
        {"a": "x"},
        {"a": []},
        {"a": {}},
        {"a": [["x"]]},
        {"a": [{}]},
        {"a": [{"unknown": 1}]},
        {"a": [{"prefix": "x", "suffix": "y"}]},
        {"a": [{"prefix": 1}]},
        {"a": [{"exists": "yes"}]},
        {"a": [{"numeric": ["~", 1]}]},
        {"a": [{"numeric": ["=", "1"]}]},
        {"a": [{"numeric": ["="]}]},
        {"a": [{"wildcard": "a**b"}]},
        {"a": [{"anything-but": [{}]}]},
        {"a": [{"anything-but": {"numeric": ["=", 1]}}]},
        {"a": [{"cidr": "nowhere"}]},
        {"a": [{"cidr": 1}]},
        {"$or": [{"a": ["x"]}]},
    ],
)
def test_what_is_no_pattern(pattern: Any) -> None:
    with pytest.raises(ValueError):
        compile_pattern(pattern)
