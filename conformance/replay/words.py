"""Whole-word substitution both ways: recorded names, accounts, ports and minted values to live ones and back."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote
from xml.sax.saxutils import escape

_LONG = 2048
_ACCOUNT = re.compile(r"\d{12}")
_SPELLINGS: tuple[Callable[[str], str], ...] = (str, lambda text: quote(text, safe="-_.~"), escape)


class Words:
    """A growing two-way dictionary. Words of digits are not replaced inside a UUID or a longer number;
    an account may also end a name (``user-at-123456789012``).
    """

    def __init__(self) -> None:
        self._live: dict[str, str] = {}
        self._recorded: dict[str, str] = {}
        self._to_live: re.Pattern[str] | None = None
        self._to_recorded: re.Pattern[str] | None = None

    def add(self, recorded: str, live: str, *, is_mapped_back: bool = True) -> None:
        """``is_mapped_back`` is False for a value that an answer must get right by itself."""
        if not recorded or recorded == live:
            return
        for spelled in _SPELLINGS:
            self._live.setdefault(spelled(recorded), spelled(live))
            if is_mapped_back:
                self._recorded.setdefault(spelled(live), spelled(recorded))
        self._to_live = _pattern(self._live)
        self._to_recorded = _pattern(self._recorded)

    def add_back(self, recorded: str, live: str) -> None:
        """Spell the live value as the recording does in answers; requests are given it field by field."""
        if recorded and live and recorded != live:
            for spelled in _SPELLINGS:
                self._recorded.setdefault(spelled(live), spelled(recorded))
            self._to_recorded = _pattern(self._recorded)

    def to_live(self, text: str) -> str:
        return _replaced(text, self._to_live, self._live)

    def to_recorded(self, text: str) -> str:
        return _replaced(text, self._to_recorded, self._recorded)


def _replaced(text: str, pattern: re.Pattern[str] | None, words: dict[str, str]) -> str:
    # Looking for a word is far cheaper than the pattern, and few bodies hold one.
    if pattern is None or (len(text) > _LONG and not any(word in text for word in words)):
        return text
    return pattern.sub(lambda match: words[match.group()], text)


def _pattern(words: dict[str, str]) -> re.Pattern[str] | None:
    if not words:
        return None
    parts = []
    for word in sorted(words, key=len, reverse=True):
        edge = "A-Za-z0-9-" if word.isdigit() else "A-Za-z0-9"
        # After a percent-encoded character (arn%3Aaws) a word begins, too.
        begins = r"(?<![A-Za-z0-9])(?<![0-9A-Fa-f]{4}-)" if _ACCOUNT.fullmatch(word) else f"(?<![{edge}])"
        before = f"(?:{begins}|(?<=%[0-9A-Fa-f]{{2}}))" if word[0].isalnum() else ""
        after = f"(?![{edge}])" if word[-1].isalnum() else ""
        parts.append(f"{before}{re.escape(word)}{after}")
    return re.compile("|".join(parts))
