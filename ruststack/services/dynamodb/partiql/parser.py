"""From text to statements: SELECT, INSERT, UPDATE, DELETE, and EXISTS around a SELECT.

Source: developer guide, ql-reference.select, .insert, .update, .delete, and ql-functions.exists.
"""

from __future__ import annotations

import re
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
from ruststack.services.dynamodb.partiql.tokens import Kind, Malformed, unsupported

_FUNCTIONS = {"LIST_APPEND": "list_append", "IF_NOT_EXISTS": "if_not_exists"}
_SET_FUNCTIONS = ("SET_ADD", "SET_DELETE")
TABLE_NAME = re.compile(r"[A-Za-z0-9_.\-]{3,255}|arn:.+")


@lru_cache(1024)
def parse(text: str) -> Statement:
    """The statement. Raises ValidationException."""
    try:
        reader = Reader(text)
        body = _body(reader)
        reader.skip(";")
        if reader.now.kind is not Kind.END:
            raise Malformed
    except Malformed:
        raise unsupported(f"Statement wasn't well formed, can't be processed: {text}") from None
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
    if reader.is_word("DROP", "CREATE") and reader.next.text.upper() in ("TABLE", "INDEX"):
        verb, what = reader.take().text, reader.take().text
        raise unsupported(f"Unsupported operation: {verb.capitalize()}{what.capitalize()}")
    if reader.now.kind is Kind.WORD and reader.next.kind is Kind.END:
        raise unsupported("Unsupported operation: VariableReference")
    raise Malformed


def _select(reader: Reader) -> Select:
    if reader.is_word("DISTINCT"):
        raise unsupported("Unsupported token in expression: DISTINCT")
    columns = None if reader.skip("*") else _columns(reader)
    reader.expect_word("FROM")
    table, index = _table(reader), None
    if reader.skip("."):
        index = name(reader)
    _refuse_alias(reader, "WHERE", "ORDER", "LIMIT")
    where = condition(reader) if reader.word("WHERE") else None
    order = _order(reader)
    if reader.is_word("LIMIT"):
        reader.take()
        raise unsupported(f"Unsupported clause: LIMIT at {reader.now.place}")
    return Select(columns, table, index, where, order)


def _table(reader: Reader) -> str:
    """A table's name. Raises Malformed, ValidationException."""
    table = name(reader)
    if not TABLE_NAME.fullmatch(table):
        what = "Table name should be within the length [3, 255] and only contain 'a-z', 'A-Z', '0-9', '-', '_', '.'."
        raise unsupported(what)
    return table


def _refuse_alias(reader: Reader, *following: str) -> None:
    if reader.now.kind in (Kind.WORD, Kind.QUOTED) and not reader.is_word(*following):
        raise unsupported("Aliasing is not supported")


def _columns(reader: Reader) -> tuple[Path, ...]:
    """The paths that are read, each once. Raises Malformed, ValidationException."""
    paths: list[Path] = []
    while not paths or reader.skip(","):
        first = reader.now
        is_call = first.kind is Kind.WORD and reader.next.kind is Kind.SYMBOL and reader.next.text == "("
        if is_call or first.kind in (Kind.STRING, Kind.NUMBER):
            raise unsupported(f"Unexpected path component at {first.place}")
        found = path(reader)
        _refuse_alias(reader, "FROM")
        if found in paths:
            raise unsupported(f"Duplicate identifiers in select clause: {heading(found)}")
        paths.append(found)
    return tuple(paths)


def heading(path: Path) -> str:
    """The name that a column is shown under: the last of its path, with the positions after it."""
    text = ""
    for part in reversed(path.parts):
        if isinstance(part, str):
            return part[1:] + text
        text = f"[{part}]{text}"
    return text


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
    table = _table(reader)
    if reader.is_word("VALUES") and reader.next.text == "{":
        raise Malformed
    if not reader.word("VALUE"):
        raise unsupported("Unsupported operation: InsertOp")
    if not (reader.now.kind is Kind.SYMBOL and reader.now.text in ("{", "?")):
        what = "Unsupported format in item expression. Please use struct format {...} to express item values for"
        raise unsupported(f"{what} insert statement. at {reader.now.place}")
    return Insert(table, reader.value(literal(reader)))


def _update(reader: Reader) -> Change:
    table = _table(reader)
    sections: list[tuple[str, tuple[Action, ...]]] = []
    while keyword := reader.word("SET", "REMOVE"):
        actions: list[Action] = []
        while not actions or reader.skip(","):
            actions.append(Remove(path(reader)) if keyword == "REMOVE" else _assignment(reader))
        sections.append((keyword, tuple(actions)))
    if not sections:
        raise Malformed
    where = condition(reader) if reader.word("WHERE") else None
    return Change(table, Update(_merged(sections), 0), where, _returning(reader))


def _merged(sections: list[tuple[str, tuple[Action, ...]]]) -> tuple[tuple[str, tuple[Action, ...]], ...]:
    """Each section once; what a SET adds to a set, or takes from it, has sections of its own in expressions."""
    actions = [action for _, section in sections for action in section]
    kinds = (("SET", Set), ("REMOVE", Remove), ("ADD", Add), ("DELETE", Delete))
    found = [(keyword, tuple(each for each in actions if isinstance(each, kind))) for keyword, kind in kinds]
    return tuple(section for section in found if section[1])


def _delete(reader: Reader) -> Change:
    reader.expect_word("FROM")
    table = _table(reader)
    where = condition(reader) if reader.word("WHERE") else None
    returning = _returning(reader)
    if returning not in (None, "ALL_OLD"):
        which, when = returning.replace("UPDATED", "MODIFIED").split("_")
        what = f"Invalid returning clause: RETURNING {which} {when} *. Only RETURNING ALL OLD * is allowed in DELETE"
        raise unsupported(f"{what} statements.")
    return Change(table, None, where, returning)


def _returning(reader: Reader) -> str | None:
    if not reader.word("RETURNING"):
        return None
    which, when = reader.word("ALL", "MODIFIED"), reader.word("OLD", "NEW")
    if not which or not when:
        raise Malformed
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
        raise Malformed
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
    found = reader.value(literal(reader)) if starts_literal(reader) else path(reader)
    if reader.now.kind is Kind.SYMBOL and reader.now.text in ("*", "||"):
        raise unsupported(f"Unsupported operator in Update Expression. Operator: {reader.now.text}")
    return found
