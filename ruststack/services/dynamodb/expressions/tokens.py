"""From text to tokens, as DynamoDB's grammar has them.

Source: DynamoDbGrammar (DynamoDB Local 2.6.1), rule names and answers.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final, NamedTuple

from ruststack.services.dynamodb.expressions.errors import InvalidExpression, syntax_error

# A name begins with a letter; an index has no zero before it: ``01`` is two tokens.
_TOKEN: Final = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<symbol><>|<=|>=|[=<>(),.\[\]+\-])"
    r"|(?P<word>[A-Za-z][A-Za-z0-9_]*)"
    r"|(?P<name>\#[A-Za-z0-9_]+)"
    r"|(?P<value>:[A-Za-z0-9_]+)"
    r"|(?P<index>0|[1-9][0-9]*)"
    r"|(?P<unknown>.)",
    re.DOTALL,
)
_STEP: Final = {"(": 1, ")": -1}
_KEYWORDS: Final = frozenset(("IN", "BETWEEN", "NOT", "AND", "OR", "SET", "ADD", "DELETE", "REMOVE"))


class Kind(Enum):
    """What a token is; KEYWORD and SYMBOL are told apart by their text."""

    WORD = "word"
    KEYWORD = "keyword"
    NAME = "name"
    VALUE = "value"
    INDEX = "index"
    SYMBOL = "symbol"
    UNKNOWN = "unknown"
    END = "end"


class Token(NamedTuple):
    """``text`` as written, keywords in upper case; ``start`` and ``end`` are its place in the expression."""

    kind: Kind
    text: str
    start: int
    end: int


class Tokens:
    """The tokens of one expression, and where the reader stands. ``furthest`` is the last token that did not fit."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [*_scan(text), Token(Kind.END, "<EOF>", len(text), len(text))]
        self.at = 0
        self._furthest = 0

    @property
    def now(self) -> Token:
        return self._tokens[self.at]

    @property
    def next(self) -> Token:
        return self._tokens[min(self.at + 1, len(self._tokens) - 1)]

    def take(self) -> Token:
        """The token under the reader, which goes on."""
        token = self._tokens[self.at]
        self.at += 1
        return token

    def skip(self, text: str) -> bool:
        """Go past a symbol or keyword if it stands here."""
        token = self._tokens[self.at]
        if token.text == text and token.kind in (Kind.SYMBOL, Kind.KEYWORD):
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> None:
        """Go past a symbol or keyword. Raises InvalidExpression when something else stands here."""
        if not self.skip(text):
            raise self.unexpected()

    def encloses(self, first: int, last: int) -> bool:
        """Whether the tokens from ``first`` to ``last`` are one pair of parentheses and what it holds."""
        if self._tokens[first].text != "(":
            return False
        depth = 0
        for position in range(first, last + 1):
            depth += _STEP.get(self._tokens[position].text, 0)
            if depth == 0:
                return position == last
        return False

    def depth(self) -> int:
        """How deep parentheses stand in each other, closed or not."""
        depth = deepest = 0
        for token in self._tokens:
            depth += _STEP.get(token.text, 0)
            deepest = max(deepest, depth)
        return deepest

    def unexpected(self) -> InvalidExpression:
        """The error about the token that stands here, or about one further on where another reading had got to."""
        self._furthest = max(self._furthest, self.at)
        token = self._tokens[self._furthest]
        before = self._tokens[self._furthest - 1] if self._furthest else token
        after = self._tokens[min(self._furthest + 1, len(self._tokens) - 1)]
        if token.kind is Kind.END:
            near = self._text[before.start :] if self._furthest else self._text
        else:
            near = self._text[before.start : after.end if after.kind is not Kind.END else token.end]
        written = self._text[token.start : token.end] or token.text
        return syntax_error(written, near)


def _scan(text: str) -> list[Token]:
    tokens = []
    for found in _TOKEN.finditer(text):
        kind, written = found.lastgroup, found.group()
        if kind == "space":
            continue
        if kind == "word" and written.upper() in _KEYWORDS:
            tokens.append(Token(Kind.KEYWORD, written.upper(), *found.span()))
        else:
            tokens.append(Token(Kind(kind), written, *found.span()))
    return tokens
