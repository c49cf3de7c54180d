"""What REST answers carry outside the body: the status and headers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ruststack.model import Member, Operation
from ruststack.protocol import text

Headers = list[tuple[str, str]]
Put = Callable[[Any, Headers], None]


def _quote(entry: str) -> str:
    """An entry of a header list; one that holds a comma or a quote is quoted."""
    if '"' in entry or "," in entry:
        return '"' + entry.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return entry


def header_writer(member: Member, has_milliseconds: bool = False) -> text.WriteText:
    """How to write a member as a header's value."""
    if member.shape.type != "list":
        return text.writer(member, "rfc822", has_milliseconds)
    element = member.shape.element
    write = text.writer(element, "rfc822", has_milliseconds)
    if element.shape.type == "string":
        return lambda values: ", ".join([_quote(write(value)) for value in values if value is not None])
    return lambda values: ", ".join([write(value) for value in values if value is not None])


def _put_header(member: Member, has_milliseconds: bool) -> Put:
    name, write = member.wire, header_writer(member, has_milliseconds)

    def put(value: Any, headers: Headers) -> None:
        headers.append((name, write(value)))

    def put_text(value: Any, headers: Headers) -> None:
        headers.append((name, value))

    return put_text if member.shape.type == "string" and write is str else put


def _put_list(member: Member, has_milliseconds: bool) -> Put:
    put = _put_header(member, has_milliseconds)

    def put_unless_empty(value: Any, headers: Headers) -> None:
        if value:
            put(value, headers)

    return put_unless_empty


def _put_prefixed(member: Member) -> Put:
    prefix = member.wire if member.has_wire_name else ""

    def put(value: Any, headers: Headers) -> None:
        for name, given in value.items():
            headers.append((prefix + name, given))

    return put


def make_puts(operation: Operation, has_milliseconds: bool = False) -> dict[str, Put]:
    """By member name, how it is put among the headers. The edge counts the body, so Content-Length is left to it.

    An answer to HEAD has no body to count, so there Content-Length is the member's.
    """
    puts: dict[str, Put] = {}
    for name, member in operation.output.members.items() if operation.output else ():
        if member.location == "header":
            if member.wire.lower() == "content-length" and operation.method != "HEAD":
                puts[name] = lambda value, headers: None
            else:
                make = _put_list if member.shape.type == "list" else _put_header
                puts[name] = make(member, has_milliseconds)
        elif member.location == "headers":
            puts[name] = _put_prefixed(member)
    return puts


def status_member(operation: Operation) -> str | None:
    """The output member that is the response's status, if there is one."""
    for name, member in operation.output.members.items() if operation.output else ():
        if member.location == "statusCode":
            return name
    return None
