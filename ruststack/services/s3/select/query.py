"""S3 Select's SQL taken apart, checked, and put together again for DuckDB."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ruststack.services.s3.select.faults import SelectError

TABLE = "s3object"
_LIMIT_BYTES = 256 * 1024
_TOKEN = re.compile(
    r"""\s+|--[^\n]*|(?P<text>'(?:[^']|'')*')|(?P<quoted>"(?:[^"]|"")*"|`[^`]*`)|(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)"""
    r"""|(?P<word>[A-Za-z_]\w*)|(?P<sign><>|!=|<=|>=|\|\||[-+*/%=<>(),.\[\]])""",
)
_REFUSED = {
    "group": ("ParseExpectedIdentForGroupName", "GROUP is not supported in the SQL expression."),
    "join": ("ParseMalformedJoin", "JOIN is not supported in the SQL expression."),
}
# fmt: off
_UNSUPPORTED = frozenset(
    (
        "order", "union", "intersect", "except", "having", "window", "over", "with", "insert", "update", "delete",
        "create", "drop", "attach", "copy", "pragma",
    )
)
# fmt: on
# fmt: off
_FUNCTIONS = frozenset(
    (
        "avg", "cast", "char_length", "character_length", "coalesce", "count", "date_add", "date_diff", "extract",
        "lower", "max", "min", "nullif", "substring", "sum", "to_string", "to_timestamp", "trim", "upper", "utcnow",
        "and", "or", "not", "in", "like", "between", "escape", "from", "for", "when", "then", "else", "case",
        "select", "where", "limit", "as", "is", "on", "by", "values", "decimal", "varchar", "numeric", "char",
        "float", "int",
    )
)
# fmt: on
_DATE_FUNCTIONS = frozenset(("date_add", "date_diff"))


class Token(NamedTuple):
    """One word, name, number, text or sign of the expression."""

    kind: str
    text: str

    @property
    def low(self) -> str:
        return self.text.lower() if self.kind == "word" else self.text


class Query(NamedTuple):
    """A translated query: SQL over the table of rows, and the names of its output columns (None for ``*``)."""

    sql: str
    names: tuple[str, ...] | None


def tokens(expression: str) -> list[Token]:
    """Raises LexerInvalidChar."""
    found, at = [], 0
    while at < len(expression):
        match = _TOKEN.match(expression, at)
        if match is None:
            raise SelectError("LexerInvalidChar", "The SQL expression contains a character that is not valid.")
        if match.lastgroup is not None:
            found.append(Token(match.lastgroup, match.group()))
        at = match.end()
    return found


def translate(expression: str, columns: Sequence[str]) -> Query:
    """The query for DuckDB over a table with these columns.

    Raises SelectError for whatever S3 Select's dialect lacks. Source: user guide, "SQL reference for S3 Select".
    """
    if len(expression.encode()) > _LIMIT_BYTES:
        raise SelectError(
            "ExpressionTooLong",
            "The SQL expression is too long: The maximum byte-length for the SQL expression is 256 KB.",
        )
    found = tokens(expression)
    _check(found)
    start = _from(found)
    _, alias, rest = _source(found, start + 1)
    items = _items(found[1:start])
    names = _names(items)
    selected = ", ".join(_item_sql(item, alias, columns) for item in items)
    return Query(f"SELECT {selected} FROM {TABLE} AS {alias} {_sql(found[rest:], alias, columns)}", names)


def path(expression: str) -> tuple[str, ...]:
    """What follows ``S3Object`` in FROM, without the leading ``[*]``: where in each document the rows are.

    Raises SelectError.
    """
    found = tokens(expression)
    return _source(found, _from(found) + 1)[0]


def _from(found: Sequence[Token]) -> int:
    depth = 0
    for n, token in enumerate(found):
        depth += (token.text == "(") - (token.text == ")")
        if token.low == "from" and depth == 0:
            return n
    raise SelectError("ParseSelectMissingFrom", "The SQL expression contains a missing FROM after the SELECT list.")


def _check(found: Sequence[Token]) -> None:
    if not found or found[0].low != "select":
        raise SelectError("ParseUnexpectedToken", "The SQL expression contains an unexpected token.")
    for token, following in zip(found, [*found[1:], Token("sign", "")], strict=True):
        if token.low in _REFUSED:
            raise SelectError(*_REFUSED[token.low])
        if token.low in _UNSUPPORTED or (token.low == "select" and token is not found[0]):
            raise SelectError("UnsupportedSqlStructure", "We encountered an unsupported SQL structure.")
        is_call = token.kind in ("word", "quoted") and following.text == "("
        if is_call and token.low not in _FUNCTIONS:
            raise SelectError("UnsupportedFunction", "We encountered an unsupported SQL function.")


