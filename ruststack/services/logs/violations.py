"""What CloudWatch Logs answers to input that breaks the service model."""

from __future__ import annotations

from typing import Any, Final

from ruststack.kit import Context, ServiceError, Violation
from ruststack.services.logs.errors import InvalidParameterException, ValidationException

_MOST: Final = 10
# Operations of deliveries: the errors that their pages name have no InvalidParameterException.
_OF_DELIVERIES: Final = "Deliver"


def invalid(ctx: Context, violations: list[Violation]) -> ServiceError | None:
    """All broken constraints in one message, ten at most.

    Source: answers of AWS to a limit and names that are too large; to empty messages and lists of events
    (lazywithclass/winston-cloudwatch#55, fluent-plugins-nursery/fluent-plugin-cloudwatch-logs#178).
    Unknown: the words for a value of a wrong type; a number as logGroupName would tell. The protocol's stand for them.
    """
    if violations[0].rule == "type":
        return None
    told = list(dict.fromkeys(_worded(each) for each in violations))[:_MOST]
    errors = "error" if len(told) == 1 else "errors"
    refusal = ValidationException if _OF_DELIVERIES in ctx.operation else InvalidParameterException
    return refusal(f"{len(told)} validation {errors} detected: {'; '.join(told)}")


def _worded(violation: Violation) -> str:
    given = "null" if violation.given is None else f"'{_spelled(violation.given)}'"
    return f"Value {given} at '{_place(violation.path)}' failed to satisfy constraint: {_constraint(violation)}"


def _place(path: tuple[str | int, ...]) -> str:
    """``logEvents.1.member.message``: members begin in lower case, list positions count from 1."""
    return ".".join(f"{step + 1}.member" if isinstance(step, int) else step[:1].lower() + step[1:] for step in path)


def _spelled(value: Any) -> str:
    """A value as Java writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_spelled, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}={_spelled(each)}' for name, each in value.items())}}}"
    return "null" if value is None else str(value)


def _constraint(violation: Violation) -> str:
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
            return f"Member must satisfy enum value set: [{', '.join(limit)}]"
    return "Member must not be null"
