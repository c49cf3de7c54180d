"""Parameters of tests are the same in every process: workers that collect other names than each other run nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

# What answers otherwise each time that it is asked, by the last part of its name.
FICKLE = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "uuid1", "uuid4", "urandom", "getpid", "mkdtemp"}
FICKLE |= {"token_bytes", "token_hex", "token_urlsafe", "random", "randint", "randbytes", "gettempdir"}


def fickle(source: str) -> list[str]:
    """The calls within `parametrize` that say something else in another process, or at another second."""
    return [
        ast.unparse(call)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and _last(node.func) == "parametrize"
        for call in _calls(node)
        if _is_fickle(call)
    ]


def _calls(node: ast.Call) -> Iterator[ast.Call]:
    return (each for each in ast.walk(node) if isinstance(each, ast.Call) and each is not node)


def _is_fickle(call: ast.Call) -> bool:
    # The header of gzip holds the time, unless it is told another.
    if ast.unparse(call.func) == "gzip.compress":
        return not any(each.arg == "mtime" for each in call.keywords)
    return _last(call.func) in FICKLE


def _last(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def test_parameters_are_the_same_in_every_process(root: Path) -> None:
    found = {str(path.relative_to(root)): fickle(path.read_text()) for path in (root / "tests").rglob("test_*.py")}
    assert {name: calls for name, calls in found.items() if calls} == {}


@pytest.mark.parametrize(
    ("written", "calls"),
    [
        ("gzip.compress(b'x')", ["gzip.compress(b'x')"]),
        ("gzip.compress(b'x', mtime=0)", []),
        ("str(uuid4())", ["uuid4()"]),
        ("b'x'.hex()", []),
    ],
)
def test_fickle_parameters_are_found(written: str, calls: list[str]) -> None:
    assert fickle(f"@pytest.mark.parametrize('a', [{written}])\ndef test_it(a): ...") == calls
