"""Filter patterns: text compiled to a function that says whether a message matches.

`compile_pattern` is what operations use; one module a form: terms (ERROR -"disk full"), spaces ([ip, user, ...]) and
json ({ $.a = 1 }).
"""

from __future__ import annotations

from functools import lru_cache

from ruststack.services.logs.patterns import json, spaces, terms
from ruststack.services.logs.patterns.form import Pattern, PatternError

__all__ = ["Pattern", "PatternError", "compile_pattern"]


@lru_cache(256)
def compile_pattern(text: str) -> Pattern:
    """Raises PatternError, in AWS's words where they are known.

    Source: user guide, "Filter pattern syntax for metric filters, subscription filters, filter log events, and Live
    Tail"; the words: jorgebastida/awslogs#210.
    """
    text = text.strip()
    for opening, closing, form in (("{", "}", json.read), ("[", "]", spaces.read)):
        if text.startswith(opening):
            if not text.endswith(closing) or len(text) < 2:
                raise PatternError(f"If a filter pattern starts with '{opening}' it must end with '{closing}'")
            return form(text[1:-1])
    return terms.read(text)
