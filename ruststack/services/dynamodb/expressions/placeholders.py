"""The expression attribute names and values of one request: which are defined, and which were used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ruststack.services.dynamodb.expressions.errors import InvalidExpression, invalid
from ruststack.services.dynamodb.expressions.syntax import Part, Path, Value

_NAME: Final = re.compile(r"#[0-9A-Za-z_]+")
_VALUE: Final = re.compile(r":[0-9A-Za-z_]+")


class Placeholders:
    """``names`` and ``values`` as the request gives them; None when it does not."""

    def __init__(self, names: Mapping[str, str] | None, values: Mapping[str, Any] | None) -> None:
        self.names = names or {}
        self.values = values or {}
        self._used: set[str] = set()

    def path(self, path: Path) -> tuple[Part, ...]:
        """The path with its placeholders replaced. Raises InvalidExpression for one that is not defined."""
        return tuple([self._part(part) for part in path.parts])

    def _part(self, part: Part) -> Part:
        if isinstance(part, int) or part[0] != "#":
            return part
        name = self.names.get(part)
        if name is None:
            what = "An expression attribute name used in the document path is not defined"
            raise invalid(what, attribute_name=part)
        self._used.add(part)
        return name

    def value(self, value: Value) -> Any:
        """The attribute value. Raises InvalidExpression when it is not defined."""
        found = self.values.get(value.name)
        if found is None:
            what = "An expression attribute value used in expression is not defined"
            raise invalid(what, attribute_value=value.name)
        self._used.add(value.name)
        return found

    def use(self, placeholders: frozenset[str]) -> None:
        """Note that these were used, by an expression that was resolved before."""
        self._used |= placeholders

    def used(self) -> frozenset[str]:
        """The placeholders that were looked up."""
        return frozenset(self._used)

    def unused_names(self) -> list[str]:
        """The names that no expression used, in the request's order."""
        return [name for name in self.names if name not in self._used]

    def unused_values(self) -> list[str]:
        """The values that no expression used, in the request's order."""
        return [name for name in self.values if name not in self._used]


def malformed_name(names: Mapping[str, str]) -> InvalidExpression | None:
    """The first key of ExpressionAttributeNames that is no placeholder."""
    return _malformed(_NAME, names)


def malformed_value(values: Mapping[str, Any]) -> InvalidExpression | None:
    """The first key of ExpressionAttributeValues that is no placeholder."""
    return _malformed(_VALUE, values)


def _malformed(pattern: re.Pattern[str], keys: Mapping[str, Any]) -> InvalidExpression | None:
    wrong = next((key for key in keys if not pattern.fullmatch(key)), None)
    return None if wrong is None else InvalidExpression(f'Syntax error; key: "{wrong}"')
