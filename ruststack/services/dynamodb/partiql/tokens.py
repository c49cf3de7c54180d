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
    """``text`` is without its quotes; ``place`` is line, column and length in the statement, as errors tell it."""

    kind: Kind
    text: str
    place: str


class Malformed(Exception):
    """The text is no PartiQL."""


def scan(text: str) -> list[Token]:
    """All tokens, and one that ends them. Raises Malformed."""
    tokens = []
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        if kind == "space":
            continue
        if kind == "unknown":
            raise Malformed
        written = found.group(kind)
        if kind == "string":
            written = written.replace("''", "'")
        elif kind == "quoted":
            written = written.replace('""', '"')
        tokens.append(Token(Kind(kind), written, _place(text, found.start(), found.end())))
    tokens.append(Token(Kind.END, "", _place(text, len(text), len(text))))
    return tokens


def _place(text: str, start: int, end: int) -> str:
    return f"{text.count(chr(10), 0, start) + 1}:{start - text.rfind(chr(10), 0, start)}:{end - start}"


def unsupported(what: str) -> ValidationException:
    """The answer to PartiQL that DynamoDB does not do. Source: answers of DynamoDB Local 3.1.0."""
    return ValidationException(what)
