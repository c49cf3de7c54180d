"""What DynamoDB answers to a JSON value that is not of the model's type.

Source: architect/dynalite's tests, which were recorded from DynamoDB.
"""

from __future__ import annotations

from typing import Any, Final

from ruststack.kit import Violation

_PACKAGE: Final = "com.amazonaws.dynamodb.v20120810."
_NAMES: Final = {"string": "String", "integer": "Integer", "long": "Long", "double": "Double", "boolean": "Boolean"}
_MAPS: Final = {
    "BatchGetRequestMap": f"{_PACKAGE}KeysAndAttributes",
    "BatchWriteItemRequestMap": f"java.util.List<{_PACKAGE}WriteRequest>",
    "ExpressionAttributeNameMap": "java.lang.String",
    "ExpectedAttributeMap": f"{_PACKAGE}ExpectedAttributeValue",
    "AttributeUpdates": f"{_PACKAGE}AttributeValueUpdate",
    "KeyConditions": f"{_PACKAGE}Condition",
    "FilterConditionMap": f"{_PACKAGE}Condition",
}
_GENERIC: Final = (
    "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class "
    "(sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module java.base of "
    "loader 'bootstrap')"
)
_MISPLACED: Final = "Start of structure or map found where not expected"


def message(violation: Violation) -> str:
    """The answer's words; empty for a body that is no JSON."""
    expected, given = violation.limit, violation.given
    if expected == "document":
        return ""
    if expected in ("structure", "list", "map"):
        return _container(violation)
    if isinstance(given, dict):
        return _MISPLACED
    if isinstance(given, list):
        kind = "java.nio.ByteBuffer" if expected == "blob" else f"java.lang.{_NAMES.get(expected, expected)}"
        return f"Unrecognized collection type class {kind}"
    if expected == "blob":
        return _blob(given)
    return _scalar(_NAMES.get(expected, expected), given)


def _container(violation: Violation) -> str:
    expected, given, holder = violation.limit, violation.given, violation.holder
    if isinstance(given, list):
        if expected == "map":
            values = _MAPS.get(violation.shape, f"{_PACKAGE}AttributeValue")
            return f"Unrecognized collection type java.util.Map<java.lang.String, {values}>"
        return f"Unrecognized collection type class {_PACKAGE}{violation.shape}"
    if isinstance(given, dict):
        return _MISPLACED
    if holder in ("list", "map"):
        return "Unexpected value type in payload" if expected == "structure" else _GENERIC
    return "Unexpected field type"


def _blob(given: Any) -> str:
    if not isinstance(given, str):
        return "only base-64-encoded strings are convertible to bytes"
    if len(given) % 4:
        return f"Base64 encoded length is expected a multiple of 4 bytes but found: {len(given)}"
    return "Invalid last non-pad Base64 character dectected"


def _scalar(name: str, given: Any) -> str:
    if isinstance(given, bool):
        return f"{str(given).upper()}_VALUE cannot be converted to {name}"
    if isinstance(given, str):
        is_truth = name == "Boolean"
        return "Unexpected token received from parser" if is_truth else f"STRING_VALUE cannot be converted to {name}"
    kind = "NUMBER_VALUE" if isinstance(given, int) or float(given).is_integer() else "DECIMAL_VALUE"
    return f"{kind} cannot be converted to {name}"
