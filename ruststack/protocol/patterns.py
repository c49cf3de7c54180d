"""The models' patterns (ECMA 262's or Java's) as Python's."""

from __future__ import annotations

import re
import warnings

_SEPARATORS = " \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
_CLASSES = {
    r"\p{Alnum}": "a-zA-Z0-9",
    r"\p{Alpha}": "a-zA-Z",
    r"\p{ASCII}": r"\x00-\x7f",
    r"\p{Graph}": r"\x21-\x7e",
    r"\p{Print}": r"\x20-\x7e",
    r"\p{Punct}": r"!-/:-@\[-`{-~",
    r"\p{Z}": _SEPARATORS,
    r"\p{Zs}": _SEPARATORS,
}
_SUPPLEMENTARY = r"\uD800\uDC00-\uDBFF\uDFFF"
_IN_CLASS = re.compile(r"\[(?:\\.|[^\]\\])*\]")
_PROPERTY = re.compile(r"\\p\{\w+\}")
_UNESCAPED_HYPHEN = re.compile(r"(\\[wdsWDS])-(?!\])")


def compile_pattern(pattern: str) -> re.Pattern[str] | None:
    """The pattern, to be matched against the whole value; None where Python has no equal, and it is not checked then.

    Letters and numbers of any script stand together in every class of the models that has one of them, mostly with the
    underscore; Python's ``\\w`` is all three. Punctuation and marks of any script have no equal.
    """
    source = pattern.replace(_SUPPLEMENTARY, "\U00010000-\U0010ffff")
    source = _IN_CLASS.sub(_rewrite_class, source)
    source = _PROPERTY.sub(lambda found: f"[{_CLASSES.get(found.group(), found.group())}]", source)
    with warnings.catch_warnings():
        # Java's set operations inside a class ([a&&[^b]]) mean something else to Python, which warns of them.
        warnings.simplefilter("error", FutureWarning)
        try:
            return re.compile(source)
        except (re.error, OverflowError, FutureWarning):
            return None


def _rewrite_class(found: re.Match[str]) -> str:
    source = found.group()
    if r"\p{L}" in source and r"\p{N}" in source:
        source = source.replace(r"\p{L}", r"\w").replace(r"\p{N}", "")
    for name, members in _CLASSES.items():
        source = source.replace(name, members)
    return _UNESCAPED_HYPHEN.sub(r"\1\\-", source)
