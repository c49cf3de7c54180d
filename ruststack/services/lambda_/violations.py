"""What Lambda answers to input that breaks the service model.

Source: recorded answers of AWS (lambda.errors), for which tests/services/lambda_/test_recorded_errors.py stands.
"""

from __future__ import annotations

import json
from typing import Any, Final

from ruststack.core.violation import FAILED, NOT_NULL, constraint, detected, quoted, spell
from ruststack.kit import Context, ServiceError, Violation
from ruststack.services.lambda_.errors import (
    InvalidParameterValueException,
    SerializationException,
    ValidationException,
)
from ruststack.services.lambda_.limits import RUNTIMES

# AWS lists the values in the order of a Java set; of enums that are not here it is not known.
_ENUMS: Final = {
    "EventSourcePosition": "LATEST, AT_TIMESTAMP, TRIM_HORIZON",
    "RecursiveLoop": "Terminate, Allow",
    "InvokeMode": "RESPONSE_STREAM, BUFFERED",
    "Runtime": RUNTIMES,
}

# Lists and maps whose entries are judged together, and what all of their constraints are.
_LAYER: Final = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:layer:"
    r"[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)"
)
_LENGTH: Final = "Member must have length less than or equal to {}, Member must have length greater than or equal to {}"
_PATTERN: Final = "Member must satisfy regular expression pattern: "
_ENTRIES: Final = {
    "Architecture": f"[Member must satisfy enum value set: [x86_64, arm64], {NOT_NULL}]",
    "LayerVersionArn": f"[{_LENGTH.format(2048, 1)}, {_PATTERN}{_LAYER}, {NOT_NULL}]",
    # Source: floci-io/floci, which has AWS's words.
    "ExecutionStatus": (
        "[Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, DELETING, STOPPED, PAUSED, PAUSING, FAILED, "
        f"RUNNING], {NOT_NULL}]"
    ),
    "SubnetId": f"[{_LENGTH.format(1024, 0)}, {_PATTERN}subnet-[0-9a-z]*]",
    "SecurityGroupId": f"[{_LENGTH.format(1024, 0)}, {_PATTERN}sg-[0-9a-zA-Z]*]",
    "EnvironmentVariableName": f"[{_PATTERN}[a-zA-Z]([a-zA-Z0-9_])+]",
    "AdditionalVersion": f"[{_LENGTH.format(1024, 1)}, {_PATTERN}[0-9]+]",
    "Weight": (
        "[Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, "
        f"{NOT_NULL}]"
    ),
}
_MAP_KEYS: Final = frozenset(("AdditionalVersion", "EnvironmentVariableName"))
_MAP_VALUES: Final = frozenset(("Weight",))


def invalid(ctx: Context, violations: list[Violation]) -> ServiceError | None:
    """All broken constraints in one message."""
    first = violations[0]
    if first.rule == "type":
        return SerializationException(_wrong_type(first))
    for each in violations:
        if each.shape == "Runtime" and each.rule == "enum" and len(each.path) == 1:
            return unknown_runtime(each.given)
    told = list(dict.fromkeys(_worded(ctx, each) for each in violations))
    error = ValidationException(told[0])
    if len(told) > 1:
        error.message = detected(told)
    return error


def unknown_runtime(given: str) -> ServiceError:
    """AWS judges runtimes apart from the model."""
    return InvalidParameterValueException(
        f"Value {given} at 'runtime' {FAILED}: Member must satisfy enum value set: [{RUNTIMES}] or be a valid ARN"
    )


def out_of_range(name: str, given: int, least: int, most: int) -> ServiceError | None:
    """A number that the model takes and the service does not."""
    if given > most:
        return ValidationException(_of(name, given, f"Member must have value less than or equal to {most}"))
    if given < least:
        return ValidationException(_of(name, given, f"Member must have value greater than or equal to {least}"))
    return None


def too_long(name: str, given: str, most: int) -> ServiceError:
    """A text that the model takes and the service does not."""
    return ValidationException(_of(name, given, f"Member must have length less than or equal to {most}"))


def _of(name: str, given: object, constraint: str) -> str:
    return f"Value '{spell(given)}' at '{name}' {FAILED}: {constraint}"


def _worded(ctx: Context, violation: Violation) -> str:
    entries = _ENTRIES.get(violation.shape)
    if entries is not None and len(violation.path) > 1:
        return _of_entry(ctx, violation, entries)
    if violation.shape == "Runtime" and len(violation.path) > 1:
        return _of(
            spelled(violation.path[:-1]),
            _whole(ctx, violation),
            f"Member must satisfy enum value set: [{RUNTIMES}]",
        )
    told = constraint(violation, _ENUMS)
    return f"Value {quoted(violation.given)} at '{spelled(violation.path)}' {FAILED}: {told}"


def _of_entry(ctx: Context, violation: Violation, constraints: str) -> str:
    """An entry of a list or map; the answer shows all of it."""
    which = "Member"
    if violation.shape in _MAP_KEYS:
        which = "Map keys"
    elif violation.shape in _MAP_VALUES:
        which = "Map value"
    told = f"{which} must satisfy constraint: {constraints}"
    return _of(spelled(violation.path[:-1]), _whole(ctx, violation), told)


def _whole(ctx: Context, violation: Violation) -> Any:
    """The list or map that the entry is in, as it was sent."""
    key = violation.path[-1]
    alone: Any = [violation.given] if isinstance(key, int) else {key: violation.given}
    if ctx.request is None:
        return alone
    try:
        found = json.loads(ctx.request.body.read())
        for step in violation.path[:-1]:
            found = found[step]
        if violation.shape == "Weight":
            found = {name: float(weight) for name, weight in found.items()}
    except (ValueError, LookupError, TypeError):
        return alone
    return found


def spelled(path: tuple[str | int, ...]) -> str:
    """``routingConfig.additionalVersionWeights``: members begin in lower case, list positions count from 1."""
    steps = (f"{step + 1}.member" if isinstance(step, int) else _lowered(step) for step in path)
    return ".".join(steps)


def _lowered(name: str) -> str:
    return name.lower() if name.isupper() else name[:1].lower() + name[1:]


def _wrong_type(violation: Violation) -> str:
    """Unknown: Lambda's own words; CreateFunction with a number for FunctionName would tell. These are API Gateway's.

    Nothing is said of a body that is no JSON.
    """
    if violation.limit == "document":
        return "Could not parse request body into json: " + str(violation.given)
    if isinstance(violation.given, dict):
        return "Start of structure or map found where not expected."
    if isinstance(violation.given, list):
        return "Start of list found where not expected."
    kinds = {bool: "Boolean", str: "String"}
    given = kinds.get(type(violation.given), "Number")
    return f"{given} can not be converted to a value of type {violation.limit}"
