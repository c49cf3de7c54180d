"""What an expression says, as values. Placeholders stand as they were written: ``#name`` in paths, ``:value``."""

from __future__ import annotations

from typing import NamedTuple

Part = str | int


class Path(NamedTuple):
    """A document path: attribute names (or their placeholders) and list positions."""

    parts: tuple[Part, ...]


class Value(NamedTuple):
    """An expression attribute value: ``:v``."""

    name: str


class Call(NamedTuple):
    """A function and its operands; arithmetic is the function ``+`` or ``-``."""

    name: str
    operands: tuple[Operand, ...]


Operand = Path | Value | Call


class Comparison(NamedTuple):
    """``left operator right``."""

    operator: str
    left: Operand
    right: Operand


class Between(NamedTuple):
    """``value BETWEEN lower AND upper``."""

    value: Operand
    lower: Operand
    upper: Operand


class In(NamedTuple):
    """``value IN (options)``."""

    value: Operand
    options: tuple[Operand, ...]


class Not(NamedTuple):
    """``NOT condition``."""

    condition: Condition


class And(NamedTuple):
    """Two conditions or more, joined by ``AND``."""

    conditions: tuple[Condition, ...]


class Or(NamedTuple):
    """Two conditions or more, joined by ``OR``."""

    conditions: tuple[Condition, ...]


Condition = Comparison | Between | In | Not | And | Or | Call


class Set(NamedTuple):
    """``SET path = value``."""

    path: Path
    value: Operand


class Remove(NamedTuple):
    """``REMOVE path``."""

    path: Path


class Add(NamedTuple):
    """``ADD path :value``."""

    path: Path
    value: Value


class Delete(NamedTuple):
    """``DELETE path :value``."""

    path: Path
    value: Value


Action = Set | Remove | Add | Delete


class Parsed(NamedTuple):
    """A condition as written, and how many operators it has."""

    condition: Condition
    operators: int


class Update(NamedTuple):
    """An update's sections in their order, (keyword, actions), and how many operators it has."""

    sections: tuple[tuple[str, tuple[Action, ...]], ...]
    operators: int


class Projection(NamedTuple):
    """The paths of a projection."""

    paths: tuple[Path, ...]
