"""From a PartiQL statement's text to tokens."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final, NamedTuple

from ruststack.services.dynamodb.errors import ValidationException

_TOKEN: Final = re.compile(
    r"(?P<space>\s+|--[^\n]*)"
    r"|(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<word>[A-Za-z_$][A-Za-z0-9_$]*)"
    r"|'(?P<string>(?:[^']|'')*)'"
    r"|\"(?P<quoted>(?:[^\"]|\"\")*)\""
    r"|(?P<symbol><<|>>|<=|>=|<>|!=|\|\||[=<>()\[\]{},.:*?+\-;])"
    r"|(?P<unknown>.)",
    re.DOTALL,
)


class Kind(Enum):
    """What a token is. A WORD may be a keyword, where the grammar has one."""

    WORD = "word"
    QUOTED = "quoted"
    STRING = "string"
    NUMBER = "number"
    SYMBOL = "symbol"
    END = "end"


class Token(NamedTuple):
    """``text`` is without its quotes; ``start`` is where it begins in the statement."""

    kind: Kind
    text: str
    start: int


def malformed(reason: str) -> ValidationException:
    """The answer to what is no PartiQL.

    Unknown: AWS's reasons. Experiment: ExecuteStatement with each of the statements in
    tests/services/dynamodb/test_partiql_parser.py, which compares what follows the colon.
    """
    return ValidationException(f"Statement wasn't well formed, can't be processed: {reason}")


def scan(text: str) -> list[Token]:
    """All tokens, and one that ends them. Raises ValidationException."""
    tokens = []
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        if kind == "space":
            continue
        if kind == "unknown":
            raise malformed(f"Unexpected character {found.group()}")
        written = found.group(kind)
        if kind == "string":
            written = written.replace("''", "'")
        elif kind == "quoted":
            written = written.replace('""', '"')
        tokens.append(Token(Kind(kind), written, found.start()))
    tokens.append(Token(Kind.END, "", len(text)))
    return tokens
