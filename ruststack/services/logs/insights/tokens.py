"""The words of a query."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ruststack.services.logs.patterns.form import compiled

_TOKEN: Final = re.compile(
    r"\s+|\#[^\n]*"
    r'|"(?P<text>(?:[^"\\]|\\.)*)"'
    r"|'(?P<quoted>(?:[^'\\]|\\.)*)'"
    r"|`(?P<field>[^`]+)`"
    r"|(?P<span>\d+(?:ms|mo|min|s|m|h|d|w|q|y)\b)"
    r"|(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<word>[@A-Za-z_][\w@.]*)"
    r"|(?P<sign>=~|!=|<=|>=|[=<>()\[\],|+\-*/%^])"
)
_REGEX: Final = re.compile(r"\s*/((?:[^/\\\n]|\\.)+)/([a-z]*)")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


class Malformed(ValueError):
    """The query does not follow the language."""


class NotHere(Exception):
    """A part of the language that is not here; the message names it."""


class Token(NamedTuple):
    """``kind`` is text, field, span, number, word, sign or end."""

    kind: str
    text: str


_END: Final = Token("end", "")


class Tokens:
    """Read from left to right, one ahead. Raises Malformed for what is no word of the language."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._next = self._read()

    def _read(self) -> Token:
        while self._position < len(self._text):
            found = _TOKEN.match(self._text, self._position)
            if found is None:
                raise self.error()
            self._start, self._position = self._position, found.end()
            kind = found.lastgroup
            if kind is not None:
                text = found[kind]
                if kind in ("text", "quoted"):
                    return Token("text", _ESCAPED.sub(r"\1", text))
                return Token(kind, text)
        self._start = len(self._text)
        return _END

    @property
    def next(self) -> Token:
        """What comes next, which stays."""
        return self._next

    def take(self) -> Token:
        """What comes next."""
        token, self._next = self._next, self._read()
        return token

    def sign(self, *signs: str) -> str:
        """The next token if it is one of these signs, else nothing, and stays."""
        return self.take().text if self._next.kind == "sign" and self._next.text in signs else ""

    def word(self, *words: str) -> str:
        """The next token, in lower case, if it is one of these words, else nothing, and stays."""
        if self._next.kind == "word" and self._next.text.lower() in words:
            return self.take().text.lower()
        return ""

    def expect(self, *signs: str) -> str:
        """Raises Malformed unless one of these signs comes next."""
        found = self.sign(*signs)
        if not found:
            raise self.error()
        return found

    def of_kind(self, *kinds: str) -> str:
        """The text of the next token. Raises Malformed unless it is of one of these kinds."""
        if self._next.kind not in kinds:
            raise self.error()
        return self.take().text

    def regex(self) -> re.Pattern[str] | None:
        """A regular expression between slashes, if one comes next. Raises Malformed for one that does not compile."""
        found = _REGEX.match(self._text, self._start)
        if found is None:
            return None
        try:
            pattern = compiled(re.sub(r"\(\?<(?![=!])", "(?P<", found[1]), re.IGNORECASE if "i" in found[2] else 0)
        except re.error:
            raise self.error() from None
        self._position = found.end()
        self._next = self._read()
        return pattern

    def error(self) -> Malformed:
        """The error for what comes next. Unknown: AWS's words; such a query would tell."""
        return Malformed(f"unexpected symbol found {self._text[self._position :][:1] or 'end of query'}")
