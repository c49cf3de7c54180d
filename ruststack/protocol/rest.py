"""REST: the parts of an input and an output that the body does not hold, and the bodies that are not documents.

The two REST protocols give the rest: how a document is read, and how one is written.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

from ruststack.core.http import Request, Response
from ruststack.model import Member, Operation
from ruststack.protocol.codec import Codec, Params, Reader, Writer
from ruststack.protocol.http_read import make_head_reader
from ruststack.protocol.http_write import Headers, make_puts, status_member
from ruststack.protocol.malformed import NotOfType

ReadBody = Callable[[Request, Params], None]
"""Adds the body's members to what the head gave."""

WriteBody = Callable[[Params], tuple[Any, str]]
"""From the members of the output that no header takes: the body, and its content type (empty for none)."""


class RestCodec(Codec):
    """What rest-xml and rest-json share.

    ``query_map_has_named``: by the protocol vectors, rest-json's maps of query parameters hold all of them, rest-xml's
    only those that are no member of their own.
    """

    query_map_has_named = False

    @abstractmethod
    def make_document_reader(self, operation: Operation, payload: Member | None) -> ReadBody:
        """Read a document into the payload member, or into all members that have no location."""

    @abstractmethod
    def make_document_writer(self, operation: Operation, payload: Member | None) -> WriteBody:
        """Write a document from the payload member, or from all members that have no location."""

    @abstractmethod
    def make_event_writer(self, operation: Operation, payload: Member) -> WriteBody:
        """Write an event stream from an async iterator of events."""

    def make_reader(self, operation: Operation) -> Reader:
        shape = operation.input
        if shape is None:
            return lambda request, uri_params: {}
        literal = frozenset(name for name, _ in operation.template.query)
        ignored = self.model.corrections.ignores_bad_dates
        read_head = make_head_reader(shape, literal, ignored, self.query_map_has_named)
        read_body = self._body_reader(operation)
        if read_body is None:
            return read_head

        def read(request: Request, uri_params: dict[str, str]) -> Params:
            result = read_head(request, uri_params)
            read_body(request, result)
            return result

        return read

    def _body_reader(self, operation: Operation) -> ReadBody | None:
        shape = operation.input
        assert shape is not None
        if shape.payload is not None:
            member = shape.members[shape.payload]
            if member.shape.type == "blob":
                return _read_stream(member) if member.is_streaming else _read_blob(member)
            if member.shape.type in ("string", "character"):
                return _read_string(member)
            return self.make_document_reader(operation, member)
        if any(not member.location for member in shape.members.values()):
            return self.make_document_reader(operation, None)
        return None

    def make_writer(self, operation: Operation) -> Writer:
        puts, write_body = make_puts(operation, self.model.corrections.has_milliseconds), self._body_writer(operation)
        status, status_name = operation.status, status_member(operation)
        members = operation.output.members if operation.output else {}
        type_name = _content_type_member(members)
        has_free_headers = any(member.location == "headers" and not member.has_wire_name for member in members.values())
        partial_name, partial_status = self.model.corrections.status_by_member.get(operation.name, ("", 0))

        def write(output: Params, request_id: str) -> Response:
            headers: Headers = []
            rest: Params = {}
            code = status
            for name, value in output.items():
                if value is None:
                    continue
                if name in puts:
                    puts[name](value, headers)
                elif name == status_name:
                    code = int(value)
                elif name in members:
                    rest[name] = value
                else:
                    raise ValueError(f"{operation.name} has no output member {name}")
            if partial_name and output.get(partial_name) is not None:
                code = partial_status
            if write_body is None:
                return Response(code, headers)
            body, content_type = write_body(rest)
            if content_type and output.get(type_name) is None and not (has_free_headers and _tells_type(headers)):
                headers.append(("Content-Type", content_type))
            return Response(code, headers, body)

        return write

    def _body_writer(self, operation: Operation) -> WriteBody | None:
        shape = operation.output
        if shape is None:
            return None
        if shape.payload is None:
            has_body = any(member.is_in_body_of_output for member in shape.members.values())
            return self.make_document_writer(operation, None) if has_body else self.write_no_body(operation)
        member = shape.members[shape.payload]
        if member.is_event_stream:
            return self.make_event_writer(operation, member)
        if member.shape.type in ("blob", "string", "character"):
            return _write_raw(member)
        return self.make_document_writer(operation, member)

    def write_no_body(self, operation: Operation) -> WriteBody | None:
        """What stands for the body of an output that has none."""
        return None


def _content_type_member(members: Mapping[str, Member]) -> str:
    """The member that is the Content-Type header; empty if there is none."""
    for name, member in members.items():
        if member.location == "header" and member.wire.lower() == "content-type":
            return name
    return ""


def _tells_type(headers: Headers) -> bool:
    return any(name.lower() == "content-type" for name, _ in headers)


def _read_stream(member: Member) -> ReadBody:
    name = member.name

    def read_stream(request: Request, result: Params) -> None:
        result[name] = request.body

    return read_stream


def _read_blob(member: Member) -> ReadBody:
    name = member.name

    def read_blob(request: Request, result: Params) -> None:
        if request.body.size:
            result[name] = request.body.read()

    return read_blob


def _read_string(member: Member) -> ReadBody:
    name = member.name

    def read_string(request: Request, result: Params) -> None:
        if request.body.size:
            try:
                result[name] = request.body.read().decode()
            except UnicodeDecodeError as error:
                raise NotOfType("string", error.object, member.shape.name).under(name) from error

    return read_string


def _write_raw(member: Member) -> WriteBody:
    """A blob or string that is the whole body."""
    name = member.name
    content_type = "application/octet-stream" if member.shape.type == "blob" else "text/plain"

    def write_raw(output: Params) -> tuple[Any, str]:
        value = output.get(name)
        if value is None:
            return b"", ""
        return (value.encode() if isinstance(value, str) else value), content_type

    return write_raw
