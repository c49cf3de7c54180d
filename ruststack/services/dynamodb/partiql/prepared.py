"""Statements, parsed and compiled; what has been compiled before is found by its text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from ruststack.kit import Input
from ruststack.services.dynamodb.admission import admit
from ruststack.services.dynamodb.errors import ValidationException
from ruststack.services.dynamodb.expressions import conditions, updates
from ruststack.services.dynamodb.expressions.conditions import Test
from ruststack.services.dynamodb.expressions.placeholders import Placeholders
from ruststack.services.dynamodb.expressions.syntax import And, Condition, Part
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
    if len(given) != prepared.statement.parameters:
        raise ValidationException("Number of parameters in request and statement don't match.")
    parameters = [admit(value) for value in given]
    values = {f":{number}": make(parameters) for number, make in enumerate(prepared.statement.makers)}
    return Bound(prepared, values)


@lru_cache(1024)
def prepare(text: str) -> Prepared:
    """Raises ValidationException."""
    statement = parse(text)
    placeholders = Placeholders(_Same(), {f":{number}": _ANY for number in range(len(statement.makers))})
    body = statement.body
    if isinstance(body, Insert):
        return Prepared(statement, None, None, [])
    where = body.select.where if isinstance(body, Exists) else body.where
    test = conditions.test(where, placeholders) if where is not None else None
    if not isinstance(body, Change) or body.update is None:
        return Prepared(statement, test, None, [])
    paths = updates.targets(body.update, placeholders)
    return Prepared(statement, test, updates.change(body.update, placeholders), paths)


class _Same(dict[str, str]):
    """PartiQL has no placeholders for names: what looks like one is a name."""

    def __bool__(self) -> bool:
        return True

    def get(self, name: str, default: object = None) -> str:
        return name


def conjuncts(where: Condition | None) -> tuple[Condition, ...]:
    """The conditions that must all hold."""
    if where is None:
        return ()
    return where.conditions if isinstance(where, And) else (where,)
