"""Patterns of words: all of them, ``?any`` of them, ``-none`` of them, "quoted ones" and %regular expressions%."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from ruststack.services.logs.patterns.form import Pattern, invalid, nothing, regex, unescape

_TERM: Final = re.compile(
    r'\s*(?P<mark>[?-]?)\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|%(?P<regex>(?:[^%\\]|\\.)+)%|(?P<word>[^\s"%?-][^\s"%]*))'
)
Matches = Callable[[str], bool]


def read(text: str) -> Pattern:
    """Raises PatternError.

    Terms are looked for anywhere in the message, by case; nothing matches everything.
    Source: user guide: ERROR matches "Exiting with ERRORCODE: -1"; with other terms beside them, those with ``?`` are
    ignored.
    """
    wanted: list[Matches] = []
    any_of: list[Matches] = []
    unwanted: list[Matches] = []
    position = regexes = 0
    while position < len(text):
        found = _TERM.match(text, position)
        if found is None:
            raise invalid(text[position:].split()[0])
        position = found.end()
        regexes += found["regex"] is not None
        {"": wanted, "?": any_of, "-": unwanted}[found["mark"]].append(_term(found))
    if wanted or unwanted:
        any_of = []
    return Pattern(_all(wanted, any_of, unwanted), nothing, regexes)


def _term(found: re.Match[str]) -> Matches:
    if found["regex"] is not None:
        search = regex(found["regex"]).search
        return lambda message: search(message) is not None
    if found["word"] is not None:
        text = found["word"]
        if not all(letter.isalnum() or letter == "_" for letter in text):
            raise invalid(text)
    else:
        text = unescape(found["quoted"])
    return lambda message: text in message


def _all(wanted: list[Matches], any_of: list[Matches], unwanted: list[Matches]) -> Matches:
    if len(wanted) == 1 and not unwanted:
        return wanted[0]

    def matches(message: str) -> bool:
        return (
            all(term(message) for term in wanted)
            and (not any_of or any(term(message) for term in any_of))
            and not any(term(message) for term in unwanted)
        )

    return matches
