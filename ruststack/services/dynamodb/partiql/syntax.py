"""What a PartiQL statement says. Conditions and paths are those of expressions; a name stands there behind a ``#``.

Values are ``:0``, ``:1`` and so on; ``makers`` makes each of them from the statement's parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ruststack.services.dynamodb.expressions.syntax import Condition, Path, Update, Value
from ruststack.services.dynamodb.values import AttributeValue

Maker = Callable[[Sequence[AttributeValue]], AttributeValue]


class Ordering(NamedTuple):
    """A key attribute of ORDER BY."""

    name: str
    is_descending: bool


class Select(NamedTuple):
    """``columns`` is None for ``*``."""

    columns: tuple[Path, ...] | None
    table: str
    index_name: str | None
    where: Condition | None
    order: tuple[Ordering, ...]


class Insert(NamedTuple):
    """``item`` is a map."""

    table: str
    item: Value


class Change(NamedTuple):
    """UPDATE, or DELETE when ``update`` is None. ``returning`` is as ReturnValues has it, or None."""

    table: str
    update: Update | None
    where: Condition | None
    returning: str | None


class Exists(NamedTuple):
    """A condition on an item; only transactions may have one."""

    select: Select


class Statement(NamedTuple):
    """A statement, the values that it holds, and how many parameters it wants."""

    body: Select | Insert | Change | Exists
    makers: tuple[Maker, ...]
    parameters: int
