"""Statements, parsed and compiled; what has been compiled before is found by its text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from ruststack.kit import Input
from ruststack.services.dynamodb.admission import admit
from ruststack.services.dynamodb.errors import ValidationException
from ruststack.services.dynamodb.expressions import checks, conditions, updates
from ruststack.services.dynamodb.expressions.conditions import Test
from ruststack.services.dynamodb.expressions.errors import InvalidExpression
from ruststack.services.dynamodb.expressions.placeholders import Placeholders
from ruststack.services.dynamodb.expressions.syntax import And, Condition, Parsed, Part, Projection
from ruststack.services.dynamodb.expressions.updates import Change as Changing
from ruststack.services.dynamodb.partiql.parser import parse
from ruststack.services.dynamodb.partiql.syntax import Change, Exists, Insert, Select, Statement
from ruststack.services.dynamodb.values import AttributeValue

_ANY: Final = {"NULL": True}


class Prepared(NamedTuple):
    """A statement, the closures of its condition and its update, and the paths that the update changes."""

    statement: Statement
    test: Test | None
    change: Changing | None
    paths: list[tuple[Part, ...]]

    @property
    def select(self) -> Select | None:
        """The statement as a SELECT, if it is one."""
        return self.statement.body if isinstance(self.statement.body, Select) else None

    @property
    def where(self) -> Condition | None:
        """The statement's condition, if it has one."""
        body = self.statement.body
        if isinstance(body, Insert):
            return None
        return body.select.where if isinstance(body, Exists) else body.where

    @property
    def is_exists(self) -> bool:
        return isinstance(self.statement.body, Exists)

    @property
    def is_read(self) -> bool:
        return isinstance(self.statement.body, Select | Exists)

    @property
    def table(self) -> str:
        """The name of the table that the statement is about."""
        body = self.statement.body
        return body.select.table if isinstance(body, Exists) else body.table


class Bound(NamedTuple):
    """A prepared statement with the values of one request."""

    prepared: Prepared
    values: dict[str, AttributeValue]


def bind(req: Input) -> Bound:
    """The statement of a request, with its parameters. Raises ValidationException."""
    prepared = prepare(req["Statement"])
    given: Sequence[AttributeValue] = req.get("Parameters") or ()
    if len(given) < prepared.statement.parameters:
        raise ValidationException("Number of parameters in request and statement don't match.")
    parameters = [admit(value) for value in given]
    values = {f":{number}": make(parameters) for number, make in enumerate(prepared.statement.makers)}
    _check(prepared, Placeholders(_NAMES, values))
    return Bound(prepared, values)


def _check(prepared: Prepared, placeholders: Placeholders) -> None:
    """What depends on the values' types. Raises ValidationException."""
    body = prepared.statement.body
    select = prepared.select or (body.select if isinstance(body, Exists) else None)
    try:
        if (where := prepared.where) is not None:
            checks.check_condition(Parsed(where, 0), placeholders)
        if isinstance(body, Change) and body.update is not None:
            checks.check_update(body.update, placeholders)
        if select is not None and select.columns is not None:
            checks.check_projection(Projection(select.columns), placeholders)
    except InvalidExpression as error:
        raise ValidationException(str(error)) from None


@lru_cache(1024)
def prepare(text: str) -> Prepared:
    """Raises ValidationException."""
    statement = parse(text)
    placeholders = Placeholders(_NAMES, {f":{number}": _ANY for number in range(len(statement.makers))})
    body = statement.body
    if isinstance(body, Insert):
        return Prepared(statement, None, None, [])
    where = body.select.where if isinstance(body, Exists) else body.where
    test = conditions.test(where, placeholders) if where is not None else None
    if not isinstance(body, Change) or body.update is None:
        return Prepared(statement, test, None, [])
    paths = updates.targets(body.update, placeholders)
    return Prepared(statement, test, updates.change(body.update, placeholders), paths)


class _Names(dict[str, str]):
    """Names as they stand in paths, behind a ``#``."""

    def __bool__(self) -> bool:
        return True

    def get(self, name: str, default: object = None) -> str:
        return name[1:]


def conjuncts(where: Condition | None) -> tuple[Condition, ...]:
    """The conditions that must all hold."""
    if where is None:
        return ()
    return where.conditions if isinstance(where, And) else (where,)


_NAMES: Final = _Names()
