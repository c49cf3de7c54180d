"""What REST requests carry outside the body: URI labels, query parameters and headers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote_plus

from ruststack.core.http import Request
from ruststack.model import Member, Shape
from ruststack.protocol import text
from ruststack.protocol.malformed import NotOfType

_IGNORED_KEPT: Final = 256
ReadHead = Callable[[Request, dict[str, str]], dict[str, Any]]


def split_header_list(value: str) -> list[str]:
    """Entries of a comma-separated header; quoted ones may hold commas and escaped quotes."""
    if '"' not in value:
        return [entry.strip() for entry in value.split(",")]
    entries, current, is_quoted, was_quoted, characters = [], "", False, False, iter(value)
    for character in characters:
        if is_quoted and character == "\\":
            current += next(characters, "")
        elif character == '"':
            is_quoted, was_quoted = not is_quoted, True
        elif character == "," and not is_quoted:
            entries.append(current if was_quoted else current.strip())
            current, was_quoted = "", False
        elif was_quoted and not is_quoted and character == " ":
            continue
        elif is_quoted or current or character != " ":
            current += character
    entries.append(current if was_quoted else current.strip())
    return entries


def _split_dates(value: str) -> list[str]:
    """HTTP dates hold a comma themselves: ``Mon, 16 Dec 2019 23:48:18 GMT, Mon, ...``."""
    pieces = [piece.strip() for piece in value.split(",")]
    return [", ".join(pieces[at : at + 2]) for at in range(0, len(pieces), 2)]


def header_reader(member: Member) -> text.ReadText:
    """How to read a member from a header's value."""
    if member.shape.type != "list":
        return text.reader(member, "rfc822")
    element = member.shape.element
    read = text.reader(element, "rfc822")
    has_commas = element.shape.type == "timestamp" and (element.timestamp_format or "rfc822") == "rfc822"
    split = _split_dates if has_commas else split_header_list
    return lambda value: [read(entry) for entry in split(value)] if value else []


class _Table:
    """Where each name outside the body belongs."""

    def __init__(self, shape: Shape, ignores_bad_dates: frozenset[str], map_has_named: bool) -> None:
        self.labels: dict[str, tuple[Member, text.ReadText]] = {}
        self.headers: dict[str, tuple[Member, text.ReadText]] = {}
        self.query: dict[str, tuple[Member, text.ReadText]] = {}
        self.prefixes: list[tuple[str, Member]] = []
        self.query_map: Member | None = None
        self.ignores_bad_dates = ignores_bad_dates
        self.map_has_named = map_has_named
        for member in shape.members.values():
            self._add(member)

    def _add(self, member: Member) -> None:
        if member.location == "uri":
            self.labels[member.wire] = member, text.reader(member, "iso8601")
        elif member.location == "header":
            self.headers[member.wire.lower()] = member, header_reader(member)
        elif member.location == "headers":
            # The longest prefix wins; an empty one takes what no other member does.
            prefix = member.wire if member.has_wire_name else ""
            self.prefixes.append((prefix.lower(), member))
            self.prefixes.sort(key=lambda entry: -len(entry[0]))
        elif member.location == "querystring" and member.shape.type == "map":
            self.query_map = member
        elif member.location == "querystring":
            element = member.shape.element if member.shape.type == "list" else member
            self.query[member.wire] = member, text.reader(element, "iso8601")


def make_head_reader(
    shape: Shape, literal_query: frozenset[str], ignores_bad_dates: frozenset[str], map_has_named: bool
) -> ReadHead:
    """A reader of everything outside the body.

    ``literal_query`` names what the URI template itself asks for. ``map_has_named``: a map of query parameters holds
    those, too, that are members of their own.
    """
    table = _Table(shape, ignores_bad_dates, map_has_named)
    labels, headers, prefixes = table.labels, table.headers, table.prefixes
    reads_query = bool(table.query or table.query_map)
    prefix_names = tuple(prefix for prefix, _ in prefixes)
    ignored: set[str] = set()  # headers that have come and mean nothing here, as most of any request's

    def read_head(request: Request, uri_params: dict[str, str]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for label, given in uri_params.items():
            if label in labels:
                member, read = labels[label]
                result[member.name] = given if read is str else _read(member, read, given)
        if reads_query and request.query:
            _read_query(table, request.query, literal_query, result)
        for name, given in request.headers.items():
            if name in ignored:
                continue
            entry = headers.get(name)
            if entry is not None:
                member, read = entry
                try:
                    result[member.name] = read(given)
                except NotOfType as error:
                    if name not in ignores_bad_dates:
                        raise _placed(error, member) from None
            if name.startswith(prefix_names):
                _add_prefixed(prefixes, name, given, result)
            elif entry is None and len(ignored) < _IGNORED_KEPT:
                ignored.add(name)
        return result

    return read_head


def _add_prefixed(prefixes: list[tuple[str, Member]], name: str, given: str, result: dict[str, Any]) -> None:
    prefix, member = next(entry for entry in prefixes if name.startswith(entry[0]))
    result.setdefault(member.name, {})[name[len(prefix) :]] = given


def _read(member: Member, read: text.ReadText, given: str) -> Any:
    try:
        return read(given)
    except NotOfType as error:
        raise _placed(error, member) from None


def _placed(error: NotOfType, member: Member) -> NotOfType:
    error.member = member
    error.shape = error.shape or member.shape.name
    return error.under(member.name)


def _read_query(table: _Table, query: str, literal: frozenset[str], result: dict[str, Any]) -> None:
    for pair in query.split("&"):
        raw_name, _, raw_value = pair.partition("=")
        name, value = _decode(raw_name), _decode(raw_value)
        entry = table.query.get(name)
        if entry is not None:
            member, read = entry
            kind = member.shape.type
            if kind == "list":
                result.setdefault(member.name, []).append(_read(member, read, value))
            elif value or kind == "string":
                # An empty number, time or flag says nothing (``?max-keys=``).
                result.setdefault(member.name, _read(member, read, value))
        if table.query_map is not None and name not in literal and pair and (table.map_has_named or entry is None):
            _add_to_map(table.query_map, result, name, value)


def _add_to_map(member: Member, result: dict[str, Any], name: str, value: str) -> None:
    values = result.setdefault(member.name, {})
    if member.shape.value.shape.type == "list":
        values.setdefault(name, []).append(value)
    else:
        values.setdefault(name, value)


def _decode(piece: str) -> str:
    return unquote_plus(piece) if "%" in piece or "+" in piece else piece
