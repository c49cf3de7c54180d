"""query: STS, IAM, SNS, SES, CloudFormation. A form in, XML out."""

from __future__ import annotations

from ruststack.core.errors import ServiceError
from ruststack.core.http import Request, Response
from ruststack.model import Operation, ServiceModel
from ruststack.protocol.codec import Codec, Params, Reader, Writer, violation_of
from ruststack.protocol.form_read import FormReaders, parse_form
from ruststack.protocol.malformed import MalformedInput, NotOfType
from ruststack.protocol.xml_error import error_element
from ruststack.protocol.xml_write import XmlWriters, escape

CONTENT_TYPE = "text/xml"


class Query(Codec):
    def __init__(self, model: ServiceModel) -> None:
        super().__init__(model)
        self._form_readers = self.make_form_readers()
        self._xml_writers = XmlWriters(has_milliseconds=model.corrections.has_milliseconds)

    def make_form_readers(self) -> FormReaders:
        return FormReaders()

    @property
    def namespace(self) -> str:
        return f' xmlns="{self.model.xmlns}"' if self.model.xmlns else ""

    def make_reader(self, operation: Operation) -> Reader:
        if operation.input is None:
            return lambda request, uri_params: {}
        read_structure = self._form_readers.structure(operation.input)

        def read(request: Request, uri_params: dict[str, str]) -> Params:
            result: Params = read_structure(parse_form(request.query, request.body.read()))
            return result

        return read

    def make_writer(self, operation: Operation) -> Writer:
        start = f"<{operation.name}Response{self.namespace}>".encode()
        end = f"</{operation.name}Response>".encode()
        wrapper = operation.output_use.trait("resultWrapper") if operation.output_use else None
        opened, closed = (f"<{wrapper}>".encode(), f"</{wrapper}>".encode()) if wrapper else (b"", b"")
        write_content = self._xml_writers.content(operation.output) if operation.output else None

        def write(output: Params, request_id: str) -> Response:
            if write_content is None and output:
                raise ValueError(f"{operation.name} has no output member {next(iter(output))}")
            content = write_content(output) if write_content else b""
            metadata = f"<ResponseMetadata><RequestId>{escape(request_id)}</RequestId></ResponseMetadata>".encode()
            body = b"".join((start, opened, content, closed, metadata, end))
            return Response(operation.status, [("Content-Type", CONTENT_TYPE)], body)

        return write

    def malformed(self, error: NotOfType, operation: Operation) -> MalformedInput:
        """Unknown: query services' wording of a wrong number or flag; sending one to each would settle it."""
        return MalformedInput(code="MalformedInput", violation=violation_of(error) if error.path else None)

    def write_error(
        self, error: ServiceError, request_id: str, operation: Operation | None = None, *, host_id: str = ""
    ) -> Response:
        body = f"<ErrorResponse{self.namespace}>".encode() + error_element(error, error.members, has_type=True)
        body += f"<RequestId>{escape(request_id)}</RequestId></ErrorResponse>".encode()
        return Response(error.status, [*error.headers.items(), ("Content-Type", CONTENT_TYPE)], body)
