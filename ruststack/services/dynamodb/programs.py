"""The expressions of one request, checked and compiled; what has been compiled before is found by its text.

What a check depends on beside the text is part of the key: the names behind placeholders, and the values' types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from ruststack.kit import Input
from ruststack.services.dynamodb.admission import admit
from ruststack.services.dynamodb.errors import ValidationException
from ruststack.services.dynamodb.expressions import checks, conditions, parser, projections, updates
from ruststack.services.dynamodb.expressions.conditions import Test
from ruststack.services.dynamodb.expressions.errors import InvalidExpression
from ruststack.services.dynamodb.expressions.placeholders import Placeholders, malformed_name, malformed_value
from ruststack.services.dynamodb.expressions.projections import Tree
from ruststack.services.dynamodb.expressions.syntax import Part
from ruststack.services.dynamodb.expressions.updates import Change
from ruststack.services.dynamodb.values import AttributeValue

_KEPT: Final = 2048

Paths = list[tuple[Part, ...]]


class Compiled(NamedTuple):
    """An expression's closure or tree (``program``), the paths that it names, and the placeholders that it used.

    ``parsed`` is its syntax; ``read`` are the paths that an update reads.
    """

    program: Any
    paths: Paths
    used: frozenset[str]
    parsed: Any
    read: Paths = []


class Programs:
    """The expressions of one request. ``values`` are its expression attribute values, in their normal form."""

    def __init__(self, req: Input, *expressions: str) -> None:
        """``expressions`` names the request's members, in the order in which DynamoDB looks at them.

        Raises ValidationException.
        """
        names: Mapping[str, str] = req.get("ExpressionAttributeNames") or {}
        self.values: dict[str, AttributeValue] = {}
        self._found: dict[str, Compiled] = {}
        if not names and "ExpressionAttributeValues" not in req and not any(req.get(each) for each in expressions):
            self._check_substitutions(req)
            self._refuse_empty(req, expressions)
            return
        self._check_substitutions(req)
        placeholders = Placeholders(names, self.values)
        for expression in expressions:
            text = req.get(expression)
            if text is not None:
                self._found[expression] = self._compiled(expression, text, placeholders)
        _check_use(placeholders)

    def _refuse_empty(self, req: Input, expressions: tuple[str, ...]) -> None:
        for expression in expressions:
            if req.get(expression) is not None:
                raise ValidationException(f"Invalid {expression}: The expression can not be empty;")

    def _check_substitutions(self, req: Input) -> None:
        names, values = req.get("ExpressionAttributeNames"), req.get("ExpressionAttributeValues")
        if names is not None:
            if not names:
                raise ValidationException("ExpressionAttributeNames must not be empty")
            if (wrong := malformed_name(names)) is not None:
                raise ValidationException(f"ExpressionAttributeNames contains invalid key: {wrong}")
            for placeholder, name in names.items():
                if not name:
                    raise ValidationException(
                        f"ExpressionAttributeNames contains invalid value: Empty attribute name for key {placeholder}"
                    )
        if values is not None:
            if not values:
                raise ValidationException("ExpressionAttributeValues must not be empty")
            if (wrong := malformed_value(values)) is not None:
                raise ValidationException(f"ExpressionAttributeValues contains invalid key: {wrong}")
            for name, value in values.items():
                self.values[name] = _admitted(name, value)

    def _compiled(self, expression: str, text: str, placeholders: Placeholders) -> Compiled:
        key = (
            _KINDS[expression],
            text,
            tuple(placeholders.names.items()),
            tuple([(name, next(iter(value))) for name, value in self.values.items()]),
        )
        compiled = _compiled_before.get(key)
        try:
            if compiled is None:
                if len(_compiled_before) >= _KEPT:
                    _compiled_before.clear()
                compiled = _compile(key[0], text, Placeholders(placeholders.names, self.values))
                if not _depends_on_values(text):
                    _compiled_before[key] = compiled
        except InvalidExpression as error:
            raise ValidationException(f"Invalid {expression}: {error}") from None
        placeholders.use(compiled.used)
        return compiled

    def condition(self, expression: str = "ConditionExpression") -> Test | None:
        """The closure of a condition or filter, if the request has one."""
        found = self._found.get(expression)
        return found.program if found else None

    def syntax(self, expression: str) -> Compiled | None:
        """A condition as syntax."""
        return self._found.get(expression)

    def change(self) -> Change | None:
        """The closure of the update, if the request has one."""
        found = self._found.get("UpdateExpression")
        return found.program if found else None

    def projection(self) -> Tree | None:
        """The tree of the projection, if the request has one."""
        found = self._found.get("ProjectionExpression")
        return found.program if found else None

    def nested(self, expression: str) -> list[Part]:
        """The attributes that an expression looks into."""
        found = self._found.get(expression)
        return [path[0] for path in (*found.paths, *found.read) if len(path) > 1] if found else []

    def paths(self, expression: str) -> Paths:
        """The paths that an expression names (of an update: those that it changes)."""
        found = self._found.get(expression)
        return found.paths if found else []


_KINDS: Final = {
    "ConditionExpression": "condition",
    "FilterExpression": "condition",
    "KeyConditionExpression": "condition",
    "SearchConditionExpression": "condition",
    "UpdateExpression": "update",
    "ProjectionExpression": "projection",
}
_compiled_before: dict[Any, Compiled] = {}


def _depends_on_values(text: str) -> bool:
    """Whether a check looks at values themselves: the bounds of BETWEEN, the type name of attribute_type."""
    lower = text.lower()
    return "between" in lower or "attribute_type" in lower


def _compile(kind: str, text: str, placeholders: Placeholders) -> Compiled:
    if kind == "condition":
        parsed = _parse_condition(text)
        checks.check_condition(parsed, placeholders)
        program: Any = conditions.test(parsed.condition, placeholders)
        paths = checks.paths(parsed.condition, placeholders)
        return Compiled(program, paths, placeholders.used(), parsed.condition)
    if kind == "update":
        update = parser.update(text)
        checks.check_update(update, placeholders)
        program, paths = updates.change(update, placeholders), updates.targets(update, placeholders)
        read = checks.operand_paths(update, placeholders)
        return Compiled(program, paths, placeholders.used(), update, read)
    projection = parser.projection(text)
    checks.check_projection(projection, placeholders)
    paths = [placeholders.path(path) for path in projection.paths]
    return Compiled(projections.tree(paths), paths, placeholders.used(), projection)


_parse_condition: Final[Callable[[str], Any]] = lru_cache(256)(parser.condition)


def _admitted(name: str, value: AttributeValue) -> AttributeValue:
    try:
        return admit(value)
    except ValidationException as error:
        what = f"ExpressionAttributeValues contains invalid value: {error.message} for key {name}"
        raise ValidationException(what) from None


def _check_use(placeholders: Placeholders) -> None:
    if unused := placeholders.unused_names():
        what = f"Value provided in ExpressionAttributeNames unused in expressions: keys: {{{', '.join(unused)}}}"
        raise ValidationException(what)
    if unused := placeholders.unused_values():
        what = f"Value provided in ExpressionAttributeValues unused in expressions: keys: {{{', '.join(unused)}}}"
        raise ValidationException(what)


def check_mixture(req: Input, expressions: tuple[str, ...], others: tuple[str, ...]) -> None:
    """A request has expressions or the older parameters, and placeholders only with expressions.

    Raises ValidationException.
    """
    given = [name for name in expressions if req.get(name) is not None]
    older = [name for name in others if req.get(name) is not None]
    if given and older:
        raise ValidationException(
            "Can not use both expression and non-expression parameters in the same request: "
            f"Non-expression parameters: {{{', '.join(older)}}} Expression parameters: {{{', '.join(given)}}}"
        )
    if req.get("ExpressionAttributeNames") is not None and not given:
        raise ValidationException("ExpressionAttributeNames can only be specified when using expressions")
    with_values = [name for name in expressions if name != "ProjectionExpression"]
    if (
        with_values
        and req.get("ExpressionAttributeValues") is not None
        and all(req.get(name) is None for name in with_values)
    ):
        what = "ExpressionAttributeValues can only be specified when using expressions"
        raise ValidationException(f"{what}: {' and '.join(with_values)} {'are' if len(with_values) > 1 else 'is'} null")