def _source(found: Sequence[Token], at: int) -> tuple[tuple[str, ...], str, int]:
    """The path of the rows, the table's alias, and where the rest of the query begins."""
    if at >= len(found) or found[at].low != TABLE:
        raise SelectError("InvalidDataSource", "The FROM clause must name S3Object.")
    at += 1
    path: list[str] = []
    while at < len(found) and found[at].text in ("[", "."):
        if found[at].text == ".":
            path.append(_name(found[at + 1]) if at + 1 < len(found) else "")
            at += 2
        else:
            path.append("[" + "".join(token.text for token in found[at + 1 : at + 2]) + "]")
            at += 3
    if path and path[0] == "[*]":
        path = path[1:]
    if at < len(found) and found[at].low == "as":
        at += 1
    if at < len(found) and found[at].kind in ("word", "quoted") and found[at].low not in ("where", "limit"):
        return tuple(path), _quote(_name(found[at])), at + 1
    return tuple(path), TABLE, at


def _name(token: Token) -> str:
    return token.text if token.kind == "word" else token.text[1:-1].replace('""', '"')


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _items(found: Sequence[Token]) -> list[list[Token]]:
    """The select list, split at its commas."""
    items: list[list[Token]] = [[]]
    depth = 0
    for token in found:
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
        if token.text == "," and depth == 0:
            items.append([])
        else:
            items[-1].append(token)
    if not all(items):
        raise SelectError("ParseExpectedExpression", "The expected SQL expression was not found.")
    return items


def _is_star(item: Sequence[Token]) -> bool:
    return item[-1].text == "*" and (len(item) == 1 or (len(item) == 3 and item[1].text == "."))


def _names(items: Sequence[Sequence[Token]]) -> tuple[str, ...] | None:
    if any(_is_star(item) for item in items):
        if len(items) > 1:
            raise SelectError(
                "ParseAsteriskIsNotAloneInSelectList",
                "Other expressions are not allowed in the SELECT list when * is used without dot notation in the SQL "
                "expression.",
            )
        return None
    return tuple(_column_name(item, n) for n, item in enumerate(items, 1))


def _column_name(item: Sequence[Token], position: int) -> str:
    """Its alias, else the last step of its path, else its place."""
    last = item[-1]
    if last.kind in ("word", "quoted") and (len(item) == 1 or item[-2].text == "." or item[-2].low == "as"):
        return _name(last)
    if len(item) > 2 and last.kind in ("word", "quoted") and item[-2].kind != "sign":
        return _name(last)
    return f"_{position}"


def _item_sql(item: Sequence[Token], alias: str, columns: Sequence[str]) -> str:
    return "*" if _is_star(item) else _sql(item, alias, columns)


def _sql(found: Sequence[Token], alias: str, columns: Sequence[str]) -> str:
    """The tokens in DuckDB's words: MISSING is null, ``_n`` is the nth column, indices count from one."""
    written: list[str] = []
    for n, token in enumerate(found):
        before = found[n - 1].text if n else ""
        if token.low == "missing":
            written.append("NULL")
        elif token.kind == "number" and before == "[":
            written.append(str(int(float(token.text)) + 1))
        elif token.kind == "quoted":
            written.append(_quote(_name(token)))
        elif token.kind == "word" and before == "(" and n > 1 and found[n - 2].low in _DATE_FUNCTIONS:
            written.append(f"'{token.low}'")
        elif token.kind == "word" and re.fullmatch(r"_\d+", token.text):
            written.append(_positional(token.text, columns))
        elif token.low == TABLE:
            written.append(alias)
        else:
            written.append(token.text)
    return " ".join(written).replace(" . ", ".").replace(" [ ", "[").replace(" ] ", "] ")


def _positional(text: str, columns: Sequence[str]) -> str:
    if text in columns:
        return _quote(text)
    position = int(text[1:])
    if not 1 <= position <= len(columns):
        raise SelectError("InvalidColumnIndex", "The column index in the SQL expression is not valid.")
    return _quote(columns[position - 1])
