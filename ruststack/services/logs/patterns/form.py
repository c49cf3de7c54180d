"""What a compiled pattern is, what is wrong with one that does not compile, and the tokens of conditions."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    r'\s+|(?P<ellipsis>\.\.\.)|(?P<sign>&&|\|\||!=|>=|<=|[=<>,()])|"(?P<quoted>(?:[^"\\]|\\.)*)"'
    r'|%(?P<regex>(?:[^%\\]|\\.)+)%|(?P<word>[^\s,()=<>!&|"%]+)'
)
_REGEX: Final = re.compile(r"(?:[A-Za-z0-9:_#=@/;,\-^$?\[\]{}|*+.\s]|\\(?:[dDsSwW]|x[0-9A-Fa-f]{2}|[^A-Za-z0-9]))+")
_UNQUOTED: Final = re.compile(r'[^@$\\"%\[\]{}]+')
_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_MOST_REGEXES: Final = 2


class PatternError(ValueError):
    """A pattern that does not follow the syntax.

    ``is_told`` says that every operation tells the message; FilterLogEvents says nothing about odd characters.
    """

    def __init__(self, message: str, *, is_told: bool = True) -> None:
        super().__init__(message)
        self.is_told = is_told


class Pattern(NamedTuple):
    """``extract`` gives the values that TestMetricFilter tells of a message that matches; ``regexes`` counts them."""

    matches: Callable[[str], bool]
    extract: Callable[[str], dict[str, str]]
    regexes: int


class Token(NamedTuple):
    """``kind`` is ellipsis, sign, quoted, regex or word; ``text`` is without the quotes around it."""

    kind: str
    text: str


def nothing(message: str) -> dict[str, str]:
    """The extracted values of a pattern that extracts none."""
    return {}


def invalid(text: str) -> PatternError:
    """The error for something that stands where it must not."""
    return PatternError(f"Invalid character(s) in term '{text}'", is_told=False)


class Tokens:
    """The tokens of a condition, read from left to right. Raises PatternError for what is none."""

    def __init__(self, text: str) -> None:
        self._tokens: list[Token] = []
        self._place = 0
        position = 0
        while position < len(text):
            found = _TOKEN.match(text, position)
            if found is None:
                raise invalid(text[position])
            position = found.end()
            if found.lastgroup is not None:
                self._tokens.append(Token(found.lastgroup, found[found.lastgroup]))
        if self.regexes > _MOST_REGEXES:
            # Source: user guide, quotas of patterns with regex. Unknown: the words; such a pattern would tell.
            raise PatternError("Filter pattern exceeds the limit of 2 regular expressions.")

    @property
    def regexes(self) -> int:
        return sum(token.kind == "regex" for token in self._tokens)

    @property
    def is_at_end(self) -> bool:
        return self._place == len(self._tokens)

    def next(self) -> Token:
        """Raises PatternError at the end."""
        if self.is_at_end:
            raise PatternError("Invalid filter pattern")
        self._place += 1
        return self._tokens[self._place - 1]

    def take(self, *signs: str) -> str:
        """The next token if it is one of these signs, else nothing, and stays where it is."""
        if not self.is_at_end:
            token = self._tokens[self._place]
            if token.kind in ("sign", "ellipsis") and token.text in signs:
                self._place += 1
                return token.text
        return ""

    def expect(self, *signs: str) -> str:
        """Raises PatternError unless the next token is one of these signs."""
        return self.take(*signs) or self._refuse()

    def _refuse(self) -> str:
        raise invalid(self.next().text)


def regex(text: str) -> re.Pattern[str]:
    """A regular expression in the syntax that patterns may use. Raises PatternError."""
    if _REGEX.fullmatch(text) is None:
        raise invalid(text)
    try:
        return compiled(text, re.ASCII)
    except re.error:
        raise invalid(text) from None


def compiled(text: str, flags: int) -> re.Pattern[str]:
    """A user's regular expression; what Python may come to read otherwise ([[ in a set) is no news to the user.

    Raises re.error.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return re.compile(text, flags)


def number(text: str) -> float | None:
    """The number that a text is, or None."""
    return float(text) if _NUMBER.fullmatch(text) else None


def unescape(quoted: str) -> str:
    """What stands between quotes, without the backslashes before quotes and backslashes."""
    return _ESCAPED.sub(r"\1", quoted) if "\\" in quoted else quoted


def comparison(token: Token) -> Callable[[str], bool]:
    """Whether a text is what a value says: a regular expression, or a text with ``*`` at an end or both.

    Raises PatternError.  Source: user guide: Ev*ent will only match the actual string Ev*ent
    """
    if token.kind == "regex":
        search = regex(token.text).search
        return lambda text: search(text) is not None
    if token.kind == "word" and _UNQUOTED.fullmatch(token.text) is None:
        raise invalid(token.text)
    if token.kind not in ("word", "quoted"):
        raise invalid(token.text)
    wanted = unescape(token.text) if token.kind == "quoted" else token.text
    return _wildcard(wanted)


def _wildcard(wanted: str) -> Callable[[str], bool]:
    if wanted == "*":
        return lambda text: True
    if len(wanted) > 1 and wanted.startswith("*") and wanted.endswith("*"):
        middle = wanted[1:-1]
        return lambda text: middle in text
    if wanted.startswith("*"):
        end = wanted[1:]
        return lambda text: text.endswith(end)
    if wanted.endswith("*"):
        start = wanted[:-1]
        return lambda text: text.startswith(start)
    return lambda text: text == wanted


def numeric(sign: str, limit: float) -> Callable[[float], bool]:
    """A comparison with a number."""
    return {
        "=": lambda value: value == limit,
        "!=": lambda value: value != limit,
        "<": lambda value: value < limit,
        "<=": lambda value: value <= limit,
        ">": lambda value: value > limit,
        ">=": lambda value: value >= limit,
    }[sign]
