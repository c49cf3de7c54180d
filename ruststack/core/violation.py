"""A broken constraint as a value, so that each service can word it as AWS's does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple


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


FAILED: Final = "failed to satisfy constraint"
NOT_NULL: Final = "Member must not be null"


def constraint(violation: Violation, enums: Mapping[str, str] | None = None) -> str:
    """What most services of AWS say of a broken constraint.

    ``enums`` gives the values of an enumeration, by its shape's name, in the order in which AWS lists them (a Java
    set's); of others the model's order stands in. Source: recorded answers of DynamoDB, Lambda and API Gateway.
    """
    limit = violation.limit
    word = "value" if isinstance(violation.given, int | float) else "length"
    match violation.rule:
        case "min":
            return f"Member must have {word} greater than or equal to {limit}"
        case "max":
            return f"Member must have {word} less than or equal to {limit}"
        case "pattern":
            return f"Member must satisfy regular expression pattern: {limit}"
        case "enum":
            values = (enums or {}).get(violation.shape) or ", ".join(limit)
            return f"Member must satisfy enum value set: [{values}]"
    return NOT_NULL


def detected(told: Iterable[str], most: int | None = None) -> str:
    """One message of several broken constraints, each told once, ``most`` of them at the most."""
    unique = list(dict.fromkeys(told))[:most]
    errors = "error" if len(unique) == 1 else "errors"
    return f"{len(unique)} validation {errors} detected: {'; '.join(unique)}"


def spell(value: Any) -> str:
    """A value as Java writes it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(spell, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}={spell(each)}' for name, each in value.items())}}}"
    return str(value)


def quoted(value: Any) -> str:
    """The offending value in a message: in quotes, but for null."""
    return "null" if value is None else f"'{spell(value)}'"
