"""A broken constraint as a value, so that each service can word it as AWS's does."""

from __future__ import annotations

from typing import Any, NamedTuple


class Violation(NamedTuple):
    """A constraint of the service model that the input breaks; each service owns the wording.

    ``path`` is the member's path in the input (``("Tagging", "TagSet", 0, "Key")``); ``rule`` is one of required, min,
    max, pattern, enum, type; ``limit`` is the model's value for the rule; ``given`` the offending value;
    ``location`` where the member travels (uri, querystring, header, or empty for the body); ``shape`` the model's
    name of the offending value's shape, ``name`` what the member is called on the wire; ``holder`` says what a value of
    the wrong type stands in: structure, list or map.
    """

    path: tuple[str | int, ...]
    rule: str
    limit: Any
    given: Any
    location: str = ""
    shape: str = ""
    name: str = ""
    holder: str = ""
