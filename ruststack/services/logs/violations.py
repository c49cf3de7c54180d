"""What CloudWatch Logs answers to input that breaks the service model."""

from __future__ import annotations

from typing import Final

from ruststack.core.violation import FAILED, constraint, detected, quoted
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
    refusal = ValidationException if _OF_DELIVERIES in ctx.operation else InvalidParameterException
    return refusal(detected(map(_worded, violations), _MOST))


def _worded(violation: Violation) -> str:
    return f"Value {quoted(violation.given)} at '{_place(violation.path)}' {FAILED}: {constraint(violation)}"


def _place(path: tuple[str | int, ...]) -> str:
    """``logEvents.1.member.message``: members begin in lower case, list positions count from 1."""
    return ".".join(f"{step + 1}.member" if isinstance(step, int) else step[:1].lower() + step[1:] for step in path)
