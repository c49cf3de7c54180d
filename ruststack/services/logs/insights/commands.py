"""Commands of queries: each makes rows of rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from ruststack.services.logs.insights.aggregates import Aggregate, read_aggregate
from ruststack.services.logs.insights.expressions import Expression, is_true
from ruststack.services.logs.insights.expressions import read as read_expression
from ruststack.services.logs.insights.functions import spell
from ruststack.services.logs.insights.rows import Row, Value, number
from ruststack.services.logs.insights.tokens import NotHere, Tokens

Rows = list[Row]
_MOST: Final = 100_000
_ELSEWHERE: Final = ("pattern", "diff", "unmask", "unnest", "anomaly", "filterindex", "source", "join", "lookup")


class Command(NamedTuple):
    """``shows`` are the fields that results have from here on, None to leave them as they are."""

    run: Callable[[Rows], Rows]
    shows: list[str] | None = None
    is_grouping: bool = False
    adds: bool = False


class Query:
    """A compiled query. ``run`` takes the newest event first."""

    def __init__(self, commands: list[Command], limit: int | None) -> None:
        self._commands = commands
        self.limit = limit
        self.has_groups = any(each.is_grouping for each in commands)
        self.fields = self._shown()

    def _shown(self) -> list[str]:
        shown: list[str] = []
        for each in self._commands:
            if each.shows is not None:
                shown = [*shown, *each.shows] if each.adds else list(each.shows)
        return list(dict.fromkeys(shown or ["@timestamp", "@message"]))

    def run(self, rows: Rows) -> tuple[Rows, int]:
        """The rows that come out, and how many events the query matched."""
        matched: int | None = None
        for each in self._commands:
            if each.is_grouping and matched is None:
                matched = len(rows)
            rows = each.run(rows)
        return rows, len(rows) if matched is None else matched


def read(tokens: Tokens) -> Query:
    """Raises Malformed, NotHere."""
    commands: list[Command] = []
    limit: int | None = None
    while True:
        if tokens.next.kind == "end" and not commands:
            break
        name = tokens.of_kind("word").lower()
        if name in ("limit", "head", "tail"):
            limit = int(min(float(tokens.of_kind("number")), _MOST))
            commands.append(_limited(limit, is_tail=name == "tail"))
        elif name in _READERS:
            commands.append(_READERS[name](tokens))
        elif name in _ELSEWHERE:
            raise NotHere(f"the command {name}")
        else:
            raise tokens.error()
        if tokens.next.kind == "end":
            break
        tokens.expect("|")
    return Query(commands, limit)


def _limited(limit: int, *, is_tail: bool) -> Command:
    return Command(lambda rows: rows[-limit:] if is_tail and limit else rows[:limit])


def _named(tokens: Tokens) -> tuple[Expression, str, bool]:
    """An expression, what it is called, and whether it is more than a field."""
    expression = read_expression(tokens)
    if tokens.word("as"):
        return expression, tokens.of_kind("word", "field"), True
    is_plain = re.fullmatch(r"[@A-Za-z_][\w@.\-]*", expression.name) is not None
    return expression, expression.name, not is_plain


def _listed(tokens: Tokens) -> list[tuple[Expression, str, bool]]:
    found = [_named(tokens)]
    while tokens.sign(","):
        found.append(_named(tokens))
    return found


def _fields(tokens: Tokens, *, adds: bool = True) -> Command:
    listed = _listed(tokens)
    made = [(expression.evaluate, name) for expression, name, is_made in listed if is_made]

    def run(rows: Rows) -> Rows:
        for row in rows:
            for evaluate, name in made:
                row.made[name] = evaluate(row)
        return rows

    return Command(run, [name for _, name, _ in listed], adds=adds)


def _display(tokens: Tokens) -> Command:
    return _fields(tokens, adds=False)


def _filter(tokens: Tokens) -> Command:
    evaluate = read_expression(tokens).evaluate
    return Command(lambda rows: [row for row in rows if is_true(evaluate(row))])


def _sort(tokens: Tokens) -> Command:
    keys: list[tuple[Expression, bool]] = []
    while True:
        expression = read_expression(tokens)
        keys.append((expression, tokens.word("asc", "desc") != "asc"))
        if not tokens.sign(","):
            break

    def run(rows: Rows) -> Rows:
        for expression, is_falling in reversed(keys):
            rows = sorted(rows, key=lambda row: _order(expression.evaluate(row)), reverse=is_falling)
        return rows

    return Command(run)


def _order(value: Value) -> tuple[int, float, str]:
    """Nothing, then numbers, then texts."""
    if value is None:
        return 0, 0.0, ""
    found = number(value)
    return (1, found, "") if found is not None else (2, 0.0, spell(value))


def _stats(tokens: Tokens) -> Command:
    aggregates: list[tuple[Aggregate, str]] = []
    while True:
        aggregate, name = read_aggregate(tokens)
        if tokens.word("as"):
            name = tokens.of_kind("word", "field")
        aggregates.append((aggregate, name))
        if not tokens.sign(","):
            break
    by = _listed(tokens) if tokens.word("by") else []

    def run(rows: Rows) -> Rows:
        groups: dict[tuple[Value, ...], Rows] = {} if by else {(): rows}
        for row in rows if by else ():
            groups.setdefault(tuple(expression.evaluate(row) for expression, _, _ in by), []).append(row)
        made: Rows = []
        for key, members in groups.items():
            row = Row()
            row.made.update({name: value for (_, name, _), value in zip(by, key, strict=True)})
            row.made.update({name: aggregate(members) for aggregate, name in aggregates})
            made.append(row)
        return made

    return Command(run, [*(name for _, name, _ in by), *(name for _, name in aggregates)], is_grouping=True)


def _dedup(tokens: Tokens) -> Command:
    """The first row of each combination of values; rows that lack one of them stay.

    Source: user guide, "CWL_QuerySyntax-Dedup": nulls are not considered duplicates.
    """
    fields = [expression.evaluate for expression, _, _ in _listed(tokens)]

    def run(rows: Rows) -> Rows:
        seen: set[tuple[Value, ...]] = set()
        kept: Rows = []
        for row in rows:
            key = tuple(evaluate(row) for evaluate in fields)
            if None in key or key not in seen:
                seen.add(key)
                kept.append(row)
        return kept

    return Command(run)


def _parse(tokens: Tokens) -> Command:
    """``parse @message "user=*, took *ms" as user, took``, or a regular expression with named groups."""
    evaluate: Callable[[Row], Value] = lambda row: row.get("@message")  # noqa: E731 - the default field
    pattern = tokens.regex()
    if pattern is None and tokens.next.kind != "text":
        name = tokens.of_kind("word", "field")
        evaluate = _reader(name)
        pattern = tokens.regex()
    if pattern is not None:
        names = list(pattern.groupindex)
        if tokens.word("as"):
            names = _names(tokens)
    else:
        pieces = tokens.of_kind("text").split("*")
        pattern = re.compile("(.*?)".join(map(re.escape, pieces)) + ("$" if not pieces[-1] else ""), re.DOTALL)
        if not tokens.word("as"):
            raise tokens.error()
        names = _names(tokens)
    if len(names) != pattern.groups:
        raise tokens.error()
    found = pattern

    def run(rows: Rows) -> Rows:
        for row in rows:
            value = evaluate(row)
            match = found.search(spell(value)) if value is not None else None
            if match is not None:
                row.made.update(zip(names, match.groups(), strict=True))
        return rows

    return Command(run, names, adds=True)


def _reader(name: str) -> Callable[[Row], Value]:
    return lambda row: row.get(name)


def _names(tokens: Tokens) -> list[str]:
    names = [tokens.of_kind("word", "field")]
    while tokens.sign(","):
        names.append(tokens.of_kind("word", "field"))
    return names


_READERS: Final[dict[str, Callable[[Tokens], Command]]] = {
    "fields": _fields,
    "display": _display,
    "filter": _filter,
    "where": _filter,
    "sort": _sort,
    "order": _sort,
    "stats": _stats,
    "dedup": _dedup,
    "parse": _parse,
}
