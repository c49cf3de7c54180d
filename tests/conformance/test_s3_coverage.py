"""The S3 scenarios reach every S3 operation that the emulator implements, and every error that it raises.

Both lists are read from the emulator's sources as syntax trees, so that a new handler or error without a scenario fails
here; the exceptions are listed with their reasons, and an exception that is reached after all fails too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICE = ROOT / "ruststack" / "services" / "s3"
CHUNKS = ROOT / "ruststack" / "protocol" / "aws_chunked.py"
RECORDINGS = ROOT / "recordings" / "s3"

UNREACHED_OPERATIONS: dict[str, str] = {}

UNREACHED_ERRORS = {
    "MissingContentLength": "the recorder's proxy gives every upload a length; tests/gateway sends one without",
    "TooManyConfigurations": "needs 1,001 configurations of one kind, which would be 1,001 exchanges in the recording",
}


@cache
def _trees() -> tuple[ast.Module, ...]:
    return tuple(ast.parse(path.read_text(encoding="utf-8")) for path in (*sorted(SERVICE.rglob("*.py")), CHUNKS))


def _nodes(kind: type[ast.AST]) -> Iterator[ast.AST]:
    return (node for tree in _trees() for node in ast.walk(tree) if isinstance(node, kind))


def implemented() -> set[str]:
    """The names in ``@operation("...")`` and ``operation("...")(...)``."""
    return {
        node.args[0].value
        for node in _nodes(ast.Call)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "operation"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def raised() -> set[str]:
    """The ``code`` of every error class of the service."""
    return {code for node in _nodes(ast.ClassDef) for code in _codes(node)}


def _codes(node: ast.AST) -> Iterator[str]:
    assert isinstance(node, ast.ClassDef)
    for statement in node.body:
        if not isinstance(statement, ast.Assign):
            continue
        target, value = statement.targets[0], statement.value
        pairs = [(target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            pairs = list(zip(target.elts, value.elts, strict=True))
        for name, given in pairs:
            if isinstance(name, ast.Name) and name.id == "code" and isinstance(given, ast.Constant):
                yield str(given.value)


@cache
def _text() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(RECORDINGS.glob("*.yaml")))


def reached_operations() -> set[str]:
    return set(re.findall(r"^operation: s3\.(\w+)$", _text(), re.MULTILINE))


def reached_errors() -> set[str]:
    """Errors that an exchange says AWS gives, or that the recorded answer holds."""
    return set(re.findall(r"^expects: '?(\w+)'?$", _text(), re.MULTILINE)) | set(
        re.findall(r"<Code>(\w+)</Code>", _text())
    )


def test_every_operation_is_reached_or_excused():
    missing = implemented() - reached_operations()
    assert missing == set(UNREACHED_OPERATIONS)


def test_every_error_is_reached_or_excused():
    missing = raised() - reached_errors()
    assert missing == set(UNREACHED_ERRORS)


def test_there_are_scenarios_and_handlers_to_compare():
    assert len(implemented()) > 80
    assert len(raised()) > 40
    assert len(list(RECORDINGS.glob("*.yaml"))) >= 120
