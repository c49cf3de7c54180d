"""When a field carries a value, and what the field says with another value in its place.

A long value (an upload id, a version, a UUID) is carried wherever it stands as a word, in any spelling. A short one,
such as an API's id, is carried only by a field that is all of it, or of which it is a whole part: a segment of a path,
of an ARN or a URL, a label of a host name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from urllib.parse import quote
from xml.sax.saxutils import escape

LONG = 16
_LONGEST_OF_PARTS = 4096
_PARTS = re.compile(r"([:/?&=,#\"]|%3A|%2F)")
_PARTS_OF_HOST = re.compile(r"([:/?&=,#.\"]|%3A|%2F)")


def pieces(place: str, text: str) -> set[str]:
    """The field as a whole, without quotes, and its parts."""
    return {text.strip('"'), *_split(place, text)[::2]} - {""}


def carries(place: str, text: str, value: str) -> bool:
    return value in pieces(place, text) or (len(value) >= LONG and any(_finds(form, text) for form in forms(value)))


def exchanged(place: str, text: str, values: Mapping[str, str]) -> str:
    """The field with each value that it carries replaced by the one that it maps to, all at once."""
    bare = text.strip('"')
    if bare in values:
        return text.replace(bare, values[bare])
    spelled = {form: new for old, value in values.items() if len(old) >= LONG for form, new in _alike(old, value)}
    split = _split(place, text)
    split[::2] = [values[each] if each in values else _replaced(each, spelled) for each in split[::2]]
    changed = "".join(split)
    return changed if changed != text else _replaced(text, spelled)


def forms(value: str) -> tuple[str, ...]:
    """The value as it may stand in a text: plain, percent-encoded, in XML."""
    return tuple(dict.fromkeys((value, quote(value, safe="-_.~"), quote(value, safe="-_.~/"), escape(value))))


def _alike(old: str, new: str) -> Iterator[tuple[str, str]]:
    yield old, new
    yield quote(old, safe="-_.~"), quote(new, safe="-_.~")
    yield quote(old, safe="-_.~/"), quote(new, safe="-_.~/")
    yield escape(old), escape(new)


def _split(place: str, text: str) -> list[str]:
    """Parts and what separates them, in turn; the text alone when it is none of what has parts."""
    if len(text) > _LONGEST_OF_PARTS or any(each.isspace() for each in text):
        return [text]
    return (_PARTS_OF_HOST if place == "host" or "://" in text else _PARTS).split(text)


def _finds(form: str, text: str) -> bool:
    return form in text and _word(form).search(text) is not None


@lru_cache(maxsize=4096)
def _word(form: str) -> re.Pattern[str]:
    before = r"(?<![A-Za-z0-9])" if form[0].isalnum() else ""
    after = r"(?![A-Za-z0-9])" if form[-1].isalnum() else ""
    return re.compile(before + re.escape(form) + after)


def _replaced(text: str, values: Mapping[str, str]) -> str:
    present = sorted((form for form in values if form in text), key=len, reverse=True)
    if not present:
        return text
    pattern = re.compile("|".join(_word(form).pattern for form in present))
    return pattern.sub(lambda match: values[match.group()], text)
