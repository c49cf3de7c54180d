"""ec2: query with names of its own. Lists are never wrapped, names are capitalised, and errors look different."""

from __future__ import annotations

from ruststack.core.errors import ServiceError
from ruststack.core.http import Response
from ruststack.model import Member, Operation
from ruststack.protocol.codec import Params, Writer
from ruststack.protocol.form_read import FormReaders, ReadField
from ruststack.protocol.query import Query
from ruststack.protocol.xml_error import error_element
from ruststack.protocol.xml_write import escape

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
CONTENT_TYPE = "text/xml;charset=UTF-8"


class _Ec2FormReaders(FormReaders):
    def names(self, member: Member) -> list[str]:
        """queryName; else the wire name, capitalised (SDKs differ for a member without one)."""
        query_name = member.raw.get("queryName")
        if query_name:
            return [query_name]
        capitalised = member.wire[:1].upper() + member.wire[1:]
        return [capitalised] if member.has_wire_name else [member.wire, capitalised]

    def list(self, member: Member) -> ReadField:
        return self.numbered(self.of(member.shape.element), "")


class Ec2(Query):
    def make_form_readers(self) -> FormReaders:
        return _Ec2FormReaders()

    @property
    def namespace(self) -> str:
        """EC2's answers name their version: ``http://ec2.amazonaws.com/doc/2016-11-15/``, as every page of its API."""
        return f' xmlns="{self.model.xmlns.rstrip("/")}/"' if self.model.xmlns else ""

    def make_writer(self, operation: Operation) -> Writer:
        start = DECLARATION + f"<{operation.name}Response{self.namespace}>".encode()
        end = f"</{operation.name}Response>".encode()
        write_content = self._xml_writers.content(operation.output) if operation.output else None

        def write(output: Params, request_id: str) -> Response:
            if write_content is None and output:
                raise ValueError(f"{operation.name} has no output member {next(iter(output))}")
            # API_DeleteVpc and others without a result of their own: "<return>true</return>".
            content = write_content(output) if write_content else b"<return>true</return>"
            ids = f"<requestId>{escape(request_id)}</requestId>".encode()
            return Response(operation.status, [("Content-Type", CONTENT_TYPE)], b"".join((start, ids, content, end)))

        return write

    def write_error(
        self, error: ServiceError, request_id: str, operation: Operation | None = None, *, host_id: str = ""
    ) -> Response:
        body = DECLARATION + b"<Response><Errors>" + error_element(error, error.members)
        body += f"</Errors><RequestID>{escape(request_id)}</RequestID></Response>".encode()
        return Response(error.status, [*error.headers.items(), ("Content-Type", CONTENT_TYPE)], body)
