"""What DynamoDB answers to input that breaks the service model.

Source: nubo-db/dynamodb-conformance, observed on DynamoDB; where that says nothing, architect/dynalite's tests.
"""

from __future__ import annotations

from typing import Any, Final

from ruststack.core.violation import FAILED, constraint, detected
from ruststack.kit import Context, ServiceError, Violation
from ruststack.services.dynamodb import wrong_types
from ruststack.services.dynamodb.errors import SerializationException, ValidationException

_MOST: Final = 10
_NAMED_FIRST: Final = (
    "CreateTable",
    "DeleteTable",
    "DescribeTable",
    "UpdateTable",
    "DescribeTimeToLive",
    "UpdateTimeToLive",
)
_MAPS: Final = ("RequestItems", "Expected", "AttributeUpdates", "KeyConditions", "QueryFilter", "ScanFilter")
_NAME: Final = "[a-zA-Z0-9_.-]+"
_LONGEST_NAME: Final = 255

# AWS lists the values in the order of a Java set; of enums that are not here it is not known.
_ENUMS: Final = {
    "ScalarAttributeType": "B, N, S",
    "ReturnValue": "ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW",
    "Select": "SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES",
    "ReturnConsumedCapacity": "INDEXES, TOTAL, NONE",
    "ComparisonOperator": ("IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, CONTAINS"),
    "ConditionalOperator": "OR, AND",
    "ProjectionType": "ALL, INCLUDE, KEYS_ONLY",
    "AttributeAction": "ADD, DELETE, PUT",
}


def invalid(ctx: Context, violations: list[Violation]) -> ServiceError | None:
    """All broken constraints in one message, ten at most."""
    first = violations[0]
    if first.rule == "type":
        return SerializationException(wrong_types.message(first))
    for each in violations:
        if each.path == ("TableName",) and each.rule == "required" and ctx.operation in _NAMED_FIRST:
            return ValidationException("The parameter 'TableName' is required but was not present in the request")
        if each.path == ("ResourceArn",) and each.rule == "required":
            return ValidationException("Invalid TableArn")
        if each.path == ("RequestItems",) and each.rule == "min":
            return ValidationException(f"The requestItems parameter is required for {ctx.operation}")
    return ValidationException(detected((_worded(ctx.operation, each) for each in violations), _MOST))


def _worded(operation: str, violation: Violation) -> str:
    path, rule = violation.path, violation.rule
    if path[0] == "RequestItems" and len(path) == 2 and isinstance(path[1], str) and rule != "required":
        return _of_entry(violation, path[1])
    if path[0] == "RequestItems" and path[2:] == ("Keys",) and rule == "max":
        return f"Value at 'RequestItems.{path[1]}.member.Keys' {FAILED}: {_constraint(violation)}"
    if operation == "Query" and path == ("Limit",) and violation.given == 0:
        return f"Value at 'Limit' {FAILED}: {_constraint(violation)}"
    given = "null" if violation.given is None else f"'{spell(violation.given)}'"
    return f"Value {given} at '{_spelled(path)}' {FAILED}: {_constraint(violation)}"


def _of_entry(violation: Violation, table: str) -> str:
    """A key or value of RequestItems; the answer shows the whole map, as far as it is at hand."""
    if isinstance(violation.given, list):
        shown, which = spell(violation.given), "value"
        limits = "Member must have length less than or equal to 25, Member must have length greater than or equal to 1"
    else:
        shown, which = "...", "keys"
        limits = (
            "Member must have length less than or equal to 255, Member must have length greater than or equal to 3, "
            f"Member must satisfy regular expression pattern: {_NAME}"
        )
    return f"Value '{{{table}={shown}}}' at 'requestItems' {FAILED}: Map {which} must satisfy constraint: [{limits}]"


def _spelled(path: tuple[str | int, ...]) -> str:
    """``keySchema.1.member.keyType``: members begin in lower case, list positions count from 1."""
    steps: list[str] = []
    for number, step in enumerate(path):
        if isinstance(step, int):
            steps.append(f"{step + 1}.member")
        elif number and path[number - 1] in _MAPS:
            steps.append(f"{step}.member" if number + 1 < len(path) else step)
        else:
            steps.append(step[:1].lower() + step[1:])
    return ".".join(steps)


def _constraint(violation: Violation) -> str:
    if violation.shape != "TableArn" or violation.rule != "pattern":
        return constraint(violation, _ENUMS)
    if len(violation.given) > _LONGEST_NAME:
        return constraint(violation._replace(rule="max", limit=_LONGEST_NAME))
    return constraint(violation._replace(limit=_NAME))


def spell(value: Any) -> str:
    """A value as Java writes it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(spell, value))}]"
    if isinstance(value, dict):
        if value.keys() <= {"AttributeName", "KeyType"} and value:
            told = ", ".join(f"{name[:1].lower()}{name[1:]}={spell(each)}" for name, each in value.items())
            return f"KeySchemaElement({told})"
        return f"{{{', '.join(f'{name}={spell(each)}' for name, each in value.items())}}}"
    return str(value)
