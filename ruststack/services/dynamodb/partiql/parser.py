"""From text to statements: SELECT, INSERT, UPDATE, DELETE, and EXISTS around a SELECT.

Source: developer guide, ql-reference.select, .insert, .update, .delete, and ql-functions.exists.
"""

from __future__ import annotations

from functools import lru_cache

from ruststack.services.dynamodb.expressions.syntax import (
    Action,
    Add,
    Call,
    Delete,
    Operand,
    Path,
    Remove,
    Set,
    Update,
    Value,
)
from ruststack.services.dynamodb.partiql.conditions import condition, name, operand, path
from ruststack.services.dynamodb.partiql.literals import literal, starts_literal
from ruststack.services.dynamodb.partiql.reader import Reader
from ruststack.services.dynamodb.partiql.syntax import Change, Exists, Insert, Ordering, Select, Statement
from ruststack.services.dynamodb.partiql.tokens import Kind, malformed

_FUNCTIONS = {"LIST_APPEND": "list_append", "IF_NOT_EXISTS": "if_not_exists"}
_SET_FUNCTIONS = ("SET_ADD", "SET_DELETE")


@lru_cache(1024)
def parse(text: str) -> Statement:
    """The statement. Raises ValidationException."""
    reader = Reader(text)
    body = _body(reader)
    reader.skip(";")
    if reader.now.kind is not Kind.END:
        raise malformed("Unexpected term after expression")
    return Statement(body, tuple(reader.makers), reader.parameters)


def _body(reader: Reader) -> Select | Insert | Change | Exists:
    match reader.word("SELECT", "INSERT", "UPDATE", "DELETE", "EXISTS"):
        case "SELECT":
            return _select(reader)
        case "INSERT":
            return _insert(reader)
        case "UPDATE":
            return _update(reader)
        case "DELETE":
            return _delete(reader)
        case "EXISTS":
            reader.expect("(")
            reader.expect_word("SELECT")
            select = _select(reader)
            reader.expect(")")
            return Exists(select)
    raise malformed("Unexpected term")


def _select(reader: Reader) -> Select:
    columns = None if reader.skip("*") else _paths(reader)
    reader.expect_word("FROM")
    table, index = name(reader), None
    if reader.skip("."):
        index = name(reader)
    where = condition(reader) if reader.word("WHERE") else None
    return Select(columns, table, index, where, _order(reader))


def _paths(reader: Reader) -> tuple[Path, ...]:
    paths = [path(reader)]
    while reader.skip(","):
        paths.append(path(reader))
    return tuple(paths)


def _order(reader: Reader) -> tuple[Ordering, ...]:
    if not reader.word("ORDER"):
        return ()
    reader.expect_word("BY")
    found: list[Ordering] = []
    while not found or reader.skip(","):
        found.append(Ordering(name(reader), reader.word("ASC", "DESC") == "DESC"))
    return tuple(found)


def _insert(reader: Reader) -> Insert:
    reader.expect_word("INTO")
    table = name(reader)
    if not reader.word("VALUE"):
        raise malformed("Expected VALUE")
    return Insert(table, reader.value(literal(reader)))


def _update(reader: Reader) -> Change:
    table = name(reader)
    sections: list[tuple[str, tuple[Action, ...]]] = []
    while keyword := reader.word("SET", "REMOVE"):
        actions: list[Action] = []
        while not actions or reader.skip(","):
            actions.append(Remove(path(reader)) if keyword == "REMOVE" else _assignment(reader))
        sections.append((keyword, tuple(actions)))
    if not sections:
        raise malformed("Expected SET or REMOVE")
    reader.expect_word("WHERE")
    where = condition(reader)
    return Change(table, Update(tuple(sections), 0), where, _returning(reader))


def _delete(reader: Reader) -> Change:
    reader.expect_word("FROM")
    table = name(reader)
    reader.expect_word("WHERE")
    where = condition(reader)
    return Change(table, None, where, _returning(reader))


def _returning(reader: Reader) -> str | None:
    if not reader.word("RETURNING"):
        return None
    which, when = reader.word("ALL", "MODIFIED"), reader.word("OLD", "NEW")
    if not which or not when:
        raise malformed("Expected ALL OLD, MODIFIED OLD, ALL NEW or MODIFIED NEW after RETURNING")
    reader.expect("*")
    return f"{'ALL' if which == 'ALL' else 'UPDATED'}_{when}"


def _assignment(reader: Reader) -> Action:
    target = path(reader)
    reader.expect("=")
    if reader.is_word(*_SET_FUNCTIONS) and reader.next.text == "(":
        return _of_a_set(reader, target)
    return Set(target, _sum(reader))


def _of_a_set(reader: Reader, target: Path) -> Action:
    """``attribute = set_add(attribute, <<members>>)``."""
    function = reader.take().text.upper()
    reader.expect("(")
    source = path(reader)
    reader.expect(",")
    members = operand(reader)
    reader.expect(")")
    if source != target or not isinstance(members, Value):
        raise malformed(f"{function.lower()} changes the attribute that it reads, by a set")
    return Add(target, members) if function == "SET_ADD" else Delete(target, members)


def _sum(reader: Reader) -> Operand:
    left = _term(reader)
    while reader.now.kind is Kind.SYMBOL and reader.now.text in ("+", "-"):
        left = Call(reader.take().text, (left, _term(reader)))
    return left


def _term(reader: Reader) -> Operand:
    if reader.is_word(*_FUNCTIONS) and reader.next.text == "(":
        function = _FUNCTIONS[reader.take().text.upper()]
        reader.expect("(")
        first = _sum(reader)
        reader.expect(",")
        second = _sum(reader)
        reader.expect(")")
        return Call(function, (first, second))
    return reader.value(literal(reader)) if starts_literal(reader) else path(reader)
