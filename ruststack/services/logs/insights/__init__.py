"""Logs Insights' query language: text compiled to a pipeline over events.

`compile_query` is what operations use; `tokens` are read by `expressions` and `commands`, `functions` are those of
expressions, `aggregates` those of stats, and `rows` says what fields an event has.
"""

from __future__ import annotations

from functools import lru_cache

from ruststack.services.logs.insights.commands import Query, read
from ruststack.services.logs.insights.tokens import Malformed, NotHere, Tokens

__all__ = ["Malformed", "NotHere", "Query", "compile_query"]


@lru_cache(64)
def compile_query(text: str) -> Query:
    """Raises Malformed, and NotHere for a command or function of the language that is not here."""
    return read(Tokens(text))
